"""What one report is about: a day, a week from Monday or a month, with the one before and the one after.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from response_api.period import Period

DAY = timedelta(days=1)


class Span(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


NAMES = {Span.DAY: "日报", Span.WEEK: "周报", Span.MONTH: "月报"}
TURNS = {Span.DAY: ("前一日", "次日"), Span.WEEK: ("上周", "下周"), Span.MONTH: ("上月", "下月")}
"""What the period before and the one after are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Period):
    span: Span

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment < self.until

    def previous(self) -> Issue:
        return issue_of(self.span, self.first - DAY)

    def following(self) -> Issue:
        return issue_of(self.span, self.last + DAY)

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


def issue_of(span: Span, day: date) -> Issue:
    """The one that a day lies in."""
    match span:
        case Span.DAY:
            return Issue(span=span, first=day, last=day)
        case Span.WEEK:
            monday = day - day.weekday() * DAY
            return Issue(span=span, first=monday, last=monday + 6 * DAY)
        case Span.MONTH:
            first = day.replace(day=1)
            return Issue(span=span, first=first, last=(first + 31 * DAY).replace(day=1) - DAY)
