"""What time it is, and how long to sleep.  Only the edges ask; everybody else is told."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class SystemClock:
    """The machine's clock."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, duration: timedelta) -> bool:
        return self._stopped.wait(max(0.0, duration.total_seconds()))

    def stop(self) -> None:
        self._stopped.set()


class ManualClock:
    """A clock that stands until it is moved. Waiting moves it, so that loops run as fast as they can think."""

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
