from __future__ import annotations

from datetime import timedelta

import pytest

from huiying.tables.days import COUNTED_FROM, dated, written


def test_a_moment_is_written_to_the_second_and_midnight_as_its_day() -> None:
    noon = COUNTED_FROM.replace(year=2026, hour=12)
    assert written(noon - timedelta(microseconds=1)) == "2026-12-30 12:00:00"
    assert written(noon.replace(hour=0)) == "2026-12-30"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("45000", "2023-03-15"),
        ("45000.354166666664", "2023-03-15 08:30:00"),
        ("20000", "20000"),
        ("99999", "99999"),
        ("2026", "2026"),
        ("20261120", "20261120"),
        ("45000年", "45000年"),
    ],
)
def test_only_a_number_that_can_be_a_day_of_our_time_is_taken_for_one(text: str, day: str) -> None:
    assert dated(text, COUNTED_FROM) == day
