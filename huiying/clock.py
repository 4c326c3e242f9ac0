"""What time it is, and how long to sleep.  Only the edges ask; everybody else is told."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


BREATH = 0.05
"""Seconds: however fast time runs, a loop rests for as long, or for as long as it asked where that is less."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a demo's time runs beside the machine's: ``office`` was the time when the machine's was ``real``."""

    speed: float
    real: datetime
    office: datetime

    def at(self, real: datetime) -> datetime:
        return self.office + (real - self.real) * self.speed

    def __str__(self) -> str:
        """For a child process; ``read`` reads it."""
        return f"{self.speed:g} {self.real.isoformat()} {self.office.isoformat()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError."""
        speed, real, office = text.split()
        found = cls(float(speed), datetime.fromisoformat(real), datetime.fromisoformat(office))
        if not 0 < found.speed <= 3600 or found.real.tzinfo is None or found.office.tzinfo is None:
            raise ValueError(text)
        return found


class SystemClock:
    """The machine's clock, or one that runs beside it at the pace of a demo."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._stopped = threading.Event()
        self._pace = pace
        self.speed = pace.speed if pace else 1.0

    def now(self) -> datetime:
        real = datetime.now(UTC)
        return self._pace.at(real) if self._pace else real

    def wait(self, duration: timedelta) -> bool:
        asked = max(0.0, duration.total_seconds())
        return self._stopped.wait(max(asked / self.speed, min(asked, BREATH)))

    def stop(self) -> None:
        self._stopped.set()


class ManualClock:
    """A clock that stands until it is moved. Waiting moves it, so that loops run as fast as they can think."""

    speed = 1.0

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a time needs a zone")
        self._now = start.astimezone(UTC)
        self._stopped = False

    def now(self) -> datetime:
        return self._now

    def wait(self, duration: timedelta) -> bool:
        self._now += duration
        return self._stopped

    def stop(self) -> None:
        self._stopped = True

    def advance(self, duration: timedelta) -> datetime:
        self._now += duration
        return self._now

    def set(self, now: datetime) -> None:
        """Jump, backwards too: what an NTP step does."""
        self._now = now.astimezone(UTC)
