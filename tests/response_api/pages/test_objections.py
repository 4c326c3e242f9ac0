"""Objections in the office: with whom they wait, what stands at the address, and the two decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI

from huiying.clock import ManualClock
from huiying.contracts import ArchiveLine, EventKind, Hold, Role
from huiying.errors import TryAgain
from huiying.ports import Engine
from response_api.auth import SESSION_HOURS
from response_api.security_log import Mark, SecurityLog
from tests.factories import NOW, a_case, a_line, a_post, a_reading, a_route
from tests.response_api.conftest import Visitor, submit
from triage.objections import Objection, State

THERE = "https://bbs.example.cn/thread/7"


@pytest.fixture
def filed(app: FastAPI) -> Objection:
    app.state.house.objections.file(THERE, "", "请不要引用<b>", NOW, sheet="s")
    found: Objection = app.state.house.objections.all()[0]
    return found


@pytest.fixture
def line(engine: Engine) -> ArchiveLine:
    post = a_post(url=THERE, title="独有的题目", text="独有的话，人防门被拆", floor=3)
    case = a_case(opened_by=post.key, title="独有的题目", lead="独有的话，人防门被拆")
    engine.cases.save([case])
    made = a_line(reading=a_reading(post=post), case_id=case.id)
    engine.archive.put([made])
    return made


def as_it_stands(app: FastAPI, objection: Objection) -> Objection:
    found: Objection = app.state.house.objections.get(objection.id)
    return found


def test_it_waits_in_the_inbox_of_who_looks_after_personal_information(
    visitor: Visitor, filed: Objection
) -> None:
    page = visitor(Role.SECRECY).get("/inbox").text
    assert "个人信息异议" in page and f'href="/objections/{filed.id}"' in page and THERE in page
    for other in (visitor(Role.DUTY), visitor(Role.LEADER), visitor(Role.SECRECY, "henan.zhengzhou")):
        assert "/objections" not in other.get("/inbox").text


def test_a_reviewer_below_the_top_is_told_whose_it_is(visitor: Visitor, filed: Objection) -> None:
    below = visitor(Role.SECRECY, "henan.zhengzhou")
    for path in ("/objections", f"/objections/{filed.id}"):
        answer = below.get(path)
        assert answer.status_code == 403 and "河南省人民防空办公室的保密审查员" in answer.text


def test_the_term_is_shown_as_near_and_then_as_over(
    app: FastAPI, visitor: Visitor, clock: ManualClock, filed: Objection
) -> None:
    person = visitor(Role.SECRECY)
    assert "将到期" not in person.get(f"/objections/{filed.id}").text
    clock.set(filed.warn_at)
    assert "将到期" in visitor(Role.SECRECY).get("/inbox").text
    clock.set(filed.due_at + timedelta(seconds=1))
    for path in ("/inbox", "/objections", f"/objections/{filed.id}"):
        assert "已超期" in visitor(Role.SECRECY).get(path).text, path


def test_what_is_stored_at_the_address_is_laid_out_and_chosen_where_it_is_one(
    visitor: Visitor, filed: Objection, line: ArchiveLine
) -> None:
    page = visitor(Role.SECRECY).get(f"/objections/{filed.id}").text
    assert "请不要引用&lt;b&gt;" in page
    assert "存有 1 条" in page and "3 楼" in page and "独有的话" in page
    assert re.search(rf'name="posts" value="{line.post.id}" checked', page)


def test_who_decides_sees_that_the_case_is_to_be_kept(
    visitor: Visitor, engine: Engine, filed: Objection, line: ArchiveLine
) -> None:
    where = f"/objections/{filed.id}"
    assert "继续保存" not in visitor(Role.SECRECY).get(where).text
    case = engine.cases.get(line.case_id or "")
    hold = Hold(by="lingdao", at=NOW, until=None, reason="")
    engine.cases.save([replace(case, revision=case.revision + 1, hold=hold)])
    assert "所归事件标了“继续保存”" in visitor(Role.SECRECY).get(where).text


def test_of_several_none_is_chosen_beforehand(
    visitor: Visitor, engine: Engine, filed: Objection, line: ArchiveLine
) -> None:
    engine.archive.put([a_line(reading=a_reading(post=a_post(url=THERE, floor=4)), case_id=line.case_id)])
    page = visitor(Role.SECRECY).get(f"/objections/{filed.id}").text
    assert "存有 2 条" in page and " checked" not in page


def test_a_restricted_matter_is_not_opened_by_an_objection(
    visitor: Visitor, engine: Engine, filed: Objection
) -> None:
    case = a_case(route=a_route(lead="henan.zhengzhou", restricted=True))
    engine.cases.save([case])
    engine.archive.put([a_line(reading=a_reading(post=a_post(url=THERE, text="机密的话")), case_id=case.id)])
    page = visitor(Role.SECRECY).get(f"/objections/{filed.id}").text
    assert "限制知悉事件" in page and "机密的话" not in page


def test_stopping_erases_and_the_case_goes_on_with_a_line_in_its_record(
    app: FastAPI, visitor: Visitor, engine: Engine, filed: Objection, line: ArchiveLine
) -> None:
    person, where = visitor(Role.SECRECY), f"/objections/{filed.id}"
    answer = submit(person, where, to=f"{where}/stop", posts=line.post.id, told="已经清除")
    assert answer.headers["location"] == f"{where}?done=1"
    assert "已清除存有的内容（1 个版本）" in person.get(answer.headers["location"]).text
    assert as_it_stands(app, filed).state is State.STOPPED
    assert line.case_id
    case = engine.cases.get(line.case_id)
    assert case.events[-1].kind is EventKind.POST_WITHDRAWN
    shown = visitor(Role.DUTY).get(f"/cases/{line.case_id}")
    assert shown.status_code == 200
    assert "依异议清除" in shown.text and "独有的" not in shown.text
    gone = visitor(Role.DUTY).get(f"/posts/{line.post.id}")
    assert gone.status_code == 200 and "独有的" not in gone.text
    log = SecurityLog(engine.register).page(mark=Mark.OBJECTION_STOPPED, limit=5).lines
    assert [(one.login, one.note) for one in log] == [("secrecy", f"异议 {filed.id[:8]}，清除 1 个版本")]
    assert "异议：停止处理" in visitor(Role.AUDITOR).get("/audit").text


def test_nothing_chosen_is_asked_for_again_with_what_was_typed(
    app: FastAPI, visitor: Visitor, filed: Objection, line: ArchiveLine
) -> None:
    where = f"/objections/{filed.id}"
    answer = submit(visitor(Role.SECRECY), where, to=f"{where}/stop", told="说明<i>", wide="yes")
    assert answer.status_code == 422
    assert "至少一条" in answer.text and "说明&lt;i&gt;</textarea>" in answer.text
    assert 'name="wide" value="yes" checked' in answer.text
    assert as_it_stands(app, filed) == filed


def test_refusing_needs_a_ground_in_law(
    app: FastAPI, visitor: Visitor, engine: Engine, filed: Objection
) -> None:
    person, where = visitor(Role.SECRECY), f"/objections/{filed.id}"
    answer = submit(person, where, to=f"{where}/refuse", told="正在办理", ground="")
    assert answer.status_code == 422 and "法定理由" in answer.text and "正在办理</textarea>" in answer.text
    assert submit(person, where, to=f"{where}/refuse", told="正在办理", ground="evidence").status_code == 303
    refused = as_it_stands(app, filed)
    assert (refused.state, refused.ground, refused.decided_by) == (State.REFUSED, "evidence", "secrecy")
    page = person.get("/objections").text
    assert "不停止处理" in page and "正在办理的事件的依据" in page
    log = SecurityLog(engine.register).page(mark=Mark.OBJECTION_REFUSED, limit=5).lines
    assert log[0].note == f"异议 {filed.id[:8]}，理由 evidence"


def test_the_second_of_two_decisions_is_told_of_the_first(
    app: FastAPI, visitor: Visitor, filed: Objection
) -> None:
    person, where = visitor(Role.SECRECY), f"/objections/{filed.id}"
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', person.get(where).text))
    assert person.post(f"{where}/stop", data=hidden).status_code == 303
    answer = person.post(f"{where}/refuse", data={**hidden, "ground": "duty"})
    assert answer.status_code == 409 and "已经有决定" in answer.text
    assert as_it_stands(app, filed).state is State.STOPPED


def test_an_objection_that_is_none_is_not_found(visitor: Visitor) -> None:
    assert visitor(Role.SECRECY).get(f"/objections/{'a' * 32}").status_code == 404


class Faltering:
    """The real archive behind a line that fails when something is to be erased."""

    def __init__(self, engine: Engine) -> None:
        self._archive = engine.archive

    def __getattr__(self, name: str) -> object:
        return getattr(self._archive, name)

    def blank(self, *_: object, **__: object) -> int:
        raise TryAgain("line down")


@pytest.fixture
def down(app: FastAPI) -> Iterator[None]:
    house = app.state.house
    engine = replace(house.engine, archive=Faltering(house.engine))
    app.state.house = replace(house, objections=replace(house.objections, engine=engine))
    yield
    app.state.house = house


def test_a_decision_that_is_carried_out_later_is_told_as_made(
    app: FastAPI, down: None, visitor: Visitor, filed: Objection, line: ArchiveLine
) -> None:
    person, where = visitor(Role.SECRECY), f"/objections/{filed.id}"
    answer = submit(person, where, to=f"{where}/stop", posts=line.post.id)
    assert answer.status_code == 303
    assert as_it_stands(app, filed).state is State.STOPPED
    assert "正在清除存有的内容，以后不再收入" in person.get(where).text


def test_what_was_typed_is_kept_where_the_session_has_ended(
    visitor: Visitor, clock: ManualClock, filed: Objection
) -> None:
    person, where = visitor(Role.SECRECY), f"/objections/{filed.id}"
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', person.get(where).text))
    clock.advance(timedelta(hours=SESSION_HOURS))
    answer = person.post(f"{where}/refuse", data={**hidden, "ground": "duty", "told": "写了很久"})
    assert answer.status_code == 303 and "kept" in answer.headers["location"]
