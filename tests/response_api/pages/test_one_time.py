"""Links that work once, in a browser."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.clock import ManualClock
from huiying.contracts import Role
from huiying.ports import Engine
from response_api.auth import ACCOUNT
from response_api.guard import SESSION_COOKIE
from response_api.people import People
from tests.factories import NOW
from tests.response_api.conftest import Visitor, submit

GOOD = "a long password"


@pytest.fixture
def people(app: FastAPI) -> People:
    house = app.state.house
    made: People = house.people
    return made


@pytest.fixture
def setup(people: People, engine: Engine) -> str:
    """The link of an office that has no administrator yet."""
    engine.register.delete(ACCOUNT, "admin")
    return "/setup/" + people.open_setup(NOW)


def test_the_first_administrator_is_made_once(stranger: TestClient, setup: str) -> None:
    assert "设置首位系统管理员" in stranger.get(setup).text
    answer = submit(stranger, setup, login="root", name="某某", password=GOOD, again=GOOD)
    assert answer.headers["location"] == "/login?login=root"
    submit(stranger, "/login", login="root", password=GOOD)
    assert stranger.get("/people").status_code == 200
    for used in (
        stranger.get(setup),
        submit(stranger, "/login", to=setup, login="x2", name="x", password=GOOD, again=GOOD),
    ):
        assert used.status_code in {410, 403}
    assert "首位系统管理员已经建好" in TestClient(stranger.app, follow_redirects=False).get(setup).text


def test_a_setup_link_from_before_the_last_start_is_no_good(
    stranger: TestClient, setup: str, people: People
) -> None:
    people.open_setup(NOW)
    answer = stranger.get(setup)
    assert answer.status_code == 410
    assert "重新启动过" in answer.text


def test_faults_of_the_first_account_are_told_and_the_link_stays_good(
    stranger: TestClient, setup: str
) -> None:
    for typed, fault in (
        ({"login": "ro ot"}, "小写字母"),
        ({"login": "duty"}, "已有人用"),
        ({"name": ""}, "请填写姓名"),
        ({"password": "short", "again": "short"}, "至少 10 个字符"),
        ({"again": "something else"}, "两次输入的密码不一样"),
    ):
        form = {"login": "root", "name": "某某", "password": GOOD, "again": GOOD, **typed}
        answer = submit(stranger, setup, **form)
        assert (answer.status_code, fault in answer.text) == (422, True), typed
        assert GOOD not in answer.text
        assert f'name="login" value="{form["login"]}"' in answer.text
    assert submit(stranger, setup, login="root", name="某某", password=GOOD, again=GOOD).status_code == 303


def test_an_invitation_used_twice_or_too_late_is_answered_in_chinese(
    stranger: TestClient, people: People, clock: ManualClock
) -> None:
    first, second = (f"/invite/{people.reset(login, NOW, by='admin')}" for login in ("duty", "monitor"))
    assert submit(stranger, first, password=GOOD, again=GOOD).status_code == 303
    used = stranger.get(first)
    assert (used.status_code, "已经用过" in used.text) == (410, True)
    clock.advance(timedelta(hours=72))
    late = stranger.get(second)
    assert (late.status_code, "已经过期" in late.text) == (410, True)
    assert stranger.get("/invite/nonsense").status_code == 410


def test_a_form_that_was_opened_before_the_link_was_used_is_too_late(
    stranger: TestClient, app: FastAPI, people: People
) -> None:
    link = f"/invite/{people.reset('duty', NOW, by='admin')}"
    other = TestClient(app, follow_redirects=False)
    token = other.get(link).text.split('name="csrf" value="')[1][:64]
    assert submit(stranger, link, password=GOOD, again=GOOD).status_code == 303
    late = other.post(link, data={"csrf": token, "password": "mine, all mine", "again": "mine, all mine"})
    assert late.status_code == 410
    assert submit(stranger, "/login", login="duty", password=GOOD).status_code == 303


def test_looking_at_a_link_uses_nothing_up_and_a_stranger_s_form_is_refused(
    stranger: TestClient, people: People
) -> None:
    link = f"/invite/{people.reset('duty', NOW, by='admin')}"
    for _ in range(3):
        assert stranger.get(link).status_code == 200
    assert stranger.post(link, data={"password": GOOD, "again": GOOD}).status_code == 403
    poor = submit(stranger, link, password="duty", again="duty")
    assert (poor.status_code, "至少 10 个字符" in poor.text) == (422, True)
    assert submit(stranger, link, password=GOOD, again=GOOD).status_code == 303


def test_whoever_was_signed_in_on_that_browser_is_told_and_signed_out(
    visitor: Visitor, people: People
) -> None:
    admin = visitor(Role.ADMIN)
    link = f"/invite/{people.reset('duty', NOW, by='admin')}"
    assert "设好密码后会先退出" in admin.get(link).text
    token = admin.cookies[SESSION_COOKIE]
    assert submit(admin, link, password=GOOD, again=GOOD).status_code == 303
    admin.cookies.set(SESSION_COOKIE, token)
    assert admin.get("/people").status_code == 303
