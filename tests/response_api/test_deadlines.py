"""Deadlines as a calendar: what is due, for whom, and no more than they may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from icalendar import Calendar, Event

from huiying.contracts import Case, CaseState, ClockKind, ClockState, Request
from response_api.deadlines import LASTS, MORNING, calendar
from response_api.sight import EVERYTHING, SEALED, Sight
from tests.factories import NOW, a_case, a_clock, a_route, a_rule
from tests.triage.test_tickets import a_ticket, at
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


def test_a_deadline_that_somebody_typed_in_another_zone_is_told_in_utc() -> None:
    due = datetime(2026, 12, 20, 12, tzinfo=timezone(timedelta(hours=8)))
    made = calendar(
        [a_case(clocks=(replace(a_clock(), due_at=due),))],
        EVERYTHING,
        policy(),
        NOW,
        base="http://office.invalid",
    )
    assert b"DTEND:20261220T040000Z" in made and b"TZID" not in made


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
    assert str(event["description"]).endswith("承办：—"), "by who has it alone one knows what it is about"
    assert not events(a_case(clocks=(a_clock(),), route=a_route(lead="luoyang")), NARROW)


def test_a_title_with_signs_of_the_format_stays_one_title() -> None:
    (event,) = events(a_case(clocks=(a_clock(),), title="车位;涨价,\n一次交\\二十年"))
    assert "车位;涨价,\n一次交\\二十年" in str(event["summary"])


def test_hundreds_of_callers_are_one_row_a_day_with_their_number() -> None:
    inquiries = [a_ticket(Request.INQUIRY, reference=f"HN-{number}") for number in range(300)]
    complaints = [a_ticket(reference="HN-900"), a_ticket(Request.REPORT, reference="HN-901")]
    case = a_case(tickets=(*inquiries, *complaints), route=a_route(lead="zhengzhou"), title="地下室渗水")
    first, second = events(case)
    assert str(first["summary"]) == "【一般】工单 300 件待答复：地下室渗水"
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (date(2026, 11, 26), date(2026, 11, 27))
    assert second.decoded("dtstart") == date(2026, 12, 7)
    assert "投诉工单 1 件、举报工单 1 件待答复" in str(second["description"])
    assert str(first["url"]) == f"http://office.invalid/cases/{case.id}#tickets"
    assert "HN-" not in first.to_ical().decode(), "a number is for who opens the matter"
    (alarm,) = first.walk("VALARM")
    assert alarm.decoded("trigger") == MORNING
    assert first["uid"] != second["uid"]


def test_a_ticket_is_gone_with_its_answer_and_moves_with_its_term() -> None:
    ticket = a_ticket(reference="HN-1")
    case = a_case(tickets=(ticket,), state=CaseState.DISMISSED)
    (before,) = events(case)
    assert not events(replace(case, tickets=(replace(ticket, answered_at=NOW),)))
    assert not events(replace(case, state=CaseState.MERGED)), "it is owed where that one went"
    later = replace(ticket, due_at=ticket.due_at + timedelta(days=7), extended_from=ticket.due_at)
    (after,) = events(replace(case, tickets=(later,)))
    assert (before.decoded("dtstart"), after.decoded("dtstart")) == (date(2026, 12, 7), date(2026, 12, 14))


def test_tickets_that_are_over_or_were_when_they_came_in_say_so() -> None:
    over = replace(a_ticket(reference="HN-1"), due_at=at("2026-11-20 23:59:59"), tentative=True)
    came_late = a_ticket(reference="HN-2", received=at("2026-10-12 10:00"))
    late, missed = events(a_case(tickets=(over, came_late)))
    assert str(missed["summary"]).startswith("已逾期：【一般】工单 1 件待答复（暂算）")
    assert str(late["summary"]).startswith("已逾期：") and "录入时已逾期 1 件" in str(late["description"])


def test_of_the_tickets_of_a_restricted_matter_the_day_and_the_number_alone_and_of_anothers_nothing() -> None:
    ticket = a_ticket(Request.REPORT, reference="HN-1")
    sealed = a_case(tickets=(ticket,), route=a_route(lead="zhengzhou", restricted=True), title="某人的事")
    (event,) = events(sealed, NARROW)
    told = event.to_ical().decode().replace("\r\n ", "")
    assert f"工单 1 件待答复：{SEALED}" in told and "某人" not in told and "承办：—" in told
    assert "举报工单" not in told
    assert not events(a_case(tickets=(ticket,), route=a_route(lead="luoyang")), NARROW)
