"""What may wait until the morning, what may be told together with the rest of it, and what need not be told by then.  Pure.

Only reminders of working-day duties (tickets among them) and of matters that nobody looks after may, of levels below 重大.  A duty in hours, an hour that
was promised to the public, a report, an authoritative statement, a press conference and every grave matter are told at once,
whatever the policy says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from huiying.clock import SHANGHAI
from huiying.contracts import LIVE_STATES, Case, ClockKind, ClockState, Level, Notice, ResponseClock
from triage.callers import owed
from triage.policy import Policy
from triage.record import steps, touched_at
from triage.severity import rank
from triage.words import IDLE, TICKET_AHEAD, TICKET_OVER, TURN_RUNGS

NEVER = frozenset(
    {ClockKind.ACKNOWLEDGE, ClockKind.REPORT_UP, ClockKind.STATEMENT, ClockKind.PRESS_CONFERENCE}
)
GRAVE = Level.MAJOR
_TURNS = frozenset(TURN_RUNGS.values())
TICKET_RUNGS = frozenset({TICKET_AHEAD, TICKET_OVER})
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


def needless(case: Case, notice: Notice) -> str:
    """Why there is nothing left to be reminded of, in Chinese; "" where there is."""
    if why := ended(case, notice.clock, notice.owed_at, notice.rung):
        return why
    clock = _meant(case, notice.clock, notice.owed_at)
    # A step that lies ahead again, since the deadline was put off, is told anew.
    ahead = clock is not None and clock.due_at > notice.due_at and notice.rung not in clock.fired
    return f"时限改到 {_shown(clock.due_at)}，到时候再提醒" if clock and ahead else ""


def ended(case: Case, kind: ClockKind | None, owed_at: datetime, rung: str = "") -> str:
    """Why what was told at that moment, of this duty or of the whole matter, asks for nothing any more; "" where it still does.
    ``rung``: which of its steps that was; callers wait for an answer also where the matter has ended."""
    if rung in TICKET_RUNGS:
        return "" if owed(case) else "工单已经办完，不再提醒"
    if rung in _TURNS:
        return (
            ""
            if any(TURN_RUNGS.get(one.state) == rung for one in case.statements)
            else "文稿已经办过这一步，不再提醒"
        )
    if case.state not in LIVE_STATES:
        return "事件已经了结，不再提醒"
    if kind is None:
        moved = touched_at(case) > owed_at or bool(steps(case))
        return "已经有人办理，不再提醒" if moved else ""
    clock = _meant(case, kind, owed_at)
    if clock is None:
        return "时限已不在，不再提醒"
    return "" if clock.state is ClockState.RUNNING else _ENDED[clock.state]


def _meant(case: Case, kind: ClockKind | None, owed_at: datetime) -> ResponseClock | None:
    """Of several rounds of a clock, the one that ran then."""
    rounds = [one for one in (*case.past_clocks, *case.clocks) if one.rule.kind is kind]
    begun = [one for one in rounds if one.started_at <= owed_at]
    return max(begun or rounds, key=lambda one: one.round, default=None)


_ENDED = {
    ClockState.MET: "已办，不再提醒",
    ClockState.WAIVED: "已免除，不再提醒",
    ClockState.CANCELLED: "时限已取消，不再提醒",
}


def _may_wait(case: Case, notice: Notice) -> bool:
    if rank(case.severity.level) >= rank(GRAVE):
        return False
    if notice.clock is None:
        return notice.rung == IDLE or notice.rung in TICKET_RUNGS
    clock = next((one for one in case.clocks if one.rule.kind is notice.clock), None)
    return clock is not None and clock.rule.kind not in NEVER and bool(clock.days)


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
