"""The level as people set it, duties that somebody does without, and what leaders are asked to allow.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from huiying import identity
from huiying.contracts import (
    LIVE_STATES,
    Actor,
    Authority,
    Case,
    ClockKind,
    ClockState,
    Decision,
    DecisionKind,
    EventKind,
    Grading,
    Level,
    Publicity,
    Rank,
    ResponseClock,
    Role,
    Severity,
    Statement,
    TextRef,
)
from triage.acts import RANKS
from triage.clocks import cancel, put_right, start_clocks, start_provisionally, startable
from triage.clocks import extend as longer
from triage.clocks import reinstate as take_back
from triage.clocks import waive as without
from triage.deeds import ticketing
from triage.dispatch import routed
from triage.known import emergency
from triage.policy import Policy
from triage.publishing import MEETS, Draft, meets
from triage.record import note, shown
from triage.refusals import Invalid, NotNow, NotYours
from triage.severity import grade, level_of, rank
from triage.severity import put_right as weighed_anew
from triage.tickets import end_of
from triage.words import RANK_NAMES

LONGEST = timedelta(days=366)
"""That a deadline may be put off."""
GRAVE = Level.MAJOR
"""From here on nobody lowers a level alone (domain rules 3.2)."""
GRAVE_RANK = rank(GRAVE)
CORRECTED = "更正事实"


def confirm_level(
    case: Case, actor: Actor, policy: Policy, now: datetime, *, reasons: tuple[TextRef, ...] = ()
) -> Case:
    """As it stands: from now on it is what people say, and the machine speaks up again only above what it says now."""
    if case.grading is not None:
        raise NotNow("等级已经由人评定过；有新情况的，请升级或降级")
    level = case.severity.level
    case = replace(case, grading=_by_people(case, level, actor, policy, now))
    what = f"舆情等级核定为{level}（系统初评，{case.severity.low} 分）"
    return note(case, EventKind.LEVEL_CONFIRMED, now, actor.login, what, texts=reasons)


def raise_level(
    case: Case, actor: Actor, policy: Policy, now: datetime, *, level: Level, reason: TextRef
) -> Case:
    if rank(level) <= rank(case.severity.level):
        raise Invalid({"level": f"现在已经是{case.severity.level}，请选更高的等级"})
    raised = _set(case, actor, policy, now, level, (reason,), "升")
    return start_clocks(routed(case, raised, policy, now), now, policy.calendar, raised=True)


def lower_level(
    case: Case, actor: Actor, policy: Policy, now: datetime, *, level: Level, reason: TextRef
) -> Case:
    """At once below 重大; from there on it is asked of a leader."""
    if rank(level) >= rank(case.severity.level):
        raise Invalid({"level": f"现在是{case.severity.level}，请选更低的等级"})
    _not_below_the_emergency(case, level)
    if rank(case.severity.level) >= rank(GRAVE):
        what = f"请示：由{case.severity.level}降为{level}"
        return _ask(case, actor, now, kind=DecisionKind.LOWER, level=level, reason=reason, what=what)
    return _set(case, actor, policy, now, level, (reason,), "降")


def _not_below_the_emergency(case: Case, level: Level) -> None:
    official = emergency(case)
    if official is not None and rank(level) < rank(official):
        raise NotNow(f"政府认定为{official}突发事件，舆情等级不能更低；认定登记错了的，请先用“登记认定”更正")


def follow(
    case: Case, before: Case, actor: Actor, policy: Policy, now: datetime, *, why: str, reason: TextRef
) -> Case:
    """The level after people have put facts right: what rested on them goes. Below 重大 at once, with the clocks that only the
    level had brought; from there on it is asked of a leader, as every lowering is. What people had set stays.
    """
    anew = weighed_anew(case, policy.rubric, now)
    level, case = case.severity.level, replace(case, severity=replace(anew, level=case.severity.level))
    if case.grading is not None:
        machine = min(case.grading.machine, anew.level, key=rank)
        return replace(case, grading=replace(case.grading, machine=machine))
    if rank(anew.level) >= rank(level) or not _explains(before.severity, policy):
        return case
    if rank(level) >= GRAVE_RANK:
        if any(one.granted is None and one.kind is DecisionKind.LOWER for one in case.decisions):
            return case
        what = f"请示：{why}，由{level}降为{anew.level}"
        return _ask(
            case,
            actor,
            now,
            kind=DecisionKind.LOWER,
            level=anew.level,
            reason=reason,
            what=what,
            corrects=True,
        )
    case = replace(case, severity=anew, graded_at=now)
    what = f"舆情等级由{level}改为{anew.level}（{why}，{anew.low} 分）"
    case = note(case, EventKind.LEVEL_CHANGED, now, actor.login, what, why=why)
    return put_right(case, now, policy.calendar, why, lowered=True)


def _explains(severity: Severity, policy: Policy) -> bool:
    """Whether the level follows from the sum and the floors: not where it came with another case."""
    grounds = (level_of(severity.low, policy.rubric), *(floor.level for floor in severity.floors))
    return rank(max(grounds, key=rank)) >= rank(severity.level)


def waive(case: Case, actor: Actor, now: datetime, *, kind: ClockKind, reason: TextRef) -> Case:
    """By whoever has the authority; anybody else asks for it."""
    clock = _running(case, kind)
    if not clock.rule.waivable:
        raise NotNow(f"按立案时的规则，{clock.rule.name}不能免除")
    if Role.LEADER in actor.roles:
        _check_authority(actor, clock)
        by = f"{RANK_NAMES[actor.rank]}决定免除"
        return without(case, kind, now, actor.login, by, (reason,))
    what = f"请示：免除{clock.rule.name}"
    return _ask(case, actor, now, kind=DecisionKind.WAIVE, clock=kind, reason=reason, what=what)


def reinstate(
    case: Case,
    actor: Actor,
    policy: Policy,
    now: datetime,
    *,
    kind: ClockKind,
    reason: TextRef,
    written: Callable[[Statement], Draft],
) -> Case:
    """Takes a waiver back, by the authority that a waiver takes; not where the duty was done meanwhile: nobody could do it
    again.
    """
    waived = (clock for clock in case.clocks if clock.state is ClockState.WAIVED)
    clock = next((clock for clock in waived if clock.rule.kind is kind), None)
    if clock is None:
        raise NotNow("这个时限没有免除，或者已经恢复")
    _check_authority(actor, clock)
    if _was_done(case, clock, policy, written):
        raise NotNow(f"免除期间已经办过{clock.rule.name}，不用恢复")
    by = f"{RANK_NAMES[actor.rank]}决定恢复"
    return take_back(case, kind, now, policy.calendar, actor.login, by, (reason,))


def _was_done(
    case: Case, clock: ResponseClock, policy: Policy, written: Callable[[Statement], Draft]
) -> bool:
    """Whether the record shows, since the waiver, what would have ended the clock."""
    kind, since = clock.rule.kind, clock.met_at or clock.started_at
    if kind is ClockKind.ACKNOWLEDGE:
        signed = case.assignment.acknowledged_at if case.assignment else None
        return signed is not None and signed >= since
    if kind is ClockKind.FOLLOW_UP:
        return any(one.at >= since for one in case.follow_ups)
    for one in case.statements:
        if one.published_at is None or one.published_at < since or kind not in MEETS[one.kind]:
            continue
        withheld = kind is ClockKind.PUBLISH_RESULT and one.publicity is not Publicity.OPEN
        if withheld or kind in meets(written(one), policy.handling.text):
            return True
    return False


def extend(
    case: Case, actor: Actor, now: datetime, *, kind: ClockKind, until: datetime, reason: TextRef
) -> Case:
    """By whoever has the authority; anybody else asks for it."""
    clock = _running(case, kind)
    _later(clock, until, now)
    if Role.LEADER in actor.roles:
        _check_authority(actor, clock)
        return longer(case, kind, now, actor.login, f"{RANK_NAMES[actor.rank]}决定延长", until, (reason,))
    what = f"请示：{clock.rule.name}延至 {shown(until)}"
    return _ask(case, actor, now, kind=DecisionKind.EXTEND, clock=kind, until=until, reason=reason, what=what)


def extend_tickets(
    case: Case, actor: Actor, policy: Policy, now: datetime, *, posts: Collection[str], until: datetime,
    reason: TextRef,
) -> Case:  # fmt: skip
    """The same of tickets: once, by whoever has the authority; anybody else asks for it."""
    if Role.LEADER in actor.roles:
        by = f"{RANK_NAMES[actor.rank]}决定延期"
        return ticketing.put_off(case, actor, policy, now, posts=posts, until=until, texts=(reason,), by=by)
    if case.state not in LIVE_STATES:
        raise NotNow("这件事已经了结，没有人批示：请领导直接延期，或者先答复")
    chosen = ticketing.to_put_off(case, now, posts=posts, until=until)
    what = f"请示：{ticketing.kinds(chosen)}延至 {shown(end_of(until))}"
    return _ask(
        case, actor, now, kind=DecisionKind.EXTEND, tickets=tuple(one.post for one in chosen), until=end_of(until),
        reason=reason, what=what,
    )  # fmt: skip


def start_clock(
    case: Case, actor: Actor, policy: Policy, now: datetime, *, kind: ClockKind, reason: TextRef
) -> Case:
    """On a suspicion, below the level that asks for it: provisional until the level is reached or somebody cancels it."""
    if kind not in {rule.kind for rule in startable(case)}:
        raise NotNow("这个时限已经在走，或者规则里没有")
    return start_provisionally(case, kind, now, policy.calendar, actor.login, (reason,))


def cancel_clock(case: Case, actor: Actor, now: datetime, *, kind: ClockKind, reason: TextRef) -> Case:
    """Only what was provisional: a duty that the level asks for is waived by a leader, not cancelled."""
    if not _running(case, kind).provisional:
        raise NotNow("这个时限不是暂定的：不能取消，需要的话请领导免除")
    return cancel(case, kind, now, actor.login, "查明不是突发事件", (reason,))


def decide(
    case: Case, actor: Actor, policy: Policy, now: datetime, *, decision: str, granted: bool, reason: TextRef
) -> Case:
    asked = next((one for one in case.decisions if one.id == decision), None)
    if asked is None or asked.granted is not None:
        raise NotNow("这个请示已经批过了，或者不在这件事上")
    if asked.asked_by == actor.login:
        raise NotYours("自己提出的请示，要由别人批")
    if granted:
        _still_stands(case, asked)
    if granted and asked.level is not None:
        _not_below_the_emergency(case, asked.level)
    if granted and asked.clock is not None:
        _check_authority(actor, _running(case, asked.clock))
    if granted and asked.clock is not None and asked.until is not None:
        _later(_running(case, asked.clock), asked.until, now)
    decided = replace(asked, decided_by=actor.login, decided_at=now, granted=granted)
    case = replace(case, decisions=tuple(decided if one.id == decision else one for one in case.decisions))
    what = f"{'同意' if granted else '不同意'}{about(case, asked)}"
    case = note(case, EventKind.DECISION_MADE, now, actor.login, what, texts=(reason,))
    if not granted:
        return case
    if asked.tickets and asked.until is not None:
        by = f"{RANK_NAMES[actor.rank]}同意延期"
        return ticketing.put_off(
            case, actor, policy, now, posts=asked.tickets, until=asked.until, texts=(reason,), by=by
        )
    if asked.kind is DecisionKind.WAIVE and asked.clock is not None:
        return without(case, asked.clock, now, actor.login, f"{RANK_NAMES[actor.rank]}同意免除", (reason,))
    if asked.clock is not None and asked.until is not None:
        by = f"{RANK_NAMES[actor.rank]}同意延长"
        return longer(case, asked.clock, now, actor.login, by, asked.until, (reason,))
    if asked.level is not None and rank(asked.level) < rank(case.severity.level):
        case = _set(case, actor, policy, now, asked.level, (reason,), "降")
        return put_right(case, now, policy.calendar, CORRECTED, lowered=True) if asked.corrects else case
    return case


def _by_people(case: Case, level: Level, actor: Actor, policy: Policy, now: datetime) -> Grading:
    machine = grade(case, policy.rubric, now, policy=policy.ref, soundings=policy.soundings)
    return Grading(level=level, machine=machine.level, by=actor.login, at=now)


def _set(
    case: Case,
    actor: Actor,
    policy: Policy,
    now: datetime,
    level: Level,
    texts: tuple[TextRef, ...],
    way: str,
) -> Case:
    was, grading = case.severity.level, _by_people(case, level, actor, policy, now)
    case = replace(case, severity=replace(case.severity, level=level), graded_at=now, grading=grading)
    what = f"舆情等级由{was}{way}为{level}（人工评定，系统评为{grading.machine}）"
    return note(case, EventKind.LEVEL_CHANGED, now, actor.login, what, texts=texts)


def _ask(
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    kind: DecisionKind,
    reason: TextRef,
    what: str,
    clock: ClockKind | None = None,
    level: Level | None = None,
    until: datetime | None = None,
    tickets: tuple[str, ...] = (),
    corrects: bool = False,
) -> Case:
    waiting = [d for d in case.decisions if d.granted is None and (d.kind, d.clock) == (kind, clock)]
    if any(set(tickets) & set(d.tickets) if tickets else not d.tickets for d in waiting):
        raise NotNow("已经有同样的请示在等批示")
    asked = Decision(
        id=identity.digest("decision", case.id, str(_asked_so_far(case)))[:12],
        kind=kind,
        clock=clock,
        level=level,
        until=until,
        tickets=tickets,
        reason=reason.digest,
        corrects=corrects,
        asked_by=actor.login,
        asked_at=now,
    )
    case = replace(case, decisions=(*case.decisions, asked))
    return note(case, EventKind.DECISION_ASKED, now, actor.login, what, texts=(reason,))


def _asked_so_far(case: Case) -> int:
    """By the record: what came with another case may have gone with it again."""
    return sum(event.kind is EventKind.DECISION_ASKED for event in case.events)


def _running(case: Case, kind: ClockKind) -> ResponseClock:
    for clock in case.clocks:
        if clock.rule.kind is kind and clock.state is ClockState.RUNNING:
            return clock
    raise NotNow("这个时限没有在走")


def _still_stands(case: Case, asked: Decision) -> None:
    """A word is given to what was asked then, not to what the case has become since."""
    raised = any(e.kind is EventKind.LEVEL_CHANGED and e.at > asked.asked_at for e in case.events)
    other = asked.of_level not in (None, case.severity.level)
    if asked.kind is DecisionKind.LOWER and (raised or other):
        raise NotNow("提出请示以后等级变过，只能不同意，需要的话请重新请示")
    if asked.clock is not None and asked.asked_at < _running(case, asked.clock).started_at:
        raise NotNow("提出请示以后重新启动过，只能不同意，需要的话请重新请示")


def _later(clock: ResponseClock, until: datetime, now: datetime) -> None:
    if until <= max(clock.due_at, now):
        raise Invalid({"until": f"要比现在的到期时间（{shown(clock.due_at)}）晚，也要在现在以后"})
    if until - now > LONGEST:
        raise Invalid({"until": "最多延长一年"})


def has_authority(actor: Actor, clock: ResponseClock) -> bool:
    """Whether somebody of this rank may do without this duty, or put it off."""
    return RANKS.index(actor.rank) >= RANKS.index(_needed(clock))


def _needed(clock: ResponseClock) -> Rank:
    return Rank.HEAD if clock.authority is Authority.STATUTORY else Rank.DEPUTY


def _check_authority(actor: Actor, clock: ResponseClock) -> None:
    if not has_authority(actor, clock):
        raise NotYours(f"{clock.authority}的时限要由{RANK_NAMES[_needed(clock)]}以上决定")


def about(case: Case, asked: Decision) -> str:
    """What a decision would do, in Chinese, and whether it was asked in a case that is part of this one by now: 降为较大,
    免除回应, 回应延至 …."""
    return _about(case, asked) + ("（随并入的事件转来）" if asked.of else "")


def _about(case: Case, asked: Decision) -> str:
    if asked.kind is DecisionKind.LOWER:
        return f"降为{asked.level}"
    if asked.tickets and asked.until is not None:
        return f"工单 {len(asked.tickets)} 件延至 {shown(asked.until)}"
    names = (clock.rule.name for clock in case.clocks if clock.rule.kind is asked.clock)
    name = next(names, "时限")
    return f"{name}延至 {shown(asked.until)}" if asked.until is not None else f"免除{name}"
