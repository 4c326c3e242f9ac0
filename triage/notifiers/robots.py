"""Group robots of WeCom (企业微信), DingTalk (钉钉) and Feishu (飞书).  What a robot says, the whole group reads: no link that
opens without an account goes there.

Each platform answers a refusal with HTTP 200 and a code in the body; each limits how much and how often.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping

import msgspec

from huiying.contracts import Notice
from huiying.ports import Sent
from triage.notifiers.posting import Pace, checked, client, judged, post, said, text_of

JSON = {"Content-Type": "application/json; charset=utf-8"}
WECOM_MOST = 2048
"""Bytes of a text; more is refused whole."""
DINGTALK_MOST = 6000
"""Bytes: the platform takes 20,000, but shows a long text badly."""
FEISHU_MOST = 6000
A_MINUTE = 20
"""Messages of one robot in a minute, on all three platforms at the most cautious reading."""


class WeCom:
    channel = "wecom"
    who = "企业微信"
    passing = frozenset({-1, 45009, 45033})
    """System busy; too often; too many at once."""
    means: Mapping[object, str] = {93000: "机器人的地址不对，或者已被移除", 45009: "发得太快"}

    def __init__(self, url: str, *, pace: Pace | None = None) -> None:
        """``url`` holds the robot's key."""
        self._url = checked(url, "HUIYING_WECOM_URL")
        self._pace = pace or Pace(A_MINUTE)
        self._client = client()

    def send(self, notice: Notice, address: str) -> Sent:
        self._pace.take()
        content = {"msgtype": "text", "text": {"content": text_of(notice, WECOM_MOST)}}
        answer = post(
            self._client, self._url, who=self.who, content=msgspec.json.encode(content), headers=JSON
        )
        judged(self.who, said(answer).get("errcode"), self.passing, self.means)
        return Sent(detail="errcode 0", confirmed=False)


class DingTalk:
    channel = "dingtalk"
    who = "钉钉"
    passing = frozenset({-1, 130101, 410100, 90018})
    """System busy; too fast (three codes)."""
    means: Mapping[object, str] = {
        310000: "签名不对，或者机器人另外设了关键词、IP 限制",
        300005: "机器人的地址不对，或者已被移除",
        130101: "发得太快",
    }

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        seconds: Callable[[], float] = time.time,
        pace: Pace | None = None,
    ) -> None:
        """``secret`` is the one that the robot's security settings show (加签); ``seconds`` is Unix time."""
        self._url = checked(url, "HUIYING_DINGTALK_URL")
        self._secret = secret
        self._seconds = seconds
        self._pace = pace or Pace(A_MINUTE)
        self._client = client()

    def send(self, notice: Notice, address: str) -> Sent:
        self._pace.take()
        stamp = str(int(self._seconds() * 1000))
        content = {"msgtype": "text", "text": {"content": text_of(notice, DINGTALK_MOST)}}
        # httpx replaces the query of the address by ``params``: the token that stands there goes along.
        token = dict(self._client.build_request("POST", self._url).url.params)
        answer = post(
            self._client,
            self._url,
            who=self.who,
            content=msgspec.json.encode(content),
            headers=JSON,
            params={**token, "timestamp": stamp, "sign": dingtalk_sign(self._secret, stamp)},
        )
        judged(self.who, said(answer).get("errcode"), self.passing, self.means)
        return Sent(detail="errcode 0", confirmed=False)


class Feishu:
    channel = "feishu"
    who = "飞书"
    passing = frozenset({11232, 99991400, 9499999})
    """Too often (two codes); busy."""
    means: Mapping[object, str] = {
        19001: "机器人的地址不对，或者已被移除",
        19021: "签名不对，或者本机时间不准",
        19022: "机器人设了 IP 限制",
        19024: "机器人设了关键词限制",
        11232: "发得太快",
    }

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        seconds: Callable[[], float] = time.time,
        pace: Pace | None = None,
    ) -> None:
        self._url = checked(url, "HUIYING_FEISHU_URL")
        self._secret = secret
        self._seconds = seconds
        self._pace = pace or Pace(A_MINUTE)
        self._client = client()

    def send(self, notice: Notice, address: str) -> Sent:
        self._pace.take()
        stamp = str(int(self._seconds()))
        content = {
            "timestamp": stamp,
            "sign": feishu_sign(self._secret, stamp),
            "msg_type": "text",
            "content": {"text": text_of(notice, FEISHU_MOST)},
        }
        answer = post(
            self._client, self._url, who=self.who, content=msgspec.json.encode(content), headers=JSON
        )
        told = said(answer)
        judged(self.who, told.get("code", told.get("StatusCode")), self.passing, self.means)
        return Sent(detail="code 0", confirmed=False)


def dingtalk_sign(secret: str, stamp: str) -> str:
    """base64(HMAC-SHA256(secret, timestamp in milliseconds, newline, secret))."""
    mac = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode("ascii")


def feishu_sign(secret: str, stamp: str) -> str:
    """base64(HMAC-SHA256(key: timestamp in seconds, newline, secret; of nothing))."""
    mac = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256)
    return base64.b64encode(mac.digest()).decode("ascii")
