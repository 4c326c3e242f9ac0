"""Behind a reverse proxy: whose word is taken on who is asking."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from fastapi import FastAPI, Request

from response_api.server import Server
from tests.eventually import eventually


@contextmanager
def listening(app: FastAPI, **options: str) -> Iterator[str]:
    server = Server(app, host="127.0.0.1", port=0, **options)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert eventually(lambda: server.started or not thread.is_alive()) and server.started
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def asked(app: FastAPI) -> FastAPI:
    """The application with an address that says whom it takes the visitor for."""

    @app.get("/who")
    def who(request: Request) -> str:
        return request.client.host if request.client else ""

    return app


@pytest.mark.parametrize(
    ("trusted", "said", "taken_for"),
    [
        ("127.0.0.1,::1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.0/8", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1,203.0.113.0/24", "198.51.100.1, 203.0.113.7", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.7", "127.0.0.1"),
    ],
    ids=["the default", "a network", "what a visitor made up is not read", "two proxies", "a stranger"],
)
def test_a_trusted_proxy_says_who_is_asking(asked: FastAPI, trusted: str, said: str, taken_for: str) -> None:
    with listening(asked, trusted=trusted) as base:
        assert httpx.get(f"{base}/who", headers={"x-forwarded-for": said}).json() == taken_for
