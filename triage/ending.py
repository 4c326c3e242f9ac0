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


class Ending(StrEnum):
    KEPT = "kept"
    MISSED = "missed"
    """Done late too, what was waived only after it had run out, and what was put off only then."""
    RUNNING = "running"
    SPARED = "spared"
    """Waived or cancelled in time."""


def ending(clock: ResponseClock, now: datetime) -> Ending:
    if ended_at(clock, now) > clock.due_at or late_before(clock):
        return Ending.MISSED
    if clock.state in (ClockState.WAIVED, ClockState.CANCELLED):
        return Ending.SPARED
    return Ending.RUNNING if clock.state is ClockState.RUNNING else Ending.KEPT


def ended_at(clock: ResponseClock, now: datetime) -> datetime:
    """When it ended; now, where it has not."""
    return now if clock.state is ClockState.RUNNING or clock.met_at is None else clock.met_at


def late_before(clock: ResponseClock) -> timedelta:
    """For how long it had run out when somebody extended it; nothing where that was in time."""
    return sum((move.at - move.was for move in _late(clock)), timedelta())


def ran_out_at(clock: ResponseClock) -> datetime:
    """When it ran out first, or will."""
    return next((move.was for move in _late(clock)), clock.due_at)


def _late(clock: ResponseClock) -> list[Recomputed]:
    """Its extensions that came only after it had run out. A calendar that counts other days is none."""
    moves = (move for move in clock.recomputed if move.was < move.at)
    return [move for move in moves if extension(move) in clock.working]


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
