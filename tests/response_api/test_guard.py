"""The door: nobody without an account, no form of a stranger's making, no way on to a foreign page."""

import http.client
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from huiying.clock import ManualClock
from huiying.contracts import Role
from response_api.guard import SESSION_COOKIE, is_public, safe_next
from response_api.server import Server
from tests.eventually import eventually
from tests.response_api.conftest import PASSWORDS, Visitor, submit

OPEN = {
    "/calendar/{token}.ics",
    "/login",
    "/login/code",
    "/login/sso",
    "/login/sso/back",
    "/healthz",
    "/livez",
    "/readyz",
    "/metrics",
    "/static",
    "/robots.txt",
    "/n/{case_id}/{notice_id}/{token}",
    "/setup/{token}",
    "/invite/{token}",
}


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every (method, path) that answers."""
    for context in iter_route_contexts(app.routes):
        for method in sorted(getattr(context.original_route, "methods", None) or {"GET"}):
            yield method, str(context.path)


def test_every_route_but_the_open_ones_needs_an_account(app: FastAPI, stranger: TestClient) -> None:
    asked = [(method, path) for method, path in routes(app) if path not in OPEN and not is_public(path)]
    assert len(asked) >= 8
    for method, path in asked:
        answer = stranger.request(method, path.replace("{", "").replace("}", ""))
        to_login = answer.status_code == 303 and answer.headers["location"].startswith("/login?next=")
        assert to_login or answer.status_code == 401, (method, path, answer.status_code)


def test_every_form_needs_the_token_of_its_own_browser(app: FastAPI, visitor: Visitor) -> None:
    person = visitor(Role.DUTY)
    for path in [path for method, path in routes(app) if method == "POST"]:
        for token in ({}, {"csrf": "0" * 64}):
            assert person.post(path, data=token).status_code == 403, path
    other = visitor(Role.DUTY)
    other.cookies.set(SESSION_COOKIE, person.cookies[SESSION_COOKIE])
    foreign = other.get("/posts/new").text.split('name="csrf" value="')[1][:64]
    mine = visitor(Role.MONITOR)
    assert mine.post("/posts/new", data={"csrf": foreign, "text": "x"}).status_code == 403


def test_a_form_sent_by_another_site_is_refused_whatever_it_carries(visitor: Visitor) -> None:
    person = visitor(Role.DUTY)
    token = person.get("/").text.split('name="csrf" value="')[1][:64]
    answer = person.post("/logout", data={"csrf": token}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert person.get("/").status_code == 200


def test_signing_in_leads_on_to_the_page_that_was_asked_for(stranger: TestClient) -> None:
    to_login = stranger.get("/cases?level=重大").headers["location"]
    answer = submit(stranger, to_login, to="/login", login="duty", password=PASSWORDS[Role.DUTY])
    assert answer.headers["location"] == "/cases?level=%E9%87%8D%E5%A4%A7"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nb: c",
        "",
        "\t//e.example",
    ],
)
def test_signing_in_never_leads_to_a_foreign_page(target: str) -> None:
    assert safe_next(target) == "/"


def test_a_lockout_is_told_in_chinese_with_the_time_it_ends(stranger: TestClient, clock: ManualClock) -> None:
    for left in range(4, 0, -1):
        answer = submit(stranger, "/login", login="duty", password="wrong")
        assert (answer.status_code, f"还可以试 {left} 次" in answer.text) == (401, True)
    locked = submit(stranger, "/login", login="duty", password="wrong")
    assert locked.status_code == 429
    assert "请在 10:15 之后再试" in locked.text
    clock.advance(timedelta(minutes=15))
    assert submit(stranger, "/login", login="duty", password=PASSWORDS[Role.DUTY]).status_code == 303


def test_signing_out_ends_the_session_on_the_server(visitor: Visitor) -> None:
    person = visitor(Role.LEADER)
    token = person.cookies[SESSION_COOKIE]
    assert submit(person, "/cases", to="/logout").status_code == 303
    person.cookies.set(SESSION_COOKIE, token)
    assert person.get("/cases").status_code == 303


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN])
def test_a_role_that_may_not_register_is_told_so(visitor: Visitor, role: Role) -> None:
    person = visitor(role)
    assert "没有权限" in person.get("/posts/new").text
    assert "人工登记" not in person.get("/cases").text


def test_every_answer_carries_the_security_headers(visitor: Visitor) -> None:
    person = visitor(Role.DUTY)
    for path in ("/", "/cases", "/nowhere", "/healthz", "/static/board.js"):
        headers = person.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_an_unknown_page_is_answered_in_chinese(stranger: TestClient) -> None:
    answer = stranger.get("/nowhere")
    assert answer.status_code == 404
    assert "没有这一页" in answer.text
    assert 'href="/public">公开回应' in answer.text, "whoever mistyped may be no clerk"


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("/public", True),
        ("/public/cases/x", True),
        ("/publicity", False),
        ("/", False),
        ("/cases/public", False),
    ],
)
def test_public_is_what_stands_under_public(path: str, public: bool) -> None:
    assert is_public(path) is public


def test_a_browser_that_sends_far_too_much_is_heard_out_and_shown_a_page(app: FastAPI) -> None:
    server = Server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    eventually(lambda: server.started)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("POST", "/login", body=b"0" * 70_000_000, headers={"Connection": "close"})
        answer = connection.getresponse()
        assert answer.status == 413
        assert "内容太大" in answer.read().decode()
    finally:
        server.should_exit = True
        thread.join(10)
