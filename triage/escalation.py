"""Who hears about a case next, and when.  Pure: the caller brings the time.

A rung fires once, at its time or at the first look after it.  Of several of one clock that one look finds reached, people
are told of the highest alone, those too who would have heard of a lower one; the record says which it stood for.  What is told
late says what is true by then.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import itemgetter

from huiying.contracts import (
    Case,
    CaseEvent,
    CaseState,
    ClockKind,
    ClockState,
    EventKind,
    Notice,
    ResponseClock,
    Rung,
)
from huiying.frozen import replace
from triage.callers import owed
from triage.clocks import (
    LATE_BACK,
    LATE_CALENDAR,
    LATE_FACT,
    LATE_RAISE,
    LATE_RESUME,
    LATE_START,
    RENEWED,
)
from triage.deeds.referring import book_overdue
from triage.deeds.ticketing import look_after
from triage.deeds.turns import hand_on
from triage.each import ask_each, remind_each
from triage.ending import BOOKED
from triage.idle import raise_idle, void
from triage.policy import Policy
from triage.reach import NOBODY, Reach
from triage.record import (
    WATCH,
    clocks_with,
    event_of,
    indexed,
    lapses_at,
    note,
    rung_at,
    shown,
    spelled,
    with_clock,
)
from triage.telling import addressed, allowed, facts, notice_of, title

PROMPT = timedelta(minutes=1)
"""A rung that fires later than this is marked late."""


def escalate(case: Case, policy: Policy, now: datetime, reach: Reach = NOBODY) -> Case:
    """The case with every rung fired that is reached by ``now``, a signature void that nothing followed, and a matter raised
    that has no next step; the same object where nothing is.

    ``reach`` knows the people who are on duty. The revision is not raised: whoever saves does that.
    """
    before = case
    for at, _, clock, rungs in sorted(_reached(case, now), key=lambda step: step[:2]):
        case = _fire(case, clock, rungs, policy, at, now) if rungs else _break(case, clock, now)
    case = hand_on(look_after(book_overdue(case, now), policy, now), policy, now)
    case = remind_each(raise_idle(void(case, policy, now), policy, now), policy, reach, now)
    if case is before:
        return before
    fresh = [one for one in case.outbox if not one.deliveries]
    told = tuple(one if one.deliveries else addressed(case, one, policy, reach, now) for one in case.outbox)
    case = replace(case, outbox=told)
    for one in fresh:
        case = ask_each(case, one, policy, reach, now)
    return indexed(case, policy)


def lapse(case: Case, policy: Policy, now: datetime) -> Case:
    """A candidate that nothing came back to is put away, but where a caller waits; any other case is returned as it is."""
    quiet = policy.lapse
    if case.state is not CaseState.WATCHING or owed(case) or now < lapses_at(case, quiet):
        return case
    what = f"{spelled(quiet)}没有新情况，苗头自动归档"
    gone = note(replace(case, state=CaseState.LAPSED), EventKind.LAPSED, now, WATCH, what)
    return indexed(gone, policy)


_Step = tuple[datetime, int, ResponseClock, tuple[Rung, ...]]
"""When, tie-break (a breach is booked before those who hear of it), the clock, and the rungs that are reached, lowest first;
none for the breach.
"""


def _reached(case: Case, now: datetime) -> list[_Step]:
    steps: list[_Step] = []
    for clock in case.clocks:
        if clock.state is not ClockState.RUNNING:
            continue
        if clock.broken_at is None and clock.due_at <= now:
            steps.append((clock.due_at, 0, clock, ()))
        ahead = [(rung_at(clock, rung), rung) for rung in clock.rule.rungs if rung.name not in clock.fired]
        found = sorted((step for step in ahead if step[0] <= now), key=itemgetter(0))
        if found:
            steps.append((found[-1][0], 1, clock, tuple(rung for _, rung in found)))
    return steps


def _break(case: Case, clock: ResponseClock, now: datetime) -> Case:
    case = with_clock(case, replace(_current(case, clock), broken_at=now))
    what = f"{clock.rule.name}逾期：应于 {shown(clock.due_at)} 前{clock.rule.duty}"
    return note(case, EventKind.CLOCK_BROKEN, now, WATCH, what, why=_lateness(clock.due_at, now))


def _fire(
    case: Case, clock: ResponseClock, rungs: tuple[Rung, ...], policy: Policy, at: datetime, now: datetime
) -> Case:
    """All of them have fired; the last is what people are told."""
    *lower, highest = rungs
    current = _current(case, clock)
    reached = replace(
        current,
        fired=(*current.fired, *(rung.name for rung in rungs)),
        untold=(*current.untold, *(rung.name for rung in lower)),
    )
    late = _lateness(_owed_from(clock, at), now)
    if lower:
        passed = "、".join(f"“{rung.name}”（应于 {shown(rung_at(clock, rung))}）" for rung in lower)
        what = f"{clock.rule.name}已过{passed}，与“{highest.name}”一并通知，不另发"
        case = note(case, EventKind.RUNG_REACHED, now, WATCH, what)
    notice = _notice(case, current, rungs, policy, at, now)
    what = f"{clock.rule.name}走到“{highest.name}”：{notice.reason}"
    event = event_of(case, EventKind.RUNG_REACHED, now, WATCH, what, why=late, evidence=notice.evidence)
    return replace(
        case,
        clocks=clocks_with(case, reached),
        events=(*case.events, event),
        outbox=(*case.outbox, notice),
    )


def _notice(
    case: Case, clock: ResponseClock, rungs: tuple[Rung, ...], policy: Policy, at: datetime, now: datetime
) -> Notice:
    highest = rungs[-1]
    reason = _reason(case, clock, rungs, at, now)
    return notice_of(
        case,
        policy,
        now,
        key=_round(clock),
        clock=clock.rule.kind,
        rung=highest.name,
        roles=_roles(case, rungs, policy),
        heading=f"{clock.rule.name}·{highest.name}",
        reason=reason,
        due=clock.due_at,
        body=_body(case, clock, reason, policy),
    )


def _reason(case: Case, clock: ResponseClock, rungs: tuple[Rung, ...], at: datetime, now: datetime) -> str:
    """What is true now. What a rung says holds at its own time; told later, the clock itself is told."""
    first = next((rung for rung in rungs if _opens(rung)), None)
    opening = _opening(case, clock, first) if first else ""
    late = _lateness(_owed_from(clock, at), now)
    stale = now - at > PROMPT
    if not stale and rungs[-1] is not first:
        told = rungs[-1].reason
    elif now > clock.due_at:
        past = spelled(now - clock.due_at)
        excuse = _excuse(clock)
        told = f"{excuse}，已过 {past}" if excuse else f"已逾期 {past}"
        told += f"（应于 {shown(clock.due_at)} 前完成）"
    elif rungs[-1] is not first:
        told = f"离到期还有 {spelled(clock.due_at - now)}" + (f"（{late}）" if late else "")
    else:
        told = late
    return "；".join(part for part in (opening, told) if part)


def _opens(rung: Rung) -> bool:
    """Whether it is the one that says that there is something to do at all."""
    return rung.after_minutes is None and not rung.fraction


def _opening(case: Case, clock: ResponseClock, first: Rung) -> str:
    """What the first rung says; of a matter that was taken up again, that it was, and why."""
    if clock.round == 1 or clock.rule.kind in RENEWED:
        return first.reason
    again = next((event for event in reversed(case.events) if event.kind is EventKind.REOPENED), None)
    if again is None:
        return first.reason
    ask = "请签收" if clock.rule.kind is ClockKind.ACKNOWLEDGE else first.reason
    return f"重新启动，{ask}（{_why_again(case, again)}）"


def _why_again(case: Case, again: CaseEvent) -> str:
    before = case.events[again.sequence - 2] if again.sequence > 1 else again
    if before.kind is EventKind.REBOUND:
        return f"反弹：{before.why}"
    if before.kind is EventKind.FOLLOWED_UP:
        return "回访没有解决"
    return again.what if again.who.startswith("system:") else "值班长或领导重开"


def _excuse(clock: ResponseClock) -> str:
    """Where the deadline had passed before anybody could know, that it had."""
    booked = next((line for line in reversed(clock.working) if BOOKED in line), "")
    return next(
        (
            late
            for late in (LATE_RAISE, LATE_START, LATE_RESUME, LATE_BACK, LATE_CALENDAR, LATE_FACT)
            if booked.startswith(late)
        ),
        "",
    )


def _body(case: Case, clock: ResponseClock, reason: str, policy: Policy) -> str:
    lines = [
        f"事件：{title(case)}",
        f"事由：{reason}",
        f"任务：{clock.rule.duty}",
        f"到期：{shown(clock.due_at)}（{clock.authority}，{clock.rule.citation}）",
        *facts(case, policy),
    ]
    return "\n".join(lines)


def _roles(case: Case, rungs: tuple[Rung, ...], policy: Policy) -> tuple[str, ...]:
    """Whoever would have heard of any of them, those of the highest first."""
    return allowed(case, tuple(dict.fromkeys(role for rung in reversed(rungs) for role in rung.to)), policy)


def _round(clock: ResponseClock) -> str:
    """The clock's name in a notice id: a second round tells again, and so does a deadline that was put off."""
    name = clock.rule.kind if clock.round == 1 else f"{clock.rule.kind}#{clock.round}"
    return f"{name}+{clock.postponed}" if clock.postponed else name


def _owed_from(clock: ResponseClock, at: datetime) -> datetime:
    """When a step could first be told: its time may lie before the level was raised, or the start was known."""
    return at if clock.set_at is None else max(at, clock.set_at)


def _lateness(at: datetime, now: datetime) -> str:
    return f"迟发 {spelled(now - at)}，应于 {shown(at)}" if now - at > PROMPT else ""


def _current(case: Case, clock: ResponseClock) -> ResponseClock:
    return next(one for one in case.clocks if one.rule.kind is clock.rule.kind)
