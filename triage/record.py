"""How a case's record grows: one event after another, numbered without gaps, and what the store finds it by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from huiying import chain
from huiying.clock import SHANGHAI
from huiying.contracts import (
    LIVE_STATES,
    Case,
    CaseEvent,
    CaseState,
    ClockState,
    Delivery,
    DeliveryState,
    EventKind,
    Publication,
    ResponseClock,
    Rung,
    Statement,
    StatementState,
    TextRef,
)
from huiying.frozen import replace
from triage.appearances import left_over
from triage.callers import owed
from triage.turns import untold
from triage.unanswered import unanswered

if TYPE_CHECKING:
    from triage.policy import Policy

TRIAGE = "system:triage"
WATCH = "system:watch"
COURIER = "system:courier"


def note(
    case: Case,
    kind: EventKind,
    now: datetime,
    who: str,
    what: str,
    *,
    why: str = "",
    evidence: tuple[str, ...] = (),
    texts: tuple[TextRef, ...] = (),
) -> Case:
    """The case with one more event. ``what`` is one Chinese sentence without personal text; what people typed goes
    into the text store and stands here as ``texts``.
    """
    event = event_of(case, kind, now, who, what, why=why, evidence=evidence, texts=texts)
    return replace(case, events=(*case.events, event))


def event_of(
    case: Case,
    kind: EventKind,
    now: datetime,
    who: str,
    what: str,
    *,
    why: str = "",
    evidence: tuple[str, ...] = (),
    texts: tuple[TextRef, ...] = (),
) -> CaseEvent:
    """The event that comes next in its record, tied to the one before."""
    event = CaseEvent(
        case_id=case.id,
        sequence=len(case.events) + 1,
        kind=kind,
        at=now,
        who=who,
        what=what,
        why=why,
        evidence=evidence,
        level=case.severity.level,
        title=case.title,
        origin=case.origin,
        parties=(case.route.lead, *case.route.assist),
        texts=texts,
        previous=chain.head(case.id, case.events),
    )
    return replace(event, digest=chain.link(event.previous, chain.kept(event)))


def indexed(case: Case, policy: Policy) -> Case:
    """With what it owes next, as the store sorts by it; the same object where it stands so already. A candidate owes its own
    end when nothing comes back to it; a live matter is always looked at again, if only to say that nobody does anything.
    """
    return _carried(case, _next_rung(case, policy))


def carried(case: Case) -> Case:
    """With what the courier has to do next, and whose turn it is: what an outlet refuses waits for somebody."""
    return _carried(case, case.next_rung_at)


def _carried(case: Case, rung: datetime | None) -> Case:
    found = (rung, _next_sending(case), _next_event(case), _awaits(case))
    if found == (case.next_rung_at, case.next_send_at, case.next_event_at, case.awaits):
        return case
    sending, event, awaits = found[1:]
    return replace(case, next_rung_at=rung, next_send_at=sending, next_event_at=event, awaits=awaits)


def with_clock(case: Case, clock: ResponseClock) -> Case:
    """The case with its clock of this kind replaced."""
    return replace(case, clocks=clocks_with(case, clock))


def clocks_with(case: Case, clock: ResponseClock) -> tuple[ResponseClock, ...]:
    """Its clocks, the one of this kind replaced."""
    return tuple([clock if old.rule.kind is clock.rule.kind else old for old in case.clocks])


def rung_at(clock: ResponseClock, rung: Rung) -> datetime:
    """When a rung of this clock is reached."""
    if rung.after_minutes is not None:
        return clock.due_at + timedelta(minutes=rung.after_minutes)
    return clock.started_at + (clock.due_at - clock.started_at) * (rung.fraction or 0.0)


def lapses_at(case: Case, lapse: timedelta) -> datetime:
    """When a candidate is given up: so long after it was found, or after its newest post."""
    return max(case.detected_at, case.last_post_at) + lapse


def is_of_people(event: CaseEvent) -> bool:
    """Whether somebody of the office has done something; to look at a notice is to do nothing yet."""
    by_people = not event.who.startswith("system:") and event.who != "public"
    return by_people and event.kind not in (EventKind.NOTICE_SEEN, EventKind.CLOCK_MET)


def idle_at(case: Case, policy: Policy) -> datetime | None:
    """When the watchdog speaks next of a live matter for which no clock has anything ahead; None where one has.

    The wait is counted from what somebody did last, or from the last step of a ladder whose duty is still owed.
    """
    return None if _has_steps(case) else _idle_at(case, policy)


def _idle_at(case: Case, policy: Policy) -> datetime | None:
    """The same of a case whose clocks have nothing ahead."""
    if case.state not in LIVE_STATES:
        return None
    # Who has just heard the last of a ladder is not told the same again at once.
    since = max(touched_at(case), *_running_steps(case), case.idle_told_at or case.detected_at)
    return since + policy.handling.idle.period


def touched_at(case: Case) -> datetime:
    """When somebody last did something to it; where nobody has yet, since when it is theirs to."""
    last = next((event.at for event in reversed(case.events) if is_of_people(event)), None)
    return last or case.flagged_at or case.detected_at


def voided_at(case: Case, policy: Policy) -> datetime | None:
    """When a signature that nothing has followed so far is void; None where something has, or nobody signed."""
    if case.state is not CaseState.ACKNOWLEDGED:
        return None
    last = next((event for event in reversed(case.events) if is_of_people(event)), None)
    if last is None or last.kind is not EventKind.ACKNOWLEDGED:
        return None
    return last.at + policy.handling.acknowledge.lapse


def steps(case: Case) -> list[datetime]:
    """When the clocks of a case have something ahead of them: a rung, or a breach to be booked."""
    running = [clock for clock in case.clocks if clock.state is ClockState.RUNNING]
    times = [
        rung_at(clock, rung) for clock in running for rung in clock.rule.rungs if rung.name not in clock.fired
    ]
    return times + [clock.due_at for clock in running if clock.broken_at is None]


def _has_steps(case: Case) -> bool:
    return any(
        clock.broken_at is None or any(rung.name not in clock.fired for rung in clock.rule.rungs)
        for clock in case.clocks
        if clock.state is ClockState.RUNNING
    )


def _running_steps(case: Case) -> list[datetime]:
    """When each step was reached of the clocks that run."""
    running = [clock for clock in case.clocks if clock.state is ClockState.RUNNING]
    return [rung_at(clock, rung) for clock in running for rung in clock.rule.rungs]


def shown(at: datetime) -> str:
    """A moment as an office writes it."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def spelled(duration: timedelta) -> str:
    """A length of time in words: 1天2小时5分."""
    minutes = int(duration.total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [f"{n}{unit}" for n, unit in ((days, "天"), (hours, "小时"), (minutes, "分")) if n]
    return "".join(parts) or "不到1分钟"


def refused(case: Case) -> tuple[tuple[Statement, Publication], ...]:
    """What is published and did not reach an outlet, or is hidden and did not go from there, each with the statement."""
    return tuple(
        (statement, one)
        for statement in case.statements
        if statement.state is StatementState.PUBLISHED
        for one in statement.publications
        if one.state is DeliveryState.FAILED
    )


def _next_rung(case: Case, policy: Policy) -> datetime | None:
    if case.claims or case.merging or case.unmerged_from:  # something of it is still to be done: at once
        return case.detected_at
    callers = _of_tickets(case)
    if case.state is CaseState.WATCHING:
        return min(callers, default=None) or lapses_at(case, policy.lapse)
    ahead = steps(case)
    later = [None if ahead else _idle_at(case, policy), voided_at(case, policy)]
    if case.state in LIVE_STATES:
        later += [one.next_at for one in case.awaited]
        later += [one.due_at for one in case.referrals if one.waits and one.overdue_at is None]
    later += [one.untold_since for one in untold(case)]
    return min((*ahead, *callers, *(at for at in later if at is not None)), default=None)


def _of_tickets(case: Case) -> list[datetime]:
    """When something is to be done about each ticket that is still owed: also in a case that people have ended."""
    waiting = owed(case)
    told = [one.remind_at[0] for one in waiting if one.remind_at]
    return told + [one.due_at for one in waiting if one.overdue_at is None and not one.entered_late]


def _next_event(case: Case) -> datetime | None:
    return case.events[case.events_published].at if case.events_published < len(case.events) else None


def _next_sending(case: Case) -> datetime | None:
    carried_out: list[Delivery | Publication] = [
        delivery for notice in case.outbox for delivery in notice.deliveries
    ]
    carried_out += [one for statement in case.statements for one in statement.publications]
    return min((one.next_try_at for one in carried_out if one.state is DeliveryState.OWED), default=None)


_TURNS = {
    StatementState.DRAFT: "rework",
    StatementState.REVIEW: "review",
    StatementState.CLEARED: "sign",
    StatementState.SIGNED: "publish",
}


def _awaits(case: Case) -> tuple[str, ...]:
    """Whose turn it is, as ``CaseQuery.awaits`` asks for it."""
    if case.state not in LIVE_STATES:
        return _awaits_afterwards(case)
    turns = [turn for s in case.statements if (turn := _TURNS.get(s.state))]
    if case.state in (CaseState.FLAGGED, CaseState.CONFIRMED, CaseState.ASSIGNED):
        turns.append("acknowledge")
    if case.state is CaseState.PUBLISHED:
        turns.append("follow_up")
    if unanswered(case):
        turns.append("answer")
    if refused(case):
        turns.append("outlet")
    if left_over(case.statements):
        turns.append("removal")
    if any(decision.granted is None for decision in case.decisions):
        turns.append("decision")
    if any(one.waits and one.overdue_at is not None for one in case.referrals):
        turns.append("referral")
    return tuple(dict.fromkeys((*turns, *_callers(case))))


def _callers(case: Case) -> tuple[str, ...]:
    return ("ticket",) if owed(case) else ()


def _awaits_afterwards(case: Case) -> tuple[str, ...]:
    """Of a matter that has ended: a correction on its way, and what an outlet or another place still shows."""
    turns = [turn for s in case.statements if s.corrects and (turn := _TURNS.get(s.state))]
    if case.state in (CaseState.MERGED, CaseState.LAPSED):
        turns = []
    turns += ["outlet"] if refused(case) else []
    turns += ["removal"] if left_over(case.statements) else []
    return tuple(dict.fromkeys((*turns, *_callers(case))))
