"""Another case that may be the same matter, as the case page asks about it.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import Case, Suggestion
from response_api import times
from response_api.words import STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRow:
    id: str
    """Of the case that was suggested, also where it has become part of another one."""
    title: str
    place: str
    at: str
    posts: int
    state: str
    why: str
    may: bool
    """This reader may say whether it is the same."""


def suggestion_row(asked: Suggestion, other: Case, now: datetime, *, may: bool) -> SuggestionRow:
    """``other``: the case, or the one that it is part of by now."""
    place = other.place
    return SuggestionRow(
        id=asked.case_id,
        title=other.title or "（无标题）",
        place=" ".join(part for part in (place.city, place.county) if part) or "地点未知",
        at=times.short(other.last_post_at, now),
        posts=other.tallies.posts,
        state=STATES[other.state],
        why=f"得分 {asked.score:.2f}：{asked.why}",
        may=may,
    )
