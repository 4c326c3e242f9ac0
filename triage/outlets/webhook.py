"""Hands a statement to the office's web site system as signed JSON.  It stands there only when the answer says where, and
which bytes: anything else that is no clear refusal is asked again under the same key.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import msgspec

from huiying.contracts import Statement
from huiying.errors import GiveUp, Misconfigured, TryAgain
from triage.notifiers.posting import PASSING, TIMEOUT, unreached
from triage.notifiers.webhook import errcode, signature

LONGEST_URL = 2000


class Parcel(msgspec.Struct, frozen=True, kw_only=True, rename={"category": "class"}):
    """What travels."""

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

    def publish(self, statement: Statement, body: bytes, *, case_id: str) -> str:
        sent = msgspec.json.encode(parcel(statement, body, case_id=case_id, url=self._page(statement)))
        stamp = str(int(self._seconds()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Huiying-Id": statement.id,
            "Idempotency-Key": statement.id,
            "Huiying-Timestamp": stamp,
            "Huiying-Signature": signature(self._secret, stamp, sent),
        }
        try:
            answer = self._client.post(self._url, content=sent, headers=headers)
        except httpx.HTTPError as trouble:
            raise TryAgain(f"网站系统没有回复：{unreached(trouble)}") from trouble
        return stands_at(answer, statement.sha256)


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
    )


def stands_at(answer: httpx.Response, sha256: str) -> str:
    """Where the outlet says that exactly these bytes stand. Raises TryAgain, GiveUp."""
    status = answer.status_code
    if status >= 500 or status in PASSING:
        raise TryAgain(f"网站系统回复 {status}")
    if not answer.is_success:
        raise GiveUp(f"网站系统拒收：{status}")
    if code := errcode(answer.content):
        raise GiveUp(f"网站系统拒收：errcode {code}")
    said = _said(answer.content)
    url = said.get("url")
    if not (isinstance(url, str) and url.startswith(("http://", "https://")) and len(url) <= LONGEST_URL):
        raise TryAgain(f"网站系统回复 {status}，但没有说登在哪里")
    if said.get("sha256") != sha256:
        raise TryAgain("网站系统登出的不是这份文字（SHA-256 不符）")
    return url


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return said if isinstance(said, dict) else {}
