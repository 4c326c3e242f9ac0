"""From the alert to the file: confirming, assigning, signing for, assessing, following up, closing.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from huiying.clock import SHANGHAI
from huiying.contracts import (
    HANDLED_AS,
    Actor,
    Assessment,
    Assignment,
    Case,
    CaseState,
    Category,
    ClockKind,
    ClockState,
    Consultation,
    EventKind,
    FollowUp,
    ResponseClock,
    TextRef,
)
from triage import rebound
from triage.clocks import DISMISSED, cancel_all, meet, start_clocks
from triage.hindrance import unclosable
from triage.policy import Policy
from triage.record import note
from triage.refusals import Invalid, NotNow, NotYours

BOUNCES = 2
"""Objections after which the province owns a matter (domain rules 4.4)."""
BY_PEOPLE = "；后由值班长改定"
UNTRUE_NEEDS = "定为不实信息，要注明所依据的官方信息（文号、网址）；没有就按需核实办理"


def confirm(case: Case, actor: Actor, policy: Policy, now: datetime) -> Case:
    case = replace(case, state=CaseState.CONFIRMED, confirmed_at=now, flagged_at=case.flagged_at or now)
    case = note(case, EventKind.CONFIRMED, now, actor.login, "确认为本办事项")
    return start_clocks(case, now, policy.calendar)


def dismiss(case: Case, actor: Actor, now: datetime, *, reason: TextRef) -> Case:
    case = replace(case, state=CaseState.DISMISSED, closed_at=now)
    case = note(case, EventKind.DISMISSED, now, actor.login, "不予受理", texts=(reason,))
    return cancel_all(case, now, actor.login, DISMISSED)


def assign(
    case: Case,
    actor: Actor,
    policy: Policy,
    now: datetime,
    *,
    unit: str,
    texts: tuple[TextRef, ...],
    again: bool,
) -> Case:
    """``again``: it is taken from the one who has it."""
    _may_go_to(case, unit, policy, now)
    bounced = case.assignment.objections if case.assignment else 0
    if bounced >= BOUNCES and not policy.of_the_top(unit):
        raise Invalid({"unit": f"已经退回 {bounced} 次，只能交{policy.unit_name(policy.top())}或其处室承办"})
    if again and unit == case.route.lead:
        raise Invalid({"unit": "已经由这个单位承办"})
    helpers = tuple(helper for helper in case.route.assist if helper != unit)
    why = case.route.why
    if unit != case.route.lead and BY_PEOPLE not in why:
        why += BY_PEOPLE
    case = replace(
        case,
        state=CaseState.ASSIGNED,
        route=replace(case.route, lead=unit, assist=helpers, why=why),
        assignment=Assignment(unit=unit, by=actor.login, at=now, objections=bounced),
    )
    what = f"{'改派' if again else '交办'}{policy.unit_name(unit)}"
    return note(case, EventKind.ASSIGNED, now, actor.login, what, texts=texts)


def object_to(case: Case, actor: Actor, policy: Policy, now: datetime, *, reason: TextRef) -> Case:
    """The clocks go on: whoever objects owes it until somebody else has it."""
    if case.assignment is None:
        raise NotNow("还没有交办")
    assignment = replace(case.assignment, objections=case.assignment.objections + 1)
    case = replace(case, state=CaseState.CONFIRMED, assignment=assignment)
    what = f"{policy.unit_name(assignment.unit)}认为不归本单位，退回交办（第 {assignment.objections} 次）"
    return note(case, EventKind.OBJECTED, now, actor.login, what, texts=(reason,))


def acknowledge(case: Case, actor: Actor, policy: Policy, now: datetime) -> Case:
    assignment = case.assignment
    if assignment is None or assignment.unit != case.route.lead:
        assignment = Assignment(unit=case.route.lead, by=actor.login, at=now)
    assignment = replace(assignment, acknowledged_by=actor.login, acknowledged_at=now)
    case = replace(
        case,
        state=CaseState.ACKNOWLEDGED,
        assignment=assignment,
        confirmed_at=case.confirmed_at or now,
    )
    what = f"{policy.unit_name(case.route.lead)}签收"
    case = note(case, EventKind.ACKNOWLEDGED, now, actor.login, what)
    return meet(case, ClockKind.ACKNOWLEDGE, now, actor.login, what)


def report_up(case: Case, actor: Actor, now: datetime, *, to: str, texts: tuple[TextRef, ...]) -> Case:
    """``to`` is one of :func:`reportable`."""
    if to not in REPORTED_TO:
        raise Invalid({"to": "请选择报给谁"})
    owed = reporting(case)
    if owed is None:
        raise NotNow("没有在走的上报时限")
    if to not in reportable(owed.rule.duty):
        raise Invalid({"to": f"这项时限要求{owed.rule.duty}，只报{to}不算，请报到后再登记"})
    case = note(case, EventKind.REPORTED_UP, now, actor.login, f"已上报{to}", texts=texts)
    return meet(case, ClockKind.REPORT_UP, now, actor.login, f"已上报{to}")


REPORTED_TO = ("分管领导", "主要负责人", "主要负责人和本级政府", "上级主管部门")
"""Lowest first."""


def reporting(case: Case) -> ResponseClock | None:
    """The report that is owed; None where none is."""
    running = (clock for clock in case.clocks if clock.state is ClockState.RUNNING)
    return next((clock for clock in running if clock.rule.kind is ClockKind.REPORT_UP), None)


def reportable(duty: str) -> tuple[str, ...]:
    """To whom a report does what this duty asks: whom it names, and whoever stands above; anybody where it names none."""
    named = max((place for place, who in enumerate(REPORTED_TO) if who in duty), default=0)
    return REPORTED_TO[named:]


def assess(
    case: Case,
    actor: Actor,
    policy: Policy,
    now: datetime,
    *,
    category: Category,
    finding: TextRef,
    source: str,
) -> Case:
    if category not in HANDLED_AS:
        raise Invalid({"category": "请选择六类之一"})
    if category is Category.UNTRUE and not source:
        raise Invalid({"source": UNTRUE_NEEDS})
    row = policy.handling.row(category)
    assessment = Assessment(
        category=category, duty=row.duty, by=actor.login, at=now, finding=finding.digest, source=source
    )
    case = replace(case, state=CaseState.ASSESSED, assessment=assessment)
    why = f"职责：{row.duty}（{row.citation}）"
    return note(case, EventKind.ASSESSED, now, actor.login, f"研判为{row.name}", why=why, texts=(finding,))


def consult(
    case: Case, actor: Actor, now: datetime, *, participants: Sequence[str], conclusion: TextRef
) -> Case:
    """``participants`` are units and bodies, by name: never persons."""
    met = Consultation(at=now, by=actor.login, participants=tuple(participants), conclusion=conclusion.digest)
    case = replace(case, consultations=(*case.consultations, met))
    what = f"会商：{len(met.participants)} 个单位参加"
    return note(case, EventKind.CONSULTED, now, actor.login, what, texts=(conclusion,))


def follow_up(
    case: Case, actor: Actor, policy: Policy, now: datetime, *, solved: bool, found: TextRef
) -> Case:
    asked = FollowUp(at=now, by=actor.login, solved=solved, found=found.digest)
    case = replace(case, state=CaseState.FOLLOWED, follow_ups=(*case.follow_ups, asked))
    what = "回访：已经解决" if solved else "回访：没有解决"
    case = note(case, EventKind.FOLLOWED_UP, now, actor.login, what, texts=(found,))
    case = meet(case, ClockKind.FOLLOW_UP, now, actor.login, what)
    return (
        case if solved else rebound.reopen(case, policy.calendar, now, actor.login, "回访没有解决，重新启动")
    )


def close(case: Case, actor: Actor, now: datetime) -> Case:
    if why := unclosable(case):
        raise NotNow(why)
    case = replace(case, state=CaseState.CLOSED, closed_at=now)
    return note(case, EventKind.CLOSED, now, actor.login, "办结归档")


def reopen(case: Case, actor: Actor, policy: Policy, now: datetime, *, reason: TextRef) -> Case:
    """What was dismissed by mistake goes on where it was; what was answered, or never begun, begins anew."""
    resumed = case.state is CaseState.DISMISSED
    return rebound.reopen(
        case, policy.calendar, now, actor.login, "重新启动", texts=(reason,), resumed=resumed
    )


def _may_go_to(case: Case, unit: str, policy: Policy, now: datetime) -> None:
    if not policy.knows(unit):
        raise Invalid({"unit": "请选择承办单位"})
    if unit not in {row.id for row in policy.units_on(now.astimezone(SHANGHAI).date())}:
        raise Invalid({"unit": f"{policy.unit_name(unit)}现在已经没有了，请选择别的单位"})
    if not case.route.restricted:
        return
    accused = policy.units_named(case.units)
    if any(unit in policy.subtree(one) for one in accused if one != policy.top()) or unit in accused:
        raise NotYours("限制知悉的事件不能交给被反映的单位，也不能交给它下面的单位")
