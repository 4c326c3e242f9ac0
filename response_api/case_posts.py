"""The posts of a case, each once: the newest version is shown, and counted as its first one was.  Pure.

A page that several sources brought is counted as one of them: its card names the others, theirs say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from huiying.contracts import ArchiveLine, Case
from response_api.judgements import Topic
from response_api.post_card import PostCard, is_repost, post_card
from triage.echo import Echo, echo_of
from triage.pages import page_of, tag_of

UNCOUNTED = {
    Echo.COPY: "转述本办声明，不计声量",
    Echo.OFFICIAL: "发布之后的官方信息，不计声量",
    Echo.PRAISE: "发布之后的夸奖，不计声量",
}
AGAIN = "同一网页，已由其他来源计过"


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePosts:
    originals: tuple[PostCard, ...]
    developments: tuple[PostCard, ...]
    """What brought something that the case did not know."""
    reposts: tuple[PostCard, ...]


def case_posts(
    lines: Sequence[ArchiveLine], now: datetime, *, topic: Topic = str, case: Case | None = None
) -> CasePosts:
    """``lines``: newest first, as the archive gives them; those that were blanked are left out."""
    versions: dict[str, list[ArchiveLine]] = {}
    for line in lines:
        if line.legible:
            versions.setdefault(line.post.id, []).append(line)
    firsts = [told[-1] for told in versions.values()]
    routes = _routes(firsts, case.tallies.pages if case else {})
    originals, developments, reposts = list[PostCard](), list[PostCard](), list[PostCard]()
    for told in versions.values():
        newest = max(told, key=lambda line: line.body.collected_at if line.body else line.at)
        card = replace(post_card(newest, now, topic=topic, case=case), edits=len(told) - 1)
        # An edit joins as an edit, whatever the post was when it first joined: that is what the case's sums hold.
        brought = tuple(dict.fromkeys(one for line in reversed(told) for one in line.brings))
        first, others = routes.get(newest.post.id, (True, ()))
        echo = echo_of(case.told, told[-1].reading) if case and told[-1].reading else None
        why = UNCOUNTED[echo] if echo else "" if first else AGAIN
        again = is_repost(told[-1]) or echo is Echo.COPY or not first
        kind = reposts if again else developments if brought else originals
        kind.append(replace(card, brings=brought, routes=others, uncounted=why))
    return CasePosts(originals=tuple(originals), developments=tuple(developments), reposts=tuple(reposts))


def _routes(
    lines: Sequence[ArchiveLine], counted: Mapping[str, str]
) -> Mapping[str, tuple[bool, tuple[str, ...]]]:
    """Post id → whether it is the one that its page is counted as, and what other sources brought the page. ``lines`` are the first
    of each post; ``counted``: which source each page is counted as."""
    pages: dict[str, list[ArchiveLine]] = {}
    for line in sorted(lines, key=lambda one: (one.at, one.post)):
        if line.body and (page := page_of(line.body)):
            pages.setdefault(page, []).append(line)
    found: dict[str, tuple[bool, tuple[str, ...]]] = {}
    for page, here in pages.items():
        bodies = [line.body for line in here if line.body]
        chosen = counted.get(page, tag_of(bodies[0].source))
        for body in bodies:
            others = {one.source_name for one in bodies if one.source != body.source}
            found[body.id] = tag_of(body.source) == chosen or not others, tuple(sorted(others))
    return found
