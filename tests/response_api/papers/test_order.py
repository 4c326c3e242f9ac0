"""舆情交办单: to whom, what, until when, and room for people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiying.contracts import Authority, Case, ClockState
from huiying.ports import Engine
from response_api.papers.order import order
from tests.factories import NOW, a_clock, a_rule
from tests.response_api.papers.matters import (
    MINUTE,
    assert_nobody_stands_in,
    do,
    heard,
    material,
    opened,
    ordered,
    text_of,
)
from tests.triage.people import HANDLER, a_desk
from tests.triage.test_tickets import a_ticket


@pytest.fixture
def case(engine: Engine) -> Case:
    return ordered(engine, heard(engine))


def fields(engine: Engine, case: Case) -> dict[str, str]:
    form = opened(order(material(engine, case))).tables[0]
    return {row.cells[0].text: row.cells[1].text for row in form.rows}


def test_the_form_is_filled_from_the_case(engine: Engine, case: Case) -> None:
    filled = fields(engine, case)
    assert filled["事　　件"] == f"{case.title}（系统编号{case.id[:8]}）"
    assert filled["交办时间"] == "2026年11月23日10时01分"
    assert filled["承办单位"] == "郑州市人民防空办公室"
    assert filled["事发地点"] == "河南省郑州市中原区（原文写明）"
    assert filled["抄　　送"].startswith("住房城乡建设主管部门、价格主管部门")
    assert "网传，待核实" in filled["待核实"]
    assert filled["拟办意见"].startswith("依据《人民防空法》第五条")
    assert (filled["办公室主任意见"], filled["领导批示"]) == ("", "")
    assert_nobody_stands_in(order(material(engine, case)))


def test_every_running_clock_stands_in_it_with_whose_duty_it_is(engine: Engine, case: Case) -> None:
    law = a_clock(rule=a_rule(name="回应", authority=Authority.STATUTORY))
    suspected = a_clock(rule=a_rule(name="权威信息", authority=Authority.STATUTORY), provisional=True)
    done = a_clock(rule=a_rule(name="上报"), state=ClockState.MET, met_at=NOW)
    table = opened(order(material(engine, replace(case, clocks=(law, suspected, done))))).tables[1]
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("回应", "法定", "2026-11-23\n12:00"),
        ("权威信息", "办内要求（暂定）", "2026-11-23\n12:00"),
    ]
    bare = text_of(order(material(engine, replace(case, clocks=()))))
    assert "现在没有在走的时限" in bare


def test_who_waits_for_an_answer_stands_below_what_is_owed_to_the_public(engine: Engine, case: Case) -> None:
    told = text_of(order(material(engine, replace(case, tickets=(a_ticket(reference="HN-1"),)))))
    assert "投诉工单 1 件待答复，最早的应于2026年12月7日23时59分前答复" in told
    assert "工单" not in text_of(order(material(engine, case)))


def test_signing_is_left_to_people_and_what_is_booked_is_said(engine: Engine, case: Case) -> None:
    before = opened(order(material(engine, case))).tables[-1]
    assert before.rows[0].cells[1].text == "签收人：\n签收时间："
    desk = a_desk(engine)
    signed = do(desk.acknowledge, case, desk, HANDLER, NOW + 5 * MINUTE)
    after = opened(order(material(engine, signed))).tables[-1]
    assert after.rows[0].cells[1].text.startswith("系统记录：2026年11月23日10时05分签收\n签收人：")
