"""One post as the case page shows it: the words that decided, the grounds, what was counted.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from huiying.contracts import ArchiveLine, Attachment, Disposition, Engagement, Field, Why
from response_api import times
from response_api.highlight import grounds, marked
from response_api.words import ATTITUDES, CHANNELS
from triage.words import TIERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    note: str
    weight: str
    against: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCard:
    id: str
    anchor: str
    title: Markup
    text: Markup
    source: str
    channel: str
    tier: str
    at: str
    collected: str
    place: str
    attitude: str
    tone: str
    link: str
    url: str
    engagement: str
    reason: str
    """Why it joined this case."""
    grounds: tuple[Ground, ...]
    pictures: tuple[Attachment, ...]
    brings: tuple[str, ...] = ()
    """What the case did not know before."""
    edits: int = 0
    """Earlier versions of it that the page does not repeat."""


def post_card(line: ArchiveLine, now: datetime) -> PostCard:
    body = line.body
    assert body is not None  # noqa: S101 - the caller left out lines without one
    whys = grounds(line.reading) if line.reading else ()
    attitude = line.reading.attitude if line.reading else None
    return PostCard(
        id=body.id,
        anchor=f"p-{body.id}",
        title=marked(body.title, whys, Field.TITLE),
        text=marked(body.text, whys, Field.TEXT),
        source=body.source_name,
        channel=CHANNELS[body.channel],
        tier=TIERS[body.tier],
        at=times.short(body.first_public_at, now) + ("" if body.published_at else "（采集时间）"),
        collected=times.full(body.collected_at),
        place=body.stated_place or "",
        attitude=ATTITUDES[attitude] if attitude else "",
        tone=attitude.value if attitude else "",
        link=web_link(body.url),
        url=body.url or "",
        engagement=engagement(body.engagement),
        reason=line.reason,
        grounds=distinct(whys),
        pictures=tuple(a for a in body.attachments if a.media_type.startswith("image/")),
    )


def is_repost(line: ArchiveLine) -> bool:
    """As the case's sums count it: a repost of something that never reached us is the first that we have of it."""
    return line.disposition is Disposition.DUPLICATE


def web_link(url: str | None) -> str:
    """The address where it may be followed: http and https only, whatever a crawled page called a link."""
    return url if url and url.lower().startswith(("http://", "https://")) else ""


def engagement(counts: Engagement) -> str:
    """Only what is known: None is not zero."""
    known = (
        ("浏览", counts.views),
        ("点赞", counts.likes),
        ("评论", counts.comments),
        ("转发", counts.reposts),
    )
    return "　".join(f"{name} {count:,}" for name, count in known if count is not None)


def distinct(whys: Sequence[Why]) -> tuple[Ground, ...]:
    seen: dict[tuple[str, str], Ground] = {}
    for why in whys:
        ground = Ground(
            note=why.note,
            weight=f"{why.weight:+.2f}".replace("-", "−") if why.weight else "",
            against=why.weight < 0,
            words=tuple(dict.fromkeys(span.text for span in why.spans)),
        )
        seen.setdefault((why.rule, why.note), ground)
    return tuple(seen.values())
