"""Hours run through nights and holidays, from the moment that the rule names, and the working is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from huiying.clock import SHANGHAI
from huiying.contracts import (
    Authority,
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
    StatementKind,
    StatementState,
)
from tests.factories import NOW, a_case, a_rule, a_severity, a_statement
from tests.triage.texts import CALENDAR, rules
from triage.calendar import Calendar, YearRow
from triage.clocks import (
    cancel,
    cancel_all,
    extend,
    meet,
    recount,
    reinstate,
    resume,
    start_clocks,
    start_over,
    start_provisionally,
    startable,
    waive,
)
from triage.ending import Ending, ending

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
    at = NOW + HOUR * 3 / 4
    assert back.clocks == tuple(replace(one, set_at=at) for one in case.clocks), "no step of it is late"
    assert back.past_clocks == () and back.reopened_at is None


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


# -------------------------------------------------------------------------- working days, and people's word


def with_result(case: Case, at: datetime, **changes: Any) -> Case:
    made = a_statement(
        case.id, kind=StatementKind.RESULT, state=StatementState.DRAFT, drafted_at=at, **changes
    )
    return replace(case, statements=(replace(made, published_at=None),))


def test_an_outcome_in_words_starts_twenty_working_days() -> None:
    case = start_clocks(with_result(flagged(), NOW), NOW, CALENDAR)
    result = clock(case, ClockKind.PUBLISH_RESULT)
    assert result.rule.working_days == 20 and sum(one.counted for one in result.days) == 20
    assert result.due_at.astimezone(SHANGHAI).date() == date(2026, 12, 21)
    assert any(line.startswith("跳过：") and "周六" in line for line in result.working)
    assert not any(one.rule.kind is ClockKind.PUBLISH_RESULT for one in running().clocks)


def test_a_term_is_overdue_only_when_its_last_day_is_over() -> None:
    case = start_clocks(with_result(flagged(), NOW), NOW, CALENDAR)
    last = datetime(2026, 12, 21, 23, 59, 59, tzinfo=SHANGHAI)
    assert "按时完成" in meet(case, ClockKind.PUBLISH_RESULT, last, "head", "发布处理结果").events[-1].what
    after = meet(case, ClockKind.PUBLISH_RESULT, last + timedelta(seconds=1), "head", "发布处理结果")
    assert "逾期完成" in after.events[-1].what


def test_the_notice_of_the_next_year_moves_a_tentative_deadline_and_both_values_stay() -> None:
    december = datetime(2026, 12, 14, 10, tzinfo=SHANGHAI)
    case = start_clocks(with_result(flagged(), december), december, CALENDAR)
    guessed = clock(case, ClockKind.PUBLISH_RESULT)
    assert guessed.tentative and any("暂算" in line for line in guessed.working)
    off: dict[str, tuple[date, ...]] = {"元旦": (date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 5))}
    known = Calendar(office={2027: YearRow(year=2027, citation="通知", off=off, on=(date(2027, 1, 9),))})
    again = recount(case, known, december + HOUR)
    settled = clock(again, ClockKind.PUBLISH_RESULT)
    assert not settled.tentative and not any("暂算" in line for line in settled.working)
    assert [(move.was, move.now) for move in settled.recomputed] == [(guessed.due_at, settled.due_at)]
    assert settled.due_at == guessed.due_at + timedelta(days=1)
    assert "2027-01-09" in [one.day for one in settled.days if one.counted]
    assert recount(again, known, december + 2 * HOUR) is again
    untouched = running()
    assert recount(untouched, known, NOW) is untouched


def test_a_promise_to_the_public_is_the_deadline_of_the_next_word() -> None:
    promised = NOW + 6 * HOUR
    first = a_statement(
        "c",
        kind=StatementKind.FIRST,
        state=StatementState.PUBLISHED,
        published_at=NOW,
        next_release_at=promised,
    )
    case = start_clocks(replace(flagged(), statements=(first,)), NOW, CALENDAR)
    owed = clock(case, ClockKind.FOLLOW_UP)
    assert owed.due_at == promised and any("承诺" in line for line in owed.working)


def test_what_is_published_later_keeps_the_promise_and_owes_anew() -> None:
    answer = a_statement("c", state=StatementState.PUBLISHED, published_at=NOW)
    case = start_clocks(replace(flagged(), statements=(answer,)), NOW, CALENDAR)
    kept = meet(case, ClockKind.FOLLOW_UP, NOW + 2 * HOUR, "handler", "发布处理结果（第 2 号文稿）")
    later = replace(answer, id="s2", number=2, published_at=NOW + 2 * HOUR)
    again = start_clocks(replace(kept, statements=(answer, later)), NOW + 2 * HOUR, CALENDAR)
    owed = clock(again, ClockKind.FOLLOW_UP)
    assert (owed.state, owed.round, owed.started_at) == (ClockState.RUNNING, 2, NOW + 2 * HOUR)
    assert [one.state for one in again.past_clocks] == [ClockState.MET]
    assert {one.round for one in again.clocks if one.rule.kind is not ClockKind.FOLLOW_UP} == {1}


def test_an_extension_keeps_both_values_and_tells_again_at_the_new_time() -> None:
    case = running()
    response = clock(case, ClockKind.RESPONSE)
    rungs = tuple(rung.name for rung in response.rule.rungs)
    case = replace(case, clocks=tuple(replace(one, fired=rungs[:2]) for one in case.clocks))
    until = response.due_at + 24 * HOUR
    moved = clock(
        extend(case, ClockKind.RESPONSE, NOW + HOUR, "head", "主要负责人决定延长", until, ()),
        ClockKind.RESPONSE,
    )
    assert moved.due_at == moved.extended_to == until
    assert [(one.was, one.now) for one in moved.recomputed] == [(response.due_at, until)]
    assert moved.fired == () and moved.postponed == 1
    assert moved.working[-1].startswith("延长：主要负责人决定延长")


def test_an_extension_after_the_breach_leaves_the_breach() -> None:
    case = running()
    late = clock(case, ClockKind.RESPONSE).due_at + HOUR
    done = extend(case, ClockKind.RESPONSE, late, "head", "主要负责人决定延长", late + HOUR, ())
    assert clock(done, ClockKind.RESPONSE).broken_at == late
    done = meet(done, ClockKind.RESPONSE, late + HOUR / 2, "duty", "发布回应")
    assert "延长后按时完成" in done.events[-1].what
    assert ending(clock(done, ClockKind.RESPONSE), late + HOUR) is Ending.MISSED


def test_nothing_but_a_word_moves_an_extended_deadline() -> None:
    case = running()
    until = clock(case, ClockKind.STATEMENT).due_at + 24 * HOUR
    case = extend(case, ClockKind.STATEMENT, NOW, "head", "主要负责人决定延长", until, ())
    graver = replace(
        case,
        severity=replace(case.severity, level=Level.EXTREME),
        first_public_at=case.first_public_at - HOUR,
    )
    assert clock(start_clocks(graver, NOW, CALENDAR, raised=True), ClockKind.STATEMENT).due_at == until


def test_a_suspicion_starts_a_clock_that_is_provisional_until_the_level_is_reached() -> None:
    case = start_clocks(flagged(), NOW, CALENDAR)
    assert {rule.kind for rule in startable(case)} == {ClockKind.STATEMENT, ClockKind.PRESS_CONFERENCE}
    case = start_provisionally(case, ClockKind.STATEMENT, NOW, CALENDAR, "duty", ())
    assert clock(case, ClockKind.STATEMENT).provisional
    assert ClockKind.STATEMENT not in {rule.kind for rule in startable(case)}
    again = start_provisionally(case, ClockKind.STATEMENT, NOW, CALENDAR, "duty", ())
    assert again is case
    graver = replace(case, severity=replace(case.severity, level=Level.MAJOR))
    assert not clock(start_clocks(graver, NOW, CALENDAR, raised=True), ClockKind.STATEMENT).provisional


def test_a_cancelled_suspicion_leaves_every_other_clock() -> None:
    case = start_clocks(flagged(), NOW, CALENDAR)
    started = start_provisionally(case, ClockKind.STATEMENT, NOW, CALENDAR, "duty", ())
    done = cancel(started, ClockKind.STATEMENT, NOW + HOUR, "duty", "查明不是突发事件", ())
    assert clock(done, ClockKind.STATEMENT).state is ClockState.CANCELLED
    assert [one for one in done.clocks if one.rule.kind is not ClockKind.STATEMENT] == list(case.clocks)


def test_a_pack_may_count_an_upgrade_from_its_own_moment() -> None:
    case = start_clocks(flagged(), NOW, CALENDAR)
    loose = tuple(replace(rule, on_upgrade="moment_of_upgrade") for rule in case.clock_rules)
    graver = replace(case, clock_rules=loose, severity=replace(case.severity, level=Level.MAJOR))
    later = NOW + 3 * HOUR
    statement = clock(start_clocks(graver, later, CALENDAR, raised=True), ClockKind.STATEMENT)
    assert (statement.started_at, statement.start_source) == (later, "升级时间")


def test_what_was_cancelled_for_its_own_reason_is_not_taken_up_with_the_rest() -> None:
    case = start_provisionally(
        start_clocks(flagged(), NOW, CALENDAR), ClockKind.STATEMENT, NOW, CALENDAR, "duty", ()
    )
    case = cancel(case, ClockKind.STATEMENT, NOW, "duty", "查明不是突发事件", ())
    back = resume(cancel_all(case, NOW, "duty", "不予受理"), NOW + HOUR / 2, CALENDAR)
    assert clock(back, ClockKind.STATEMENT).state is ClockState.CANCELLED
    assert clock(back, ClockKind.RESPONSE).state is ClockState.RUNNING


def test_a_suspicion_is_never_shown_as_law() -> None:
    law = replace(a_rule(kind=ClockKind.STATEMENT), authority=Authority.STATUTORY)
    case = replace(a_case(), clock_rules=(law,))
    case = start_provisionally(case, ClockKind.STATEMENT, NOW, CALENDAR, "duty", ())
    suspicion = clock(case, ClockKind.STATEMENT)
    assert suspicion.rule.authority is Authority.STATUTORY and suspicion.authority is Authority.HOUSE
    assert not any("（法定）" in line for line in suspicion.working)
    assert not any("法定" in event.why for event in case.events)
    sure = clock(start_clocks(case, NOW, CALENDAR, raised=True), ClockKind.STATEMENT)
    assert sure.authority is Authority.STATUTORY and "（法定）" in sure.working[-1]


def raised_to(case: Case, level: Level, at: datetime) -> Case:
    return start_clocks(
        replace(case, severity=replace(case.severity, level=level)), at, CALENDAR, raised=True
    )


def test_what_was_reported_to_the_deputy_is_reported_anew_where_the_level_asks_for_the_head() -> None:
    case = start_clocks(flagged(Level.LARGER), NOW, CALENDAR)
    case = meet(case, ClockKind.REPORT_UP, NOW + HOUR / 3, "duty", "已上报分管领导")
    case = raised_to(case, Level.MAJOR, NOW + HOUR / 2)
    owed = clock(case, ClockKind.REPORT_UP)
    assert (owed.state, owed.rule.duty, owed.due_at) == (
        ClockState.RUNNING,
        "报主要负责人",
        NOW + HOUR,
    )
    assert [(one.rule.duty, one.state) for one in case.past_clocks] == [("报分管领导", ClockState.MET)]
    assert owed.round == 2 and {one.round for one in case.clocks if one is not owed} == {1}
    again = meet(case, ClockKind.REPORT_UP, NOW + HOUR, "duty", "已上报主要负责人")
    assert start_clocks(again, NOW + 2 * HOUR, CALENDAR) is again


def test_an_answer_and_a_signature_that_were_given_serve_the_higher_level_too() -> None:
    case = start_clocks(flagged(), NOW, CALENDAR)
    for kind in (ClockKind.ACKNOWLEDGE, ClockKind.RESPONSE):
        case = meet(case, kind, NOW + HOUR, "handler", "done")
    case = raised_to(case, Level.MAJOR, NOW + 2 * HOUR)
    assert {clock(case, kind).state for kind in (ClockKind.ACKNOWLEDGE, ClockKind.RESPONSE)} == {
        ClockState.MET
    }


def test_what_was_waived_for_a_lesser_matter_is_owed_where_it_grows_grave() -> None:
    case = start_clocks(flagged(), NOW, CALENDAR)
    case = waive(case, ClockKind.RESPONSE, NOW + HOUR, "head", "主要负责人决定免除", ())
    assert clock(raised_to(case, Level.LARGER, NOW + HOUR), ClockKind.RESPONSE).state is ClockState.WAIVED
    grave = raised_to(case, Level.MAJOR, NOW + 2 * HOUR)
    owed = clock(grave, ClockKind.RESPONSE)
    assert (owed.state, owed.due_at) == (ClockState.RUNNING, NOW + 24 * HOUR)
    again = waive(grave, ClockKind.PRESS_CONFERENCE, NOW + 3 * HOUR, "head", "主要负责人决定免除", ())
    still = raised_to(again, Level.EXTREME, NOW + 4 * HOUR)
    assert clock(still, ClockKind.PRESS_CONFERENCE).state is ClockState.WAIVED


def test_a_cancelled_suspicion_does_not_hide_the_duty_of_a_level_that_is_reached_after_it() -> None:
    case = start_clocks(flagged(Level.LARGER, floors=(F5,)), NOW, CALENDAR)
    case = cancel(case, ClockKind.STATEMENT, NOW + HOUR, "duty", "查明不是突发事件", ())
    assert start_clocks(case, NOW + 2 * HOUR, CALENDAR) is case
    case = raised_to(case, Level.MAJOR, NOW + 2 * HOUR)
    statement = clock(case, ClockKind.STATEMENT)
    assert (statement.state, statement.provisional) == (ClockState.RUNNING, False)
    assert statement.started_at == case.first_public_at
    assert [(one.rule.kind, one.state) for one in case.past_clocks] == [
        (ClockKind.STATEMENT, ClockState.CANCELLED)
    ]
    assert clock(case, ClockKind.PRESS_CONFERENCE).round == 1


def test_a_suspicion_that_was_cancelled_may_come_back() -> None:
    case = start_clocks(flagged(Level.LARGER, floors=(F5,)), NOW, CALENDAR)
    assert ClockKind.STATEMENT not in {rule.kind for rule in startable(case)}
    case = cancel(case, ClockKind.STATEMENT, NOW + HOUR, "duty", "查明不是突发事件", ())
    assert ClockKind.STATEMENT in {rule.kind for rule in startable(case)}
    case = start_provisionally(case, ClockKind.STATEMENT, NOW + 2 * HOUR, CALENDAR, "duty", ())
    statement = clock(case, ClockKind.STATEMENT)
    assert (statement.state, statement.provisional, statement.round) == (ClockState.RUNNING, True, 2)


def test_a_clock_that_no_level_asks_for_takes_an_earlier_start_too() -> None:
    alone = tuple(replace(rule, levels=()) if rule.kind is ClockKind.STATEMENT else rule for rule in rules())
    case = replace(flagged(Level.LARGER, floors=(F5,)), clock_rules=alone)
    case = start_clocks(case, NOW, CALENDAR)
    earlier = replace(case, first_public_at=case.first_public_at - HOUR)
    moved = clock(start_clocks(earlier, NOW, CALENDAR), ClockKind.STATEMENT)
    assert moved.provisional and moved.started_at == earlier.first_public_at


def test_a_notice_that_is_put_right_counts_certain_terms_again_where_somebody_says_so() -> None:
    december = datetime(2026, 12, 14, 10, tzinfo=SHANGHAI)
    wrong = Calendar(office={2027: YearRow(year=2027, citation="通知", off={"元旦": (date(2027, 1, 1),)})})
    right = Calendar(
        office={2027: YearRow(year=2027, citation="通知", off={"元旦": (date(2027, 1, 1), date(2027, 1, 4))})}
    )
    case = start_clocks(with_result(flagged(), december), december, wrong)
    before = clock(case, ClockKind.PUBLISH_RESULT)
    assert not before.tentative
    assert recount(case, right, december + HOUR) is case
    moved = clock(recount(case, right, december + HOUR, corrected=True), ClockKind.PUBLISH_RESULT)
    assert moved.due_at == before.due_at + timedelta(days=1)
    assert moved.recomputed[-1].reason.endswith("放假安排有更正")
    settled = recount(case, right, december + HOUR, corrected=True)
    assert recount(settled, right, december + 2 * HOUR, corrected=True) is settled


def test_a_waiver_that_is_taken_back_leaves_the_deadline_as_it_was() -> None:
    case = running()
    due = clock(case, ClockKind.RESPONSE).due_at
    waived = waive(case, ClockKind.RESPONSE, NOW + HOUR, "head", "主要负责人决定免除", ())
    back = reinstate(waived, ClockKind.RESPONSE, NOW + 2 * HOUR, CALENDAR, "head", "主要负责人决定恢复", ())
    owed = clock(back, ClockKind.RESPONSE)
    assert (owed.state, owed.due_at, owed.broken_at, owed.met_by) == (ClockState.RUNNING, due, None, "")
    assert reinstate(back, ClockKind.RESPONSE, NOW + 2 * HOUR, CALENDAR, "head", "", ()) is back
    late = reinstate(waived, ClockKind.RESPONSE, due + HOUR, CALENDAR, "head", "主要负责人决定恢复", ())
    owed = clock(late, ClockKind.RESPONSE)
    assert owed.broken_at == due + HOUR
    assert owed.working[-1] == "免除期间已逾期（已过 1小时）：计入发现和定级，不计入承办单位"
