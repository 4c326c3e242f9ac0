"""How a clock went, or goes: one rule for the public page, the sums of an office and its scores.  Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from huiying.contracts import ClockState, Recomputed, ResponseClock
from triage.record import shown

BOOKED = "计入发现和定级，不计入承办单位"
"""In a line of a clock's working: its time was over before anybody could know."""
EXTENDED = "延长："
"""How the line begins that tells of an extension."""


UNASKED = "更正事实后不再要求"
"""What ends the clocks that rested on a fact which people have put right."""


class Ending(StrEnum):
    KEPT = "kept"
    MISSED = "missed"
    """Done late too, what was waived only after it had run out, and what was put off only then."""
    RUNNING = "running"
    SPARED = "spared"
    """Waived or cancelled in time."""
    CORRECTED = "corrected"
    """It ended, and stood as missed until people put right the fact that said so."""


def ending(clock: ResponseClock, now: datetime) -> Ending:
    if clock.corrected is not None and not clock.corrected.owed:
        return Ending.CORRECTED
    if ended_at(clock, now) > clock.due_at or late_before(clock):
        return Ending.MISSED
    if clock.state is ClockState.RUNNING:
        return Ending.RUNNING
    if clock.corrected is not None:
        return Ending.CORRECTED
    spared = clock.state in (ClockState.WAIVED, ClockState.CANCELLED)
    return Ending.SPARED if spared else Ending.KEPT


def was_owed(clock: ResponseClock) -> bool:
    """Whether the duty was asked for at all, as the facts are known by now."""
    unasked = clock.state is ClockState.CANCELLED and clock.met_by == UNASKED
    return not unasked and (clock.corrected is None or clock.corrected.owed)


def correction(clock: ResponseClock, now: datetime) -> str:
    """What is told of a breach that was none; '' where there is none, or where it was missed after all."""
    was = clock.corrected
    if was is None or ending(clock, now) is Ending.MISSED:
        return ""
    why = "按更正后的事实没有逾期" if was.owed else "按更正后的事实不要求"
    return f"更正：原记 {shown(was.due)} 起逾期，{why}（{shown(was.at)} 更正）"


def ended_at(clock: ResponseClock, now: datetime) -> datetime:
    """When it ended; now, where it has not."""
    return now if clock.state is ClockState.RUNNING or clock.met_at is None else clock.met_at


def late_before(clock: ResponseClock) -> timedelta:
    """For how long it had run out when somebody extended it; nothing where that was in time."""
    return sum((at - was for was, at in _late(clock)), timedelta())


def ran_out_at(clock: ResponseClock) -> datetime:
    """When it ran out first, or will."""
    return next((was for was, _ in _late(clock)), clock.due_at)


def _late(clock: ResponseClock) -> list[tuple[datetime, datetime]]:
    """Of its extensions that came only after it had run out: when that was, and when they came. A calendar that counts other
    days is none."""
    moves = [(move.was, move.at) for move in clock.recomputed if extension(move) in clock.working]
    if moves and clock.term_end is not None:
        moves[0] = (clock.term_end, moves[0][1])
    return [(was, at) for was, at in moves if was < at]


def extension(move: Recomputed) -> str:
    """The line of the working that tells of this move, where it was by somebody's authority."""
    return f"{EXTENDED}{move.reason}，由 {shown(move.was)} 延至 {shown(move.now)}"


def is_booked(clock: ResponseClock, now: datetime) -> bool:
    """Whether it is detection's, not the unit's, that it was missed. A term that it was given since is the unit's own."""
    told = next((place for place, line in enumerate(clock.working) if BOOKED in line), None)
    if told is None:
        return False
    extended = any(line.startswith(EXTENDED) for line in clock.working[told:])
    return not (extended and ended_at(clock, now) > clock.due_at)
