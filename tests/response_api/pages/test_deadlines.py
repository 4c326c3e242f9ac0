"""A calendar address is made, shown once, read without an account, and taken back."""

from __future__ import annotations

import re

import pytest

from huiying.contracts import CaseState, Role
from huiying.ports import Engine
from tests.factories import a_case, a_clock
from tests.response_api.conftest import Visitor, submit
from tests.response_api.pages.test_tickets import a_called_case
from tests.triage.test_tickets import a_ticket


def address(page: str) -> str:
    found = re.search(r"/calendar/[\w-]+\.ics", page)
    return found[0] if found else ""


def test_an_address_is_shown_once_and_read_without_an_account(visitor: Visitor, engine: Engine) -> None:
    engine.cases.save([a_case(clocks=(a_clock(),), title="地下车库的事")])
    duty = visitor(Role.DUTY)
    made = submit(duty, "/me", to="/me/calendar", do="make")
    assert made.status_code == 200 and address(made.text)
    assert not address(duty.get("/me").text)
    duty.cookies.clear()
    answer = duty.get(address(made.text))
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "地下车库的事" in answer.text.replace("\r\n ", "")
    assert answer.headers["cache-control"] == "no-store"


def test_who_only_waits_for_an_answer_stands_in_it_too_and_each_sees_their_own(
    visitor: Visitor, engine: Engine
) -> None:
    ended = a_called_case(a_ticket(reference="HN-1"), a_ticket(reference="HN-2"), state=CaseState.DISMISSED)
    engine.cases.save([ended])
    told = {}
    for unit in ("zhengzhou", "luoyang"):
        client = visitor(Role.HANDLER, unit)
        made = submit(client, "/me", to="/me/calendar", do="make")
        told[unit] = client.get(address(made.text)).text.replace("\r\n ", "")
    assert "工单 2 件待答复" in told["zhengzhou"] and "DTSTART;VALUE=DATE:20261207" in told["zhengzhou"]
    assert "工单" not in told["luoyang"] and "BEGIN:VEVENT" not in told["luoyang"]


def test_an_address_that_was_taken_back_or_never_was_is_not_found(visitor: Visitor) -> None:
    duty = visitor(Role.DUTY)
    made = submit(duty, "/me", to="/me/calendar", do="make")
    submit(duty, "/me", to="/me/calendar", do="end")
    assert duty.get(address(made.text)).status_code == 404
    assert duty.get("/calendar/x.ics").status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR])
def test_who_sees_no_matters_gets_no_address(visitor: Visitor, role: Role) -> None:
    assert "日历订阅" not in visitor(role).get("/me").text
