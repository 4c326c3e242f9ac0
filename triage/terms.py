"""From what moment a duty counts, how long it has, and how that was worked out, line by line.  Pure.

Hours are natural hours, through nights and holidays.  Working days come from the office's calendar: the first is the day
after the start, and the term ends with the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.contracts import (
    Authority,
    Case,
    Certainty,
    ClockRule,
    DayCounted,
    ResponseClock,
    Statement,
    StatementKind,
    StatementState,
)
from triage.amends import replaces
from triage.calendar import Calendar, in_words
from triage.known import OCCURRED
from triage.record import shown
from triage.words import KNOWLEDGE

OCCURRENCE_REACH = timedelta(hours=72)
"""A text that puts the event longer before its first publication speaks of an earlier one."""
HAPPENED = "事件发生时间"
PUBLIC = "最早公开时间"
NOBODY_KNOWS = "发生时间经核实不详"
ANSWERS = frozenset({StatementKind.ANSWER, StatementKind.RESULT})
TENTATIVE = "年的放假安排还没有公布，到期时间是暂算的，公布后重算"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The moment that a rule counts from."""

    at: datetime
    source: str
    """What it is, for the page, in Chinese."""
    promised: datetime | None = None
    """What the office itself promised to the public from there: it stands in place of the term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    due: datetime
    working: tuple[str, ...]
    days: tuple[DayCounted, ...] = ()
    tentative: bool = False


def start_of(case: Case, start: str) -> Start | None:
    """None where what starts it has not happened."""
    if start == "result_at":
        return _result(case)
    if start == "published_at":
        return _published(case)
    if case.reopened_at is not None:
        return Start(at=case.reopened_at, source="重新启动时间")
    if start == "detected_at":
        return Start(at=case.flagged_at or case.detected_at, source="系统预警时间")
    return occurrence(case) if start == "occurred_at" else Start(at=case.first_public_at, source=PUBLIC)


def occurrence(case: Case) -> Start:
    """When it happened, as people say, or else as a text states; else when it became public."""
    occurred = case.occurred
    if OCCURRED in case.settled_by_people:
        if occurred.at is None:
            return Start(at=case.first_public_at, source=f"{PUBLIC}（{NOBODY_KNOWS}）")
        return Start(
            at=occurred.at, source=f"{HAPPENED}（{KNOWLEDGE.get(occurred.source, occurred.source)}）"
        )
    if (
        occurred.at is not None
        and occurred.certainty is Certainty.STATED
        and case.first_public_at - OCCURRENCE_REACH <= occurred.at <= case.first_public_at
    ):
        return Start(at=occurred.at, source=f"{HAPPENED}（原文写明）")
    return Start(at=case.first_public_at, source=f"{PUBLIC}（发生时间未写明）")


def counts_from_occurrence(clock: ResponseClock) -> bool:
    """Whether it was started from when the matter happened, or for want of that from when it became public."""
    return clock.rule.start == "occurred_at" and clock.start_source.startswith((HAPPENED, PUBLIC))


def counts_from_people(clock: ResponseClock) -> bool:
    """Whether that was what people said of it."""
    sources = (*KNOWLEDGE.values(), NOBODY_KNOWS)
    return counts_from_occurrence(clock) and any(f"（{one}）" in clock.start_source for one in sources)


def deadline(
    rule: ClockRule, start: Start, calendar: Calendar, *, provisional: bool = False, official: bool = False
) -> Deadline:
    """When the duty is due. Hours end at a moment, whatever day it falls on; working days with the end of a day."""
    lines = [f"起算：{shown(start.at)}，{start.source}"]
    if start.promised is not None:
        found = Deadline(due=start.promised, working=())
        lines.append(f"承诺：对外写明 {shown(start.promised)} 前再次发布，按承诺的时间计")
    elif rule.working_days:
        term = calendar.term(start.at, rule.working_days)
        found = Deadline(due=term.due, working=(), days=term.days, tentative=term.tentative)
        counted, skipped = in_words(term.days)
        lines.append(f"时限：{rule.working_days} 个工作日，从次日起计，到最后一天结束")
        lines.append(f"计入：{counted}")
        if skipped:
            lines.append(f"跳过：{skipped}")
        if term.tentative:
            years = sorted({one.day[:4] for one in term.days if not calendar.knows(int(one.day[:4]))})
            lines.append(f"暂算：{'、'.join(years)} {TENTATIVE}")
    else:
        found = Deadline(due=start.at + timedelta(hours=rule.hours), working=())
        lines.append(f"时限：{in_short(rule)}，按自然小时连续计算，夜间、周末和节假日不扣除")
    lines.append(f"到期：{shown(found.due)}（北京时间）")
    if rule.ceiling_hours is not None:
        ceiling = start.at + timedelta(hours=rule.ceiling_hours)
        lines.append(f"国家上限：{rule.ceiling_hours:g} 小时，至 {shown(ceiling)}")
    if provisional:
        lines.append("暂定：由下限规则或值班长启动，等级未到；经核实可以取消")
    if official:
        lines.append("政府已认定突发事件等级：按法定时限计")
    law = official and not provisional
    authority = Authority.STATUTORY if law else Authority.HOUSE if provisional else rule.authority
    lines.append(f"依据：{rule.citation}（{authority}）")
    return Deadline(due=found.due, working=tuple(lines), days=found.days, tentative=found.tentative)


def length(rule: ClockRule) -> float:
    """Hours, for telling which of two rules is the stricter: a working day as a whole day."""
    return rule.hours or rule.working_days * 24.0


def in_short(rule: ClockRule) -> str:
    """The length of a duty in Chinese: 24 小时, 15 分钟, 20 个工作日."""
    if rule.working_days:
        return f"{rule.working_days} 个工作日"
    return f"{rule.hours:g} 小时" if rule.hours >= 1 else f"{rule.hours * 60:g} 分钟"


def _result(case: Case) -> Start | None:
    """The outcome exists from the moment that somebody has put it into words (条例 26: 形成之日)."""
    drafts = [
        one.drafted_at
        for one in case.statements
        if one.kind is StatementKind.RESULT
        and not one.corrects
        and one.state is not StatementState.WITHDRAWN
        and one.drafted_at >= (case.reopened_at or one.drafted_at)
    ]
    return Start(at=min(drafts), source="处理结果形成时间（首次拟稿）") if drafts else None


def _published(case: Case) -> Start | None:
    """The latest publication of this round that owes something more: by its own promise, or because it answered. A correction
    answers nothing, but in the place of what is hidden.
    """
    published = [
        (one.published_at, one)
        for one in case.statements
        if one.published_at is not None
        and (not one.corrects or one.next_release_at or replaces(case, one, one.published_at))
    ]
    fresh = [(at, one) for at, one in published if at >= (case.reopened_at or at)]
    if not fresh:
        return None
    at, latest = max(fresh, key=lambda pair: (pair[0], pair[1].number))
    if latest.next_release_at is None and latest.kind not in ANSWERS:
        return None
    return Start(at=at, source=_named(latest), promised=_promise(latest, at))


def _named(statement: Statement) -> str:
    return f"第 {statement.number} 号文稿发布时间"


def _promise(statement: Statement, at: datetime) -> datetime | None:
    promised = statement.next_release_at
    return promised if promised is not None and promised > at else None
