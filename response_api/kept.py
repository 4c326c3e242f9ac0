"""What somebody had typed when their session ended: kept for a day, for the same login alone, and given back.

Only texts are kept, and only of forms on which people write; a picture has to be chosen again.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from huiying.contracts import Instant
from huiying.ports import Entry, Register
from triage.acts import RULES, Act

KEPT, TEXT = "kept-form", "kept-form-text"
FOR = timedelta(hours=24)
MOST_BYTES = 200_000
"""Of one form, names and values together, in UTF-8."""
MOST_FORMS = 200

_PATH = re.compile(
    r"/cases/[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*|/posts/new|/handover|/objections/[a-z2-7]{32}/(stop|refuse)"
    r"|/sources/[a-z0-9][a-z0-9-]{0,63}"
)

Fields = tuple[tuple[str, str], ...]


class TooLong(Exception):
    """More than one form may be kept of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    id: str
    login: str
    path: str
    """Where the form was sent to."""
    at: Instant


def may_be_kept(path: str) -> bool:
    return _PATH.fullmatch(path) is not None


def called(path: str) -> str:
    """What the form that is sent there is for."""
    match path.strip("/").split("/"):
        case ["posts", "new"]:
            return "人工登记"
        case ["handover"]:
            return "交班"
        case ["objections", *_]:
            return "个人信息异议"
        case ["sources", id]:
            return "增加来源" if id == "new" else f"来源 {id}"
        case ["cases", "bulk"]:
            return "成批办理"
        case ["cases", _, "acts", act] if act in set(Act):
            return RULES[Act(act)].name
        case ["cases", _, "statements", *rest]:
            return "改稿" if rest[-1:] == ["edit"] else "拟稿"
        case _:
            return "事件页上的表单"


def looked_at(path: str) -> tuple[str, str]:
    """The page that the form was on, to be looked at before it is sent on, and the words that lead there; '' where there is none."""
    match path.strip("/").split("/"):
        case ["cases", "bulk"]:
            return "/cases", "先看事件列表"
        case ["sources", _]:
            return "/sources", "先看来源"
        case ["cases", case_id, *_]:
            return f"/cases/{case_id}", "先看事件"
        case _:
            return "", ""


@dataclass(frozen=True)
class KeptForms:
    register: Register

    def keep(self, login: str, path: str, fields: Sequence[tuple[str, str]], now: datetime) -> Kept:
        """Durable on return. Raises TooLong."""
        if sum(len(name.encode()) + len(value.encode()) for name, value in fields) > MOST_BYTES:
            raise TooLong
        self.forget_old(now)
        for oldest in sorted(self._all(), key=lambda one: one.at)[: -(MOST_FORMS - 1)]:
            self._erase(oldest.id)
        kept = Kept(id=secrets.token_urlsafe(16), login=login, path=path, at=now)
        self.register.put(TEXT, kept.id, msgspec.json.encode(tuple(fields)), expect=0)
        self.register.put(KEPT, kept.id, msgspec.json.encode(kept), expect=0)
        return kept

    def of(self, login: str, now: datetime) -> tuple[Kept, ...]:
        """Newest first."""
        own = (one for one in self._all() if one.login == login and now < one.at + FOR)
        return tuple(sorted(own, key=lambda one: one.at, reverse=True))

    def get(self, id: str, login: str, now: datetime) -> tuple[Kept, Fields] | None:
        """None where there is none, or it is somebody else's."""
        entry, text = self.register.get(KEPT, id), self.register.get(TEXT, id)
        if entry is None or text is None:
            return None
        kept = _kept(entry)
        if kept.login != login or kept.at + FOR <= now:
            return None
        return kept, msgspec.json.decode(text.value, type=Fields)

    def drop(self, id: str, login: str, now: datetime) -> None:
        if self.get(id, login, now):
            self._erase(id)

    def forget_old(self, now: datetime) -> int:
        old = [one.id for one in self._all() if one.at + FOR <= now]
        for id in old:
            self._erase(id)
        return len(old)

    def _all(self) -> list[Kept]:
        return [_kept(entry) for entry in self.register.list(KEPT)]

    def _erase(self, id: str) -> None:
        self.register.delete(TEXT, id)
        self.register.delete(KEPT, id)


def _kept(entry: Entry) -> Kept:
    return msgspec.json.decode(entry.value, type=Kept)
