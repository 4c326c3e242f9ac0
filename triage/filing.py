"""When the file of an ended matter has had its time, and by which rule.  Pure: the caller brings terms and time.

A term counts in whole years from the day on which the file was last added to (closed, or a post or a note of the public that
still came, or a word of the office about what it had published), and ends with the last of its days in Asia/Shanghai.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from huiying.clock import SHANGHAI
from huiying.contracts import Case, CaseState, EventKind
from huiying.retention import Files
from triage.policy import Policy

FILED = frozenset({CaseState.CLOSED, CaseState.DISMISSED, CaseState.LAPSED})
"""Ended for good unless somebody, or something new, takes it up again; what was merged goes with the case that it is part of."""
_ADDS = frozenset({
    EventKind.CLOSED, EventKind.DISMISSED, EventKind.LAPSED, EventKind.UNRESOLVED,
    EventKind.DRAFTED, EventKind.EDITED, EventKind.PUBLISHED, EventKind.SUSPENDED, EventKind.RESUMED,
    EventKind.APPEARED, EventKind.REMOVED,
    EventKind.TICKET_ANSWERED, EventKind.TICKET_RETURNED,
})  # fmt: skip
"""What adds to a file, also to one that is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    years: int | None
    """None: for ever."""
    ground: str
    """What it goes by, in Chinese."""

    def __str__(self) -> str:
        return f"案卷保管期限{f' {self.years} 年' if self.years is not None else '永久'}（{self.ground}）"


def term_of(case: Case, files: Files, policy: Policy) -> Term:
    """Of level and handling class the longer one."""
    if case.state is CaseState.DISMISSED:
        return Term(years=files.not_ours, ground="不予受理")
    if case.state is CaseState.LAPSED:
        return Term(years=files.not_ours, ground="苗头消退")
    level = case.severity.level
    by_level = Term(years=files.of_level(level), ground=f"舆情等级{level}")
    if case.assessment is None or case.assessment.category not in files.classes:
        return by_level
    category = case.assessment.category
    by_class = Term(years=files.classes[category], ground=policy.handling.row(category).name)
    return max(by_level, by_class, key=lambda term: (term.years is None, term.years or 0))


def filed_at(case: Case) -> datetime | None:
    """When it was last added to; None while it is no ended matter."""
    if case.state not in FILED:
        return None
    added = [event.at for event in case.events if event.kind in _ADDS]
    return max((case.last_post_at, *added, *([case.closed_at] if case.closed_at else [])))


def due_at(case: Case, files: Files, policy: Policy) -> datetime | None:
    """The first moment at which it may go; None while it is no ended matter, or where it stays for ever. Whether a hold stands
    against it is another question (:func:`is_held`)."""
    filed, years = filed_at(case), term_of(case, files, policy).years
    if filed is None or years is None:
        return None
    last = _years_later(filed.astimezone(SHANGHAI).date(), years)
    return datetime.combine(last + timedelta(days=1), time(), SHANGHAI)


def is_held(case: Case, now: datetime) -> bool:
    return case.hold is not None and (case.hold.until is None or now < case.hold.until)


def is_blank(case: Case) -> bool:
    """Whether everything that was ever filed of it is gone: nothing was added since."""
    filed = filed_at(case)
    return case.erased is not None and not case.settled and filed is not None and filed <= case.erased.at


def related(case: Case) -> frozenset[str]:
    """Cases that were one with it, or may be: while one of them is open, nothing of this one goes."""
    near = {case.split_from, *case.split_into, *(one.case_id for one in case.suggestions)}
    return frozenset(near - {"", case.id})


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
