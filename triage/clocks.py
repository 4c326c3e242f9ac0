"""Which duties run, from when, until when, and how that was worked out.  Pure: the caller brings the time.

A case has at most one clock of a kind.  Its rules were frozen at the opening; only its deadline may move, and only
forward to sooner, with both values and the reason kept.  Hours are natural hours, through nights and holidays.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from huiying.contracts import (
    LIVE_STATES,
    Case,
    Certainty,
    ClockKind,
    ClockRule,
    ClockState,
    EventKind,
    Origin,
    Recomputed,
    ResponseClock,
    TextRef,
)
from triage.record import TRIAGE, note, shown, spelled, with_clock
from triage.severity import rank

OCCURRENCE_REACH = timedelta(hours=72)
"""A text that puts the event longer before its first publication speaks of an earlier one."""
BOOKED = "计入发现和定级，不计入承办单位"
LATE_RAISE = "升级时已逾期"
LATE_START = "起算时已逾期"
LATE_RESUME = "不予受理期间已逾期"


def start_clocks(case: Case, now: datetime, *, raised: bool = False) -> Case:
    """The case with every clock that its level and floors ask for; ``raised`` says that the level just went up.

    Only a live matter with a live post has clocks.
    """
    if case.state not in LIVE_STATES or case.origin is not Origin.LIVE:
        return case
    for kind in ClockKind:
        asked = _asked(case, kind)
        if asked is None:
            continue
        rule, provisional = asked
        running = next((clock for clock in case.clocks if clock.rule.kind is kind), None)
        if running is None:
            case = _start(case, rule, provisional, now, raised)
        elif running.state is ClockState.RUNNING:
            case = _tighten(case, running, rule, provisional, now, raised)
    return case


def moment(case: Case, start: str) -> tuple[datetime, str]:
    """The moment that a rule counts from, and what it is, for the page."""
    if case.reopened_at is not None:
        return case.reopened_at, "重新启动时间"
    if start == "detected_at":
        return case.flagged_at or case.detected_at, "系统预警时间"
    occurred = case.occurred
    if (
        start == "occurred_at"
        and occurred.at is not None
        and occurred.certainty is Certainty.STATED
        and case.first_public_at - OCCURRENCE_REACH <= occurred.at <= case.first_public_at
    ):
        return occurred.at, "事件发生时间（原文写明）"
    note = "（发生时间未写明）" if start == "occurred_at" else ""
    return case.first_public_at, f"最早公开时间{note}"


def due(rule: ClockRule, started_at: datetime) -> datetime:
    """Natural hours: the deadline is a moment, whatever day it falls on."""
    return started_at + timedelta(hours=rule.hours)


def working(rule: ClockRule, started_at: datetime, source: str, provisional: bool) -> tuple[str, ...]:
    """How the deadline follows from the start, line by line."""
    lines = [
        f"起算：{shown(started_at)}，{source}",
        f"时限：{rule.hours:g} 小时，按自然小时连续计算，夜间、周末和节假日不扣除",
        f"到期：{shown(due(rule, started_at))}（北京时间）",
    ]
    if rule.ceiling_hours is not None:
        ceiling = started_at + timedelta(hours=rule.ceiling_hours)
        lines.append(f"国家上限：{rule.ceiling_hours:g} 小时，至 {shown(ceiling)}")
    if provisional:
        lines.append("暂定：由下限规则触发，等级未到；经核实可以取消")
    return (*lines, f"依据：{rule.citation}（{rule.authority}）")


def meet(case: Case, kind: ClockKind, now: datetime, who: str, by: str) -> Case:
    """The case with this clock stopped because its duty was done; unchanged where it does not run.

    A breach stays booked: done late is done late.
    """
    clock = _running(case, kind)
    if clock is None:
        return case
    late = now > clock.due_at
    case = _book_unwatched(case, clock, now)
    clock = _of_kind(case, kind)
    case = with_clock(case, replace(clock, state=ClockState.MET, met_at=now, met_by=by))
    what = f"{clock.rule.name}{'逾期完成' if late else '按时完成'}，应于 {shown(clock.due_at)} 前"
    return note(case, EventKind.CLOCK_MET, now, who, what, why=by)


def waive(case: Case, kind: ClockKind, now: datetime, who: str, by: str, texts: tuple[TextRef, ...]) -> Case:
    """The case without this duty, by somebody's authority; unchanged where it does not run."""
    clock = _running(case, kind)
    if clock is None:
        return case
    case = _book_unwatched(case, clock, now)
    clock = _of_kind(case, kind)
    case = with_clock(case, replace(clock, state=ClockState.WAIVED, met_at=now, met_by=by))
    what = f"免除{clock.rule.name}（原应于 {shown(clock.due_at)} 前{clock.rule.duty}）"
    return note(case, EventKind.CLOCK_WAIVED, now, who, what, why=by, texts=texts)


def cancel_all(case: Case, now: datetime, who: str, by: str) -> Case:
    """The case with every running clock ended, because there is nothing to answer for here."""
    for clock in case.clocks:
        if clock.state is ClockState.RUNNING:
            case = _book_unwatched(case, clock, now)
            ended = replace(
                _of_kind(case, clock.rule.kind), state=ClockState.CANCELLED, met_at=now, met_by=by
            )
            what = f"取消{clock.rule.name}时限"
            case = note(with_clock(case, ended), EventKind.CLOCK_CANCELLED, now, who, what, why=by)
    return case


def start_over(case: Case, now: datetime) -> Case:
    """The case in its next round: the clocks that ended are kept as they are, new ones run from now."""
    case = replace(put_by(case), reopened_at=now)
    return start_clocks(case, now)


def resume(case: Case, now: datetime, *, ended_by: str = "", why: str = "撤回不予受理") -> Case:
    """The case with its cancelled clocks going on as if they had never been: what ended them is taken back. Only those that
    ``ended_by`` ended, where it is given.

    Nobody gains time by putting a matter away and taking it up again.
    """
    for clock in case.clocks:
        if clock.state is ClockState.CANCELLED and ended_by in ("", clock.met_by):
            going = replace(clock, state=ClockState.RUNNING, met_at=None, met_by="")
            what = f"接着计时：{clock.rule.name}，{shown(clock.due_at)} 前{clock.rule.duty}"
            case = note(with_clock(case, going), EventKind.CLOCK_STARTED, now, TRIAGE, what, why=why)
            case = _book_late(case, going, now, LATE_RESUME)
    return start_clocks(case, now)


def put_by(case: Case) -> Case:
    """The case with its ended clocks among those of earlier rounds."""
    ended = tuple(clock for clock in case.clocks if clock.state is not ClockState.RUNNING)
    still = tuple(clock for clock in case.clocks if clock.state is ClockState.RUNNING)
    return replace(case, past_clocks=(*case.past_clocks, *ended), clocks=still)


def next_round(case: Case) -> int:
    """The number of a clock that starts now: its notices are new ones."""
    return 1 + max((past.round for past in case.past_clocks), default=0)


def _running(case: Case, kind: ClockKind) -> ResponseClock | None:
    return next((c for c in case.clocks if c.rule.kind is kind and c.state is ClockState.RUNNING), None)


def _of_kind(case: Case, kind: ClockKind) -> ResponseClock:
    return next(clock for clock in case.clocks if clock.rule.kind is kind)


def _book_unwatched(case: Case, clock: ResponseClock, now: datetime) -> Case:
    """A deadline that passed before the watch came round must not be forgotten because the duty ends meanwhile."""
    if clock.broken_at is not None or clock.due_at > now:
        return case
    what = f"{clock.rule.name}逾期：应于 {shown(clock.due_at)} 前{clock.rule.duty}"
    case = with_clock(case, replace(clock, broken_at=now))
    return note(case, EventKind.CLOCK_BROKEN, now, TRIAGE, what)


def _asked(case: Case, kind: ClockKind) -> tuple[ClockRule, bool] | None:
    """The strictest rule of this kind that the level asks for; else one that a floor starts provisionally."""
    rules = sorted((rule for rule in case.clock_rules if rule.kind is kind), key=lambda rule: rule.hours)
    floors = {floor.rule for floor in case.severity.floors}
    for rule in rules:
        if case.severity.level in rule.levels:
            return rule, False
    for rule in rules:
        if floors.intersection(rule.provisional_on):
            return rule, True
    return None


def _start(case: Case, rule: ClockRule, provisional: bool, now: datetime, raised: bool) -> Case:
    started_at, source = moment(case, rule.start)
    clock = ResponseClock(
        rule=rule,
        round=next_round(case),
        started_at=started_at,
        start_source=source,
        due_at=due(rule, started_at),
        working=working(rule, started_at, source, provisional),
        provisional=provisional,
    )
    case = replace(case, clocks=(*case.clocks, clock))
    what = f"{'暂定' if provisional else ''}开始计时：{rule.name}，{shown(clock.due_at)} 前{rule.duty}"
    case = note(case, EventKind.CLOCK_STARTED, now, TRIAGE, what, why=f"{rule.citation}（{rule.authority}）")
    return _book_late(case, clock, now, LATE_RAISE if raised else LATE_START)


def _tighten(
    case: Case, clock: ResponseClock, rule: ClockRule, provisional: bool, now: datetime, raised: bool
) -> Case:
    """Take over the rule of a higher level, an earlier start or the end of 'provisional'. Nothing ever loosens."""
    if not _sterner(rule, clock.rule):
        rule = clock.rule
    started_at, source = moment(case, rule.start)
    if started_at >= clock.started_at:
        started_at, source = clock.started_at, clock.start_source
    provisional = provisional and clock.provisional
    if (rule, started_at, provisional) == (clock.rule, clock.started_at, clock.provisional):
        return case
    reason = f"舆情等级升为{case.severity.level}" if raised else f"起算改按{source}"
    tightened = replace(
        clock,
        rule=rule,
        started_at=started_at,
        start_source=source,
        due_at=due(rule, started_at),
        working=(*working(rule, started_at, source, provisional), *_booked(clock)),
        provisional=provisional,
    )
    if tightened.due_at == clock.due_at:
        what = f"{rule.name}改按{case.severity.level}的要求，到期时间不变"
        return note(with_clock(case, tightened), EventKind.CLOCK_RECOMPUTED, now, TRIAGE, what, why=reason)
    moved = Recomputed(at=now, was=clock.due_at, now=tightened.due_at, reason=reason)
    tightened = replace(tightened, recomputed=(*clock.recomputed, moved))
    what = f"{rule.name}到期时间由 {shown(moved.was)} 改为 {shown(moved.now)}"
    case = note(with_clock(case, tightened), EventKind.CLOCK_RECOMPUTED, now, TRIAGE, what, why=reason)
    return _book_late(case, tightened, now, LATE_RAISE if raised else LATE_START)


def _booked(clock: ResponseClock) -> tuple[str, ...]:
    """What was booked to detection stays booked."""
    return tuple(line for line in clock.working if BOOKED in line)


def _sterner(rule: ClockRule, known: ClockRule) -> bool:
    """Made for higher levels, and no longer."""
    return max(map(rank, rule.levels)) > max(map(rank, known.levels)) and rule.hours <= known.hours


def _book_late(case: Case, clock: ResponseClock, now: datetime, reason: str) -> Case:
    """A deadline that had passed before anybody could know: booked at once, and to detection, not to the unit."""
    if clock.due_at > now or clock.broken_at is not None:
        return case
    late = spelled(now - clock.due_at)
    line = f"{reason}（已过 {late}）：{BOOKED}"
    case = with_clock(case, replace(clock, broken_at=now, working=(*clock.working, line)))
    what = f"{clock.rule.name}{reason}，应于 {shown(clock.due_at)} 前完成，已过 {late}"
    return note(case, EventKind.CLOCK_BROKEN, now, TRIAGE, what, why=reason)
