"""Which of several processes does what only one may do at a time: the one that has a lease in the register, which it renews while it is
at it, and which runs out where it has died.  Of its own machine another process sees at once that it has.

It is kept by the machines' time of day, which ``huiying check`` watches.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from huiying.errors import RevisionConflict
from huiying.ports import PASSING, Register

KIND = f"{PASSING}lease"
HOLDS = 60.0
"""Seconds for which a lease is good: longer than one receiver may keep its sender waiting, and how long nobody sends where a whole machine
has gone."""
RENEWED_EVERY = 15.0
LOOKED_EVERY = 2.0
"""How often somebody who has none looks whether it has become free."""


class _Held(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    host: str
    pid: int
    until: float

    def is_dead(self) -> bool:
        """Whether it was a process of this machine that is no more; one that has got its number since counts as it."""
        if self.host == _HOST:
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                return True
            except PermissionError:  # it is somebody else's, and lives
                pass
        return False


_HOST = socket.gethostname()
"""In a container its own name: a process of another one is of another machine."""


@dataclass
class Lease:
    """Of one thread."""

    register: Register
    name: str
    wall: Callable[[], float] = time.time
    _me: str = field(default_factory=lambda: secrets.token_hex(8))
    _until: float = 0.0
    """Until when it is this one's; 0 where it is not."""
    _look_at: float = 0.0

    def held(self) -> bool:
        """Whether it is this one's to do: now, and for as long as one sending may take."""
        now = self.wall()
        if now < self._until - HOLDS + RENEWED_EVERY:
            return True
        if not self._until and now < self._look_at:
            return False
        self._until = now + HOLDS if self._taken(now) else 0.0
        self._look_at = now + LOOKED_EVERY
        return bool(self._until)

    def let_go(self) -> None:
        entry = self.register.get(KIND, self.name) if self._until else None
        if entry and _read(entry.value).by == self._me:
            self.register.delete(KIND, self.name)
        self._until = 0.0

    def _taken(self, now: float) -> bool:
        entry = self.register.get(KIND, self.name)
        if entry and (known := _read(entry.value)).by != self._me:
            good = now < known.until <= now + 2 * HOLDS
            if good and not known.is_dead():
                return False
        mine = msgspec.json.encode(_Held(by=self._me, host=_HOST, pid=os.getpid(), until=now + HOLDS))
        try:
            self.register.put(KIND, self.name, mine, expect=entry.revision if entry else 0)
        except RevisionConflict:
            return False
        return True


def _read(value: bytes) -> _Held:
    return msgspec.json.decode(value, type=_Held)
