"""Where the watch has seen a published statement again, so that nobody has to write it down by hand.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from huiying.clock import SHANGHAI
from huiying.contracts import ArchiveLine, Channel, Statement
from response_api import times
from triage.amends import in_public
from triage.deeds.appearing import MOST_COPY, MOST_URL, MOST_WHERE
from triage.echo import Echo, echo_of, told
from triage.publishing import Document, one_line

MOST = 5
CHANNELS = MappingProxyType({Channel.GOVERNMENT: "site", Channel.NEWS: "news", Channel.VIDEO: "video"})
"""What ``policy/scoring.toml`` calls them as it is shipped; of a social network nobody can tell which one it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    post: str
    """Id of the post."""
    where: str
    url: str
    at: datetime
    at_text: str
    channel: str
    """Key of the kind of channel; '' where it is not known."""
    text: str

    @property
    def typed(self) -> dict[str, str]:
        """What the form of 登记登载 starts with."""
        moment = f"{self.at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
        return {
            "channel": self.channel,
            "where": self.where,
            "url": self.url,
            "at": moment,
            "copy": self.text,
        }


def seen_elsewhere(
    lines: Sequence[ArchiveLine], statement: Statement, document: Document, channels: Collection[str]
) -> tuple[Seen, ...]:
    """Copies and reports of the statement among the posts of its case that nobody has written down, the first of each address,
    oldest first. ``lines``: newest first, as the archive gives them."""
    if not in_public(statement) or statement.published_at is None:
        return ()
    said = told(statement.published_at, (document.title, *document.parts.values()))
    known = {one.url for one in statement.appearances}
    found: dict[str, Seen] = {}
    for line in reversed(lines):
        post, reading = line.legible, line.reading
        if post is None or reading is None or not post.url or post.url in known or post.url in found:
            continue
        if len(post.url) > MOST_URL or echo_of((said,), reading) is not Echo.COPY:
            continue
        key = CHANNELS.get(post.channel, "")
        found[post.url] = Seen(
            post=post.id,
            where=one_line(post.source_name)[:MOST_WHERE],
            url=post.url,
            at=post.first_public_at,
            at_text=times.full(post.first_public_at)[:16],
            channel=key if key in channels else "",
            text=f"{post.title}\n{post.text}".strip()[:MOST_COPY],
        )
    return tuple(found.values())[:MOST]
