"""The list of cases as a place to sort out many at once."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from huiying.contracts import Case, CaseState, Role
from huiying.ports import Engine
from tests.factories import a_case, a_route, tell
from tests.response_api.conftest import Visitor, submit


def box(case: Case) -> str:
    return f"{case.id}:{len(case.events)}"


def sent(client: TestClient, do: str, *cases: Case, query: str = "", **typed: str):  # type: ignore[no-untyped-def]
    return submit(
        client, f"/cases{query}", to="/cases/bulk", do=do, case=[box(one) for one in cases], **typed
    )


def test_what_is_ticked_is_done_and_the_view_stays(visitor: Visitor, engine: Engine) -> None:
    cases = [tell(engine, a_case(title=f"试鸣误报{n}", state=CaseState.WATCHING)) for n in range(3)]
    client = visitor(Role.DUTY)
    answer = sent(client, "dismiss", *cases[:2], query="?state=watching", reason="试鸣日的误报")
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/cases?state=watching&bulk=dismiss&done=2"
    page = client.get(answer.headers["location"]).text
    assert "不予受理：已办 2 件" in page
    assert "试鸣误报2" in page
    assert "试鸣误报0" not in page
    assert engine.cases.get(cases[2].id).state is CaseState.WATCHING


def test_a_missing_reason_keeps_the_ticks(visitor: Visitor, engine: Engine) -> None:
    case = tell(engine, a_case(title="误报"))
    answer = sent(visitor(Role.DUTY), "dismiss", case)
    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    assert re.search(rf'value="{case.id}:\d+"[^>]* checked', answer.text)


def test_what_was_not_done_stays_ticked_with_its_reason(visitor: Visitor, engine: Engine) -> None:
    fits = tell(engine, a_case(title="可以交办", state=CaseState.CONFIRMED))
    other = tell(engine, a_case(title="还没确认", state=CaseState.WATCHING))
    answer = sent(visitor(Role.DUTY), "assign", fits, other, unit="luoyang")
    assert answer.status_code == 409
    assert "办了 1 件，1 件没有办" in answer.text
    assert "走到别的一步" in answer.text
    assert re.search(rf'value="{other.id}:\d+"[^>]* checked', answer.text)
    assert not re.search(rf'value="{fits.id}:\d+"[^>]* checked', answer.text)
    assert engine.cases.get(fits.id).route.lead == "luoyang"


def test_nothing_ticked_and_acts_that_are_none_are_told(visitor: Visitor, engine: Engine) -> None:
    tell(engine, a_case())
    client = visitor(Role.DUTY)
    assert "还没有勾选事件" in sent(client, "confirm").text
    assert sent(client, "publish").status_code == 404


def test_what_is_out_of_view_is_as_good_as_none(visitor: Visitor, engine: Engine) -> None:
    case = tell(engine, a_case(title="郑州的事", state=CaseState.CONFIRMED))
    tell(engine, a_case(state=CaseState.CONFIRMED, route=a_route(lead="luoyang")))
    answer = sent(visitor(Role.CHECKER, "luoyang"), "acknowledge", case)
    assert answer.status_code == 409
    assert "没有这个事件，或不在您的单位" in answer.text
    assert "郑州的事" not in answer.text
    assert engine.cases.get(case.id).state is CaseState.CONFIRMED


def test_who_may_do_nothing_to_any_of_them_sees_no_boxes(visitor: Visitor, engine: Engine) -> None:
    tell(engine, a_case())
    assert 'name="case"' in visitor(Role.DUTY).get("/cases").text
    page = visitor(Role.SECRECY).get("/cases").text
    assert 'name="case"' not in page
    assert "bulk.js" not in page


def test_a_form_that_is_sent_twice_is_done_once(visitor: Visitor, engine: Engine) -> None:
    case = tell(engine, a_case(state=CaseState.WATCHING))
    client = visitor(Role.DUTY)
    shown = client.get("/cases").text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown))
    form = {**hidden, "do": "confirm", "case": [box(case)]}
    first, second = (client.post("/cases/bulk", data=form) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    kinds = [event.kind.value for event in engine.cases.get(case.id).events]
    assert kinds.count("confirmed") == 1


def test_enter_in_the_field_of_the_reason_presses_nothing(visitor: Visitor, engine: Engine) -> None:
    tell(engine, a_case())
    form = visitor(Role.DUTY).get("/cases").text.partition('id="bulk"')[2]
    assert re.search(r"<button[^>]*>", form)[0] == '<button type="submit" disabled hidden>'  # type: ignore[index]
