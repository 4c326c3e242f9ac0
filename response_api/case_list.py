"""One line of the list of cases.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import Case, ClockState
from response_api import times
from response_api.board import tone_of
from response_api.house import Names
from response_api.sight import (
    EVERYTHING,
    Audience,
    Sight,
    is_sealed,
    place_for,
    title_for,
    topic_for,
    unit_for,
)
from response_api.suggested import in_view
from response_api.words import LEVELS as MARKS
from response_api.words import LevelMark, state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    id: str
    sealed: bool
    title: str
    level: LevelMark
    state: str
    topic: str
    place: str
    unit: str
    posts: int
    opened: str
    active: str
    due: datetime | None
    left: str
    clock: str
    tone: str
    alike: int = 0
    """Cases that may be the same matter."""


def case_row(
    case: Case,
    names: Names,
    now: datetime,
    *,
    sight: Sight = EVERYTHING,
    ahead: bool = False,
    alike: Sequence[Audience] = (),
) -> CaseRow:
    """``ahead``: of its clocks, the one that runs out next; else the one that ran out first. ``alike``: whom those concern that
    may be the same matter."""
    running = [
        clock
        for clock in case.clocks
        if clock.state is ClockState.RUNNING and (clock.due_at > now or not ahead)
    ]
    first = min(running, key=lambda clock: clock.due_at, default=None)
    sealed = is_sealed(case, sight)
    return CaseRow(
        id=case.id,
        sealed=sealed,
        title=title_for(case, sight),
        level=MARKS[case.severity.level],
        state=state_of(case),
        topic=topic_for(case, sight, names),
        place=place_for(case, sight),
        unit=unit_for(case, sight, names),
        posts=case.tallies.posts,
        opened=times.short(case.detected_at, now),
        active=times.short(case.last_post_at, now),
        due=first.due_at if first else None,
        left=times.countdown(first.due_at - now) if first else "",
        clock=first.rule.name if first else "",
        tone=tone_of(first, now) if first else "",
        alike=0 if sealed else in_view(alike, sight),
    )
