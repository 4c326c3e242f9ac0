"""What may wait until the morning, and what may be told together with the rest of it.  Pure.

Only reminders of working-day duties and of matters that nobody looks after may, of levels below 重大.  A duty in hours, a report,
an authoritative statement, a press conference and every grave matter are told at once, whatever the policy says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from huiying.clock import SHANGHAI
from huiying.contracts import Case, ClockKind, Level, Notice
from triage.policy import Policy
from triage.severity import rank
from triage.words import IDLE

NEVER = frozenset(
    {ClockKind.ACKNOWLEDGE, ClockKind.REPORT_UP, ClockKind.STATEMENT, ClockKind.PRESS_CONFERENCE}
)
GRAVE = Level.MAJOR
MOST_DAYS = 40
"""Days off in a row: more than any holiday has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Not before ``until``; ``together``: as a line of the morning's one notice."""

    until: datetime
    together: bool
    why: str


def wait_of(case: Case, notice: Notice, policy: Policy, now: datetime) -> Wait | None:
    """None: at once."""
    if not _may_wait(case, notice):
        return None
    digest, quiet = policy.notices.digest, policy.notices.quiet
    level = case.severity.level
    if digest is not None and level in digest.levels and notice.rung in digest.rungs:
        until = _next(now, digest.at)
        return Wait(until=until, together=True, why=f"并入 {_shown(until)} 的汇总")
    if quiet is not None and level in quiet.levels and _is_quiet(now, policy):
        until = _end_of_quiet(now, policy)
        return Wait(until=until, together=False, why=f"夜间或休息日不打扰，{_shown(until)} 发")
    return None


def _may_wait(case: Case, notice: Notice) -> bool:
    if rank(case.severity.level) >= rank(GRAVE):
        return False
    if notice.clock is None:
        return notice.rung == IDLE
    clock = next((one for one in case.clocks if one.rule.kind is notice.clock), None)
    return clock is not None and clock.rule.kind not in NEVER and bool(clock.rule.working_days)


def _is_quiet(now: datetime, policy: Policy) -> bool:
    quiet = policy.notices.quiet
    if quiet is None:
        return False
    here = now.astimezone(SHANGHAI)
    if quiet.from_ > quiet.until:
        night = here.time() >= quiet.from_ or here.time() < quiet.until
    else:
        night = quiet.from_ <= here.time() < quiet.until
    return night or (quiet.days_off and not policy.calendar.day(here.date()).works)


def _end_of_quiet(now: datetime, policy: Policy) -> datetime:
    """The next time that the night ends, on a day that is worked where days off are quiet."""
    quiet = policy.notices.quiet
    until = _next(now, quiet.until if quiet else time(7))
    for _ in range(MOST_DAYS):
        if not _is_quiet(until, policy):
            break
        until += timedelta(days=1)
    return until


def _next(now: datetime, at: time) -> datetime:
    """The next moment at which an office's clock shows this; UTC."""
    here = now.astimezone(SHANGHAI)
    there = datetime.combine(here.date(), at, SHANGHAI)
    return (there if there > here else there + timedelta(days=1)).astimezone(now.tzinfo)


def _shown(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"
