"""Signed JSON, against a real receiver on loopback."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from huiying.errors import GiveUp, Misconfigured, TryAgain
from huiying.settings import load
from tests.triage.notifiers.letters import a_notice
from triage.notifiers import open_notifiers
from triage.notifiers.webhook import Webhook

SECRET = "s3cret"


class Receiver:
    """Answers as it is told and remembers what came."""

    def __init__(self) -> None:
        self.status, self.answer = 200, b'{"errcode": 0}'
        self.got: list[tuple[dict[str, str], bytes]] = []


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def url(receiver: Receiver) -> Iterator[str]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(receiver.status)
            self.send_header("Content-Length", str(len(receiver.answer)))
            self.end_headers()
            self.wfile.write(receiver.answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


def test_the_receiver_can_check_who_sent_it_and_when(receiver: Receiver, url: str) -> None:
    hook = Webhook(url, SECRET, seconds=lambda: 1700000000.9)
    sent = hook.send(a_notice(link="http://office.invalid/n/1"), "通知平台")
    assert (sent.detail, sent.confirmed) == ("HTTP 200", True)
    headers, body = receiver.got[0]
    assert headers["huiying-id"] == "abcdefgh2345"
    assert headers["huiying-timestamp"] == "1700000000"
    wanted = hmac.new(SECRET.encode(), b"1700000000." + body, hashlib.sha256).hexdigest()
    assert headers["huiying-signature"] == f"v1={wanted}"
    said = json.loads(body)
    assert (said["id"], said["to"], said["address"]) == ("abcdefgh2345", ["unit", "duty"], "通知平台")
    assert said["link"] == "http://office.invalid/n/1"
    assert "deliveries" not in said


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (500, b"", TryAgain),
        (503, b"", TryAgain),
        (408, b"", TryAgain),
        (429, b"", TryAgain),
        (400, b"", GiveUp),
        (404, b"", GiveUp),
        (302, b"", GiveUp),
        (200, b'{"errcode": 93000, "errmsg": "invalid webhook"}', GiveUp),
        (200, b'{"success": false, "msg": "no such group"}', GiveUp),
        (200, b'{"ok": false}', GiveUp),
        (200, b"\n<!DOCTYPE html><title>sign in</title>", TryAgain),
        (200, b"<html>gateway</html>", TryAgain),
    ],
)
def test_every_refusal_is_told_from_a_bad_moment(
    receiver: Receiver, url: str, status: int, answer: bytes, error: type[Exception]
) -> None:
    receiver.status, receiver.answer = status, answer
    with pytest.raises(error):
        Webhook(url, SECRET).send(a_notice(), "通知平台")


@pytest.mark.parametrize("answer", [b"", b"ok", b"[1]", b'{"ok": true}', b"<p>ok</p>"])
def test_a_plain_yes_is_a_yes(receiver: Receiver, url: str, answer: bytes) -> None:
    receiver.answer = answer
    Webhook(url, SECRET).send(a_notice(), "通知平台")


def test_a_receiver_that_is_away_is_tried_again() -> None:
    with pytest.raises(TryAgain, match="通知平台连不上：那个端口没有程序在接收"):
        Webhook("http://127.0.0.1:9/", SECRET).send(a_notice(), "通知平台")


def test_channels_are_opened_as_the_settings_ask() -> None:
    assert list(open_notifiers(load())) == ["console"]
    asked = load(smtp_url="smtp://127.0.0.1:2525", webhook_url="http://127.0.0.1:1/", webhook_secret="x")
    assert list(open_notifiers(asked)) == ["console", "smtp", "webhook"]


def test_a_webhook_without_a_secret_is_not_opened() -> None:
    with pytest.raises(Misconfigured, match="HUIYING_WEBHOOK_SECRET"):
        open_notifiers(load(webhook_url="http://127.0.0.1:1/"))
    with pytest.raises(Misconfigured, match="HUIYING_WEBHOOK_URL"):
        Webhook("ftp://127.0.0.1", SECRET)
