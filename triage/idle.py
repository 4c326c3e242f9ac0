"""What happens where nothing happens: a matter without a next step is raised, a signature that nothing follows is void.  Pure.

Each is told once by id, however many watchers look and however the clock jumps: what was told is kept with the case.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from huiying.contracts import Case, CaseState, ClockKind, ClockState, EventKind
from triage.clocks import sign_again
from triage.policy import Policy
from triage.record import WATCH, idle_at, note, shown, spelled, touched_at, voided_at, with_clock
from triage.telling import about_the_matter
from triage.words import IDLE, VOIDED


def void(case: Case, policy: Policy, now: datetime) -> Case:
    """Signed for, and nobody has done anything since: it is to be signed for anew, within a new term."""
    at = voided_at(case, policy)
    if at is None or case.assignment is None or now < at:
        return case
    quiet = spelled(policy.handling.acknowledge.lapse)
    reason = f"签收后 {quiet}没有任何办理，签收失效，请重新签收"
    unit = policy.unit_name(case.route.lead)
    assignment = replace(case.assignment, acknowledged_by="", acknowledged_at=None)
    case = replace(case, state=CaseState.ASSIGNED, assignment=assignment, sign_again_at=now, idle_told_at=now)
    case = note(case, EventKind.UNACKNOWLEDGED, now, WATCH, f"{unit}{reason}")
    case, due = _with_a_new_term(case, policy, now)
    told = about_the_matter(
        case,
        policy,
        now,
        key=f"voided@{at.isoformat()}",
        rung=VOIDED,
        reason=reason,
        task="重新签收并办理；不归本单位的退回交办",
        due=due,
    )
    return replace(case, outbox=(*case.outbox, told))


def raise_idle(case: Case, policy: Policy, now: datetime) -> Case:
    """Nobody owes it a next step and nobody has touched it: unit and desk are told, and again after each further period.

    Of several periods that one look finds gone by, people are told once.
    """
    at = idle_at(case, policy)
    if at is None or now < at:
        return case
    period = policy.handling.idle.period
    at += (now - at) // period * period
    reason = f"已 {spelled(now - touched_at(case))}没有人办理，也没有在走的时限"
    told = about_the_matter(
        case,
        policy,
        now,
        key=f"idle@{at.isoformat()}",
        rung=IDLE,
        reason=reason,
        task="定下一步：办理、回访、办结，或者说明还等什么",
        due=at + period,
    )
    case = replace(case, idle_told_at=at, outbox=(*case.outbox, told))
    return note(case, EventKind.IDLE, now, WATCH, reason, why=f"下次提醒 {shown(at + period)}")


def _with_a_new_term(case: Case, policy: Policy, now: datetime) -> tuple[Case, datetime]:
    """The case with signing due anew, and until when. What its first rung would say is said by the notice of this."""
    case = sign_again(case, now, policy.calendar)
    clock = next((one for one in case.clocks if one.rule.kind is ClockKind.ACKNOWLEDGE), None)
    if clock is None or clock.state is not ClockState.RUNNING:
        return case, now + policy.handling.acknowledge.lapse
    first = tuple(rung.name for rung in clock.rule.rungs if rung.after_minutes is None and not rung.fraction)
    told = replace(clock, fired=(*clock.fired, *first), untold=(*clock.untold, *first))
    return with_clock(case, told), clock.due_at
