"""时限规则 for reading: one set of clocks laid out, how another differs, and what would be due from a moment on.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying.clock import SHANGHAI
from huiying.contracts import ClockRule, Level
from response_api import times
from response_api.words import LEVELS, LevelMark
from triage import packbook
from triage.calendar import Calendar
from triage.policy import Pack, Policy
from triage.terms import in_short


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    name: str
    authority: str
    levels: tuple[LevelMark, ...]
    """None: only people start it."""
    length: str
    start: str
    duty: str
    citation: str
    ceiling: str
    by_law: str
    provisional: str
    waivable: bool
    rungs: tuple[tuple[str, str, str], ...]
    """When, what it is called, who is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    name: str
    due: str
    left: str
    """How long after the start that is."""
    citation: str
    working: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesView:
    name: str
    title: str
    ref: str
    citations: tuple[str, ...]
    periods: tuple[str, ...]
    """For whom and from when it is in force; none where it is not."""
    clocks: tuple[ClockRow, ...]
    choices: tuple[tuple[str, str], ...]
    elsewhere: tuple[tuple[str, str], ...]


def rules_view(pack: Pack, policy: Policy) -> RulesView:
    return RulesView(
        name=pack.name,
        title=pack.title,
        ref=pack.ref,
        citations=pack.file.citations,
        periods=tuple(packbook.periods(pack, policy)),
        clocks=tuple(_clock(rule) for rule in pack.rules),
        choices=tuple((packbook.KEYS[key], value) for key, value in packbook.choices(pack).items()),
        elsewhere=tuple((name, where) for _, name, where in packbook.ELSEWHERE),
    )


def _clock(rule: ClockRule) -> ClockRow:
    return ClockRow(
        name=rule.name,
        authority=rule.authority.value,
        levels=tuple(mark for level, mark in LEVELS.items() if level in rule.levels),
        length=in_short(rule),
        start=packbook.STARTS[rule.start],
        duty=rule.duty,
        citation=rule.citation,
        ceiling=f"国家上限 {rule.ceiling_hours:g} 小时" if rule.ceiling_hours else "",
        by_law=packbook.by_law(rule) if rule.emergencies else "",
        provisional=f"等级未到而触发下限 {'、'.join(rule.provisional_on)} 时暂定启动"
        if rule.provisional_on
        else "",
        waivable=rule.waivable,
        rungs=tuple((packbook.when(rung), rung.name, packbook.whom(rung)) for rung in rule.rungs),
    )


def due_rows(pack: Pack, level: Level, start: datetime, calendar: Calendar) -> tuple[DueRow, ...]:
    """What would be due, soonest first, if what starts each clock happened at ``start``."""
    found = packbook.what_if(pack, level, start, calendar)
    return tuple(
        DueRow(
            name=one.name,
            due=times.full(one.due)[:16],
            left=times.span(one.due - start),
            citation=one.citation,
            working=one.working,
        )
        for one in sorted(found, key=lambda one: one.due)
    )


def moment(text: str) -> tuple[datetime | None, str]:
    """What somebody typed as a start, in Asia/Shanghai; and in Chinese what is wrong with it."""
    written = text.strip()
    if not written:
        return None, ""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None, "起算时间要写成 2026-09-30 10:00 这样（北京时间）"
    if not 2004 <= at.year <= 2200:
        return None, "起算时间的年份要在 2004 到 2200 之间"
    return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)), ""


def level_of(text: str) -> Level | None:
    return Level(text) if text in set(Level) else None


def names(packs: Sequence[Pack]) -> list[tuple[str, str]]:
    return [(pack.name, pack.title) for pack in packs]
