from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from huiying.clock import BREATH, SHANGHAI, ManualClock, Pace, SystemClock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)


def test_time_is_utc_and_carries_its_zone() -> None:
    for clock in (SystemClock(), ManualClock(NOON)):
        assert clock.now().tzinfo is UTC


def test_a_manual_clock_stands_until_it_is_moved() -> None:
    clock = ManualClock(NOON)
    assert clock.now() == clock.now() == NOON
    assert clock.advance(timedelta(hours=1)) == NOON + timedelta(hours=1)
    clock.set(NOON - timedelta(days=1))
    assert clock.now() == NOON - timedelta(days=1)


def test_a_manual_clock_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        ManualClock(datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001


def test_waiting_moves_a_manual_clock_and_says_when_to_stop() -> None:
    clock = ManualClock(NOON)
    assert not clock.wait(timedelta(seconds=30))
    assert clock.now() == NOON + timedelta(seconds=30)
    clock.stop()
    assert clock.wait(timedelta(0))


def test_stopping_wakes_everyone_who_waits() -> None:
    clock = SystemClock()
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda: answers.append(clock.wait(timedelta(minutes=1)))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    clock.stop()
    for thread in threads:
        thread.join(5)
    assert answers == [True, True, True]


def test_a_negative_wait_is_none() -> None:
    began = time.monotonic()
    assert not SystemClock().wait(timedelta(seconds=-5))
    assert time.monotonic() - began < 4


def test_a_demos_time_runs_at_its_pace_and_its_loops_still_rest() -> None:
    real = datetime.now(UTC)
    clock = SystemClock(Pace.read(f"60 {real.isoformat()} {datetime(2030, 1, 1, tzinfo=UTC).isoformat()}"))
    started, before = time.monotonic(), clock.now()
    clock.wait(timedelta(seconds=1))
    assert time.monotonic() - started >= BREATH * 0.9
    assert clock.now() - before >= timedelta(seconds=BREATH * 0.9 * 60)
    assert clock.now().year == 2030


@pytest.mark.parametrize(
    "text", ["0 x y", "60", "60 2026-01-01 2026-01-01", "5000 2026-01-01T00:00+00:00 2026-01-01T00:00+00:00"]
)
def test_a_pace_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Pace.read(text)
