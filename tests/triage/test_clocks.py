"""Hours run through nights and holidays, from the moment that the rule names, and the working is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from huiying.contracts import (
    Case,
    CaseState,
    Certainty,
    ClockKind,
    ClockState,
    EventKind,
    Floor,
    Level,
    Occurrence,
    Origin,
    ResponseClock,
)
from tests.factories import NOW, a_case, a_severity
from tests.triage.texts import CALENDAR, rules
from triage.clocks import cancel_all, meet, resume, start_clocks, start_over, waive

HOUR = timedelta(hours=1)
F5 = Floor(rule="F5", name="计划外警报鸣响", level=Level.LARGER)


def flagged(level: Level = Level.GENERAL, **more: Any) -> Case:
    severity = a_severity(level=level, floors=more.pop("floors", ()))
    return a_case(severity=severity, clock_rules=rules(), **more)


def clock(case: Case, kind: ClockKind) -> ResponseClock:
    return next(one for one in case.clocks if one.rule.kind is kind)


@pytest.mark.parametrize(
    ("level", "kinds"),
    [
        (Level.GENERAL, {"acknowledge", "response"}),
        (Level.LARGER, {"acknowledge", "response", "report_up"}),
        (Level.MAJOR, {"acknowledge", "response", "report_up", "statement", "press_conference"}),
    ],
)
def test_a_level_asks_for_its_clocks(level: Level, kinds: set[str]) -> None:
    assert {one.rule.kind.value for one in start_clocks(flagged(level), NOW, CALENDAR).clocks} == kinds


def test_hours_run_through_the_spring_festival() -> None:
    eve = datetime(2026, 2, 16, 12, 0, tzinfo=UTC)
    case = start_clocks(flagged(detected_at=eve), eve, CALENDAR)
    response = clock(case, ClockKind.RESPONSE)
    assert response.due_at == eve + timedelta(hours=24)
    assert response.working[0] == "起算：2026-02-16 20:00，系统预警时间"
    assert response.working[2] == "到期：2026-02-17 20:00（北京时间）"
    assert "国家上限：48 小时" in response.working[3]


def test_a_statement_runs_from_the_event_where_a_text_states_it() -> None:
    happened = NOW - timedelta(hours=1)
    stated = Occurrence(at=happened, source="text", certainty=Certainty.STATED)
    statement = clock(start_clocks(flagged(Level.MAJOR, occurred=stated), NOW, CALENDAR), ClockKind.STATEMENT)
    assert (statement.started_at, statement.due_at) == (happened, happened + timedelta(hours=5))
    assert "原文写明" in statement.start_source


@pytest.mark.parametrize(
    "occurred",
    [
        Occurrence(at=NOW - timedelta(hours=1), certainty=Certainty.INFERRED),
        Occurrence(at=NOW + timedelta(hours=1), certainty=Certainty.STATED),
        Occurrence(at=NOW - timedelta(days=365), certainty=Certainty.STATED),
        Occurrence(),
    ],
    ids=["inferred", "after its publication", "a year ago", "unknown"],
)
def test_else_a_statement_runs_from_the_first_publication(occurred: Occurrence) -> None:
    case = flagged(Level.MAJOR, occurred=occurred)
    assert clock(start_clocks(case, NOW, CALENDAR), ClockKind.STATEMENT).started_at == case.first_public_at


def test_an_unplanned_siren_starts_a_provisional_statement_clock() -> None:
    case = start_clocks(flagged(Level.LARGER, floors=(F5,)), NOW, CALENDAR)
    statement = clock(case, ClockKind.STATEMENT)
    assert statement.provisional
    assert any("暂定" in line for line in statement.working)
    raised = replace(case, severity=a_severity(level=Level.MAJOR, floors=(F5,)))
    confirmed = clock(start_clocks(raised, NOW, CALENDAR, raised=True), ClockKind.STATEMENT)
    assert not confirmed.provisional
    assert confirmed.due_at == statement.due_at


def test_a_raised_level_shortens_a_clock_and_keeps_both_values() -> None:
    case = start_clocks(flagged(Level.LARGER), NOW, CALENDAR)
    case = replace(case, severity=a_severity(level=Level.MAJOR))
    report = clock(
        start_clocks(case, NOW + timedelta(minutes=10), CALENDAR, raised=True), ClockKind.REPORT_UP
    )
    moved = report.recomputed[0]
    assert (moved.was, moved.now) == (NOW + timedelta(hours=2), NOW + timedelta(hours=1))
    assert moved.reason == "舆情等级升为重大"
    assert report.due_at == NOW + timedelta(hours=1)


def test_a_lower_level_loosens_nothing() -> None:
    case = start_clocks(flagged(Level.MAJOR), NOW, CALENDAR)
    lower = replace(case, severity=a_severity(level=Level.LARGER))
    assert start_clocks(lower, NOW, CALENDAR).clocks == case.clocks


def test_an_earlier_start_moves_the_deadline_and_a_later_one_does_not() -> None:
    case = start_clocks(flagged(Level.MAJOR), NOW, CALENDAR)
    earlier = replace(case, first_public_at=case.first_public_at - timedelta(hours=1))
    moved = clock(start_clocks(earlier, NOW, CALENDAR), ClockKind.STATEMENT)
    assert moved.due_at == clock(case, ClockKind.STATEMENT).due_at - timedelta(hours=1)
    later = replace(case, first_public_at=case.first_public_at + timedelta(minutes=5))
    assert start_clocks(later, NOW, CALENDAR).clocks == case.clocks


def test_clocks_follow_the_rules_that_the_case_was_opened_under() -> None:
    case = flagged(Level.GENERAL)
    frozen = tuple(replace(rule, hours=rule.hours * 3) for rule in case.clock_rules)
    response = clock(start_clocks(replace(case, clock_rules=frozen), NOW, CALENDAR), ClockKind.RESPONSE)
    assert response.due_at == NOW + timedelta(hours=72)


@pytest.mark.parametrize(
    "changes", [{"origin": Origin.BACKFILL}, {"origin": Origin.REPLAY}, {"state": CaseState.WATCHING}]
)
def test_only_a_live_alert_starts_clocks(changes: dict[str, Any]) -> None:
    assert start_clocks(flagged(Level.EXTREME, **changes), NOW, CALENDAR).clocks == ()


def test_starting_twice_starts_once() -> None:
    once = start_clocks(flagged(Level.MAJOR), NOW, CALENDAR)
    assert start_clocks(once, NOW + timedelta(hours=1), CALENDAR) == once
    started = [event for event in once.events if event.kind is EventKind.CLOCK_STARTED]
    assert len(started) == len(once.clocks) == 5


def test_what_was_booked_to_detection_stays_booked_when_the_clock_is_confirmed() -> None:
    early = NOW - timedelta(hours=9)
    case = start_clocks(flagged(Level.LARGER, floors=(F5,), first_public_at=early), NOW, CALENDAR)
    booked = clock(case, ClockKind.STATEMENT).working[-1]
    assert "不计入承办单位" in booked
    raised = replace(case, severity=a_severity(level=Level.MAJOR, floors=(F5,)))
    confirmed = start_clocks(raised, NOW + timedelta(minutes=1), CALENDAR, raised=True)
    assert booked in clock(confirmed, ClockKind.STATEMENT).working


def test_the_end_of_provisional_is_in_the_record() -> None:
    case = start_clocks(flagged(Level.LARGER, floors=(F5,)), NOW, CALENDAR)
    raised = replace(case, severity=a_severity(level=Level.MAJOR, floors=(F5,)))
    confirmed = start_clocks(raised, NOW, CALENDAR, raised=True)
    said = [event.what for event in confirmed.events if event.kind is EventKind.CLOCK_RECOMPUTED]
    assert "权威信息改按重大的要求，到期时间不变" in said


# ------------------------------------------------------------------------------------ how a clock ends


def running() -> Case:
    """A grave matter with every clock; the first falls due after an hour."""
    return start_clocks(flagged(Level.MAJOR), NOW, CALENDAR)


def kinds_of(case: Case, since: Case) -> list[EventKind]:
    return [event.kind for event in case.events[len(since.events) :]]


def test_a_duty_that_is_done_stops_its_own_clock_alone() -> None:
    case = running()
    done = meet(case, ClockKind.RESPONSE, NOW + HOUR, "duty", "发布回应（第 1 号文稿）")
    assert {one.rule.kind for one in done.clocks if one.state is ClockState.MET} == {ClockKind.RESPONSE}
    response = clock(done, ClockKind.RESPONSE)
    assert (response.met_at, response.met_by) == (NOW + HOUR, "发布回应（第 1 号文稿）")
    assert response.due_at == clock(case, ClockKind.RESPONSE).due_at and response.broken_at is None
    assert kinds_of(done, case) == [EventKind.CLOCK_MET]
    assert meet(done, ClockKind.RESPONSE, NOW + 2 * HOUR, "duty", "again") is done


def test_done_late_is_done_late_and_the_breach_stands_before_it_in_the_record() -> None:
    case = running()
    late = clock(case, ClockKind.RESPONSE).due_at + HOUR
    done = meet(case, ClockKind.RESPONSE, late, "duty", "发布回应")
    assert clock(done, ClockKind.RESPONSE).broken_at == late
    assert kinds_of(done, case) == [EventKind.CLOCK_BROKEN, EventKind.CLOCK_MET]
    assert "逾期完成" in done.events[-1].what


def test_a_breach_that_was_booked_is_not_booked_twice() -> None:
    case = running()
    clocks = tuple(replace(one, broken_at=NOW + 30 * HOUR) for one in case.clocks)
    case = replace(case, clocks=clocks)
    done = waive(case, ClockKind.RESPONSE, NOW + 40 * HOUR, "head", "主要负责人决定免除", ())
    assert kinds_of(done, case) == [EventKind.CLOCK_WAIVED]
    assert clock(done, ClockKind.RESPONSE).broken_at == NOW + 30 * HOUR


def test_what_is_done_on_the_minute_is_in_time() -> None:
    case = running()
    due = clock(case, ClockKind.RESPONSE).due_at
    assert "按时完成" in meet(case, ClockKind.RESPONSE, due, "duty", "发布回应").events[-1].what


def test_a_waiver_does_not_wipe_out_the_breach() -> None:
    case = running()
    late = NOW + 30 * HOUR
    done = waive(case, ClockKind.PRESS_CONFERENCE, late, "head", "主要负责人决定免除", ())
    press = clock(done, ClockKind.PRESS_CONFERENCE)
    assert press.state is ClockState.WAIVED and press.broken_at == late
    assert kinds_of(done, case) == [EventKind.CLOCK_BROKEN, EventKind.CLOCK_WAIVED]


def test_cancelling_ends_what_runs_and_leaves_what_ended() -> None:
    case = meet(running(), ClockKind.ACKNOWLEDGE, NOW, "handler", "签收")
    done = cancel_all(case, NOW, "duty", "不予受理")
    states = {one.rule.kind: one.state for one in done.clocks}
    assert states.pop(ClockKind.ACKNOWLEDGE) is ClockState.MET
    assert set(states.values()) == {ClockState.CANCELLED}
    assert cancel_all(done, NOW, "duty", "again") is done


def test_the_next_round_starts_anew_what_ended_and_leaves_what_runs() -> None:
    case = meet(running(), ClockKind.RESPONSE, NOW + HOUR, "duty", "发布回应")
    again = start_over(case, NOW + 50 * HOUR, CALENDAR)
    response = clock(again, ClockKind.RESPONSE)
    assert (response.round, response.started_at) == (2, NOW + 50 * HOUR)
    assert response.start_source == "重新启动时间" and response.fired == () and response.broken_at is None
    assert clock(again, ClockKind.PRESS_CONFERENCE) == clock(case, ClockKind.PRESS_CONFERENCE)
    assert [(one.rule.kind, one.state) for one in again.past_clocks] == [(ClockKind.RESPONSE, ClockState.MET)]


def test_what_is_resumed_runs_as_if_it_had_never_stopped() -> None:
    case = running()
    back = resume(cancel_all(case, NOW + HOUR / 2, "duty", "不予受理"), NOW + HOUR * 3 / 4, CALENDAR)
    assert back.clocks == case.clocks and back.past_clocks == () and back.reopened_at is None


def test_what_fell_due_while_it_was_put_away_is_booked_to_those_who_put_it_away() -> None:
    back = resume(cancel_all(running(), NOW + HOUR / 2, "duty", "不予受理"), NOW + 6 * HOUR, CALENDAR)
    statement = clock(back, ClockKind.STATEMENT)
    assert statement.state is ClockState.RUNNING and statement.broken_at == NOW + 6 * HOUR
    assert "不计入承办单位" in statement.working[-1]
    assert clock(back, ClockKind.RESPONSE).broken_at is None


def test_a_level_that_is_raised_after_it_was_resumed_counts_from_the_first_start() -> None:
    case = cancel_all(start_clocks(flagged(), NOW, CALENDAR), NOW + HOUR, "duty", "不予受理")
    back = resume(case, NOW + 3 * HOUR, CALENDAR)
    raised = start_clocks(
        replace(back, severity=replace(back.severity, level=Level.MAJOR)),
        NOW + 3 * HOUR,
        CALENDAR,
        raised=True,
    )
    assert clock(raised, ClockKind.STATEMENT).started_at <= NOW
