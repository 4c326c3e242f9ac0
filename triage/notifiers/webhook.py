"""A notice as signed JSON.  The receiver checks ``Huiying-Signature`` over timestamp and body and drops ids it knows."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

import httpx
import msgspec

from huiying.contracts import Instant, Notice
from huiying.errors import GiveUp, TryAgain
from huiying.ports import Sent
from triage.notifiers.posting import checked, client, post

WHO = "通知平台"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What travels: the notice without its deliveries."""

    id: str
    case_id: str
    clock: str
    rung: str
    to: tuple[str, ...]
    unit: str
    address: str
    subject: str
    body: str
    reason: str
    evidence: tuple[str, ...]
    owed_at: Instant
    due_at: Instant
    link: str
    """Where to look; of a notice to leaders, a link that works once."""


class Webhook:
    channel = "webhook"

    def __init__(self, url: str, secret: str, *, seconds: Callable[[], float] = time.time) -> None:
        """``seconds`` is the time that goes into the signature, Unix time: the receiver refuses old ones."""
        self._url = checked(url, "HUIYING_WEBHOOK_URL")
        self._secret = secret.encode()
        self._seconds = seconds
        self._client = client()

    def send(self, notice: Notice, address: str) -> Sent:
        body = msgspec.json.encode(letter(notice, address))
        stamp = str(int(self._seconds()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Huiying-Id": notice.id,
            "Huiying-Timestamp": stamp,
            "Huiying-Signature": signature(self._secret, stamp, body),
        }
        answer = post(self._client, self._url, who=WHO, content=body, headers=headers)
        return Sent(detail=_receipt(answer), confirmed=True)


def letter(notice: Notice, address: str) -> Letter:
    return Letter(
        id=notice.id,
        case_id=notice.case_id,
        clock=notice.clock or "",
        rung=notice.rung,
        to=notice.to,
        unit=notice.unit,
        address=address,
        subject=notice.subject,
        body=notice.body,
        reason=notice.reason,
        evidence=notice.evidence,
        owed_at=notice.owed_at,
        due_at=notice.due_at,
        link=notice.link,
    )


def signature(secret: bytes, stamp: str, body: bytes) -> str:
    """v1=HMAC-SHA256(secret, timestamp.body), in hexadecimal."""
    return "v1=" + hmac.new(secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def _receipt(answer: httpx.Response) -> str:
    """Some platforms refuse with a 200 and say so in the body (errcode): that is a refusal. A page for people (a sign-in, a
    proxy's fault) comes from no receiver.
    """
    if answer.content.lstrip()[:9].lower().startswith((b"<!doctype", b"<html")):
        raise TryAgain(f"{WHO}回复的是网页，那里不是接收程序，请核对地址")
    code = errcode(answer.content)
    if code:
        raise GiveUp(f"{WHO}拒收：errcode {code}")
    return f"HTTP {answer.status_code}"


def errcode(body: bytes) -> int:
    """What a platform that answers 200 to everything means by it; 0 where it says nothing, 1 where it says no without a code."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0
    if not isinstance(said, dict):
        return 0
    if said.get("ok") is False or said.get("success") is False:
        return 1
    code = said.get("errcode", 0)
    return code if isinstance(code, int) else 1
