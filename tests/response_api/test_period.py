from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from response_api.period import Period, asked, presets, this_month

TODAY = date(2026, 11, 23)


def test_both_days_count_from_midnight_to_midnight_in_shanghai() -> None:
    period = Period(first=date(2026, 11, 1), last=date(2026, 11, 23))
    assert period.since == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert period.until == datetime(2026, 11, 23, 16, tzinfo=UTC)


def test_nothing_asked_for_is_this_month() -> None:
    assert asked({}, TODAY) == (this_month(TODAY), "")


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({"from": "2026-10-01", "to": "2026-10-31"}, date(2026, 10, 1), date(2026, 10, 31)),
        ({"from": "2026-10-05"}, date(2026, 10, 5), TODAY),
        ({"to": "2026-09-12"}, date(2026, 9, 1), date(2026, 9, 12)),
    ],
)
def test_one_day_alone_is_enough(query: dict[str, str], first: date, last: date) -> None:
    assert asked(query, TODAY) == (Period(first=first, last=last), "")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": "十一月一日"}, "2026-11-01 这样"),
        ({"from": "2026-02-30"}, "2026-11-01 这样"),
        ({"from": "2026-11-20", "to": "2026-11-01"}, "晚于"),
        ({"from": "1999-01-01", "to": "1999-01-02"}, "最多相隔两年"),
        ({"from": "2023-01-01"}, "最多相隔两年"),
        ({"from": "2026-11-01", "to": "9999-12-31"}, "最多相隔两年"),
    ],
)
def test_what_is_no_period_gives_this_month_and_says_why(query: dict[str, str], said: str) -> None:
    period, fault = asked(query, TODAY)
    assert period == this_month(TODAY)
    assert said in fault


def test_what_is_asked_for_most_stands_ready() -> None:
    found = {name: (period.first, period.last) for name, period in presets(TODAY)}
    assert found == {
        "本月": (date(2026, 11, 1), TODAY),
        "上月": (date(2026, 10, 1), date(2026, 10, 31)),
        "本季": (date(2026, 10, 1), TODAY),
        "今年": (date(2026, 1, 1), TODAY),
    }
    january = dict(presets(date(2026, 1, 15)))
    assert january["上月"] == Period(first=date(2025, 12, 1), last=date(2025, 12, 31))
