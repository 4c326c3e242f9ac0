"""A day, a week from Monday, a month, in Asia/Shanghai, with the one before and the one after.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from response_api import times

DAY = timedelta(days=1)


class Span(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


NAMES = {Span.DAY: "日报", Span.WEEK: "周报", Span.MONTH: "月报"}
TURNS = {Span.DAY: ("前一日", "次日"), Span.WEEK: ("上周", "下周"), Span.MONTH: ("上月", "下月")}
"""What the period before and the one after are called."""


@dataclass(frozen=True, slots=True)
class Period:
    span: Span
    first: date
    last: date
    """Included."""

    @property
    def since(self) -> datetime:
        return times.day_start(self.first)

    @property
    def before(self) -> datetime:
        """The first moment that is not in it any more."""
        return times.day_start(self.last + DAY)

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment < self.before

    def previous(self) -> Period:
        return period(self.span, self.first - DAY)

    def following(self) -> Period:
        return period(self.span, self.last + DAY)

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + n * DAY for n in range((self.last - self.first).days + 1))

    @property
    def name(self) -> str:
        """2026年11月23日, 2026年11月23日至29日, 2026年11月"""
        first, last = self.first, self.last
        whole = f"{first.year}年{first.month}月"
        if self.span is Span.MONTH:
            return whole
        if first == last:
            return f"{whole}{first.day}日"
        end = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
        return f"{whole}{first.day}日至{end if first.year == last.year else f'{last.year}年{last.month}月{last.day}日'}"


def period(span: Span, day: date) -> Period:
    """The one that a day lies in."""
    match span:
        case Span.DAY:
            return Period(span, day, day)
        case Span.WEEK:
            monday = day - day.weekday() * DAY
            return Period(span, monday, monday + 6 * DAY)
        case Span.MONTH:
            first = day.replace(day=1)
            return Period(span, first, (first + 31 * DAY).replace(day=1) - DAY)
