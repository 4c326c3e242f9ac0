"""Text messages over whatever gateway the office has: what is sent and what an answer means stand in ``policy/sms.toml``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import msgspec
from pydantic import Field, model_validator

from huiying import tomlfile
from huiying.contracts import Notice
from huiying.errors import GiveUp, Misconfigured, TryAgain
from huiying.ports import Sent
from triage.notifiers.posting import Pace, checked, client, post, said, text_of
from triage.packs import File

FILE = "sms.toml"
PLACES = ("to", "text", "id", "key")
"""What a template may name, in braces."""
_PLACE = re.compile(r"\{(\w+)\}")
_MOBILE = re.compile(r"\+?[0-9]{5,15}")


class SmsFile(File):
    """``sms.toml``."""

    format: Literal["json", "form"]
    body: str = Field(min_length=1)
    headers: dict[str, str] = Field(default_factory=dict)
    most: int = Field(ge=20, le=2000)
    """Characters of a message; every 67 are charged as one."""
    a_minute: int = Field(ge=1, le=6000)
    answer: str = ""
    """The field of a JSON answer that says how it went; '' where the status alone says so."""
    taken: tuple[str | int | bool, ...] = ()
    """Its values that mean: taken."""
    passing: tuple[str | int | bool, ...] = ()
    """Its values after which a repeat may help."""

    @model_validator(mode="after")
    def sound(self) -> SmsFile:
        for template in (self.body, *self.headers.values()):
            if unknown := [name for name in _PLACE.findall(template) if name not in PLACES]:
                raise ValueError(
                    f"模板里有不认识的 {{{unknown[0]}}}，可以用 {{to}}、{{text}}、{{id}}、{{key}}"
                )
        if "{to}" not in self.body or "{text}" not in self.body:
            raise ValueError("body 里要有 {to}（手机号）和 {text}（内容）")
        if self.answer and not self.taken:
            raise ValueError("写了 answer，就要在 taken 里写明哪些值算收下")
        if self.format == "json":
            try:
                msgspec.json.decode(_filled(self.body, dict.fromkeys(PLACES, "x"), "json"))
            except msgspec.DecodeError as error:
                raise ValueError("body 不是 JSON，请检查引号和逗号") from error
        return self


class Sms:
    channel = "sms"
    who = "短信网关"

    def __init__(self, url: str, key: str, rules: SmsFile, *, pace: Pace | None = None) -> None:
        self._url = checked(url, "HUIYING_SMS_URL")
        self._key = key
        self._rules = rules
        self._pace = pace or Pace(rules.a_minute)
        self._client = client()

    def send(self, notice: Notice, address: str) -> Sent:
        number = address.replace(" ", "").replace("-", "")
        if not _MOBILE.fullmatch(number):
            raise GiveUp("手机号不对，请改通知地址")
        self._pace.take()
        rules = self._rules
        text = " ".join(text_of(notice, rules.most, of_bytes=False).split("\n"))
        values = {"to": number, "text": text, "id": notice.id, "key": self._key}
        kind = "application/json" if rules.format == "json" else "application/x-www-form-urlencoded"
        headers = {name: _filled(value, values, "plain") for name, value in rules.headers.items()}
        answer = post(
            self._client,
            self._url,
            who=self.who,
            content=_filled(rules.body, values, rules.format).encode("utf-8", "replace"),
            headers={"Content-Type": f"{kind}; charset=utf-8", **headers},
        )
        if not rules.answer:
            return Sent(detail=f"HTTP {answer.status_code}", confirmed=False)
        code = said(answer).get(rules.answer)
        if code in rules.taken:
            return Sent(detail=f"{rules.answer} {code}", confirmed=False)
        if code is None:
            raise TryAgain(f"{self.who}的回复里没有 {rules.answer}，请核对地址和 policy/{FILE}")
        if code in rules.passing:
            raise TryAgain(f"{self.who}拒收：{code}")
        raise GiveUp(f"{self.who}拒收：{code}")


def load(folder: Path) -> SmsFile:
    """Raises Misconfigured."""
    path = folder / FILE
    if not path.is_file():
        raise Misconfigured(f"设置了 HUIYING_SMS_URL，还要有 {path}（写法见随软件附带的 {FILE}）")
    return tomlfile.read(path, SmsFile)


def _filled(template: str, values: dict[str, str], format: str) -> str:
    """With every place filled in, escaped as the format asks; a value is never looked at for places again."""

    def escaped(match: re.Match[str]) -> str:
        value = values.get(match[1], match[0])
        if format == "json":
            return msgspec.json.encode(value).decode()[1:-1]
        return quote(value, safe="") if format == "form" else " ".join(value.split())

    return _PLACE.sub(escaped, template)
