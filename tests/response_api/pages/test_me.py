"""我的账号."""

import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.contracts import Role
from response_api.auth import session_id
from response_api.guard import SESSION_COOKIE
from response_api.security_log import Mark
from tests.response_api.conftest import PASSWORDS, Visitor, submit

OLD, NEW = PASSWORDS[Role.DUTY], "a new password"


def sessions(person: TestClient) -> list[str]:
    return re.findall(r'name="session" value="(\w{64})"', person.get("/me").text)


@pytest.mark.parametrize("role", Role)
def test_everybody_sees_who_they_are(visitor: Visitor, role: Role) -> None:
    page = visitor(role).get("/me").text
    assert "河南省人民防空办公室" in page
    assert "本机" in page
    assert 'href="/me"' in page


def test_a_new_password_counts_at_once_and_the_other_places_are_left(
    visitor: Visitor, stranger: TestClient
) -> None:
    here, there = visitor(Role.DUTY), visitor(Role.DUTY)
    answer = submit(here, "/me", to="/me/password", old=OLD, password=NEW, again=NEW)
    assert answer.headers["location"] == "/me?done=1"
    assert "密码已修改" in here.get("/me?done=1").text
    assert there.get("/me").status_code == 303
    assert submit(stranger, "/login", login="duty", password=OLD).status_code == 401
    assert submit(stranger, "/login", login="duty", password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "field", "fault"),
    [
        ("wrong", NEW, NEW, "old", "原密码不对，还可以试 4 次"),
        (OLD, "short", "short", "password", "至少 10 个字符"),
        (OLD, NEW, "other", "again", "两次输入的密码不一样"),
    ],
)
def test_a_fault_is_told_beside_its_field(
    visitor: Visitor, old: str, new: str, again: str, field: str, fault: str
) -> None:
    answer = submit(visitor(Role.DUTY), "/me", to="/me/password", old=old, password=new, again=again)
    assert (answer.status_code, fault in answer.text) == (422, True)
    assert f'aria-describedby="f-{field}"' in answer.text
    assert new not in answer.text


def test_guessing_the_old_password_locks_like_signing_in(visitor: Visitor) -> None:
    person = visitor(Role.DUTY)
    for _ in range(5):
        answer = submit(person, "/me", to="/me/password", old="wrong", password=NEW, again=NEW)
    assert (answer.status_code, "请在 10:15 之后再试" in answer.text) == (429, True)
    assert submit(person, "/me", to="/me/password", old=OLD, password=NEW, again=NEW).status_code == 429


def test_one_place_or_all_of_them_can_be_left(visitor: Visitor, app: FastAPI) -> None:
    here, second, third = (visitor(Role.DUTY) for _ in range(3))
    own = sessions(here)
    assert len(own) == 3
    mine = session_id(here.cookies[SESSION_COOKIE])
    other = next(id for id in own if id != mine)
    submit(here, "/me", to="/me/sessions", session=other)
    assert len(sessions(here)) == 2
    submit(here, "/me", to="/me/sessions", session="others")
    assert len(sessions(here)) == 1
    assert [one.get("/me").status_code for one in (second, third)] == [303, 303]
    submit(here, "/me", to="/me/sessions", session="all")
    assert here.get("/me").status_code == 303
    revoked = app.state.house.accounts.log.page(mark=Mark.SESSION_REVOKED, limit=10).lines
    assert [line.login for line in revoked] == ["duty"] * 3


def test_nobody_ends_somebody_elses_session(visitor: Visitor) -> None:
    duty, monitor = visitor(Role.DUTY), visitor(Role.MONITOR)
    (theirs,) = sessions(monitor)
    submit(duty, "/me", to="/me/sessions", session=theirs)
    assert monitor.get("/me").status_code == 200
