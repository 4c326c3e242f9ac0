"""The posts of a case, each once: the newest version is shown, and counted as its first one was.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from huiying.contracts import ArchiveLine, Case
from response_api.judgements import Topic
from response_api.post_card import PostCard, is_repost, post_card


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
    originals, developments, reposts = list[PostCard](), list[PostCard](), list[PostCard]()
    for told in versions.values():
        newest = max(told, key=lambda line: line.body.collected_at if line.body else line.at)
        card = replace(post_card(newest, now, topic=topic, case=case), edits=len(told) - 1)
        # An edit joins as an edit, whatever the post was when it first joined: that is what the case's sums hold.
        brought = tuple(dict.fromkeys(one for line in reversed(told) for one in line.brings))
        kind = reposts if is_repost(told[-1]) else developments if brought else originals
        kind.append(replace(card, brings=brought))
    return CasePosts(originals=tuple(originals), developments=tuple(developments), reposts=tuple(reposts))
