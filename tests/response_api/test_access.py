"""Every route of the real application, for everybody: as docs/access.md says, and no route without a row.

A new route needs a row there; one with a parameter of a new name may need an entry in ``examples``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.contracts import Role
from huiying.ports import Engine
from huiying.settings import Settings
from response_api import auth
from response_api.guard import INSIDE, SESSION_COOKIE, VISIT_COOKIE, is_public, token_for
from tests.factories import NOW, a_case, a_line, a_reading
from tests.response_api.conftest import PASSWORDS, QUICK
from tests.response_api.pages.test_files import pictured
from tests.response_api.provider import CLIENT, provider
from tests.response_api.test_guard import routes

TABLE = Path(__file__).resolve().parents[2] / "docs" / "access.md"
GROUPS = {
    "everyone": frozenset(Role),
    "inside": frozenset(INSIDE),
    "anybody": frozenset(Role),
    "machines": frozenset[Role](),
}
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
OUTCOMES = {"allowed", "login", "401", "refused", "not found", "led on"}

Key = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    roles: frozenset[Role]
    stranger: str
    others: str

    def expected(self, role: Role | None) -> str:
        return self.stranger if role is None else "allowed" if role in self.roles else self.others


def rows(text: str) -> Iterator[tuple[Key, Row]]:
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) >= 5 and set(cells[0].split()) <= METHODS:
            methods, path, who, stranger, others = cells[:5]
            words = who.split()
            roles = GROUPS[who] if who in GROUPS else frozenset(Role(word) for word in words)
            assert roles or who == "machines", line
            assert stranger in OUTCOMES - {"refused", "led on"}, line
            assert (others in {"refused", "not found", "led on"}) or roles == frozenset(Role), line
            for method in methods.split():
                yield (method, path), Row(roles, stranger, others)


ROWS = dict(rows(TABLE.read_text("utf-8")))


def outcome(answer: httpx.Response) -> str:
    if answer.status_code == 303 and answer.headers["location"].startswith("/login?next="):
        return "login"
    if answer.status_code == 303 and answer.request.url.path == "/":
        return "led on"
    if answer.status_code == 401 and answer.headers["content-type"] == "application/json":
        return "401"
    if answer.status_code == 403:
        return "refused"
    return "not found" if answer.status_code == 404 else "allowed"


@pytest.fixture
def settings(settings: Settings) -> Iterator[Settings]:
    """With an identity provider, so that its pages are there."""
    with provider() as there:
        yield settings.model_copy(update={"oidc_issuer": there.address, "oidc_client_id": CLIENT})


@pytest.fixture
def examples(engine: Engine, settings: Settings) -> Mapping[str, str]:
    """What stands for a parameter: something that is there, and that everybody of the top unit may see."""
    case, post = a_case(), pictured(settings)
    engine.cases.save([case])
    engine.archive.put([a_line(reading=a_reading(post=post), case_id=case.id)])
    auth.Accounts(engine.register, QUICK).create("spare", "备用", [Role.MONITOR], "x" * 12, NOW, unit="henan")
    (picture,) = post.attachments
    return {
        "case_id": case.id,
        "kind": "bulletin",
        "span": "week",
        "post_id": post.id,
        "sha256": f"{picture.sha256}?post={post.id}",
        "login": "spare",
    }


@dataclass(frozen=True)
class Asker:
    """Sends requests with a form that is empty but for its token, each in a session in which nothing was done before."""

    app: FastAPI
    accounts: auth.Accounts
    examples: Mapping[str, str]
    sessions: dict[Role, str] = field(default_factory=dict)
    """In which there was nothing but looking."""

    def ask(self, role: Role | None, method: str, path: str) -> str:
        """What came of it. Where something is not there because no example was given, that is no refusal."""
        client = TestClient(self.app, follow_redirects=False)
        client.cookies.set(VISIT_COOKIE, "visit")
        holder, examples = "visit", self.examples
        if role is not None:
            token = self.sessions.get(role) or self.accounts.sign_in(role.value, PASSWORDS[role], NOW)
            client.cookies.set(SESSION_COOKIE, token)
            holder = auth.session_id(token)
            if method == "GET":
                self.sessions[role] = token
            else:
                self.sessions.pop(role, None)
        if is_public(path):  # these know no account, and show what was published alone
            holder, examples = "visit", {}
        form = {"csrf": token_for(self.app.state.house.key, holder)}
        names = re.findall(r"{(\w+)}", path)
        address = re.sub(r"{(\w+)}", lambda found: examples.get(found[1], "1"), path)
        came = outcome(client.request(method, address, data=form if method == "POST" else None))
        missing = came == "not found" and (method == "POST" or not set(names) <= set(examples))
        return "allowed" if missing and ROWS[method, path].others != "not found" else came


@pytest.fixture
def asker(app: FastAPI, engine: Engine, stranger: TestClient, examples: Mapping[str, str]) -> Asker:
    app.state.hub.close()  # a stream that is allowed says hello and ends
    return Asker(app, auth.Accounts(engine.register, QUICK), examples)


def test_every_route_has_a_row_and_every_row_a_route(app: FastAPI) -> None:
    there = set(routes(app))
    assert there - set(ROWS) == set(), "routes without a row in docs/access.md"
    assert set(ROWS) - there == set(), "rows in docs/access.md without a route"


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "stranger")
def test_everybody_gets_what_the_table_says(asker: Asker, role: Role | None) -> None:
    """One walk for each role: a role that is refused everything it should be, and allowed everything else."""
    got = {key: asker.ask(role, *key) for key in ROWS}
    expected = {key: row.expected(role) for key, row in ROWS.items()}
    assert {key: came for key, came in got.items() if came != expected[key]} == {}


def test_the_table_reads_roles_by_name_and_refuses_a_row_that_says_nothing() -> None:
    ((key, row),) = rows("| POST | /cases/{case_id}/confirm | monitor duty | login | refused | |")
    assert key == ("POST", "/cases/{case_id}/confirm")
    assert row == Row(frozenset({Role.MONITOR, Role.DUTY}), "login", "refused")
    assert (row.expected(Role.DUTY), row.expected(Role.ADMIN), row.expected(None)) == (
        "allowed",
        "refused",
        "login",
    )
    with pytest.raises(ValueError, match="nobody"):
        list(rows("| GET | /x | nobody | login | refused | |"))
    with pytest.raises(AssertionError):
        list(rows("| GET | /x | monitor | login | – | |"))
