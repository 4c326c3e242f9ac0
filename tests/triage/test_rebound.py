"""After the answer: a matter that comes back is seen by its numbers or by what the public says, once, and taken up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from huiying.contracts import (
    Aftermath,
    Assignment,
    Attitude,
    Case,
    CaseState,
    Channel,
    ClockKind,
    ClockState,
    EventKind,
    Reading,
    Relevance,
    Tallies,
    Tier,
    Verdict,
)
from tests.factories import NOW, a_case
from tests.triage.texts import CALENDAR, policy, reading, rules
from triage.clocks import meet, start_clocks
from triage.gather import Joining, absorb
from triage.rebound import (
    ANSWERED,
    heard,
    heard_too,
    look,
    reopen,
    sign_of,
    unheard,
    unresolved,
    watched_from,
)
from triage.severity import grade
from triage.stories import Relation

RULES = policy().handling.rebound
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DOOR = "郑州某小区地下车库的人防门被物业拆除，改成了储物间，投诉多次没有答复"
COLD = "写回应的人坐在办公室里喝茶吧，通篇套话，电话打过去转来转去，推诿扯皮，寒了老百姓的心"


def answered(state: CaseState = CaseState.PUBLISHED, *, peak: int = 4, **more: object) -> Case:
    case = a_case(state=CaseState.FLAGGED, clock_rules=rules(), detected_at=NOW - HOUR)
    case = start_clocks(case, NOW - HOUR, CALENDAR)
    for kind in ClockKind:
        case = meet(case, kind, NOW, "duty", "发布回应")
    aftermath = Aftermath(since=NOW, peak_before=peak)
    tallies = Tallies(posts=peak, negative_peak_day=peak, last_at=NOW - HOUR)
    return replace(case, state=state, aftermath=aftermath, tallies=tallies, **more)  # type: ignore[arg-type]


def joined(case: Case, *readings: Reading) -> Case:
    """With these, as the sums and the watch take them in, and nothing else of it."""
    for one in readings:
        grown = absorb(case, Joining(reading=one, relation=Relation.SAME_EVENT))
        case = heard(case, grown, one, RULES)
    return case


def complaint(at: timedelta, text: str = DOOR, **changes: Any) -> Reading:
    changes = {"topic": "T07", "attitude": Attitude.NEGATIVE, **changes}
    return reading(text, at=NOW + at + timedelta(minutes=5), read_at=NOW + at, **changes)


def posts(case: Case, count: int, at: timedelta) -> Case:
    return joined(case, *(complaint(at) for _ in range(count)))


def said(case: Case, *at: timedelta) -> Case:
    for moment in at:
        case = unresolved(case, NOW + moment)
    return case


def test_a_day_as_busy_as_half_of_the_busiest_before_is_a_rebound() -> None:
    quiet, loud = posts(answered(peak=40), 19, 2 * HOUR), posts(answered(peak=40), 20, 2 * HOUR)
    assert sign_of(quiet, RULES, NOW + 3 * HOUR) == ""
    assert "20 条负面" in sign_of(loud, RULES, NOW + 3 * HOUR)


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


def test_the_watch_measures_against_the_worst_day_before_the_answer() -> None:
    case = answered(peak=40)
    assert watched_from(case, NOW).peak_before == 40
    assert watched_from(replace(case, tallies=Tallies()), NOW).peak_before == 1
    calm = joined(answered(peak=0), *(complaint(-HOUR, attitude=Attitude.NEUTRAL) for _ in range(9)))
    assert watched_from(calm, NOW).peak_before == 1


def test_what_an_older_version_counted_is_measured_by_the_share_of_complaints() -> None:
    old = Tallies(posts=40, peak_day=30, by_attitude={"negative": 10, "neutral": 20})
    assert watched_from(replace(answered(), tallies=old), NOW).peak_before == 10


@pytest.mark.parametrize(
    "changes",
    [
        {"attitude": Attitude.POSITIVE},
        {"attitude": Attitude.NEUTRAL},
        {"post": {"tier": Tier.GOVERNMENT}},
        {"post": {"channel": Channel.GOVERNMENT}},
        {"idle": True},
    ],
    ids=["praise", "calm", "an office", "a page of an office", "idle"],
)
def test_what_is_no_complaint_of_the_public_is_no_rebound(changes: dict[str, Any]) -> None:
    case = joined(answered(peak=1), *(complaint(HOUR, **changes) for _ in range(30)))
    assert sign_of(case, RULES, NOW + 2 * HOUR) == ""


def test_what_was_said_minutes_before_the_answer_and_came_after_it_is_none() -> None:
    early = [complaint(-timedelta(minutes=1)) for _ in range(30)]
    assert sign_of(joined(answered(peak=1), *early), RULES, NOW + timedelta(minutes=5)) == ""
    soon = [complaint(timedelta(minutes=1)) for _ in range(5)]
    assert sign_of(joined(answered(peak=1), *soon), RULES, NOW + timedelta(minutes=5))


def test_a_page_that_several_routes_brought_is_one_complaint() -> None:
    page = {"url": "https://news.example.cn/1.html"}
    again = [complaint(HOUR, post={**page, "source": f"route-{n}"}) for n in range(30)]
    assert sign_of(joined(answered(peak=1), *again), RULES, NOW + 2 * HOUR) == ""


def known_matter() -> Case:
    """Answered, once it was complained of."""
    case = joined(replace(answered(peak=1), aftermath=None), complaint(-HOUR))
    case = absorb(case, Joining(reading=complaint(-HOUR, DOOR + "，没有人管"), relation=Relation.SAME_EVENT))
    return replace(case, aftermath=watched_from(case, NOW))


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ([complaint(HOUR, DOOR + "，还是没有人管") for _ in range(6)], "出现反弹"),
        ([complaint(HOUR, DOOR, topic="T01") for _ in range(6)], "出现次生舆情"),
        ([complaint(HOUR, COLD) for _ in range(6)], "出现次生舆情"),
    ],
    ids=["the same again", "another topic", "other words"],
)
def test_what_complains_of_something_else_is_told_as_secondary(after: list[Reading], told: str) -> None:
    case = look(joined(known_matter(), *after), policy(), NOW + 2 * HOUR)
    event = next(event for event in case.events if event.kind is EventKind.REBOUND)
    assert event.what == told
    assert ("6 条是次生舆情" in event.why) is (told == "出现次生舆情")
    history = next(one for one in grade(case, policy().rubric, NOW, policy="").points if one.signal == "X10")
    assert ("次生" in history.value) is (told == "出现次生舆情")


def test_a_few_of_them_are_told_in_a_rebound() -> None:
    after = [complaint(HOUR, DOOR + "，还是没有人管") for _ in range(5)] + [complaint(HOUR, COLD)]
    case = look(joined(known_matter(), *after), policy(), NOW + 2 * HOUR)
    event = next(event for event in case.events if event.kind is EventKind.REBOUND)
    assert event.what == "出现反弹" and "其中 1 条是次生舆情" in event.why


def test_a_reply_says_neither_topic_nor_words_of_its_own() -> None:
    answering = Relevance(verdict=Verdict.REPLY, score=0.9)
    after = [complaint(HOUR, COLD, topic="T01", relevance=answering) for _ in range(6)]
    assert "次生" not in sign_of(joined(known_matter(), *after), RULES, NOW + 2 * HOUR)


def test_what_goes_from_a_case_is_no_more_of_what_came_after() -> None:
    stays, goes = complaint(HOUR), complaint(HOUR, COLD)
    case = joined(known_matter(), stays, goes)
    left = unheard(case, [goes], RULES)
    assert left.aftermath == joined(known_matter(), stays).aftermath
    assert unheard(left, [goes, stays, stays], RULES).aftermath == known_matter().aftermath


def test_what_another_case_heard_after_the_answer_is_heard_here() -> None:
    other = joined(replace(answered(peak=1), aftermath=None), *(complaint(2 * HOUR) for _ in range(7)))
    case = heard_too(answered(peak=1), other)
    assert "7 条负面" in sign_of(case, RULES, NOW + 3 * HOUR)
