"""From which day to which, as somebody asks for it in the query string: both days counted, in Asia/Shanghai.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from huiying.errors import Misconfigured
from response_api import times

MOST_DAYS = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    first: date
    last: date

    @property
    def since(self) -> datetime:
        return times.day_start(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return times.day_start(self.last + timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.first} 至 {self.last}"


def this_month(today: date) -> Period:
    return Period(first=today.replace(day=1), last=today)


def presets(today: date) -> tuple[tuple[str, Period], ...]:
    """What is asked for most."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    quarter = month.replace(month=3 * ((month.month - 1) // 3) + 1)
    return (
        ("本月", Period(first=month, last=today)),
        ("上月", Period(first=before.replace(day=1), last=before)),
        ("本季", Period(first=quarter, last=today)),
        ("今年", Period(first=month.replace(month=1), last=today)),
    )


def asked(query: Mapping[str, str], today: date) -> tuple[Period, str]:
    """The period and, where what was asked for is none, why this month is taken instead, in Chinese."""
    usual = this_month(today)
    start, end = query.get("from", "").strip(), query.get("to", "").strip()
    if not (start or end):
        return usual, ""
    try:
        period = between(start, end, today)
    except Misconfigured as fault:
        return usual, f"{fault}，现在显示的是本月"
    if (period.last - period.first).days > MOST_DAYS:
        return usual, "起止日期最多相隔两年，现在显示的是本月"
    return period, ""


def between(start: str, end: str, today: date) -> Period:
    """From one day to another as somebody wrote them: '' is today at the end, and the first of that month at the start.
    Raises Misconfigured.
    """
    last = _day(end, today) if end else today
    first = _day(start, today) if start else last.replace(day=1)
    if first > last:
        raise Misconfigured("起始日期不能晚于截止日期")
    return Period(first=first, last=last)


def _day(written: str, today: date) -> date:
    day = times.day_of(written)
    if day is None or day.year > today.year + 1:
        raise Misconfigured(f"起止日期要写成 2026-11-01 这样，年份在 2000 到 {today.year + 1} 之间")
    return day
