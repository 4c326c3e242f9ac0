"""Clocks that are not to be trusted are found: against servers, and against one's own steady one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huiying import metrics, skew
from huiying.clock import ManualClock, SystemClock
from huiying.errors import TryAgain
from huiying.ports import Engine
from tests.factories import NOW


class Elsewhere(SystemClock):
    """A machine whose clock is set wrongly."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__()
        self._ahead = ahead

    def now(self) -> datetime:
        return super().now() + self._ahead


@pytest.mark.parametrize("minutes", [-2, 0, 2])
def test_the_offset_is_how_far_we_are_ahead_and_minutes_are_alarming(minutes: int) -> None:
    ahead = timedelta(minutes=minutes)
    (offset,) = skew.measure({"there": lambda: NOW - ahead}, ManualClock(NOW).now)
    assert offset.ahead == ahead
    assert offset.alarming is (minutes != 0)


def test_a_slow_answer_says_less_and_raises_no_alarm() -> None:
    clock = ManualClock(NOW)

    def slow() -> datetime:
        clock.advance(timedelta(seconds=20))
        return NOW + timedelta(seconds=3)

    (offset,) = skew.measure({"there": slow}, clock.now)
    assert offset.within >= timedelta(seconds=10)
    assert not offset.alarming


def test_a_server_that_does_not_answer_is_left_out() -> None:
    def away() -> datetime:
        raise TryAgain("away")

    found = skew.measure({"away": away, "there": lambda: NOW}, ManualClock(NOW).now)
    assert [one.server for one in found] == ["there"]


def test_real_servers_show_a_machine_that_is_a_minute_ahead(engine: Engine) -> None:
    wrong = skew.measure(engine.clocks, Elsewhere(timedelta(minutes=1)).now)
    right = skew.measure(engine.clocks, Elsewhere(timedelta(0)).now)
    assert {one.server for one in wrong} == set(engine.clocks)
    assert all(one.alarming and timedelta(seconds=50) < one.ahead < timedelta(seconds=70) for one in wrong)
    assert not any(one.alarming for one in right), right


@pytest.mark.parametrize("seconds", [-3600.0, -2.5, 2.5, 3600.0])
def test_a_clock_that_was_set_differs_from_the_steady_one(seconds: float) -> None:
    steady = iter([100.0, 115.0, 130.0])
    steps = skew.Steps(steady=lambda: next(steady))
    before = metrics.JUMPS._value.get()
    assert steps.look(NOW) is None
    assert steps.look(NOW + timedelta(seconds=15 + seconds)) == timedelta(seconds=seconds)
    assert steps.look(NOW + timedelta(seconds=30 + seconds)) is None, "told once"
    assert metrics.JUMPS._value.get() == before + 1


def test_a_loop_that_comes_late_is_no_jump() -> None:
    steady = iter([100.0, 400.5])
    steps = skew.Steps(steady=lambda: next(steady))
    steps.look(NOW)
    assert steps.look(NOW + timedelta(seconds=300)) is None


def test_the_steady_clock_of_this_machine_agrees_with_its_wall_clock() -> None:
    steps = skew.Steps()
    assert [steps.look(datetime.now(UTC)) for _ in range(3)] == [None, None, None]
