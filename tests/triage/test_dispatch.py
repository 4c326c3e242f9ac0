"""A route follows its case until people have it in hand; whom the level brings in, it brings in even then."""

from __future__ import annotations

from dataclasses import replace

from huiying.contracts import Assignment, Case, EventKind, Level, TextRef
from tests.factories import NOW, a_case, a_severity
from tests.triage.people import CHECKER
from tests.triage.texts import place, policy
from triage.deeds.levels import lower_level, raise_level
from triage.deeds.matter import BY_PEOPLE, assign
from triage.dispatch import routed
from triage.record import note
from triage.routing import route

REASON = TextRef(name="reason", digest="0" * 64)


def a_routed_case() -> Case:
    case = a_case(topic="T01", place=place("郑州市", "中原区"))
    case = replace(case, route=route(case, policy(), NOW))
    return note(case, EventKind.OPENED, NOW, "system:triage", "发现苗头")


def in_hand(case: Case) -> Case:
    return replace(case, assignment=Assignment(unit="zhengzhou", by="duty", at=NOW))


def at(case: Case, level: Level) -> Case:
    return replace(case, severity=a_severity(level=level))


def test_a_level_that_rises_brings_in_others_and_leaves_the_lead_to_people() -> None:
    before = in_hand(a_routed_case())
    after = routed(before, at(before, Level.MAJOR), policy(), NOW)
    assert (after.route.lead, after.assignment) == ("zhengzhou", before.assignment)
    assert "henan.zhihuitongxin" in after.route.assist
    assert {"宣传部门", "网信部门"} <= set(after.route.told)
    event = after.events[-1]
    assert event.kind is EventKind.ROUTED
    assert event.what == "重大事件，省人防办指挥通信处配合，通报宣传部门、网信部门"
    assert event.why.startswith("重大以上，省人防办指挥通信处配合") and "7号" in event.why
    assert "henan.zhihuitongxin" in event.parties
    assert after.route.why.startswith(before.route.why)


def test_it_brings_them_in_once() -> None:
    before = in_hand(a_routed_case())
    once = routed(before, at(before, Level.MAJOR), policy(), NOW)
    assert routed(once, once, policy(), NOW) is once
    more = routed(once, at(once, Level.EXTREME), policy(), NOW)
    assert more.events[-1].what == "特别重大事件，通报本级政府办公厅（室）"
    assert more.route.by_level == ("重大联动", "特别重大")


def test_before_anybody_has_it_in_hand_it_is_routed_anew_and_the_record_says_so() -> None:
    before = a_routed_case()
    after = routed(before, at(before, Level.EXTREME), policy(), NOW)
    assert after.events[-1].what.startswith("仍由郑州市人民防空办公室承办，配合：")
    assert "本级政府办公厅（室）" in after.events[-1].why
    assert routed(after, after, policy(), NOW).events == after.events


def test_a_level_that_people_raise_brings_them_in_at_once_and_one_that_they_lower_loses_nobody() -> None:
    before = in_hand(a_routed_case())
    raised = raise_level(before, CHECKER, policy(), NOW, level=Level.MAJOR, reason=REASON)
    assert "henan.zhihuitongxin" in raised.route.assist
    kinds = [event.kind for event in raised.events[len(before.events) :]]
    assert kinds[:2] == [EventKind.LEVEL_CHANGED, EventKind.ROUTED]
    lower = lower_level(at(raised, Level.LARGER), CHECKER, policy(), NOW, level=Level.GENERAL, reason=REASON)
    assert lower.route == raised.route


def test_a_lead_that_people_changed_says_so_once() -> None:
    case = in_hand(a_routed_case())
    case = assign(case, CHECKER, policy(), NOW, unit="luoyang", texts=(), again=True)
    case = raise_level(case, CHECKER, policy(), NOW, level=Level.MAJOR, reason=REASON)
    case = assign(case, CHECKER, policy(), NOW, unit="kaifeng", texts=(), again=True)
    assert case.route.why.count(BY_PEOPLE) == 1
    assert "henan.zhihuitongxin" in case.route.assist


def test_a_restricted_matter_in_hand_stays_with_those_who_have_it() -> None:
    before = in_hand(a_routed_case())
    before = replace(before, route=replace(before.route, restricted=True))
    assert routed(before, at(before, Level.EXTREME), policy(), NOW).route == before.route
