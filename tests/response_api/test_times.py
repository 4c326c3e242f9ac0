"""Moments and durations as an office reads them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from response_api import times

NOW = datetime(2026, 11, 23, 2, 24, 36, tzinfo=UTC)


def test_the_day_begins_in_shanghai_not_in_greenwich() -> None:
    assert times.midnight(NOW) == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert times.long_day(datetime(2026, 11, 22, 16, tzinfo=UTC)) == "2026年11月23日 星期一"


@pytest.mark.parametrize(
    "text", ["", "20261123", "2026-11-31", "1999-12-31", "2201-01-01", "2026-11-23 ", "heute"]
)
def test_what_is_no_day_of_an_office_is_none(text: str) -> None:
    assert times.day_of(text) is None


def test_a_day_is_read_as_a_form_sends_it_and_begins_at_midnight() -> None:
    day = times.day_of("2026-11-23")
    assert day == date(2026, 11, 23)
    assert times.day_start(day) == datetime(2026, 11, 22, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(3723, "01:02:03"), (-1572, "−00:26:12"), (147919, "41:05:19"), (0, "00:00:00"), (-0.4, "00:00:00")],
)
def test_a_countdown_runs_past_a_day_and_below_zero(seconds: float, shown: str) -> None:
    assert times.countdown(timedelta(seconds=seconds)) == shown


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (NOW, "今天 10:24"),
        (NOW - timedelta(hours=11), "昨天 23:24"),
        (NOW - timedelta(days=5), "11-18 10:24"),
        (NOW + timedelta(days=1), "11-24 10:24"),
        (NOW - timedelta(days=400), "2025-10-19 10:24"),
    ],
)
def test_a_moment_shows_as_much_of_its_date_as_it_takes(moment: datetime, shown: str) -> None:
    assert times.short(moment, NOW) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (30, "30秒"),
        (2700, "45分钟"),
        (12000, "3小时20分"),
        (7200, "2小时"),
        (187200, "2天4小时"),
        (-2700, "45分钟"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_parts(seconds: int, shown: str) -> None:
    assert times.span(timedelta(seconds=seconds)) == shown


def test_what_is_days_away_is_counted_in_days() -> None:
    assert times.countdown(timedelta(hours=99, minutes=59, seconds=59)) == "99:59:59"
    assert times.countdown(timedelta(hours=100)) == "4天 04:00:00"
    assert times.countdown(-timedelta(days=14, seconds=1)) == "−14天 00:00:01"
