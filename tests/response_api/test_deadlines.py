"""Deadlines as a calendar: what is due, for whom, and no more than they may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from huiying.contracts import Case, ClockKind, ClockState
from response_api.deadlines import LASTS, calendar
from response_api.sight import EVERYTHING, SEALED, Sight
from tests.factories import NOW, a_case, a_clock, a_route, a_rule
from tests.triage.texts import policy

NARROW = Sight(restricted=False, units=frozenset({"zhengzhou"}), own=frozenset())


def events(case: Case, sight: Sight = EVERYTHING) -> list[Event]:
    made = calendar([case], sight, policy(), NOW, base="http://office.invalid")
    return [one for one in Calendar.from_ical(made).walk("VEVENT") if isinstance(one, Event)]


def moment(event: Event, name: str) -> datetime:
    found = event.decoded(name)
    assert isinstance(found, datetime)
    return found


def test_every_running_clock_is_an_event_that_ends_when_it_is_due() -> None:
    response = a_clock(rule=a_rule(kind=ClockKind.RESPONSE, name="回应", hours=24))
    case = a_case(clocks=(a_clock(), response), route=a_route(lead="zhengzhou"))
    found = events(case)
    assert [str(one["summary"]).split("】")[1].split("：")[0] for one in found] == ["签收", "回应"]
    assert moment(found[0], "dtend") == case.clocks[0].due_at
    assert moment(found[0], "dtend") - moment(found[0], "dtstart") == LASTS
    assert str(found[0]["url"]) == f"http://office.invalid/cases/{case.id}"
    assert len(found[0].walk("VALARM")) == 1


def test_what_has_ended_is_gone_and_what_moved_is_the_same_event_anew() -> None:
    case = a_case(clocks=(a_clock(),))
    (before,) = events(case)
    assert not events(replace(case, clocks=(replace(case.clocks[0], state=ClockState.MET),)))
    later = replace(case.clocks[0], due_at=case.clocks[0].due_at + timedelta(days=1))
    (after,) = events(replace(case, clocks=(later,)))
    assert before["uid"] == after["uid"] and moment(before, "dtend") != moment(after, "dtend")


def test_what_is_over_and_what_is_provisional_say_so() -> None:
    over = replace(a_clock(), due_at=NOW - timedelta(hours=1), provisional=True, tentative=True)
    (event,) = events(a_case(clocks=(over,)))
    assert str(event["summary"]).startswith("已逾期：") and "（暂定）（暂算）" in str(event["summary"])


def test_of_a_restricted_matter_the_time_alone_and_of_another_units_nothing() -> None:
    sealed = a_case(clocks=(a_clock(),), route=a_route(lead="zhengzhou", restricted=True), title="某人的事")
    (event,) = events(sealed, NARROW)
    assert SEALED in str(event["summary"]) and "某人" not in event.to_ical().decode()
    assert not events(a_case(clocks=(a_clock(),), route=a_route(lead="luoyang")), NARROW)


def test_a_title_with_signs_of_the_format_stays_one_title() -> None:
    (event,) = events(a_case(clocks=(a_clock(),), title="车位;涨价,\n一次交\\二十年"))
    assert "车位;涨价,\n一次交\\二十年" in str(event["summary"])
