"""What a period came to: what is counted, in which period, and how much of it a reader sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from huiying.clock import SHANGHAI
from huiying.contracts import (
    Authority,
    Case,
    CaseState,
    ClockState,
    EventKind,
    Level,
    Publicity,
    Request,
    ResponseClock,
    StatementKind,
    StopReason,
    Suspension,
    Tallies,
)
from response_api.papers.figures import IssueFacts, Report, Tallied, report
from response_api.papers.issue import Span, issue_of
from response_api.sight import EVERYTHING, SEALED, Sight
from tests.factories import (
    NOW,
    a_case,
    a_clock,
    a_route,
    a_rule,
    a_severity,
    a_statement,
    an_answered_case,
)
from tests.response_api import office
from tests.triage.test_tickets import a_ticket, at
from triage.performance import ticket_rows
from triage.record import note
from triage.soundings import Sounding

TODAY = issue_of(Span.DAY, date(2026, 11, 23))
YESTERDAY = TODAY.previous()
HOUR = timedelta(hours=1)
LAW = a_rule(authority=Authority.STATUTORY, name="回应")
NONE = Tallied(by_state={}, by_level={}, by_topic={}, by_city={})


def made(*cases: Case, now: datetime = NOW, sight: Sight = EVERYTHING, **facts: Any) -> Report:
    whole: Mapping[str, Any] = {
        "issue": TODAY, "here": NONE, "before": NONE, "cut": False, "open_total": 0, "open": (), "called": (), "hourly": {},
        **facts,
    }  # fmt: skip
    return report(
        IssueFacts(now=now, sight=sight, cases=cases, **whole), office.names(), office.names().calendar
    )


def count(found: Report, name: str) -> tuple[int, int]:
    one = next(one for one in found.counts if one.name == name)
    return one.now, one.before


def law(due: datetime, met: datetime | None, **changes: Any) -> ResponseClock:
    state = ClockState.RUNNING if met is None else ClockState.MET
    return a_clock(**{"rule": LAW, "due_at": due, "met_at": met, "state": state, **changes})


def test_duties_of_law_count_when_kept_and_when_they_ran_out_and_no_others() -> None:
    kept = a_case(clocks=(law(NOW, NOW - HOUR),))
    late = a_case(clocks=(law(NOW - 2 * HOUR, NOW - HOUR),))
    still = a_case(clocks=(law(NOW - 3 * HOUR, None),))
    house = a_case(clocks=(law(NOW, NOW - HOUR, rule=a_rule()), law(NOW - HOUR, None, rule=a_rule())))
    suspected = a_case(clocks=(law(NOW, NOW - HOUR, provisional=True),))
    running = a_case(clocks=(law(NOW + HOUR, None),))
    spared = a_case(clocks=(law(NOW, NOW - HOUR, state=ClockState.WAIVED),))
    found = made(kept, late, still, house, suspected, running, spared)
    assert count(found, "法定时限按时") == (1, 0) and count(found, "法定时限逾期") == (2, 0)
    assert [row.id for row in found.missed] == [still.id, late.id], "what ran out first"
    assert found.missed[0].what == "回应：逾期 3小时，仍未完成"


def test_a_breach_belongs_to_the_day_on_which_it_was_due_and_earlier_rounds_count() -> None:
    due = YESTERDAY.until - timedelta(seconds=1)
    overnight = a_case(past_clocks=(law(due, NOW),))
    early = a_case(clocks=(law(NOW + 20 * HOUR, due),))
    found = made(overnight, early)
    assert count(found, "法定时限逾期") == (0, 1) and count(found, "法定时限按时") == (0, 1)


def test_what_was_merged_is_counted_with_the_whole_alone() -> None:
    clock = law(NOW, NOW - HOUR)
    whole = an_answered_case(clocks=(clock,))
    part = replace(
        a_case(state=CaseState.MERGED, clocks=(clock,)), statements=whole.statements, merged_into=whole.id
    )
    found = made(part, whole)
    assert count(found, "法定时限按时") == (1, 0)
    assert [row.id for row in found.replies] == [whole.id]


def test_replies_and_rebounds_are_told_of_the_period_newest_first() -> None:
    at = NOW - timedelta(minutes=30)
    case = a_case()
    two = (
        a_statement(case.id, published_at=at),
        a_statement(case.id, number=2, published_at=at + timedelta(minutes=5)),
        a_statement(case.id, number=3, published_at=YESTERDAY.since),
    )
    answered = replace(case, statements=two)
    back = note(a_case(), EventKind.REBOUND, NOW, "system:triage", "出现反弹")
    old = note(a_case(), EventKind.REBOUND, YESTERDAY.since, "system:triage", "出现反弹")
    found = made(answered, back, old)
    assert count(found, "公开回应") == (2, 1) and count(found, "出现反弹") == (1, 1)
    assert [row.at for row in found.replies] == ["2026-11-23 09:35", "2026-11-23 09:30"]
    assert [row.id for row in found.rebounds] == [back.id]
    assert found.replies[0].what == "回应"


@pytest.mark.parametrize("publicity", [Publicity.ON_REQUEST, Publicity.CLOSED])
def test_what_is_not_open_is_no_public_answer(publicity: Publicity) -> None:
    result = a_statement("x", kind=StatementKind.RESULT, publicity=publicity)
    assert count(made(an_answered_case(result)), "公开回应") == (0, 0)


def test_the_store_counts_what_was_found_and_matters_are_not_candidates() -> None:
    here = Tallied(
        by_state={"flagged": 2, "closed": 1, "watching": 4, "dismissed": 1, "merged": 9},
        by_level={"一般": 2, "重大": 1},
        by_topic={"T07": 2, "": 1},
        by_city={"郑州市": 2, "": 1},
    )
    before = replace(here, by_state={"flagged": 5}, by_level={}, by_topic={"T05": 1}, by_city={})
    found = made(here=here, before=before)
    assert [(one.name, one.now, one.before, one.change) for one in found.counts[:3]] == [
        ("新发现事件", 3, 5, "−2"),
        ("苗头", 4, 0, "+4"),
        ("不予受理", 1, 0, "+1"),
    ]
    assert [(one.name, one.now) for one in found.levels] == [
        ("I级（特别重大）", 0),
        ("II级（重大）", 1),
        ("III级（较大）", 0),
        ("IV级（一般）", 2),
    ]
    assert [(one.key, one.now, one.before) for one in found.topics] == [
        ("T07", 2, 0),
        ("", 1, 0),
        ("T05", 0, 1),
    ]
    assert [(one.name, one.change) for one in found.cities] == [("郑州市", "+2"), ("地点未知", "+1")]


def test_the_gravest_stand_on_top_and_posts_are_split_by_channel() -> None:
    def found_at(hours: int, level: Level, posts: int, **changes: Any) -> Case:
        tallies = Tallies(posts=posts, by_channel={"forum": posts})
        severity = a_severity(level=level)
        return a_case(detected_at=NOW - hours * HOUR, severity=severity, tallies=tallies, **changes)

    small = found_at(1, Level.GENERAL, 3)
    loud = found_at(1, Level.GENERAL, 30)
    grave = found_at(2, Level.MAJOR, 1)
    yesterday = found_at(20, Level.EXTREME, 90)
    candidate = found_at(1, Level.GENERAL, 50, state=CaseState.WATCHING)
    found = made(small, loud, grave, yesterday, candidate)
    assert [row.id for row in found.top] == [grave.id, loud.id, small.id]
    assert [(one.name, one.count) for one in found.channels] == [("论坛", 34)]


def test_posts_count_by_the_day_in_shanghai() -> None:
    hourly = {
        ("2026-11-22T15", "negative"): 1,
        ("2026-11-22T16", "negative"): 2,
        ("2026-11-23T01", "positive"): 4,
        ("2026-11-23T16", "neutral"): 8,
    }
    found = made(hourly=hourly)
    assert [(one.name, one.now, one.before) for one in found.attitudes] == [
        ("负面", 2, 1),
        ("中性", 0, 0),
        ("正面", 4, 0),
    ]
    assert count(found, "相关信息（按发布时间）") == (6, 1)
    week = made(hourly=hourly, issue=issue_of(Span.WEEK, date(2026, 11, 23)))
    assert week.days == ((date(2026, 11, 23), 6),), "days to come are not zero yet"


def test_what_runs_out_next_and_days_off_ahead_are_told() -> None:
    tomorrow = TODAY.following()
    due = a_case(clocks=(law(tomorrow.since, None), law(tomorrow.until, None)))
    over = a_case(state=CaseState.CLOSED, clocks=(law(tomorrow.since, None),))
    found = made(due, over)
    assert [(row.id, row.at, row.authority) for row in found.due] == [(due.id, "2026-11-24 00:00", "法定")]
    assert found.holidays == ()
    september = made(now=NOW, issue=issue_of(Span.MONTH, date(2026, 9, 1)))
    assert "10月1日至10月7日国庆节" in september.holidays
    assert any(one.endswith("调休上班") for one in september.holidays)


def test_open_matters_are_told_with_the_clock_that_runs_out_first() -> None:
    two = a_case(clocks=(law(NOW + 2 * HOUR, None), law(NOW - HOUR, None, rule=a_rule())))
    found = made(open=(two, a_case()), open_total=9)
    assert [(row.what, row.at, row.authority) for row in found.open] == [
        ("签收（逾期 1小时）", "2026-11-23 09:00", "办内要求"),
        ("没有在走的时限", "", ""),
    ]
    assert found.open_total == 9 and found.running


@pytest.mark.parametrize("restricted", [True, False])
def test_of_a_sealed_matter_no_more_than_that_there_is_one(restricted: bool) -> None:
    case = a_case(route=a_route(restricted=True), clocks=(law(NOW - HOUR, None),))
    sight = replace(EVERYTHING, restricted=restricted)
    found = made(case, sight=sight, open=(case,), open_total=1)
    for row in (*found.top, *found.missed, *found.open):
        assert row.sealed is not restricted
        assert (row.title == SEALED) is not restricted
        assert (row.topic, row.place, row.unit).count("—") == (0 if restricted else 3)
    assert count(found, "法定时限逾期") == (1, 0), "it counts for everybody"


def test_soundings_that_are_planned_for_the_period_to_come_are_told() -> None:
    def at(hour: int, day: date) -> datetime:
        return datetime.combine(day, time(hour), SHANGHAI)

    following = TODAY.following().first
    plan = [
        Sounding.model_validate(
            {"name": name, "codes": ["41"], "from": at(10, day), "to": at(11, day), "announced": announced}
        )
        for name, day, announced in (("今天的", TODAY.first, None), ("明天的", following, None))
    ]
    names = replace(office.names(), soundings=tuple(plan))
    facts = IssueFacts(
        issue=TODAY,
        now=NOW,
        sight=EVERYTHING,
        here=NONE,
        before=NONE,
        cases=(),
        cut=False,
        open_total=0,
        open=(),
        called=(),
        hourly={},
    )
    (told,) = report(facts, names, names.calendar).soundings
    assert told.startswith("明天的（") and told.endswith("，还没有公告")


def test_what_is_hidden_is_no_reply_and_a_correction_is_one_in_its_place() -> None:
    made_case = an_answered_case()
    one = made_case.statements[0]
    new = a_statement(made_case.id, number=2, published_at=NOW, corrects=one.id)
    stop = Suspension(at=NOW, by="baomi", reason=StopReason.PERSONAL, words="")
    silent = replace(one, suspensions=(stop,))
    for statements, replies, amended in (
        ((one,), 1, 0),
        ((one, new), 1, 1),
        ((silent,), 0, 1),
        ((silent, new), 1, 2),
    ):
        found = made(replace(made_case, statements=statements))
        assert count(found, "公开回应") == (replies, 0)
        assert count(found, "更正、暂停公开") == (amended, 0)
        assert len(found.replies) == replies


# ------------------------------------------------------------------------------------------------ tickets


def test_tickets_are_the_sums_of_the_matters_that_were_found_also_of_candidates_and_what_was_dismissed() -> (
    None
):
    ticket = a_ticket(Request.INQUIRY, reference="A")
    late = replace(a_ticket(Request.INQUIRY, reference="B"), answered_at=at("2026-11-27 09:00"))
    back = replace(a_ticket(reference="C"), answered_at=NOW, returned=True)
    put_off = replace(
        a_ticket(reference="D"), extended_from=NOW, extended_at=NOW - HOUR, answered_at=NOW + HOUR
    )
    matter = a_case(tickets=(ticket, late, back))
    dismissed = a_case(tickets=(put_off,), state=CaseState.DISMISSED)
    candidate = a_case(tickets=(a_ticket(Request.INQUIRY, reference="E"),), state=CaseState.WATCHING)
    merged = a_case(tickets=(a_ticket(reference="F"),), state=CaseState.MERGED)
    old = a_case(tickets=(a_ticket(reference="G"),), detected_at=NOW - timedelta(days=3))
    found = made(matter, dismissed, candidate, merged, old, now=at("2026-12-01 10:00"))
    sums = {one.name: (one.total, [cell.count for cell in one.cells]) for one in found.tickets}
    # in time, late, over, open, returned, late before it came in
    assert sums == {"咨询": (3, [0, 1, 2, 0, 0, 0]), "投诉": (2, [1, 0, 0, 0, 1, 0])}
    assert {one.name: (one.owed.count, one.extended.count) for one in found.tickets} == {
        "咨询": (2, 0),
        "投诉": (0, 1),
    }
    again = list(ticket_rows([matter, dismissed, candidate], found.now))
    assert [(row.total, len(row.owed)) for row in again] == [(3, 2), (2, 0)]


def test_whoever_waits_now_is_told_whenever_they_called_with_the_most_pressing_first() -> None:
    over = replace(
        a_ticket(reference="A"), due_at=NOW - timedelta(days=1), entered_at=NOW - timedelta(days=9)
    )
    came_late = a_ticket(reference="B", received=at("2026-10-12 10:00"))
    pressing = a_case(
        tickets=(over, a_ticket(reference="C")), id="a", title="渗水", state=CaseState.DISMISSED
    )
    entered = a_case(id="b", tickets=(came_late,), title="某人的事", route=a_route(restricted=True))
    answered = a_case(tickets=(replace(a_ticket(reference="D"), answered_at=NOW),))
    blind = replace(EVERYTHING, restricted=False)
    callers = made(called=(pressing, answered, entered), sight=blind).callers
    assert (callers.owed, callers.over, callers.entered_late, callers.matters) == (3, 2, 1, 2)
    assert [(one.title, one.what) for one in callers.rows] == [
        (SEALED, "工单1件，其中1件已逾期"),
        ("渗水", "工单2件，其中1件已逾期"),
    ]
