"""Each rung fires once, at its time or at the first look after it, and says how late it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import (
    Aftermath,
    Case,
    CaseState,
    ClockKind,
    ClockState,
    EventKind,
    Level,
    SignalKind,
    TextRef,
)
from tests.factories import NOW, a_case, a_route, a_severity, an_answered_case
from tests.triage.people import DUTY, HANDLER
from tests.triage.texts import CALENDAR, policy, reading, rules
from triage.clocks import start_clocks
from triage.deeds import matter
from triage.escalation import escalate, lapse
from triage.lifecycle import open_case
from triage.rebound import look

SECOND = timedelta(seconds=1)


def running(level: Level = Level.GENERAL) -> Case:
    case = a_case(severity=a_severity(level=level), clock_rules=rules())
    return start_clocks(case, NOW, CALENDAR)


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


def test_after_a_stop_people_are_told_once_a_clock_and_the_record_says_of_what() -> None:
    now = NOW + timedelta(hours=30)
    case = escalate(running(), policy(), now)
    assert [(notice.clock, notice.rung) for notice in case.outbox] == [
        (ClockKind.ACKNOWLEDGE, "逾期2小时"),
        (ClockKind.RESPONSE, "逾期4小时"),
    ]
    for clock in case.clocks:
        names = tuple(rung.name for rung in clock.rule.rungs)
        assert (clock.fired, clock.untold) == (names, names[:-1])
        stood_for, told = [
            event.what
            for event in case.events
            if event.kind is EventKind.RUNG_REACHED and event.what.startswith(clock.rule.name)
        ]
        assert all(f"“{name}”" in stood_for for name in names)
        assert f"走到“{names[-1]}”" in told
    assert escalate(case, policy(), now + timedelta(hours=20)) is case


def test_whoever_would_have_heard_of_a_lower_rung_hears_of_the_highest() -> None:
    case = escalate(running(), policy(), NOW + timedelta(hours=30))
    assert case.outbox[0].to == ("deputy", "head", "division_head", "unit", "duty")


def test_a_notice_that_is_late_says_what_is_true_by_then() -> None:
    slept = escalate(running(), policy(), NOW + timedelta(hours=30))
    assert slept.outbox[0].reason == "新事件，请签收；已逾期 1天4小时（应于 2026-11-23 12:00 前完成）"
    assert slept.outbox[1].reason.startswith("已逾期 6小时（应于")
    begun = escalate(running(), policy(), NOW)
    nearly = escalate(begun, policy(), NOW + timedelta(minutes=110)).outbox[-1]
    assert (nearly.rung, nearly.reason) == ("75%", "离到期还有 10分（迟发 20分，应于 2026-11-23 11:30）")
    bare = replace(begun.clocks[0], rule=replace(begun.clocks[0].rule, rungs=begun.clocks[0].rule.rungs[:2]))
    due = escalate(replace(begun, clocks=(bare,)), policy(), bare.due_at + timedelta(seconds=30)).outbox[-1]
    assert due.reason == "已逾期 不到1分钟（应于 2026-11-23 12:00 前完成）"
    prompt = escalate(begun, policy(), NOW + timedelta(minutes=90)).outbox[-1]
    assert prompt.reason == "签收时限已过四分之三"


def test_a_raised_level_tells_once_that_it_was_late_already() -> None:
    at = NOW + timedelta(hours=19)
    case = escalate(running(), policy(), NOW)
    for minutes in range(30, 19 * 60, 30):
        case = escalate(case, policy(), NOW + timedelta(minutes=minutes))
    before = len(case.outbox)
    raised = replace(case, severity=a_severity(level=Level.MAJOR))
    raised = escalate(start_clocks(raised, at, CALENDAR, raised=True), policy(), at)
    new = raised.outbox[before:]
    assert len(new) == len({notice.clock for notice in new})
    late = next(notice for notice in new if notice.clock is ClockKind.STATEMENT)
    assert late.reason.startswith("升级时已逾期，已过 ")
    assert not any("十分之一" in notice.reason or "四分之三" in notice.reason for notice in new)


def test_what_a_raised_level_asks_for_is_told_at_once_and_not_called_late() -> None:
    at = NOW + timedelta(minutes=40)
    case = escalate(running(Level.GENERAL), policy(), NOW)
    before, known = len(case.outbox), len(case.events)
    raised = replace(case, severity=a_severity(level=Level.LARGER))
    raised = escalate(start_clocks(raised, at, CALENDAR, raised=True), policy(), at)
    (asked,) = raised.outbox[before:]
    assert (asked.clock, asked.reason) == (ClockKind.REPORT_UP, "达到上报标准，请上报")
    assert not any("迟发" in event.why for event in raised.events[known:])
    slept = escalate(
        start_clocks(replace(case, severity=a_severity(level=Level.LARGER)), at, CALENDAR, raised=True),
        policy(),
        at + timedelta(minutes=5),
    )
    assert slept.outbox[-1].reason == "达到上报标准，请上报；迟发 5分，应于 2026-11-23 10:40"


def an_ended_round(aftermath: Aftermath) -> Case:
    case = replace(an_answered_case(clock_rules=rules()), aftermath=aftermath)
    return replace(case, clocks=tuple(replace(clock, state=ClockState.MET) for clock in running().clocks))


def test_a_matter_that_comes_back_is_not_announced_as_a_new_one() -> None:
    case = an_ended_round(Aftermath(since=NOW, peak_before=1, unresolved=(NOW, NOW, NOW)))
    reopened = {
        "反弹：发布后 3 次反映仍未解决": look(case, policy(), NOW),
        "回访没有解决": matter.follow_up(
            case, HANDLER, policy(), NOW, solved=False, found=TextRef(name="found", digest="")
        ),
        "值班长或领导重开": matter.reopen(
            case, DUTY, policy(), NOW, reason=TextRef(name="reason", digest="")
        ),
    }
    for why, again in reopened.items():
        first = escalate(again, policy(), NOW).outbox[0]
        assert (first.clock, first.rung) == (ClockKind.ACKNOWLEDGE, "预警")
        assert first.reason == f"重新启动，请签收（{why}）"
        assert first.reason in first.body and "新事件" not in first.body


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
    ordinary, grave = (
        escalate(escalate(case, policy(), NOW + timedelta(hours=23)), policy(), NOW + timedelta(hours=24))
        for case in (running(), running(Level.MAJOR))
    )
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
    assert fired(case, ClockKind.STATEMENT) == ["逾期30分钟"]
    (notice,) = (one for one in case.outbox if one.clock is ClockKind.STATEMENT)
    assert notice.reason.startswith("起算时已逾期，已过 4小时")


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
    assert done.next_rung_at == NOW + timedelta(days=9, hours=4)


def test_each_address_says_which_of_the_roles_it_stands_for() -> None:
    rules = replace(policy(), channels=frozenset({"console", "smtp"}))
    case = escalate(escalate(running(), rules, NOW + timedelta(minutes=90)), rules, NOW + timedelta(hours=2))
    notice = next(one for one in case.outbox if one.rung == "到期")
    assert notice.to == ("unit", "division_head")
    assert [(one.channel, one.to) for one in notice.deliveries] == [
        ("console", ("unit", "division_head")),
        ("smtp", ("unit",)),
        ("smtp", ("division_head",)),
    ]
