from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from huiying.errors import Misconfigured
from response_api.period import Period, asked, between, presets, this_month

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
        ({"from": "20261101"}, "2026-11-01 这样"),
        ({"to": "2026-W48-1"}, "2026-11-01 这样"),
        ({"from": "2026-11-20", "to": "2026-11-01"}, "晚于"),
        ({"from": "1999-01-01", "to": "1999-01-02"}, "年份在 2000 到 2027 之间"),
        ({"from": "2023-01-01"}, "最多相隔两年"),
        ({"from": "2026-11-01", "to": "2028-01-01"}, "年份在 2000 到 2027 之间"),
        ({"to": "9999-12-31"}, "年份在 2000 到 2027 之间"),
    ],
)
def test_what_is_no_period_gives_this_month_and_says_why(query: dict[str, str], said: str) -> None:
    period, fault = asked(query, TODAY)
    assert period == this_month(TODAY)
    assert said in fault


def test_the_years_that_an_office_has_are_between_two_days_and_no_others() -> None:
    whole = between("2000-01-01", "2027-12-31", TODAY)
    assert (whole.first, whole.last) == (date(2000, 1, 1), date(2027, 12, 31))
    for start, end in [("1999-12-31", ""), ("", "2028-01-01"), ("2026-11-23 ", "")]:
        with pytest.raises(Misconfigured, match="年份在 2000 到 2027 之间"):
            between(start, end, TODAY)


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
