"""Whether this machine's clock can be trusted: against the servers' clocks, and against its own steady one.

Legal hours run by the wall clock.  Nothing outside is asked: what an office can compare are its own machines.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from huiying import logs, metrics
from huiying.errors import HuiyingError
from huiying.ports import CLOCK_GRAIN

_log = logs.get("clock")

TOLERATED = timedelta(seconds=3)
"""Further apart, beyond what the measuring itself may be wrong by, is an alarm."""
JUMP = timedelta(seconds=2)
"""Between two looks the wall clock may go this much further, or less far, than the steady one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """How far our clock is ahead of another; negative: behind."""

    server: str
    ahead: timedelta
    within: timedelta
    """The measuring may be wrong by so much."""

    @property
    def alarming(self) -> bool:
        return abs(self.ahead) > TOLERATED + self.within


def measure(clocks: Mapping[str, Callable[[], datetime]], now: Callable[[], datetime]) -> tuple[Offset, ...]:
    """Ask each server for the time, twice, and keep the quicker answer; one that does not answer is left out."""
    found = []
    for server, ask in clocks.items():
        try:
            found.append(min((_asked(server, ask, now) for _ in range(2)), key=lambda one: one.within))
        except HuiyingError:
            continue
    return tuple(found)


def _asked(server: str, ask: Callable[[], datetime], now: Callable[[], datetime]) -> Offset:
    before = now()
    there = ask()
    trip = (now() - before) / 2
    return Offset(server=server, ahead=before + trip - there, within=abs(trip) + CLOCK_GRAIN / 2)


def note(offsets: tuple[Offset, ...]) -> None:
    """Show them in the figures, and in the log where one is alarming."""
    metrics.SKEW.clear()
    metrics.SKEW_WITHIN.clear()
    for one in offsets:
        metrics.SKEW.labels(one.server).set(one.ahead.total_seconds())
        metrics.SKEW_WITHIN.labels(one.server).set(one.within.total_seconds())
        if one.alarming:
            _log.error("clock_skew", server=one.server, ahead_seconds=round(one.ahead.total_seconds(), 1))


@dataclass(slots=True)
class Steps:
    """Finds where the wall clock was set, or the machine slept: it and the steady clock went differently far."""

    steady: Callable[[], float] = time.monotonic
    _last: tuple[datetime, float] | None = field(default=None, init=False)

    def look(self, now: datetime) -> timedelta | None:
        """By how much the clock jumped since the last look; None where it did not."""
        steady = self.steady()
        last, self._last = self._last, (now, steady)
        if last is None:
            return None
        jump = (now - last[0]) - timedelta(seconds=steady - last[1])
        if abs(jump) <= JUMP:
            return None
        metrics.JUMPS.inc()
        metrics.LAST_JUMP.set(jump.total_seconds())
        _log.error("clock_jumped", seconds=round(jump.total_seconds(), 1))
        return jump
