"""Each rung fires once, at its time or at the first look after it, and says how late it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import Case, CaseState, ClockKind, ClockState, EventKind, Level, SignalKind
from tests.factories import NOW, a_case, a_route, a_severity
from tests.triage.texts import policy, reading
from triage.clocks import start_clocks
from triage.escalation import escalate, lapse
from triage.lifecycle import open_case
from triage.record import rung_at

SECOND = timedelta(seconds=1)


def running(level: Level = Level.GENERAL) -> Case:
    case = a_case(severity=a_severity(level=level), clock_rules=policy().clock_rules)
    return start_clocks(case, NOW)


def fired(case: Case, kind: ClockKind = ClockKind.ACKNOWLEDGE) -> list[str]:
    return [notice.rung for notice in case.outbox if notice.clock is kind]


def test_a_rung_fires_at_exactly_its_time_and_not_before() -> None:
    case = escalate(running(), policy(), NOW)
    assert fired(case) == ["预警"]
    at = NOW + timedelta(minutes=90)
    assert escalate(case, policy(), at - SECOND) is case
    assert fired(escalate(case, policy(), at)) == ["预警", "75%"]


def test_a_rung_that_has_fired_never_fires_again() -> None:
    case = escalate(running(), policy(), NOW + timedelta(minutes=100))
    assert escalate(case, policy(), NOW + timedelta(minutes=101)) is case
    assert escalate(case, policy(), NOW) is case


def test_after_a_stop_everything_overdue_fires_in_due_order_with_its_lag() -> None:
    now = NOW + timedelta(hours=30)
    case = escalate(running(), policy(), now)
    reached = [event for event in case.events if event.kind is EventKind.RUNG_REACHED]
    assert len(reached) == sum(len(clock.rule.rungs) for clock in case.clocks)
    order = [
        rung_at(clock, rung)
        for notice in case.outbox
        for clock in case.clocks
        if clock.rule.kind is notice.clock
        for rung in clock.rule.rungs
        if rung.name == notice.rung
    ]
    assert order == sorted(order)
    assert "迟发 1天4小时" in next(n.reason for n in case.outbox if n.rung == "到期")


def test_a_breach_is_booked_once_at_its_time() -> None:
    due = NOW + timedelta(hours=2)
    assert not any(c.broken_at for c in escalate(running(), policy(), due - SECOND).clocks)
    case = escalate(running(), policy(), due)
    broken = [event for event in case.events if event.kind is EventKind.CLOCK_BROKEN]
    assert len(broken) == 1
    assert "签收逾期" in broken[0].what
    later = escalate(case, policy(), due + timedelta(minutes=1))
    assert later is case


def test_a_clock_that_is_met_rings_no_more() -> None:
    case = running()
    met = tuple(replace(clock, state=ClockState.MET) for clock in case.clocks)
    assert fired(escalate(replace(case, clocks=met), policy(), NOW + timedelta(days=3))) == []


def test_a_notice_is_named_by_case_clock_and_rung() -> None:
    one, other = (
        escalate(running_once(), policy(), NOW + delay) for delay in (timedelta(0), timedelta(hours=1))
    )
    assert one.outbox[0].id == other.outbox[0].id
    assert len(
        {notice.id for notice in escalate(running_once(), policy(), NOW + timedelta(days=3)).outbox}
    ) == len(escalate(running_once(), policy(), NOW + timedelta(days=3)).outbox)


CASE = running()


def running_once() -> Case:
    return CASE


def test_higher_levels_reach_higher_people() -> None:
    ordinary = escalate(running(), policy(), NOW + timedelta(hours=24))
    grave = escalate(running(Level.MAJOR), policy(), NOW + timedelta(hours=24))
    at_due = {
        level: next(n.to for n in case.outbox if n.clock is ClockKind.RESPONSE and n.rung == "到期")
        for level, case in {"一般": ordinary, "重大": grave}.items()
    }
    assert at_due == {"一般": ("division_head", "deputy"), "重大": ("deputy", "head")}


def test_notices_go_over_the_channels_that_are_set_up() -> None:
    console = escalate(running(), policy(), NOW).outbox[0]
    assert [(d.channel, d.address) for d in console.deliveries] == [("console", "值班台")]
    mailing = replace(policy(), channels=frozenset({"console", "smtp"}))
    notice = escalate(running(), mailing, NOW).outbox[0]
    assert [(d.channel, d.address) for d in notice.deliveries] == [
        ("console", "值班台"),
        ("smtp", "zhengzhou@renfang.example.invalid"),
        ("smtp", "zhiban@renfang.example.invalid"),
    ]


def test_a_restricted_matter_tells_few_people_little() -> None:
    told = open_case(reading("举报某主任指定厂家", title="举报某主任"), policy(), NOW)
    case = replace(told, route=a_route(lead="henan.jiguanjiwei", restricted=True))
    assert case.evidence[0].url
    for notice in escalate(case, policy(), NOW + timedelta(days=3)).outbox:
        assert set(notice.to) <= {"unit", "head"}
        assert "举报某主任" not in notice.subject + notice.body
        assert "http" not in notice.body


def test_a_deadline_that_passed_before_detection_is_booked_once_and_still_told() -> None:
    late = NOW + timedelta(hours=9)
    case = open_case(
        reading("全城警报突然响了", topic="T05", signals=(SignalKind.SIREN_UNPLANNED,)), policy(), late
    )
    case = escalate(case, policy(), late)
    broken = [e for e in case.events if e.kind is EventKind.CLOCK_BROKEN]
    assert len(broken) == 1
    assert "起算时已逾期" in broken[0].what
    assert fired(case, ClockKind.STATEMENT) == ["75%", "90%", "到期", "逾期30分钟"]


@pytest.mark.parametrize(("days", "state"), [(6, CaseState.WATCHING), (7, CaseState.LAPSED)])
def test_a_candidate_that_nothing_comes_back_to_is_put_away(days: int, state: CaseState) -> None:
    case = a_case(state=CaseState.WATCHING, flagged_at=None)
    assert lapse(case, policy(), NOW + timedelta(days=days)).state is state
    assert lapse(a_case(), policy(), NOW + timedelta(days=days)).state is CaseState.FLAGGED


def test_what_comes_next_is_kept_for_the_store() -> None:
    case = escalate(running(), policy(), NOW)
    assert case.next_rung_at == NOW + timedelta(minutes=90)
    assert case.next_send_at == NOW
    done = escalate(running(), policy(), NOW + timedelta(days=9))
    assert done.next_rung_at is None


def test_each_address_says_which_of_the_roles_it_stands_for() -> None:
    rules = replace(policy(), channels=frozenset({"console", "smtp"}))
    case = escalate(running(), rules, NOW + timedelta(hours=2))
    notice = next(one for one in case.outbox if one.rung == "到期")
    assert notice.to == ("unit", "division_head")
    assert [(one.channel, one.to) for one in notice.deliveries] == [
        ("console", ("unit", "division_head")),
        ("smtp", ("unit",)),
        ("smtp", ("division_head",)),
    ]
