"""One post by itself: what it says, and where the way of each of its versions ended, and why.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying import complaints
from huiying.contracts import ArchiveLine
from response_api import times
from response_api.archive_list import instead_of
from response_api.judgements import Topic
from response_api.post_card import PostCard, post_card
from response_api.sight import SEALED, SEALED_TEXT
from response_api.words import DISPOSITIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    ended: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    ended: str
    reason: str
    case_id: str | None
    """Of the case that this reader may open."""
    card: PostCard | None
    """The newest version; None where it may not be read, or cannot be."""
    instead: str
    """What stands in its place."""
    earlier: tuple[VersionRow, ...]


def post_view(
    lines: Sequence[ArchiveLine],
    sealed: Collection[str],
    now: datetime,
    *,
    unseen: Collection[str] = (),
    topic: Topic = str,
) -> PostView:
    """``lines``: every version that this reader may know of, oldest first, at least one. ``sealed``: cases of which they
    may know no more than that they are; ``unseen``: those of which they may not know."""
    last = lines[-1]
    if any(line.case_id in sealed for line in lines):
        ended = f"{DISPOSITIONS[last.disposition]}（{SEALED}）"
        return PostView(ended=ended, reason="", case_id=None, card=None, instead=SEALED_TEXT, earlier=())
    return PostView(
        ended=DISPOSITIONS[last.disposition],
        reason="" if last.case_id in unseen else complaints.of_burial(last.reason),
        case_id=None if last.case_id in unseen else last.case_id,
        card=post_card(last, now, topic=topic) if last.legible else None,
        instead=instead_of(last),
        earlier=tuple(_version(line) for line in reversed(lines[:-1])),
    )


def _version(line: ArchiveLine) -> VersionRow:
    return VersionRow(
        ended=DISPOSITIONS[line.disposition], at=times.full(line.at), reason=complaints.of_burial(line.reason)
    )
