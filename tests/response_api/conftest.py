"""A web over an office in the middle of its day, at a moment that stands still."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.clock import ManualClock
from huiying.contracts import Rank, Role
from huiying.ports import Engine
from huiying.settings import Settings
from response_api import auth
from response_api.app import create_app
from response_api.disclosure import Disclosure
from tests.factories import NOW
from tests.prompt import prompt
from tests.response_api import office

PASSWORDS = {role: f"correct-{role.value}" for role in Role}
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def rank_of(role: Role) -> Rank:
    """Those who decide are the head of the office."""
    return Rank.HEAD if role in (Role.SIGNER, Role.LEADER) else Rank.STAFF


class Visitor(Protocol):
    def __call__(self, role: Role, unit: str = "henan") -> TestClient: ...


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with prompt(settings) as opened:
        yield opened


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def disclosure() -> Disclosure:
    return office.disclosure()


@pytest.fixture
def app(engine: Engine, settings: Settings, clock: ManualClock, disclosure: Disclosure) -> FastAPI:
    accounts = auth.Accounts(engine.register, QUICK)
    for role in Role:
        accounts.create(
            role.value, auth.ROLE_NAMES[role], [role], PASSWORDS[role], NOW, unit="henan", rank=rank_of(role)
        )
    return create_app(
        engine=engine,
        settings=settings,
        clock=clock,
        key=b"k" * 32,
        policy=office.names(),
        sources=lambda: office.sources(clock.now()),
        disclosure=disclosure,
    )


@pytest.fixture
def stranger(app: FastAPI) -> Iterator[TestClient]:
    """A browser that nobody has signed in with."""
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def visitor(app: FastAPI, engine: Engine, stranger: TestClient) -> Visitor:
    """A browser of somebody who is signed in; the server runs as long as ``stranger``."""

    def sign_in(role: Role, unit: str = "henan") -> TestClient:
        client = TestClient(app, follow_redirects=False)
        login = role.value if unit == "henan" else f"{role.value}.{unit}"
        accounts = auth.Accounts(engine.register, QUICK)
        if accounts.find(login) is None:
            accounts.create(
                login, auth.ROLE_NAMES[role], [role], PASSWORDS[role], NOW, unit=unit, rank=rank_of(role)
            )
        answer = submit(client, "/login", login=login, password=PASSWORDS[role])
        assert answer.status_code == 303, answer.text
        return client

    return sign_in


def submit(client: TestClient, page: str, files: object = None, *, to: str = "", **fields: object):  # type: ignore[no-untyped-def]
    """Open a page, fill in its form, send it: hidden fields go along as in a browser."""
    shown = client.get(page)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown.text))
    return client.post(to or page, data={**hidden, **fields}, files=files)
