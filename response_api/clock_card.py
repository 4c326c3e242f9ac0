"""One clock with its working and its ladder, as the case page shows it.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import ClockState, ResponseClock, Rung
from response_api import times
from response_api.board import tone_of
from triage.ending import Ending, correction, ending, late_before, ran_out_at
from triage.record import rung_at
from triage.terms import in_short
from triage.words import addressees

ENDED = {
    ClockState.RUNNING: "",
    ClockState.MET: "已完成",
    ClockState.WAIVED: "已免除",
    ClockState.CANCELLED: "已取消",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RungRow:
    name: str
    when: str
    to: str
    reason: str
    fired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockCard:
    key: str
    name: str
    duty: str
    citation: str
    authority: str
    hours: str
    ceiling: str
    started: datetime
    due: datetime
    started_text: str
    start_source: str
    due_text: str
    by: str
    """The same in few words."""
    left: str
    tone: str
    provisional: bool
    tentative: bool
    met: str
    late: bool
    """It ended, and only after it had run out."""
    ended: str
    """已完成, 已免除, 已取消; '' while it runs."""
    broken: str
    corrected: str
    """What was told of a breach that was none, or ''."""
    working: tuple[str, ...]
    rungs: tuple[RungRow, ...]
    recomputed: tuple[str, ...]


def clock_card(clock: ResponseClock, now: datetime) -> ClockCard:
    rule = clock.rule
    late = clock.state is not ClockState.RUNNING and ending(clock, now) is Ending.MISSED
    return ClockCard(
        key=rule.kind.value,
        name=rule.name,
        duty=rule.duty,
        citation=rule.citation,
        authority=clock.authority.value,
        hours=in_short(rule),
        ceiling=f"国家上限 {rule.ceiling_hours:g} 小时" if rule.ceiling_hours else "",
        started=clock.started_at,
        due=clock.due_at,
        started_text=times.full(clock.started_at),
        start_source=clock.start_source,
        due_text=times.full(clock.due_at),
        by=times.short(clock.due_at, now),
        left=times.countdown(clock.due_at - now),
        tone=tone_of(clock, now),
        provisional=clock.provisional,
        met=_met(clock),
        late=late,
        ended=_done(clock) if late and clock.state is ClockState.MET else ENDED[clock.state],
        broken=f"{times.full(ran_out_at(clock))} 起超时" if clock.broken_at else "",
        corrected=correction(clock, now),
        working=clock.working,
        tentative=clock.tentative,
        rungs=tuple(_rung(rung, clock, now) for rung in rule.rungs),
        recomputed=tuple(
            f"{times.full(change.at)} 由 {times.full(change.was)} 改为 {times.full(change.now)}：{change.reason}"
            for change in clock.recomputed
        ),
    )


def _rung(rung: Rung, clock: ResponseClock, now: datetime) -> RungRow:
    return RungRow(
        name=rung.name,
        when=times.short(rung_at(clock, rung), now),
        to=addressees(rung.to),
        reason=rung.reason,
        fired=rung.name in clock.fired,
    )


def _done(clock: ResponseClock) -> str:
    if clock.corrected is not None and not clock.corrected.owed:
        return "完成"
    if clock.met_at is not None and clock.met_at > clock.due_at:
        return "逾期完成"
    return "逾期延长后完成" if late_before(clock) else "按时完成"


def _met(clock: ResponseClock) -> str:
    if clock.state is ClockState.RUNNING or clock.met_at is None:
        return ""
    how = {ClockState.WAIVED: "免除", ClockState.CANCELLED: "取消"}.get(clock.state, _done(clock))
    return f"{times.full(clock.met_at)} {how}" + (f"：{clock.met_by}" if clock.met_by else "")
