"""Tells the office's web site system of a statement in signed JSON: to show it, or to show it no more.  It stands there only when
the answer says where, and which bytes, and is gone only when the answer says so: anything else that is no clear refusal is asked
again under the same key.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC
from typing import Any

import httpx
import msgspec

from huiying.contracts import Statement
from huiying.errors import GiveUp, Misconfigured, TryAgain
from triage.notifiers.posting import PASSING, TIMEOUT, unreached
from triage.notifiers.webhook import errcode, signature

LONGEST_URL = 2000


class Parcel(msgspec.Struct, frozen=True, kw_only=True, rename={"category": "class"}):
    """What travels with a statement that is to be shown."""

    action: str = "show"
    id: str
    case_id: str
    kind: str
    title: str
    category: str
    publicity: str
    sha256: str
    text: str
    url: str
    """Where it stands on the office's own page."""
    corrects: str
    """Id of the statement that it puts right, or ''."""


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """What travels where a statement is to be shown no more: nothing of its words."""

    action: str = "stop"
    id: str
    case_id: str
    sha256: str
    reason: str
    at: str
    """Since when the public may not read it, in UTC."""


class WebSite:
    name = "webhook"

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        page: Callable[[Statement], str],
        seconds: Callable[[], float] = time.time,
    ) -> None:
        """``page`` gives a statement's public address; ``seconds`` is the time that goes into the signature, Unix time."""
        if httpx.URL(url).scheme not in ("http", "https"):
            raise Misconfigured("环境变量 HUIYING_OUTLET_URL 不对：应以 http:// 或 https:// 开头")
        self._url = url
        self._secret = secret.encode()
        self._page = page
        self._seconds = seconds
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)

    def publish(self, statement: Statement, body: bytes, *, case_id: str, key: str) -> str:
        told = parcel(statement, body, case_id=case_id, url=self._page(statement))
        return stands_at(self._tell(statement, key, told), statement.sha256)

    def stop(self, statement: Statement, *, case_id: str, key: str) -> None:
        check_stopped(self._tell(statement, key, stop_order(statement, case_id=case_id)))

    def _tell(self, statement: Statement, key: str, told: Parcel | Stop) -> httpx.Response:
        sent = msgspec.json.encode(told)
        stamp = str(int(self._seconds()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Huiying-Id": statement.id,
            "Idempotency-Key": key,
            "Huiying-Timestamp": stamp,
            "Huiying-Signature": signature(self._secret, stamp, sent),
        }
        try:
            return self._client.post(self._url, content=sent, headers=headers)
        except httpx.HTTPError as trouble:
            raise TryAgain(f"网站系统没有回复：{unreached(trouble)}") from trouble


def parcel(statement: Statement, body: bytes, *, case_id: str, url: str) -> Parcel:
    return Parcel(
        id=statement.id,
        case_id=case_id,
        kind=statement.kind,
        title=statement.title,
        category=statement.category,
        publicity=statement.publicity,
        sha256=statement.sha256,
        text=body.decode("utf-8"),
        url=url,
        corrects=statement.corrects,
    )


def stop_order(statement: Statement, *, case_id: str) -> Stop:
    held = statement.suspended
    if held is None:
        raise GiveUp("没有交出：它没有暂停公开")
    return Stop(
        id=statement.id,
        case_id=case_id,
        sha256=statement.sha256,
        reason=held.reason,
        at=held.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )


def stands_at(answer: httpx.Response, sha256: str) -> str:
    """Where the outlet says that exactly these bytes stand. Raises TryAgain, GiveUp."""
    status, said = answer.status_code, _taken(answer)
    url = said.get("url")
    if not (isinstance(url, str) and url.startswith(("http://", "https://")) and len(url) <= LONGEST_URL):
        raise TryAgain(f"网站系统回复 {status}，但没有说登在哪里")
    if said.get("sha256") != sha256:
        raise TryAgain("网站系统登出的不是这份文字（SHA-256 不符）")
    return url


def check_stopped(answer: httpx.Response) -> None:
    """Whether the outlet says that it shows the statement no more. Raises TryAgain, GiveUp."""
    if _taken(answer).get("stopped") is not True:
        raise TryAgain(f"网站系统回复 {answer.status_code}，但没有说已经撤下")


def _taken(answer: httpx.Response) -> dict[str, Any]:
    """What it says where it has taken the order. Raises TryAgain, GiveUp."""
    status = answer.status_code
    if status >= 500 or status in PASSING:
        raise TryAgain(f"网站系统回复 {status}")
    if not answer.is_success:
        raise GiveUp(f"网站系统拒收：{status}")
    if code := errcode(answer.content):
        raise GiveUp(f"网站系统拒收：errcode {code}")
    return _said(answer.content)


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return said if isinstance(said, dict) else {}
