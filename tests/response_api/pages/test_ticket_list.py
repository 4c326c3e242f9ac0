"""工单台账: what is found by which question, who sees what, and the workbook for whoever reports back to the hotline."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from huiying.contracts import AnsweredBy, Case, CaseState, Channel, Request, Role, Ticket
from huiying.ports import Engine
from response_api.ticket_list import EVERY, WAITING, wanted
from response_api.ticket_sheet import COLUMNS
from tests.factories import NOW, a_case, a_route
from tests.response_api.conftest import Visitor
from tests.triage.test_tickets import a_ticket, at
from tests.triage.texts import policy
from triage.record import indexed
from triage.texts import Texts

DAY = timedelta(days=1)


def a_matter(engine: Engine, id: str, *tickets: Ticket, **changes: Any) -> Case:
    last = max((one.received_at for one in tickets), default=NOW)
    made = a_case(
        id=id,
        **{
            "state": CaseState.ASSESSED,
            "route": a_route(lead="zhengzhou"),
            "tickets": tickets,
            "title": f"事件{id}",
            "last_post_at": last,
            **changes,
        },
    )
    made = indexed(made, policy())
    engine.cases.save([made])
    return made


def answered(ticket: Ticket, **changes: Any) -> Ticket:
    told = {"answered_at": NOW, "answered_by": "chengban", "way": AnsweredBy.PHONE, **changes}
    return replace(ticket, **told)


@pytest.fixture
def matters(engine: Engine) -> None:
    words = Texts(engine.register).keep("已告知处理安排")
    long_ago = NOW - 200 * DAY
    a_matter(
        engine,
        "one",
        a_ticket(reference="ZZ-20261123-01"),
        answered(a_ticket(Request.INQUIRY, reference="ZZ-20261123-02"), words=words),
    )
    a_matter(engine, "two", a_ticket(reference="HX-7", channel=Channel.MAILBOX), state=CaseState.DISMISSED)
    a_matter(
        engine,
        "old",
        answered(
            a_ticket(reference="ZZ-OLD-1", received=long_ago, collected=long_ago), answered_at=long_ago + DAY
        ),
        state=CaseState.CLOSED,
    )
    a_matter(
        engine,
        "secret",
        a_ticket(reference="JC-9"),
        route=replace(a_route(lead="zhengzhou"), restricted=True),
    )


def numbers(client: TestClient, query: str = "") -> list[str]:
    page = client.get(f"/tickets?{query}")
    assert page.status_code == 200
    rows = page.text.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page.text else ""
    return [row.split('">')[1].split("<")[0] for row in rows.split('<td class="num"><a href')[1:]]


@pytest.mark.usefixtures("matters")
@pytest.mark.parametrize(
    "query,told",
    [
        ("", ["HX-7", "ZZ-20261123-01"]),
        ("state=every", ["HX-7", "ZZ-20261123-01", "ZZ-20261123-02"]),
        ("state=kept", ["ZZ-20261123-02"]),
        ("state=kept&from=2026-01-01", ["ZZ-20261123-02", "ZZ-OLD-1"]),
        ("state=over", []),
        ("channel=mailbox", ["HX-7"]),
        ("request=inquiry&state=every", ["ZZ-20261123-02"]),
        ("number=old", ["ZZ-OLD-1"]),
        ("number=ＺＺ－２０２６１１２３", ["ZZ-20261123-01", "ZZ-20261123-02"]),
        ("number=zz 20261123 02", ["ZZ-20261123-02"]),
        ("number=JC-9", []),
        ("number=nothing", []),
        ("unit=zhengzhou", ["HX-7", "ZZ-20261123-01"]),
        ("unit=luoyang", []),
        ("state=moon&request=moon&channel=moon&unit=moon&page=moon", ["HX-7", "ZZ-20261123-01"]),
    ],
)
def test_what_is_asked_for_is_found_and_nothing_else(visitor: Visitor, query: str, told: list[str]) -> None:
    assert numbers(visitor(Role.SPOKESPERSON), query) == told


@pytest.mark.usefixtures("matters")
def test_of_a_restricted_matter_those_who_handle_it_see_the_tickets(visitor: Visitor) -> None:
    assert "JC-9" in numbers(visitor(Role.DUTY))
    assert "JC-9" in numbers(visitor(Role.HANDLER, "zhengzhou"))
    assert "JC-9" not in numbers(visitor(Role.MONITOR))


@pytest.mark.usefixtures("matters")
def test_another_city_sees_none_of_them(visitor: Visitor) -> None:
    assert numbers(visitor(Role.DUTY, "luoyang"), "state=every") == []


@pytest.mark.usefixtures("matters")
def test_days_that_are_none_are_told_and_nothing_is_lost(visitor: Visitor) -> None:
    client = visitor(Role.DUTY)
    for query, fault in (
        ("from=2026-13-40", "起止日期要写成 2026-11-01 这样"),
        ("from=2026-11-24&to=2026-11-01", "起始日期不能晚于截止日期"),
        ("from=1990-01-01&state=every", "最近 30 天"),
    ):
        page = client.get(f"/tickets?{query}&number=").text
        assert fault in page and "ZZ-20261123-01" in page


@pytest.mark.usefixtures("matters")
def test_the_workbook_holds_what_goes_back_to_the_hotline(visitor: Visitor) -> None:
    answer = visitor(Role.DUTY).get("/tickets.xlsx?state=every")
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    rows = list(load_workbook(io.BytesIO(answer.content))["工单台账"].iter_rows(values_only=True))
    assert rows[0] == COLUMNS
    told = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]}
    assert set(told) == {"ZZ-20261123-01", "ZZ-20261123-02", "HX-7"}, "and nothing of a restricted matter"
    one = told["ZZ-20261123-02"]
    assert (one["来源"], one["类型"], one["结果"], one["方式"], one["说了什么"]) == (
        "热线", "咨询", "按期答复", "电话", "已告知处理安排",
    )  # fmt: skip
    assert one["答复或退回"] == "2026-11-23 10:00:00" and one["事件"] == "事件one"


def test_many_stand_on_several_pages(visitor: Visitor, engine: Engine) -> None:
    a_matter(engine, "many", *(a_ticket(reference=f"N-{number:03}") for number in range(120)))
    client = visitor(Role.DUTY)
    seen = [number for page in (1, 2, 3) for number in numbers(client, f"page={page}")]
    assert len(seen) == 120 and len(set(seen)) == 120
    assert numbers(client, "page=99") == numbers(client, "page=3")
    assert "下一页" in client.get("/tickets").text and "下一页" not in client.get("/tickets?page=3").text


def test_a_number_is_looked_for_through_a_year_whatever_became_of_it() -> None:
    today = at("2026-11-23 10:00").date()
    asked = wanted({"number": " ＺＺ-1 "}, today, units=())
    assert (asked.state, asked.number) == (EVERY, "zz1")
    assert asked.period is not None and (today - asked.period.first).days == 365
    usual = wanted({}, today, units=())
    assert (usual.state, usual.period) == (WAITING, None)
