"""Which days an office works: holidays off, make-up workdays (调休) on, and how a term of working days is counted.

Three sources, in this order: the office's own file (``calendar.toml`` in the policy folder, what the State Council's notice
says), chinesecalendar for the years that it knows, and ``holidays`` for all others.  The last knows the holidays and not yet
the make-up days: whatever it decides is *tentative*, and is counted again when the office brings the year's notice.

A term begins on the day after its start and ends with the end of its last day in Asia/Shanghai.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar
import holidays
from chinese_calendar.constants import Holiday
from pydantic import Field, model_validator

from huiying import tomlfile
from huiying.clock import SHANGHAI
from huiying.contracts import DayCounted
from huiying.errors import Misconfigured
from triage.packs import File, Strict

FILE = "calendar.toml"
DAY = timedelta(days=1)
LAST_SECOND = time(23, 59, 59)
LONGEST = 366
"""Days of a term: more is a slip of the pen."""
WEEKDAYS = "一二三四五六日"
_YEAR = re.compile(r"^(?=[ \t]*\[\[[ \t]*year[ \t]*\]\])", re.MULTILINE)
"""Where a year begins."""


class YearRow(Strict):
    """One year as the State Council's notice arranges it."""

    year: int = Field(ge=2000, le=2200)
    citation: str = Field(min_length=1)
    off: dict[str, tuple[date, ...]] = Field(default_factory=dict)
    """Name of a holiday → the days off, weekends among them or not."""
    on: tuple[date, ...] = ()
    """Saturdays and Sundays that are worked."""

    @model_validator(mode="after")
    def sound(self) -> YearRow:
        off = [day for days in self.off.values() for day in days]
        for day in (*off, *self.on):
            if day.year != self.year:
                raise ValueError(f"{day} 不在 {self.year} 年里，请写到那一年的 [[year]] 下面")
        if both := sorted(set(off) & set(self.on)):
            raise ValueError(f"{_days(both)} 既写了放假（off）又写了上班（on），只能写一处")
        if twice := sorted({day for day in off if off.count(day) > 1}):
            raise ValueError(f"{_days(twice)} 在 off 里写了两次，请删去一处")
        if weekdays := [day for day in self.on if day.weekday() < 5]:
            raise ValueError(f"{_days(weekdays)} 不是周末，本来就上班，请从 on 里删去")
        return self


class CalendarFile(File):
    """``calendar.toml``."""

    year: tuple[YearRow, ...] = ()

    @model_validator(mode="after")
    def one_a_year(self) -> CalendarFile:
        _once_each(self.year)
        return self


class NoticeFile(Strict):
    """What ``huiying calendar update`` is given: one year's notice or several, with or without the head of ``calendar.toml``."""

    version: int = 1
    citations: tuple[str, ...] = ()
    year: tuple[YearRow, ...] = ()

    @model_validator(mode="after")
    def sound(self) -> NoticeFile:
        if not self.year:
            raise ValueError("一年也没有写，请照 policy/calendar.toml 开头的样子写 [[year]]")
        _once_each(self.year)
        return self


def _once_each(rows: Iterable[YearRow]) -> None:
    years = [row.year for row in rows]
    if twice := sorted({year for year in years if years.count(year) > 1}):
        raise ValueError(f"{'、'.join(map(str, twice))} 年写了两次，请合成一个 [[year]]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    date: date
    works: bool
    why: str
    """In Chinese: 工作日, 周六, 国庆节, 调休上班."""
    tentative: bool = False
    """The year's arrangement is not known yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """So many working days from a start."""

    due: datetime
    """The last second of the last day, in Asia/Shanghai."""
    days: tuple[DayCounted, ...]
    """From the day after the start to the last, each counted or skipped, with the reason."""
    tentative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """``office`` comes before everything else; it is whole years."""

    office: Mapping[int, YearRow] = field(default_factory=dict)

    def day(self, on: date) -> Day:
        row = self.office.get(on.year)
        if row is not None:
            return _by_notice(on, row)
        if on.year in _known_years():
            return _by_chinesecalendar(on)
        return _by_holidays(on)

    def term(self, start: datetime, working_days: int) -> Term:
        """``working_days`` from 1 to 366."""
        if not 1 <= working_days <= LONGEST:
            raise ValueError(f"working_days is 1 to {LONGEST}, not {working_days}")
        days: list[Day] = []
        on = start.astimezone(SHANGHAI).date()
        left = working_days
        while left:
            on += DAY
            day = self.day(on)
            days.append(day)
            left -= day.works
        return Term(
            due=datetime.combine(on, LAST_SECOND, SHANGHAI),
            days=tuple(DayCounted(day=day.date.isoformat(), counted=day.works, why=day.why) for day in days),
            tentative=any(day.tentative for day in days),
        )

    def knows(self, year: int) -> bool:
        """Whether the year's make-up days are known."""
        return year in self.office or year in _known_years()


def load(folder: Path) -> Calendar:
    """The office's calendar, from its policy folder. Raises Misconfigured, naming file and line."""
    return read(folder / FILE)


def read(file: Path) -> Calendar:
    content = tomlfile.read(file, CalendarFile)
    return Calendar(office={row.year: row for row in content.year})


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """``calendar.toml`` with a notice taken in."""

    text: str
    calendar: Calendar
    brought: tuple[int, ...]
    """Years that the notice brings."""
    kept: tuple[int, ...]
    """Years that stay as they are."""


def renewed(folder: Path, notice: Path) -> Renewed:
    """The years of the notice in place of the same years of the office's file; all others stay as somebody wrote them.

    Raises Misconfigured, naming file and line.
    """
    own = folder / FILE
    old, new = tomlfile.read(own, CalendarFile).year, tomlfile.read(notice, NoticeFile).year
    head, blocks = _written(own, old)
    _, fresh = _written(notice, new)
    every = {**blocks, **fresh}
    text = "\n".join(block.strip() + "\n" for block in (head, *(every[year] for year in sorted(every))))
    content = tomlfile.parse(text, CalendarFile, name=str(own))
    return Renewed(
        text=text,
        calendar=Calendar(office={row.year: row for row in content.year}),
        brought=tuple(sorted(fresh)),
        kept=tuple(sorted(set(blocks) - set(fresh))),
    )


def _written(file: Path, rows: tuple[YearRow, ...]) -> tuple[str, dict[int, str]]:
    """What stands before the first year, and each year as it is written."""
    head, *blocks = _YEAR.split(file.read_text("utf-8-sig"))
    if len(blocks) != len(rows):
        raise Misconfigured(f"{file}：请把每一年写成一段 [[year]]，每一项写一行")
    return head, {row.year: block for row, block in zip(rows, blocks, strict=True)}


def worked_through(calendar: Calendar, year: int) -> tuple[str, ...]:
    """Statutory holidays that the office's file says nothing of, so that they count as worked: 国庆节（10月1日、10月2日）."""
    if year not in calendar.office:
        return ()
    found: dict[str, list[date]] = {}
    for on, name in sorted(_statutory(year).items()):
        if not name.endswith(("（补假）", "调休）")) and calendar.day(on).works:
            found.setdefault(name.replace("; ", "、"), []).append(on)
    return tuple(
        f"{name}（{'、'.join(f'{on.month}月{on.day}日' for on in days)}）" for name, days in found.items()
    )


def in_words(days: Iterable[DayCounted]) -> tuple[str, str]:
    """The days counted, and the days skipped with reasons, each as one Chinese line."""
    counted = [_short(one) for one in days if one.counted]
    skipped = [f"{_short(one)}{one.why}" for one in days if not one.counted]
    return "、".join(counted), "、".join(skipped)


def _short(one: DayCounted) -> str:
    day = date.fromisoformat(one.day)
    made_up = "（调休上班）" if one.counted and day.weekday() > 4 else ""
    return f"{day.month}月{day.day}日{made_up}"


def _by_notice(on: date, row: YearRow) -> Day:
    for name, days in row.off.items():
        if on in days:
            return Day(date=on, works=False, why=name)
    if on in row.on:
        return Day(date=on, works=True, why="调休上班")
    return _by_weekday(on)


def _by_chinesecalendar(on: date) -> Day:
    rests, name = chinese_calendar.get_holiday_detail(on)
    if not name:
        return _by_weekday(on)
    if not rests:
        return Day(date=on, works=True, why="调休上班")
    return Day(date=on, works=False, why=_CHINESE.get(name, name))


def _by_holidays(on: date) -> Day:
    name = _statutory(on.year).get(on)
    if name:
        return Day(date=on, works=False, why=name, tentative=True)
    plain = _by_weekday(on)
    return Day(date=on, works=plain.works, why=plain.why, tentative=True)


def _by_weekday(on: date) -> Day:
    if on.weekday() < 5:
        return Day(date=on, works=True, why="工作日")
    return Day(date=on, works=False, why=f"周{WEEKDAYS[on.weekday()]}")


@cache
def _known_years() -> range:
    """Those for which chinesecalendar has the arrangement."""
    years = [day.year for day in chinese_calendar.holidays]
    return range(min(years), max(years) + 1)


@cache
def _statutory(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("CN", years=[year], language="zh_CN"))


_CHINESE = {holiday.value: holiday.chinese for holiday in Holiday}


def _days(days: Iterable[date]) -> str:
    return "、".join(day.isoformat() for day in days)
