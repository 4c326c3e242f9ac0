"""Facts that clocks and level count from, put right or registered with a form: what comes of it stands on every page that counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.clock import SHANGHAI
from huiying.contracts import (
    Case,
    CaseState,
    Certainty,
    ClockKind,
    ClockState,
    Knowledge,
    Level,
    Occurrence,
    Role,
    SignalKind,
)
from huiying.ports import Engine
from response_api.clock_card import clock_card
from response_api.public_clocks import public_clocks, summary
from tests.factories import NOW, a_case, a_route, a_severity
from tests.response_api.conftest import Visitor
from tests.response_api.pages.test_acts import act
from tests.triage.texts import CALENDAR, rules
from triage.clocks import meet, put_right, start_clocks
from triage.known import OCCURRED

HOUR = timedelta(hours=1)
MISREAD = Occurrence(at=NOW - 30 * HOUR, source="text", certainty=Certainty.STATED)


def typed(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def grave(engine: Engine) -> Case:
    case = a_case(
        severity=a_severity(level=Level.MAJOR),
        clock_rules=rules(),
        occurred=MISREAD,
        state=CaseState.CONFIRMED,
        first_public_at=NOW,
        flagged_at=NOW,
        route=a_route(lead="zhengzhou"),
    )
    case = start_clocks(case, NOW, CALENDAR)
    engine.cases.save([case])
    return case


def test_a_time_is_put_right_with_a_form_and_the_page_says_so(visitor: Visitor, engine: Engine) -> None:
    case = grave(engine)
    page = visitor(Role.DUTY).get(f"/cases/{case.id}").text
    assert "发生时间怎么知道的" in page
    assert "起算时已逾期" in page
    right = typed(NOW - HOUR)
    answer = act(
        visitor(Role.DUTY), case, "relabel", occurred=right, occurred_source="site", reason="看了监控"
    )
    assert answer.headers["location"] == f"/cases/{case.id}?done=relabel#desk", answer.text
    page = visitor(Role.DUTY).get(f"/cases/{case.id}").text
    assert "（现场核实）" in page
    assert "更正：原记" in page
    assert "按更正后的事实没有逾期" in page
    assert "起算时已逾期（" not in page
    assert "看了监控" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"occurred": "2026-11-23T09:00"}, "请选择发生时间是怎么知道的"),
        ({"occurred_source": "site"}, "请写发生时间"),
        ({"occurred_source": "unknown", "occurred": "2026-11-23T09:00"}, "就不写时间"),
        ({"occurred": "昨天", "occurred_source": "site"}, "时间看不懂"),
        ({"occurred": "2031-01-01T09:00", "occurred_source": "site"}, "不能晚于现在"),
        ({"deaths": "两", "harm_source": "official"}, "写核实的人数"),
        ({"deaths": "2"}, "请选择伤亡是怎么核实的"),
        ({"harm_source": "official"}, "请写人数"),
        ({"deaths": "2", "harm_source": "official", "reason": ""}, "要写明怎么核实的"),
    ],
)
def test_what_cannot_be_put_right_gives_back_what_was_typed(
    visitor: Visitor, engine: Engine, fields: dict[str, str], said: str
) -> None:
    case = grave(engine)
    given: dict[str, Any] = {"reason": "我的说明", **fields}
    answer = act(visitor(Role.DUTY), case, "relabel", **given)
    assert answer.status_code == 422
    assert said in answer.text
    assert all(value in answer.text for value in fields.values())
    assert engine.cases.get(case.id).occurred == MISREAD


def test_casualties_stand_on_the_page_with_how_they_are_known(visitor: Visitor, engine: Engine) -> None:
    case = grave(engine)
    person = visitor(Role.CHECKER)
    act(person, case, "relabel", deaths="0", injuries="4", harm_source="official", reason="卫健委通报")
    after = engine.cases.get(case.id)
    assert {one.kind: one.number for one in after.casualties} == {
        SignalKind.DEATHS: 0,
        SignalKind.INJURIES: 4,
    }
    page = person.get(f"/cases/{case.id}").text
    assert "死亡：没有（主管部门或上级通报）；受伤：4 人（主管部门或上级通报）" in page


def test_an_emergency_is_registered_corrected_and_taken_back(visitor: Visitor, engine: Engine) -> None:
    case = grave(engine)
    person = visitor(Role.DUTY)
    fields: dict[str, Any] = {"body": "省人民政府", "document": "豫政函〔2026〕9号", "said_at": typed(NOW)}
    answer = act(person, case, "recognise", what="emergency:重大", **fields)
    assert answer.headers["location"] == f"/cases/{case.id}?done=recognise#desk", answer.text
    after = engine.cases.get(case.id)
    page = person.get(f"/cases/{case.id}").text
    assert "省人民政府，豫政函〔2026〕9号" in page
    assert "政府已认定突发事件等级：按法定时限计" in page
    law = {clock.rule.kind for clock in after.clocks if clock.authority == "法定"}
    assert {ClockKind.STATEMENT, ClockKind.PRESS_CONFERENCE} <= law
    assert "撤销：突发事件等级" in page
    again = act(person, after, "recognise", what="not:emergency", **fields)
    assert again.status_code == 422
    assert "更正、撤销要写明理由" in again.text
    assert "豫政函〔2026〕9号" in again.text
    act(person, after, "recognise", what="not:emergency", reason="文件看错了", **fields)
    back = engine.cases.get(case.id)
    assert [one.stands for one in back.recognitions] == [True, False]
    assert not any(clock.official for clock in back.clocks)
    assert "登记认定：突发事件等级重大" in person.get(f"/cases/{case.id}").text
    nothing = act(person, back, "recognise", what="", **fields)
    assert "请选择登记什么" in nothing.text
    assert "/acts/recognise" not in visitor(Role.HANDLER).get(f"/cases/{case.id}").text


def test_a_breach_that_was_none_is_told_as_put_right_wherever_it_is_counted(engine: Engine) -> None:
    case = meet(grave(engine), ClockKind.STATEMENT, NOW + HOUR, "duty", "发布")
    right = Occurrence(at=NOW - HOUR, source=Knowledge.SITE.value, certainty=Certainty.STATED)
    case = replace(case, occurred=right, settled_by_people=(OCCURRED,))
    case = put_right(case, NOW + 2 * HOUR, CALENDAR, "更正发生时间")
    shown = public_clocks(case, NOW + 2 * HOUR)
    (word,) = (one for one in shown if one.name == "权威信息")
    assert word.word == "更正（原记逾期）"
    assert any("更正：原记" in line for line in word.moved)
    assert "更正 1" in summary(shown)
    clock = next(one for one in case.clocks if one.rule.kind is ClockKind.STATEMENT)
    card = clock_card(clock, NOW + 2 * HOUR)
    assert (card.late, card.ended, card.broken) == (False, "已完成", "")
    assert "没有逾期" in card.corrected
    assert clock.state is ClockState.MET
