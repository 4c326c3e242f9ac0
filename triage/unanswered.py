"""What the public is still owed of a matter on which something was published.  Pure."""

from __future__ import annotations

from huiying.contracts import Case, CaseState, ClockKind, ClockState, ResponseClock
from triage.amends import IN_HAND

_TOWARDS_THE_PUBLIC = (ClockKind.STATEMENT, ClockKind.PRESS_CONFERENCE, ClockKind.RESPONSE)


def unanswered(case: Case) -> tuple[ResponseClock, ...]:
    """Clocks that run on: what was published is not open to everybody, or is not what they ask for. None where a statement for them
    is on its way.
    """
    if case.state not in (CaseState.PUBLISHED, CaseState.FOLLOWED):
        return ()
    if any(one.state in IN_HAND and not one.corrects for one in case.statements):
        return ()
    running = (clock for clock in case.clocks if clock.state is ClockState.RUNNING)
    return tuple(clock for clock in running if clock.rule.kind in _TOWARDS_THE_PUBLIC)
