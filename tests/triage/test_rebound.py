"""After the answer: a matter that comes back is seen by its numbers or by what the public says, once, and taken up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import (
    Aftermath,
    Assignment,
    Case,
    CaseState,
    ClockKind,
    ClockState,
    EventKind,
    Tallies,
)
from tests.factories import NOW, a_case
from tests.triage.texts import CALENDAR, policy, rules
from triage.clocks import meet, start_clocks
from triage.gather import hour
from triage.rebound import ANSWERED, look, reopen, sign_of, unresolved, watched_from

RULES = policy().handling.rebound
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def answered(state: CaseState = CaseState.PUBLISHED, *, peak: int = 4, **more: object) -> Case:
    case = a_case(state=CaseState.FLAGGED, clock_rules=rules(), detected_at=NOW - HOUR)
    case = start_clocks(case, NOW - HOUR, CALENDAR)
    for kind in ClockKind:
        case = meet(case, kind, NOW, "duty", "发布回应")
    aftermath = Aftermath(since=NOW, peak_before=peak)
    return replace(case, state=state, aftermath=aftermath, tallies=Tallies(posts=peak, peak_day=peak), **more)  # type: ignore[arg-type]


def posts(case: Case, count: int, at: timedelta) -> Case:
    by_hour = {**case.tallies.by_hour, hour(NOW + at): count}
    return replace(case, tallies=replace(case.tallies, by_hour=by_hour))


def said(case: Case, *at: timedelta) -> Case:
    for moment in at:
        case = unresolved(case, NOW + moment)
    return case


def test_a_day_as_busy_as_half_of_the_busiest_before_is_a_rebound() -> None:
    quiet, loud = posts(answered(peak=40), 19, 2 * HOUR), posts(answered(peak=40), 20, 2 * HOUR)
    assert sign_of(quiet, RULES, NOW + 3 * HOUR) == ""
    assert "20 条" in sign_of(loud, RULES, NOW + 3 * HOUR)


def test_a_few_posts_are_none_however_small_the_matter_was() -> None:
    assert sign_of(posts(answered(peak=1), 4, HOUR), RULES, NOW + 2 * HOUR) == ""
    assert sign_of(posts(answered(peak=1), 5, HOUR), RULES, NOW + 2 * HOUR)


def test_what_was_said_before_the_answer_is_none() -> None:
    assert sign_of(posts(answered(peak=4), 100, -2 * HOUR), RULES, NOW + HOUR) == ""


def test_posts_spread_over_many_days_are_none() -> None:
    case = answered(peak=20)
    for day in range(5):
        case = posts(case, 6, day * DAY + HOUR)
    assert sign_of(case, RULES, NOW + 5 * DAY) == ""


def test_the_public_saying_so_often_enough_is_a_rebound() -> None:
    assert sign_of(said(answered(), HOUR, 2 * HOUR), RULES, NOW + 3 * HOUR) == ""
    assert "3 次" in sign_of(said(answered(), HOUR, 2 * HOUR, 3 * HOUR), RULES, NOW + 3 * HOUR)


def test_what_the_public_said_long_ago_no_longer_counts() -> None:
    case = said(answered(), HOUR, 2 * HOUR, 9 * DAY)
    assert sign_of(case, RULES, NOW + 9 * DAY) == ""


def test_where_nothing_was_answered_nothing_rebounds() -> None:
    case = replace(answered(), aftermath=None)
    assert unresolved(case, NOW) is case
    assert sign_of(posts(case, 100, HOUR), RULES, NOW + 2 * HOUR) == ""


@pytest.mark.parametrize("state", sorted(set(CaseState) - ANSWERED))
def test_a_matter_that_is_in_hand_does_not_rebound(state: CaseState) -> None:
    assert sign_of(posts(answered(state), 100, HOUR), RULES, NOW + 2 * HOUR) == ""


def test_a_closed_matter_is_watched_for_so_many_days_and_no_longer() -> None:
    week = timedelta(days=RULES.watch_days)
    assert sign_of(posts(answered(CaseState.CLOSED), 9, week - 2 * HOUR), RULES, NOW + week - HOUR)
    assert sign_of(posts(answered(CaseState.CLOSED), 9, week + HOUR), RULES, NOW + week + 2 * HOUR) == ""


def test_what_the_public_says_is_kept_to_a_bounded_number() -> None:
    case = said(answered(), *(timedelta(minutes=n) for n in range(500)))
    assert case.aftermath is not None
    assert len(case.aftermath.unresolved) == 200
    assert case.aftermath.unresolved[-1] == NOW + timedelta(minutes=499)


def test_a_rebound_is_booked_once_and_the_case_runs_again() -> None:
    case = posts(answered(), 9, HOUR)
    back = look(case, policy(), NOW + 2 * HOUR)
    assert back.state is CaseState.CONFIRMED and back.aftermath is not None
    assert back.aftermath.rebound_at == NOW + 2 * HOUR
    assert [event.kind for event in back.events[len(case.events) :]][:2] == [
        EventKind.REBOUND,
        EventKind.REOPENED,
    ]
    assert {one.state for one in back.clocks} == {ClockState.RUNNING}
    assert all(one.started_at == NOW + 2 * HOUR and one.round == 2 for one in back.clocks)
    assert {one.state for one in back.past_clocks} == {ClockState.MET}
    assert look(back, policy(), NOW + 3 * HOUR) is back


def test_nothing_happens_without_a_sign() -> None:
    case = answered()
    assert look(case, policy(), NOW + HOUR) is case


def test_it_goes_back_to_the_unit_that_had_it_to_be_signed_for_anew() -> None:
    had = Assignment(unit="zhengzhou", by="duty", at=NOW, acknowledged_by="handler", acknowledged_at=NOW)
    back = reopen(answered(assignment=had), CALENDAR, NOW + HOUR, "duty", "重新启动")
    assert back.state is CaseState.ASSIGNED and back.assignment is not None
    assert back.assignment.unit == "zhengzhou" and back.assignment.acknowledged_at is None


def test_a_clock_that_still_ran_keeps_its_deadline() -> None:
    case = a_case(state=CaseState.FLAGGED, clock_rules=rules(), detected_at=NOW - HOUR)
    case = start_clocks(case, NOW, CALENDAR)
    case = meet(case, ClockKind.ACKNOWLEDGE, NOW, "handler", "签收")
    due = {one.rule.kind: one.due_at for one in case.clocks}
    back = reopen(replace(case, state=CaseState.PUBLISHED), CALENDAR, NOW + 3 * HOUR, "duty", "重新启动")
    after = {one.rule.kind: one.due_at for one in back.clocks}
    assert after[ClockKind.RESPONSE] == due[ClockKind.RESPONSE]
    assert after[ClockKind.ACKNOWLEDGE] == NOW + 5 * HOUR


def test_the_watch_measures_against_the_busiest_day_before_the_answer() -> None:
    case = answered(peak=40)
    assert watched_from(case, NOW) == Aftermath(since=NOW, peak_before=40)
    assert watched_from(replace(case, tallies=Tallies()), NOW).peak_before == 1
