"""公开告知 and 异议 as somebody of the public meets them: without an account, and nothing lost when something is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import cast

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.clock import ManualClock
from huiying.contracts import Actor, Rank, Role
from huiying.errors import TryAgain
from huiying.ports import Engine, Entry, Register
from response_api.security_log import Mark, SecurityLog
from tests.factories import NOW, an_answered_case, tell
from tests.response_api.conftest import submit
from triage.objections import KIND, Objection, Objections

THERE = "https://bbs.example.cn/thread/7"
FORM = "/public/privacy"
TO = "/public/privacy/objections"
ACTOR = Actor(login="secrecy", name="审查", roles=frozenset({Role.SECRECY}), unit="henan", rank=Rank.STAFF)


def objected(client: TestClient, address: str = THERE, **fields: str) -> httpx.Response:
    answer: httpx.Response = submit(client, FORM, to=TO, address=address, floor="", **fields)
    return answer


def desk(app: FastAPI) -> Objections:
    found: Objections = app.state.house.objections
    return found


def waiting(app: FastAPI) -> list[Objection]:
    return desk(app).all()


# ------------------------------------------------------------------------------------------- told


def test_the_notice_says_what_is_set_up(app: FastAPI, stranger: TestClient) -> None:
    page = stranger.get(FORM)
    assert page.status_code == 200
    for said in (
        "河南省人民防空办公室", "《个人信息保护法》第十三条第一款第六项", "本单位业务数据", "目前没有自动访问任何网站", "不给任何人画像",
        "不能还原", "手机号码、", "8 天", "15 个工作日内答复", "尚未公布", "行政复议",
    ):  # fmt: skip
        assert said in page.text, said
    terms = app.state.house.disclosure.terms.model_copy(update={"irrelevant_days": 23})
    app.state.house = replace(app.state.house, disclosure=replace(app.state.house.disclosure, terms=terms))
    assert "23 天" in stranger.get(FORM).text


def test_every_public_page_and_the_sign_in_lead_to_it(stranger: TestClient, engine: Engine) -> None:
    case = tell(engine, an_answered_case())
    for path in ("/public", f"/public/cases/{case.id}", "/public/nowhere", FORM, "/login"):
        assert f'href="{FORM}"' in stranger.get(path).text, path


def test_it_needs_no_account_and_knows_none(stranger: TestClient) -> None:
    first = stranger.head(FORM)
    assert first.status_code == 200
    assert "Path=/public" in first.headers["set-cookie"]
    assert "Disallow: /public/privacy/objections/" in stranger.get("/robots.txt").text.splitlines()


# ---------------------------------------------------------------------------------------- objected


def test_an_objection_gives_a_receipt_with_which_its_outcome_is_found(
    app: FastAPI, stranger: TestClient
) -> None:
    answer = objected(stranger, reason="不愿意")
    assert answer.status_code == 303
    page = stranger.get(answer.headers["location"])
    receipt = re.search(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", page.text)
    assert receipt and "等待办理" in page.text and "2026-12-14 23:59" in page.text
    assert THERE not in page.text and "不愿意" not in page.text
    assert page.headers["cache-control"] == "no-store" and page.headers["x-robots-tag"] == "noindex"
    found = stranger.get(FORM, params={"receipt": receipt.group().lower()})
    assert found.headers["location"] == answer.headers["location"]
    (objection,) = waiting(app)
    assert (objection.address, objection.reason) == (THERE, "不愿意")


def test_what_became_of_it_stands_behind_the_receipt(app: FastAPI, stranger: TestClient) -> None:
    where = objected(stranger).headers["location"]
    desk(app).refuse(waiting(app)[0].id, ACTOR, NOW, ground="duty", told="门还没有装回")
    page = stranger.get(where).text
    for said in ("不停止处理", "第三十四条", "门还没有装回", "行政复议"):
        assert said in page
    other = objected(stranger, address="https://a.example.cn/1").headers["location"]
    desk(app).stop(waiting(app)[0].id, ACTOR, NOW, posts=(), wide=False, told="")
    page = stranger.get(other).text
    assert "已停止处理" in page and "没有存有这一网址的内容，以后不再收入" in page
    assert "此前做的备份，在备份淘汰时一并清除" in page, "no term is published for them"


def test_one_that_nobody_has_answered_in_time_says_so(stranger: TestClient, clock: ManualClock) -> None:
    where = objected(stranger).headers["location"]
    assert "已超期" not in stranger.get(where).text
    clock.set(NOW + timedelta(days=40))
    assert "已超期" in stranger.get(where).text


@pytest.mark.parametrize(("receipt", "status"), [("AAAA-AAAA-AAAA-AAAA", 404), ("abc", 422)])
def test_a_receipt_that_is_none_is_asked_for_again(stranger: TestClient, receipt: str, status: int) -> None:
    answer = stranger.get(FORM, params={"receipt": receipt}, follow_redirects=True)
    assert answer.status_code == status
    assert f'value="{receipt if status == 422 else receipt.replace("-", "")}"' in answer.text
    assert "尚未公布" in answer.text
    assert stranger.get(f"{TO}/x").status_code == 404


@pytest.mark.parametrize(
    ("address", "floor", "reason", "told"),
    [
        ("bbs.example.cn/1", "3", "不愿意<b>", "以 http:// 或 https:// 开头"),
        (THERE, "三", "不愿意<b>", "楼层写数字"),
        (THERE, "3", "打我13812345678<b>", "请删去手机号码“13812345678”"),
        (THERE, "3", "字" * 501, "请删去 1 字"),
    ],
)
def test_what_cannot_be_taken_is_shown_again_with_what_to_do(
    app: FastAPI, stranger: TestClient, address: str, floor: str, reason: str, told: str
) -> None:
    answer = submit(stranger, FORM, to=TO, address=address, floor=floor, reason=reason)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'name="address"' in answer.text and f'value="{address}"' in answer.text
    assert f'value="{floor}"' in answer.text
    assert reason.replace("<b>", "&lt;b&gt;") + "</textarea>" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert not waiting(app)


def test_a_form_from_nowhere_books_nothing_and_keeps_what_was_typed(
    app: FastAPI, stranger: TestClient
) -> None:
    answer = stranger.post(TO, data={"csrf": "0" * 64, "address": THERE, "reason": "不愿意"})
    assert answer.status_code == 403
    assert f'value="{THERE}"' in answer.text and "不愿意</textarea>" in answer.text
    assert not waiting(app)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    assert stranger.post(TO, data={**hidden, "address": THERE}).status_code == 303
    assert len(waiting(app)) == 1
    assert stranger.post(TO, data={"csrf": "0" * 64}).status_code == 403


def test_a_form_sent_twice_is_one_objection_and_one_line_of_the_log(
    app: FastAPI, stranger: TestClient, engine: Engine
) -> None:
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', stranger.get(FORM).text))
    answers = [stranger.post(TO, data={**hidden, "address": THERE}) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len(waiting(app)) == 1
    log = SecurityLog(engine.register).page(mark=Mark.OBJECTION_FILED, limit=10).lines
    assert [(line.login, line.by) for line in log] == [("", "")]
    assert "bbs" not in log[0].note


def test_machines_that_fill_in_everything_book_nothing(app: FastAPI, stranger: TestClient) -> None:
    assert objected(stranger, website="http://x").status_code == 303
    assert not waiting(app)


def test_one_line_may_write_so_often_an_hour_and_then_keeps_what_it_wrote(
    app: FastAPI, stranger: TestClient, clock: ManualClock
) -> None:
    for number in range(5):
        assert objected(stranger, address=f"{THERE}{number}").status_code == 303
    answer = objected(stranger, address=f"{THERE}9", reason="不愿意")
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0
    assert f'value="{THERE}9"' in answer.text and "不愿意</textarea>" in answer.text
    clock.set(NOW + timedelta(hours=1))
    assert objected(stranger, address=f"{THERE}9").status_code == 303
    assert len(waiting(app)) == 6


class Full:
    """The real register on a disk that has no room for objections."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def __getattr__(self, name: str) -> object:
        return getattr(self._register, name)

    def put(self, kind: str, id: str, value: bytes, *, expect: int | None) -> Entry:
        if kind == KIND:
            raise TryAgain("full")
        return self._register.put(kind, id, value, expect=expect)


@pytest.fixture
def full(app: FastAPI) -> Iterator[None]:
    house = app.state.house
    engine = replace(house.engine, register=cast(Register, Full(house.engine.register)))
    app.state.house = replace(house, objections=replace(house.objections, engine=engine))
    yield
    app.state.house = house


def test_what_could_not_be_kept_is_given_back(full: None, stranger: TestClient) -> None:
    answer = objected(stranger, reason="不愿意")
    assert answer.status_code == 503
    assert f'value="{THERE}"' in answer.text and "不愿意</textarea>" in answer.text
