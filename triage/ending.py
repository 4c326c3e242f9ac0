"""How a clock went, or goes: one rule for the public page, the sums of an office and its scores.  Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from huiying.contracts import ClockState, ResponseClock


class Ending(StrEnum):
    KEPT = "kept"
    MISSED = "missed"
    """Done late too, and what was waived only after it had run out."""
    RUNNING = "running"
    SPARED = "spared"
    """Waived or cancelled in time."""


def ending(clock: ResponseClock, now: datetime) -> Ending:
    if ended_at(clock, now) > clock.due_at:
        return Ending.MISSED
    if clock.state in (ClockState.WAIVED, ClockState.CANCELLED):
        return Ending.SPARED
    return Ending.RUNNING if clock.state is ClockState.RUNNING else Ending.KEPT


def ended_at(clock: ResponseClock, now: datetime) -> datetime:
    """When it ended; now, where it has not."""
    return now if clock.state is ClockState.RUNNING or clock.met_at is None else clock.met_at
