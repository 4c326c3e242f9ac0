"""In and out."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.contracts import Role
from response_api.account_form import MAY
from response_api.auth import ROLE_NAMES, SESSION_HOURS
from response_api.security_log import Mark
from tests.factories import NOW
from tests.response_api.conftest import PASSWORDS, Visitor, submit


def test_the_cookie_outlives_the_session_so_that_a_late_form_is_known(stranger: TestClient) -> None:
    answer = submit(stranger, "/login", login="duty", password=PASSWORDS[Role.DUTY])
    (age,) = (part for part in answer.headers["set-cookie"].split("; ") if part.startswith("Max-Age="))
    assert timedelta(seconds=int(age.removeprefix("Max-Age="))) >= timedelta(hours=SESSION_HOURS + 24)


@pytest.mark.parametrize("typed", ["ＤＵＴＹ", "Duty", " duty　"])
def test_an_account_is_known_however_the_keyboard_stands(stranger: TestClient, typed: str) -> None:
    assert submit(stranger, "/login", login=typed, password=PASSWORDS[Role.DUTY]).status_code == 303


HOMES = {
    Role.MONITOR: "/", Role.DUTY: "/", Role.LEADER: "/leader", Role.SIGNER: "/leader", Role.ADMIN: "/people", Role.AUDITOR: "/audit",
}  # fmt: skip
"""The signer of these tests has a rank."""


@pytest.mark.parametrize("role", Role)
def test_everybody_starts_where_their_work_is_and_is_led_to_nothing_they_may_not_see(
    visitor: Visitor, stranger: TestClient, role: Role
) -> None:
    answer = submit(stranger, "/login", login=role.value, password=PASSWORDS[role])
    home = answer.headers["location"]
    assert home == HOMES.get(role, "/inbox")
    page = stranger.get(home).text
    nav = page.split('aria-label="主导航"')[1].split("</nav>")[0]
    ways = [part.split('"')[0] for part in nav.split('href="')[1:]]
    assert ways
    assert [stranger.get(way).status_code for way in ways] == [200] * len(ways)
    assert f'href="{home}" aria-current="page"' in nav
    assert ("/people" in ways, "/audit" in ways) == (role is Role.ADMIN, role is Role.AUDITOR)
    assert ("/posts/new" in ways) is (role in {Role.MONITOR, Role.DUTY})


def test_a_disabled_account_is_told_so_only_to_whoever_knows_its_password(
    stranger: TestClient, app: FastAPI
) -> None:
    app.state.house.people.disable("duty", NOW, by="admin")
    wrong = submit(stranger, "/login", login="duty", password="wrong")
    assert (wrong.status_code, "已停用" in wrong.text) == (401, False)
    right = submit(stranger, "/login", login="duty", password=PASSWORDS[Role.DUTY])
    assert (right.status_code, "已停用，请联系系统管理员" in right.text) == (403, True)


def test_signing_out_is_written_down(visitor: Visitor, app: FastAPI) -> None:
    person = visitor(Role.DUTY)
    assert submit(person, "/", to="/logout").headers["location"] == "/login"
    (line,) = app.state.house.accounts.log.page(mark=Mark.SIGNED_OUT, limit=5).lines
    assert line.login == "duty"


def test_the_sign_in_page_says_what_each_of_the_ten_roles_may(stranger: TestClient) -> None:
    page = stranger.get("/login").text
    for role in Role:
        assert f"<dt>{ROLE_NAMES[role]}</dt><dd>{MAY[role]}</dd>" in page
