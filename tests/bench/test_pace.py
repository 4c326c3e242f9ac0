"""An open loop offers by the clock alone."""

from __future__ import annotations

import pytest

from bench.pace import due, offered_at


def test_the_first_post_is_offered_at_once_and_the_others_evenly() -> None:
    assert [offered_at(number, 1000) for number in (0, 1, 500)] == [0.0, 0.001, 0.5]


@pytest.mark.parametrize(("elapsed", "offered"), [(0.0, 1), (0.0105, 11), (0.5, 501), (3.0, 1000)])
def test_by_any_moment_exactly_those_are_due_whose_time_has_come(elapsed: float, offered: int) -> None:
    assert due(elapsed, 1000, total=1000) == offered


def test_what_was_held_up_is_due_all_at_once() -> None:
    before, after = due(0.1, 1000, total=60_000), due(2.1, 1000, total=60_000)
    assert after - before == 2000


def test_nothing_is_due_before_the_start() -> None:
    assert due(-1.0, 1000, total=10) == 0
