"""From which day to which, as somebody asks for it in the query string: both days counted, in Asia/Shanghai.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from huiying.clock import SHANGHAI

MOST_DAYS = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    first: date
    last: date

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), SHANGHAI)

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
    written = [query.get(name, "").strip() for name in ("from", "to")]
    if not any(written):
        return usual, ""
    try:
        first, last = (date.fromisoformat(day) if day else None for day in written)
    except ValueError:
        return usual, "起止日期要写成 2026-11-01 这样，现在显示的是本月"
    last = last or today
    first = first or last.replace(day=1)
    if first > last:
        return usual, "起始日期晚于截止日期，现在显示的是本月"
    if (last - first).days > MOST_DAYS or first.year < 2000 or last.year > today.year + 1:
        return usual, "起止日期最多相隔两年，现在显示的是本月"
    return Period(first=first, last=last), ""
