"""办理记录: the auditor sees how far the record is anchored, checks it, and takes it away; nobody else does."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.anchors import KIND, Anchors
from huiying.contracts import Role
from huiying.ports import Engine
from response_api import auth, record_desk
from tests.factories import NOW
from tests.records import checked, saved, seal_of
from tests.response_api.conftest import PASSWORDS, QUICK, Visitor, submit


def test_the_page_says_how_far_the_record_is_anchored(visitor: Visitor, engine: Engine) -> None:
    saved(engine, 3), saved(engine, 2)
    auditor = visitor(Role.AUDITOR)
    assert "还没有导出过" in auditor.get("/record").text
    Anchors(engine).checkpoint(NOW)
    page = auditor.get("/record").text
    assert re.findall(r'<dd class="num">([^<]+)</dd>', page) == ["2", "5 条", "1 个", "2026-11-23 10:00:00"]


def test_a_check_finds_a_record_whole_with_what_is_not_anchored_yet(visitor: Visitor, engine: Engine) -> None:
    saved(engine, 3)
    answer = submit(visitor(Role.AUDITOR), "/record", to="/record/check")
    assert answer.status_code == 200
    assert "记录完整：1 个事件、3 条经过、1 个锚点" in answer.text


def test_a_check_names_what_somebody_changed_in_the_store(visitor: Visitor, engine: Engine) -> None:
    case = saved(engine, 3)
    Anchors(engine).checkpoint(NOW)
    events = (case.events[0], replace(case.events[1], what="<改过>"), case.events[2])
    engine.cases.save([replace(case, revision=2, events=events)])
    answer = submit(visitor(Role.AUDITOR), "/record", to="/record/check")
    assert "记录不完整：发现 1 处问题" in answer.text
    assert "这一条被改过" in answer.text and case.id in answer.text and "第 2 条经过" in answer.text
    assert "&lt;改过&gt;" not in answer.text and "<改过>" not in answer.text


def test_of_very_many_problems_the_page_names_some(visitor: Visitor, engine: Engine) -> None:
    for _ in range(260):
        case = saved(engine, 1)
        engine.cases.save([replace(case, revision=2, events=(replace(case.events[0], what="改过"),))])
    text = submit(visitor(Role.AUDITOR), "/record", to="/record/check").text
    assert "发现 260 处问题" in text and text.count(" 行</span>") == 50 and "另有 210 处" in text


def test_the_record_is_taken_away_whole_and_its_seal_is_noted(visitor: Visitor, engine: Engine) -> None:
    saved(engine, 3)
    auditor = visitor(Role.AUDITOR)
    answer = submit(auditor, "/record", to="/record/export")
    seal = seal_of(answer.content)
    assert checked(answer.content, seal=seal.digest).ok
    named = answer.headers["content-disposition"]
    assert named == f'attachment; filename="record-henan-20261123-100000-{seal.digest[:12]}.jsonl"'
    page = auditor.get("/record").text
    assert seal.digest in page and "auditor <small>安全审计员</small>" in page


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_but_the_auditor_may_see_check_or_take_it(visitor: Visitor, role: Role) -> None:
    other = visitor(role)
    assert other.get("/record").status_code == 403
    for address in ("/record/check", "/record/export"):
        assert submit(other, "/", to=address).status_code == 403
    assert "/record" not in other.get("/cases").text


def test_an_auditor_of_a_part_of_the_office_may_not_have_the_record_of_the_whole(
    app: FastAPI, engine: Engine, stranger: TestClient
) -> None:
    accounts = auth.Accounts(engine.register, QUICK)
    accounts.create("local", "郑州审计", [Role.AUDITOR], PASSWORDS[Role.AUDITOR], NOW, unit="zhengzhou")
    submit(stranger, "/login", login="local", password=PASSWORDS[Role.AUDITOR])
    assert stranger.get("/record").status_code == 403


def test_a_stranger_is_sent_to_the_door(stranger: TestClient) -> None:
    assert stranger.get("/record").headers["location"].startswith("/login")


def test_a_form_of_somebody_else_does_nothing(visitor: Visitor, engine: Engine) -> None:
    saved(engine, 1)
    assert visitor(Role.AUDITOR).post("/record/export", data={"csrf": "x"}).status_code == 403
    assert engine.register.list(KIND) == []


def test_two_at_once_are_told(app: FastAPI, visitor: Visitor) -> None:
    auditor = visitor(Role.AUDITOR)
    desk: record_desk.RecordDesk = app.state.record
    with desk._alone():
        answer = submit(auditor, "/record", to="/record/check")
    assert answer.status_code == 409 and "过一会儿再试" in answer.text
    assert submit(auditor, "/record", to="/record/check").status_code == 200


def test_a_record_too_long_for_a_browser_is_for_the_command(
    visitor: Visitor, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(engine, 3)
    Anchors(engine).checkpoint(NOW)
    monkeypatch.setattr(record_desk, "MOST_EVENTS", 2)
    answer = submit(visitor(Role.AUDITOR), "/record", to="/record/export")
    assert answer.status_code == 413 and "huiying record export" in answer.text


def test_the_case_page_shows_nothing_of_the_chain(visitor: Visitor, engine: Engine) -> None:
    case = saved(engine, 2)
    page = visitor(Role.DUTY).get(f"/cases/{case.id}").text
    assert case.events[-1].digest not in page and "锚点" not in page
