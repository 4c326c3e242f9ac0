"""A matter without a next step is raised, and a signature that nothing follows is void: each told once, to unit and desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from huiying.clock import ManualClock
from huiying.contracts import LIVE_STATES, Case, CaseState, ClockKind, ClockState, EventKind, Notice, Origin
from huiying.ports import Engine
from tests.factories import NOW, a_route
from tests.lagging import lagging
from tests.triage.people import DUTY, HANDLER
from tests.triage.texts import policy, reading
from triage.deeds import matter
from triage.escalation import escalate
from triage.lifecycle import open_case
from triage.policy import Policy
from triage.record import indexed, note, steps
from triage.watch import Watch
from triage.words import IDLE, VOIDED

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TEXT = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金"


def opened() -> Case:
    return open_case(reading(TEXT), policy(), NOW)


def signed() -> Case:
    return indexed(matter.acknowledge(opened(), HANDLER, policy(), NOW), policy())


def without_clocks(case: Case) -> Case:
    return indexed(replace(case, clocks=(), clock_rules=()), policy())


def left_alone(at: datetime = NOW) -> Case:
    """Assessed by somebody, and no clock left that runs."""
    case = note(replace(opened(), state=CaseState.ASSESSED), EventKind.ASSESSED, at, HANDLER.login, "研判")
    return without_clocks(case)


def of(case: Case, rung: str) -> list[Notice]:
    return [notice for notice in case.outbox if notice.rung == rung]


def hours(idle: float = 24, lapse: float = 24) -> Policy:
    rules = policy()
    idle_row = rules.handling.idle.model_copy(update={"hours": idle})
    acknowledge = rules.handling.acknowledge.model_copy(update={"lapse_hours": lapse})
    handling = rules.handling.model_copy(update={"idle": idle_row, "acknowledge": acknowledge})
    return replace(rules, handling=handling)


def test_a_matter_that_nobody_touches_is_raised_after_a_day_and_after_every_further_one() -> None:
    case = left_alone()
    assert case.next_rung_at == NOW + DAY
    assert escalate(case, policy(), NOW + DAY - timedelta(seconds=1)) is case
    case = escalate(case, policy(), NOW + DAY)
    (told,) = of(case, IDLE)
    assert (told.to, told.clock) == (("unit", "duty"), None)
    assert "1天没有人办理" in told.reason and told.deliveries
    assert case.events[-1].kind is EventKind.IDLE
    assert case.next_rung_at == NOW + 2 * DAY
    assert escalate(case, policy(), NOW + DAY + HOUR) is case
    case = escalate(case, policy(), NOW + 2 * DAY)
    assert len({notice.id for notice in of(case, IDLE)}) == 2


def test_an_act_of_a_person_starts_the_wait_anew_and_a_look_or_the_machine_does_not() -> None:
    case = left_alone()
    looked = note(case, EventKind.NOTICE_SEEN, NOW + HOUR, HANDLER.login, "已阅")
    grew = note(looked, EventKind.GREW, NOW + 2 * HOUR, "system:triage", "累计 5 篇")
    heard = note(grew, EventKind.UNRESOLVED, NOW + 3 * HOUR, "public", "仍未解决")
    assert indexed(heard, policy()).next_rung_at == NOW + DAY
    consulted = note(heard, EventKind.CONSULTED, NOW + 4 * HOUR, DUTY.login, "会商")
    assert indexed(consulted, policy()).next_rung_at == NOW + 4 * HOUR + DAY


def test_a_matter_with_a_clock_ahead_is_left_to_its_ladder() -> None:
    case = opened()
    assert steps(case)
    case = escalate(case, policy(), NOW + timedelta(hours=20))
    assert not of(case, IDLE)


@pytest.mark.parametrize("state", sorted(set(CaseState) - LIVE_STATES - {CaseState.WATCHING}))
def test_what_is_not_open_is_never_raised(state: CaseState) -> None:
    case = indexed(replace(left_alone(), state=state), policy())
    assert case.next_rung_at is None
    assert escalate(case, policy(), NOW + 30 * DAY) is case


@pytest.mark.parametrize("state", sorted(LIVE_STATES))
@pytest.mark.parametrize("origin", [Origin.LIVE, Origin.BACKFILL])
def test_every_open_matter_is_looked_at_again(state: CaseState, origin: Origin) -> None:
    case = indexed(replace(left_alone(), state=state, origin=origin), policy())
    assert case.next_rung_at is not None
    assert of(escalate(case, policy(), case.next_rung_at), IDLE)


def test_after_a_leap_of_a_week_people_are_told_once() -> None:
    case = escalate(left_alone(), policy(), NOW + 7 * DAY + HOUR)
    assert len(of(case, IDLE)) == 1
    assert case.next_rung_at == NOW + 8 * DAY


def test_the_period_is_the_offices_to_set() -> None:
    rules = hours(idle=4)
    case = indexed(left_alone(), rules)
    assert case.next_rung_at == NOW + 4 * HOUR
    assert of(escalate(case, rules, NOW + 4 * HOUR), IDLE)


def test_of_a_restricted_matter_only_those_are_told_who_may_know() -> None:
    case = replace(left_alone(), route=replace(a_route(lead="henan.jiguanjiwei"), restricted=True))
    (told,) = of(escalate(case, policy(), NOW + DAY), IDLE)
    assert told.to == ("unit",)
    assert case.title not in told.subject + told.body


def test_a_signature_that_nothing_follows_is_void_and_a_new_term_runs() -> None:
    case = signed()
    kept = next(clock for clock in case.clocks if clock.rule.kind is ClockKind.ACKNOWLEDGE)
    assert escalate(case, policy(), NOW + DAY - timedelta(seconds=1)).state is CaseState.ACKNOWLEDGED
    case = escalate(case, policy(), NOW + DAY)
    assert case.state is CaseState.ASSIGNED
    assert "acknowledge" in case.awaits
    assert case.assignment is not None and case.assignment.acknowledged_at is None
    assert kept in case.past_clocks
    anew = next(clock for clock in case.clocks if clock.rule.kind is ClockKind.ACKNOWLEDGE)
    assert (anew.round, anew.state, anew.started_at) == (2, ClockState.RUNNING, NOW + DAY)
    (told,) = of(case, VOIDED)
    assert (told.to, told.due_at) == (("unit", "duty"), anew.due_at)
    kinds = [event.kind for event in case.events]
    assert kinds.count(EventKind.UNACKNOWLEDGED) == 1
    assert not [one for one in case.outbox if one.rung == "预警" and one.owed_at == NOW + DAY]


def test_the_new_term_has_its_reminders_and_can_be_kept() -> None:
    case = escalate(signed(), policy(), NOW + DAY)
    case = escalate(case, policy(), NOW + DAY + timedelta(minutes=90))
    assert [one.rung for one in case.outbox if one.clock is ClockKind.ACKNOWLEDGE][-1] == "75%"
    case = matter.acknowledge(case, HANDLER, policy(), NOW + DAY + timedelta(minutes=100))
    anew = next(clock for clock in case.clocks if clock.rule.kind is ClockKind.ACKNOWLEDGE)
    assert (case.state, anew.state, anew.broken_at) == (CaseState.ACKNOWLEDGED, ClockState.MET, None)
    again = escalate(case, policy(), NOW + 2 * DAY + timedelta(minutes=100))
    assert len({notice.id for notice in of(again, VOIDED)}) == 2


def test_any_act_after_signing_keeps_the_signature() -> None:
    case = note(signed(), EventKind.CONSULTED, NOW + HOUR, HANDLER.login, "会商")
    assert escalate(indexed(case, policy()), policy(), NOW + 3 * DAY).state is CaseState.ACKNOWLEDGED


def test_a_signature_is_kept_as_long_as_the_office_says() -> None:
    rules = hours(lapse=2)
    case = indexed(without_clocks(signed()), rules)
    assert case.next_rung_at == NOW + 2 * HOUR
    assert escalate(case, rules, NOW + 2 * HOUR).state is CaseState.ASSIGNED


def test_two_watchers_a_trailing_store_and_clock_jumps_raise_each_once(engine: Engine) -> None:
    with lagging(engine) as past:
        slow, cases = past.engine, past.cases
        case = left_alone()
        slow.cases.save([case])
        cases.refresh()
        one, other = (Watch(slow.cases, engine.archive, policy(), ManualClock(NOW)) for _ in range(2))
        for hours_on in (0, 23, 24, 24, 23, 25, 1, 26, 47, 48, 47, 49, 96, 95, 97):
            one.tick(NOW + hours_on * HOUR)
            other.tick(NOW + hours_on * HOUR)
            if hours_on % 2:
                cases.refresh()
        told = [notice.id for notice in of(engine.cases.get(case.id), IDLE)]
        assert len(told) == len(set(told)) == 3


def test_who_has_just_heard_the_last_of_a_ladder_is_not_told_the_same_at_once() -> None:
    case = escalate(opened(), policy(), NOW + timedelta(hours=30))
    assert not of(case, IDLE) and not steps(case)
    assert case.next_rung_at == NOW + timedelta(hours=28) + DAY
    assert of(escalate(case, policy(), NOW + timedelta(hours=28) + DAY), IDLE)
