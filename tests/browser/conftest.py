"""A real Chromium before a real server over an office in the middle of its day, where time runs on."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from huiying.clock import SystemClock
from huiying.contracts import Case, CaseEvent, Role
from huiying.ports import Engine
from huiying.settings import Settings, load
from huiying.topics import CASE_EVENTS
from response_api import auth, live
from response_api.app import create_app
from response_api.guard import SESSION_COOKIE
from response_api.server import Server
from tests.browser.screenshots import CHROMIUM, FLAGS, SIZES
from tests.eventually import eventually
from tests.factories import NOW
from tests.prompt import prompt
from tests.response_api import office
from tests.response_api.conftest import PASSWORDS, QUICK, rank_of

WALL, PHONE = SIZES[""], SIZES["-phone"]
PATIENCE = 10_000
"""Milliseconds that a page may take for what it should do."""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the module; not longer, since its loop would be in the way of everybody else's."""
    if not Path(CHROMIUM).exists():
        _lacking(
            f"no Chromium at {CHROMIUM}: apt-get install chromium fonts-noto-cjk, or name another in CHROMIUM"
        )
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


def _lacking(what: str) -> NoReturn:
    """Skip with a word on what to install; fail where the environment promises that everything is there."""
    if os.environ.get("HUIYING_REQUIRE_SERVICES") == "1":
        pytest.fail(what)
    pytest.skip(what)


class ShiftedClock(SystemClock):
    """Runs as fast as the machine's, but stood at ``start`` when it was made: a page that asks its own PC is caught."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self._ahead = start - datetime.now(UTC)

    def now(self) -> datetime:
        return super().now() + self._ahead

    def put_on(self, by: timedelta) -> None:
        self._ahead += by


@dataclass
class Web:
    """The web over one engine: it can be taken down, and comes up again on the port where pages look for it."""

    engine: Engine
    clock: ShiftedClock
    cases: tuple[Case, ...]
    """What the day has brought, gravest first."""
    make: Callable[[], FastAPI]
    port: int = 0
    _running: tuple[Server, threading.Thread] | None = field(default=None, init=False)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        server = Server(self.make(), host="127.0.0.1", port=self.port)
        thread = threading.Thread(target=server.run)
        thread.start()
        self._running = server, thread
        assert eventually(lambda: server.started or not thread.is_alive()) and server.started
        self.port = server.port

    def stop(self) -> None:
        if self._running is None:
            return
        server, thread = self._running
        self._running = None
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()

    def publish(self, *events: CaseEvent) -> None:
        self.engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(event) for event in events])

    def cookie(self, role: Role) -> str:
        """Of somebody who has signed in before."""
        accounts = auth.Accounts(self.engine.register, QUICK)
        return accounts.sign_in(role.value, PASSWORDS[role], self.clock.now())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """What pages look like hangs on no engine; a module that goes the whole way takes the one of every engine instead."""
    return load(data=tmp_path / "data", engine="embedded")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with prompt(settings) as opened:
        yield opened


@pytest.fixture
def web(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.2)
    clock = ShiftedClock(NOW)
    accounts = auth.Accounts(engine.register, QUICK)
    for role in Role:
        accounts.create(
            role.value,
            auth.ROLE_NAMES[role],
            [role],
            PASSWORDS[role],
            clock.now(),
            unit="henan",
            rank=rank_of(role),
        )
    cases = office.seed(engine, clock.now())
    opened = Web(engine, clock, cases, lambda: _app(engine, settings, clock))
    opened.start()
    yield opened
    opened.stop()


def _app(engine: Engine, settings: Settings, clock: ShiftedClock) -> FastAPI:
    return create_app(
        engine=engine,
        settings=settings,
        clock=clock,
        key=b"k" * 32,
        policy=office.names(),
        sources=lambda: office.sources(clock.now().replace(second=0) - timedelta(minutes=1)),
        disclosure=office.disclosure(),
    )


@dataclass
class Desk:
    """One browser window of one person, and what the browser complained about in it."""

    context: BrowserContext
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.goto(f"{self.base}{path}")
        return page

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            self.complaints.append(f"{said.location.get('url', '')}: {said.text}")


Sitting = Callable[..., Desk]


@pytest.fixture
def sit_down(browser: Browser, web: Web) -> Iterator[Sitting]:
    """A desk: ``role`` None is nobody yet, ``script`` False is a browser without JavaScript."""
    contexts: list[BrowserContext] = []

    def open_desk(
        role: Role | None = Role.DUTY, *, size: tuple[int, int] = WALL, script: bool = True
    ) -> Desk:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", java_script_enabled=script
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if role is not None:
            context.add_cookies([{"name": SESSION_COOKIE, "value": web.cookie(role), "url": web.base}])
        return Desk(context, web.base)

    yield open_desk
    for context in contexts:
        context.close()


def sign_in(page: Page, role: Role) -> None:
    """As a person does it, on the sign-in page."""
    fill(page, {"login": role.value, "password": PASSWORDS[role]})
    page.click("main button[type=submit]")


def fill(page: Page, fields: Mapping[str, str]) -> None:
    """Type into the fields of the page's form, by name."""
    for name, value in fields.items():
        page.fill(f"main [name={name}]", value)
