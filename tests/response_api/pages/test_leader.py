"""The leader's page over a real office."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.contracts import Case, DeliveryState, EventKind, Rank, Role
from huiying.ports import Engine
from response_api import auth
from tests.factories import NOW
from tests.response_api import escalated, office
from tests.response_api.conftest import QUICK, Visitor, submit

Leader = Callable[..., TestClient]


@pytest.fixture
def leader(app: FastAPI, engine: Engine, stranger: TestClient) -> Leader:
    def sign_in(rank: Rank = Rank.DEPUTY, *, unit: str = "henan", role: Role = Role.LEADER) -> TestClient:
        login = f"{rank.value}-{unit}-{role.value}"
        accounts = auth.Accounts(engine.register, QUICK)
        accounts.create(login, "领导（测试）", [role], "a-password", NOW, unit=unit, rank=rank)
        client = TestClient(app, follow_redirects=False)
        assert submit(client, "/login", login=login, password="a-password").status_code == 303
        return client

    return sign_in


@pytest.fixture
def flood(engine: Engine) -> Case:
    cases = escalated.tell(engine, office.seed(engine, NOW), NOW)
    return next(case for case in cases if "暴雨" in case.title)


def the_notice(case: Case) -> str:
    return next(r.notice for r in reversed(case.receipts) if "deputy" in r.to)


def press(client: TestClient, **fields: object) -> int:
    answer = submit(client, "/leader", to="/leader/seen", **fields)
    return int(answer.status_code)


def test_the_page_says_what_presses_who_was_told_and_what_is_asked(leader: Leader, flood: Case) -> None:
    page = leader().get("/leader").text
    for told in (
        "1</b>件已超时",
        flood.title,
        "逾期两小时仍未办",
        "已送达",
        "报到领导的通知",
        escalated.REASON,
    ):
        assert told in page, told
    assert f'action="/cases/{flood.id}/acts/decide"' in page
    for field in ('name="decision" value="ask-1"', f'name="seen" value="{len(flood.events)}"',
                  'name="granted" value="yes"', 'name="granted" value="no"', 'name="reason"'):  # fmt: skip
        assert field in page, field
    assert 'aria-current="page">领导' in page


def test_pressing_seen_is_kept_with_the_login_and_told_on_the_board(
    leader: Leader, flood: Case, engine: Engine
) -> None:
    client = leader()
    assert press(client, case=flood.id, notice=the_notice(flood)) == 303
    after = engine.cases.get(flood.id)
    seen = [one for one in after.receipts if one.state is DeliveryState.SEEN]
    assert seen and {one.seen_by for one in seen} == {"deputy-henan-leader"}
    assert all("deputy" in one.to for one in seen)
    assert (after.events[-1].kind, after.events[-1].who) == (EventKind.NOTICE_SEEN, "deputy-henan-leader")
    assert after.next_event_at is not None
    press(client, case=flood.id, notice=the_notice(flood))
    assert engine.cases.get(flood.id).revision == after.revision, "twice is once"


def test_nobody_sees_what_was_sent_to_another_rank_or_another_unit(
    leader: Leader, flood: Case, engine: Engine
) -> None:
    assert "已阅</button>" not in leader(Rank.STAFF).get("/leader").text
    press(leader(Rank.DIVISION_HEAD), case=flood.id, notice=the_notice(flood))
    assert engine.cases.get(flood.id).revision == flood.revision
    stranger = leader(unit="luoyang")
    assert flood.title not in stranger.get("/leader").text
    assert press(stranger, case=flood.id, notice=the_notice(flood)) == 404, "as if there were none"
    assert press(leader(Rank.HEAD), case="nothing", notice="nothing") == 404


@pytest.mark.parametrize("role", [Role.MONITOR, Role.DUTY, Role.HANDLER, Role.ADMIN, Role.AUDITOR])
def test_the_page_is_for_leaders(visitor: Visitor, role: Role) -> None:
    person = visitor(role)
    answer = person.get("/leader")
    assert answer.status_code == 403 and "没有权限" in answer.text
    assert 'href="/leader"' not in person.get("/cases").text


def test_a_signer_of_rank_has_it_too(leader: Leader, flood: Case) -> None:
    assert leader(Rank.STAFF, role=Role.SIGNER).get("/leader").status_code == 403
    page = leader(Rank.HEAD, role=Role.SIGNER).get("/leader").text
    assert "由有“领导”角色的人批示" in page and "acts/decide" not in page
    assert "已阅</button>" in page


def test_an_empty_office_says_so(leader: Leader) -> None:
    page = leader().get("/leader").text
    for told in ("没有等您批示的事项", "没有超时", "近 72 小时没有报到领导的通知"):
        assert told in page


def test_whoever_decides_on_the_page_comes_back_to_it(leader: Leader, flood: Case) -> None:
    client = leader(Rank.HEAD)
    row = re.search(
        rf'<form method="post" action="/cases/{flood.id}/acts/decide">.*?</form>',
        client.get("/leader").text,
        re.S,
    )
    assert row
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', row.group()))
    fields |= {"reason": "先把积水排干", "granted": "no"}
    done = client.post(f"/cases/{flood.id}/acts/decide", data=fields)
    assert done.headers["location"] == "/leader?done=decide#done"
    assert "已批示" in client.get("/leader?done=decide").text


def test_the_inbox_of_a_leader_leads_to_the_page_with_what_waits(leader: Leader, flood: Case) -> None:
    person = leader()
    assert '待阅 <b class="num soon">' in person.get("/inbox").text
    assert '已超时 <b class="num over">1</b>' in person.get("/inbox").text
    press(person, case=flood.id, notice=the_notice(flood))
    assert "领导页" in person.get("/inbox").text
    assert "领导页" not in leader(Rank.STAFF, role=Role.SIGNER).get("/inbox").text


def test_what_is_empty_leaves_the_room_to_what_is_not(leader: Leader, flood: Case) -> None:
    page = leader().get("/leader").text
    assert 'class="panel fold" id="due"' in page and 'class="panel fold" id="told"' in page
    page = leader(unit="kaifeng").get("/leader").text
    assert 'class="panel bare" id="decisions"' in page and 'class="panel fold bare" id="told"' in page


def test_the_page_has_one_heading_that_a_screen_reader_begins_with(leader: Leader) -> None:
    assert leader().get("/leader").text.count("<h1") == 1
