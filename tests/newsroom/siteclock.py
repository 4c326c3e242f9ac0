"""Time as the sites know it: seconds since the server's start, and when a thing was published."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

Now = Callable[[], datetime]


def system_now() -> datetime:
    return datetime.now(UTC)


class SiteClock:
    def __init__(self, now: Now = system_now, speed: float = 1.0, started: datetime | None = None) -> None:
        """``started``: of a site that goes on where an earlier one left off, with the times that its pages had."""
        if speed <= 0:
            raise ValueError("speed must be above zero")
        self._now = now
        self.speed = speed
        self.start = min(started or now(), now()).astimezone(SHANGHAI)

    def elapsed(self) -> float:
        """Seconds of content time since the start: at speed 2 a minute of waiting is two minutes."""
        return (self._now() - self.start).total_seconds() * self.speed

    def before(self, minutes: float) -> datetime:
        return self.start - timedelta(minutes=minutes)

    def moment(self, *, age_minutes: float, appears_after: float) -> datetime:
        """Older items carry their age; an item that appears later carries the time of its appearing."""
        if appears_after > 0:
            return self.start + timedelta(seconds=appears_after / self.speed)
        return self.before(age_minutes)
