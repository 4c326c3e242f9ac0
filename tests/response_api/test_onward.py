"""Where an act leads on to, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import Case, ClockKind, Decision, DecisionKind, EventKind
from response_api.onward import onward, told
from tests.factories import NOW, a_case
from triage.acts import Act
from triage.deeds.statements import UNMET
from triage.record import note

HOUR = timedelta(hours=1)


def asking(by: str = "wang", *, granted: bool | None = None) -> Case:
    asked = Decision(
        id="d1", kind=DecisionKind.WAIVE, clock=ClockKind.RESPONSE, reason="r", asked_by=by, asked_at=NOW,
        granted=granted,
    )  # fmt: skip
    return replace(a_case(), decisions=(asked,))


def test_an_act_leads_back_to_the_case_or_to_the_statement_that_it_was_done_to() -> None:
    case = a_case()
    assert onward(case, Act.ASSESS, by="wang", now=NOW) == f"/cases/{case.id}?done=assess#desk"
    to = onward(case, Act.SIGN, by="wang", now=NOW, statement=f"{case.id}-2")
    assert to == f"/cases/{case.id}/statements/2?done=sign#desk"


def test_what_one_press_did_in_a_list_leads_back_to_that_list() -> None:
    case = a_case()
    assert onward(case, Act.CONFIRM, by="w", now=NOW, sent_from="inbox") == "/inbox?done=confirm#done"
    assert onward(case, Act.DECIDE, by="w", now=NOW, sent_from="leader") == "/leader?done=decide#done"


@pytest.mark.parametrize(
    ("back", "query"),
    [
        ("", ""),
        ("level=重大&state=watching", "level=%E9%87%8D%E5%A4%A7&state=watching&"),
        ("done=dismiss&on=x&words=a", "words=a&"),
        ("//example.invalid", ""),
        ("words=%23x%26done%3D1", "words=%23x%26done%3D1&"),
    ],
)
def test_what_was_confirmed_on_the_board_leads_back_to_the_same_view_of_it(back: str, query: str) -> None:
    case = a_case()
    to = onward(case, Act.CONFIRM, by="w", now=NOW, sent_from="board", back=back)
    assert to == f"/?{query}done=confirm&on={case.id}#done"
    other = onward(case, Act.ASSIGN, by="w", now=NOW, sent_from="board", back=back)
    assert other == f"/cases/{case.id}?done=assign#desk"


@pytest.mark.parametrize("sent_from", ["", "leader", "//example.invalid", "inbox/../people"])
def test_nothing_else_that_a_form_says_leads_anywhere(sent_from: str) -> None:
    case = a_case()
    to = onward(case, Act.CONFIRM, by="w", now=NOW, sent_from=sent_from)
    assert to == f"/cases/{case.id}?done=confirm#desk"


def test_a_request_is_told_from_what_was_done() -> None:
    assert "asked=1" in onward(asking(), Act.WAIVE, by="wang", now=NOW)
    assert "asked" not in onward(asking("li"), Act.WAIVE, by="wang", now=NOW)
    assert "asked" not in onward(asking(granted=True), Act.DECIDE, by="wang", now=NOW)
    assert told({"done": "waive", "asked": "1"}) == "已提出请示：免除时限。领导批示以前一切照旧"
    assert told({"done": "waive"}) == "已免除时限"


def test_what_is_no_act_says_nothing() -> None:
    assert [told({}), told({"done": "<b>"}), told({"done": "edit"})] == ["", "", "已保存"]


def test_whoever_publishes_what_stops_no_clock_is_told_at_once() -> None:
    case = note(a_case(), EventKind.GREW, NOW, "fayan", UNMET, why="“措施”说得太少")
    to = onward(case, Act.PUBLISH, by="fayan", now=NOW, statement=f"{case.id}-1")
    assert to == f"/cases/{case.id}/statements/1?done=publish&unmet=1#desk"
    assert told({"done": "publish", "unmet": "1"}).startswith(
        "已发布，但这次发布不算完成时限要求：时限还在走"
    )
    assert onward(case, Act.PUBLISH, by="fayan", now=NOW + HOUR, statement=f"{case.id}-1").endswith(
        "?done=publish#desk"
    )
