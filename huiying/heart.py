"""The heartbeat of a process: who it is, when each of its loops went round last, and how its clock stands.

One small entry in the register, written anew every fifteen seconds, at first sooner, and erased a day after the last, so
that ``huiying check`` can say who has not been seen.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from huiying import logs, metrics, skew
from huiying.contracts import Instant
from huiying.errors import HuiyingError
from huiying.ports import Clock, Engine, Register

_log = logs.get("heart")

KIND = "heartbeat"
EVERY = timedelta(seconds=15)
SOON = timedelta(seconds=1)
"""After the first beat, which comes before any loop has gone round; then longer and longer: who has just started a process
wants to see it at work.
"""
MEASURE_EVERY = timedelta(seconds=60)
"""The clocks of servers are asked less often."""
KEPT = timedelta(days=1)
ALIVE = timedelta(minutes=1)
"""A process whose last beat is younger is there."""


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    host: str
    process: int
    version: str
    started_at: Instant
    at: Instant
    """By this machine's clock."""
    rounds: dict[str, Instant]
    """Loop → when it went round last."""
    offsets: dict[str, float]
    """Server → seconds that this machine's clock is ahead of it, where that is alarming."""
    jumped_at: Instant | None = None
    jumped: float = 0.0
    """Seconds by which the clock jumped last."""


@dataclass(kw_only=True)
class Heart:
    """Of one process."""

    engine: Engine
    clock: Clock
    steps: skew.Steps = field(default_factory=skew.Steps)
    rounds: Callable[[], Mapping[str, datetime]] = metrics.rounds
    _started: datetime | None = field(default=None, init=False)
    _measured: datetime | None = field(default=None, init=False)
    _offsets: tuple[skew.Offset, ...] = field(default=(), init=False)
    _jumped: tuple[datetime, float] | None = field(default=None, init=False)

    def run(self) -> None:
        """Until the clock is stopped."""
        pause = SOON
        while True:
            try:
                self.beat(self.clock.now())
            except HuiyingError as trouble:
                # The loops whose work it is say so themselves.
                _log.debug("no_beat", reason=str(trouble))
            if self.clock.wait(pause):
                return
            pause = min(pause * 2, EVERY)

    def beat(self, now: datetime) -> Beat:
        """One. Raises TryAgain where it could not be kept."""
        self._started = self._started or now
        if (jump := self.steps.look(now)) is not None:
            self._jumped, self._measured = (now, jump.total_seconds()), None
        if self._measured is None or abs(now - self._measured) >= MEASURE_EVERY:
            self._measured = now
            self._offsets = skew.measure(self.engine.clocks, self.clock.now)
            skew.note(self._offsets)
        made = Beat(
            host=socket.gethostname(),
            process=os.getpid(),
            version=metrics.software(),
            started_at=self._started,
            at=now,
            rounds=dict(self.rounds()),
            offsets={
                one.server: round(one.ahead.total_seconds(), 1) for one in self._offsets if one.alarming
            },
            jumped_at=self._jumped[0] if self._jumped else None,
            jumped=self._jumped[1] if self._jumped else 0.0,
        )
        self.engine.register.put(KIND, f"{made.host}-{made.process}", msgspec.json.encode(made), expect=None)
        return made


def beats(register: Register) -> tuple[Beat, ...]:
    """Of every process that was alive within a day or so. Raises TryAgain."""
    found: list[Beat] = []
    for entry in register.list(KIND):
        try:
            found.append(msgspec.json.decode(entry.value, type=Beat))
        except msgspec.MsgspecError:  # of another version
            continue
    return tuple(found)


def last_seen(beats: Iterable[Beat]) -> Mapping[str, datetime]:
    """Loop → when it was last seen at work in any process."""
    seen: dict[str, datetime] = {}
    for beat in beats:
        for loop, at in beat.rounds.items():
            seen[loop] = max(at, seen.get(loop, at))
    return seen


def forget_old(register: Register, now: datetime) -> int:
    """Erase those of processes that ended long ago; returns how many."""
    gone = 0
    for entry in register.list(KIND):
        try:
            at = msgspec.json.decode(entry.value, type=Beat).at
        except msgspec.MsgspecError:
            at = None
        if at is None or now - at > KEPT:
            register.delete(KIND, entry.id)
            gone += 1
    return gone
