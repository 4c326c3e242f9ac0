"""The reverse proxies of deploy/proxy/, started as they stand there, before a real server."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import Request

from huiying.clock import ManualClock
from huiying.contracts import Role
from huiying.engines import open_engine
from huiying.settings import load
from response_api import auth
from response_api.app import create_app
from response_api.guard import SESSION_COOKIE
from services.common import accepts, free_port, wait_until
from tests.certificates import Authority
from tests.factories import NOW
from tests.journey.composed import ROOT
from tests.response_api import office
from tests.response_api.conftest import PASSWORDS, QUICK
from tests.response_api.test_server import listening

VISITOR = "127.0.0.2"
"""Where the visitor's end of the line is; the proxy's is at 127.0.0.1."""
ADDRESS = "https://huiying.example.gov.cn"


@dataclass(frozen=True)
class Door:
    plain: str
    base: str
    cookie: str
    """Of somebody who is signed in."""
    authority: ssl.SSLContext

    def visitor(self, *, signed_in: bool = False) -> httpx.Client:
        return httpx.Client(
            base_url=self.base,
            transport=httpx.HTTPTransport(verify=self.authority, local_address=VISITOR),
            cookies={SESSION_COOKIE: self.cookie} if signed_in else {},
            timeout=10,
        )


def nginx(folder: Path, upstream: str, plain: int, secure: int, certificate: Path) -> list[str]:
    """Our file as it stands, within the least that nginx wants around it."""
    site = (ROOT / "deploy" / "proxy" / "nginx.conf").read_text("utf-8")
    places = {
        "http://127.0.0.1:8080": upstream,
        "listen [::]:80;": "",
        "listen [::]:443 ssl;": "",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "huiying.example.gov.cn": "127.0.0.1",
        "/etc/huiying/tls/fullchain.pem": str(certificate),
        "/etc/huiying/tls/privkey.pem": str(certificate),
    }
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{_replaced(site, places)}\n}}\n",
        "utf-8",
    )
    return ["nginx", "-c", str(folder / "nginx.conf"), "-g", "daemon off; user root;"]


def caddy(folder: Path, upstream: str, plain: int, secure: int, certificate: Path) -> list[str]:
    """Our file as it stands, on other ports."""
    site = (ROOT / "deploy" / "proxy" / "Caddyfile").read_text("utf-8")
    places = {
        "127.0.0.1:8080": upstream.removeprefix("http://"),
        "huiying.example.gov.cn": f"https://127.0.0.1:{secure}",
        "/etc/caddy/tls/fullchain.pem": str(certificate),
        "/etc/caddy/tls/privkey.pem": str(certificate),
    }
    head = (
        f"{{\n\tadmin off\n\thttp_port {plain}\n\thttps_port {secure}\n\tdefault_bind 127.0.0.1\n"
        f"\tgrace_period 1s\n\tskip_install_trust\n\tstorage file_system {folder}/store\n}}\n"
    )
    (folder / "Caddyfile").write_text(head + _replaced(site, places), "utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def _replaced(text: str, places: dict[str, str]) -> str:
    for old, new in places.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    name = request.param.__name__
    if shutil.which(name) is None:
        reason = f"no {name}: apt-get install nginx-light caddy"
        pytest.fail(reason) if os.environ.get("HUIYING_REQUIRE_SERVICES") == "1" else pytest.skip(reason)
    settings = load(data=tmp_path / "data", engine="embedded", base_url=ADDRESS)
    engine, clock = open_engine(settings), ManualClock(NOW)
    app = create_app(
        engine=engine,
        settings=settings,
        clock=clock,
        key=b"k" * 32,
        policy=office.names(),
        sources=tuple,
        disclosure=office.disclosure(),
    )

    @app.get("/who")
    def who(request: Request) -> list[str]:
        return [request.client.host if request.client else "", request.url.scheme]

    accounts = auth.Accounts(engine.register, QUICK)
    accounts.create("duty", "duty", [Role.DUTY], PASSWORDS[Role.DUTY], NOW, unit="henan")
    cookie = accounts.sign_in("duty", PASSWORDS[Role.DUTY], NOW)
    authority = Authority.found(tmp_path / "tls")
    plain, secure = free_port(), free_port()
    with listening(app) as upstream:
        command = request.param(tmp_path, upstream, plain, secure, authority.server())
        with (tmp_path / "log").open("wb") as log:
            proxy = subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, "HOME": str(tmp_path)}
            )
        try:
            assert wait_until(lambda: accepts(f"127.0.0.1:{secure}"), within=20), (
                tmp_path / "log"
            ).read_text()
            yield Door(
                f"http://127.0.0.1:{plain}",
                f"https://127.0.0.1:{secure}",
                cookie,
                ssl.create_default_context(cafile=str(authority.pem)),
            )
        finally:
            proxy.terminate()
            proxy.wait(10)
    engine.close()


def test_the_visitor_is_known_by_his_own_address_whatever_he_says(door: Door) -> None:
    with door.visitor() as visitor:
        for said in ({}, {"x-forwarded-for": "203.0.113.9"}, {"x-forwarded-for": "203.0.113.9, 127.0.0.1"}):
            assert visitor.get("/who", headers=said).json() == [VISITOR, "https"]


def test_cookies_go_over_tls_alone_and_links_are_those_that_people_type(door: Door) -> None:
    with door.visitor() as visitor:
        form = visitor.get("/login")
        assert "secure" in form.headers["set-cookie"].lower()
        assert form.headers["strict-transport-security"] == "max-age=31536000"
        assert f"{ADDRESS}/public" in visitor.get("/public/feed.atom").text
        assert visitor.get("/").headers["location"].startswith("/login")
        assert visitor.get("/metrics").status_code == 404


def test_who_comes_without_tls_is_sent_to_it(door: Door) -> None:
    answer = httpx.get(f"{door.plain}/public", follow_redirects=False)
    assert answer.status_code in {301, 308} and answer.headers["location"].startswith("https://")


def test_the_live_board_is_passed_on_at_once(door: Door) -> None:
    started = time.monotonic()
    with door.visitor(signed_in=True) as visitor, visitor.stream("GET", "/live") as answer:
        assert answer.status_code == 200
        pieces = answer.iter_raw()
        assert next(pieces) and next(pieces)
    assert time.monotonic() - started < 14, (
        "a proxy that holds back has its second piece from the ping after fifteen"
    )


def test_a_picture_that_is_too_large_is_told_by_our_own_page(door: Door) -> None:
    with door.visitor(signed_in=True) as visitor:
        answer = visitor.post("/posts/new", files={"files": ("big.png", b"x" * (70 << 20), "image/png")})
    assert answer.status_code == 413 and "内容太大" in answer.text
