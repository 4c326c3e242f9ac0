"""A form that is sent again from the same page, by an impatient hand, is done once: the second gets the answer of the first.

For a minute: a page that is made later says that it has seen more, so the same words from it are another form.  In memory, where
the second waits for the first; and in the register, for the one that a restart or another web process answers, under a keyed hash of
the form.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

import msgspec
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from huiying.contracts import Instant
from huiying.errors import RevisionConflict, TryAgain
from huiying.ports import PASSING, Register
from response_api.auth import Person

KIND = f"{PASSING}sent"
REMEMBERED = timedelta(minutes=1)
PATIENCE, PAUSE = 10.0, 0.05
"""Seconds for which one process waits for another that is at it, and between two looks."""


@dataclass(slots=True, kw_only=True)
class _Sent:
    at: datetime
    turn: Lock = field(default_factory=Lock)
    """Held by the first while it is under way."""
    leads_to: str = ""
    """Where what was done is shown; '' where nothing was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """Of a form that some process is at, or is done with."""

    at: Instant
    leads_to: str = ""


class SentOnce:
    """Asked from several threads and processes."""

    def __init__(self, register: Register, key: bytes) -> None:
        self._register = register
        self._key = key
        self._lock = Lock()
        self._sent: dict[bytes, _Sent] = {}

    def answer(
        self, request: Request, person: Person, form: FormData, now: datetime, do: Callable[[], Response]
    ) -> Response:
        """What ``do`` answers, or where the same form has led already. What was refused may be sent again."""
        form_id = _named(request.url.path, person.login, form)
        name = hmac.new(self._key, form_id, hashlib.sha256).hexdigest()
        sent = self._remembered(form_id, now)
        with sent.turn:
            sent.leads_to = sent.leads_to or self._claimed(name, now)
            if sent.leads_to:
                return RedirectResponse(sent.leads_to, status_code=303)
            try:
                answer = do()
            except BaseException:
                self._let_go(name)
                raise
            if isinstance(answer, RedirectResponse):
                sent.leads_to = answer.headers["location"]
                self._tell(name, _Claim(at=now, leads_to=sent.leads_to))
            else:
                self._let_go(name)
            return answer

    def _claimed(self, name: str, now: datetime) -> str:
        """Where it has led; '' where it is for this process to do, also where the register cannot say: what is done says so
        itself then."""
        until = time.monotonic() + PATIENCE
        with suppress(TryAgain):
            while time.monotonic() < until:
                entry = self._register.get(KIND, name)
                known = msgspec.json.decode(entry.value, type=_Claim) if entry else None
                if known and known.leads_to and now - known.at < REMEMBERED:
                    return known.leads_to
                if known is None or now - known.at >= REMEMBERED:
                    with suppress(RevisionConflict):
                        claim = msgspec.json.encode(_Claim(at=now))
                        self._register.put(KIND, name, claim, expect=entry.revision if entry else 0)
                        return ""
                else:
                    time.sleep(PAUSE)
        return ""

    def _tell(self, name: str, claim: _Claim) -> None:
        with suppress(TryAgain):
            self._register.put(KIND, name, msgspec.json.encode(claim), expect=None)

    def _let_go(self, name: str) -> None:
        with suppress(TryAgain):
            self._register.delete(KIND, name)

    def _remembered(self, name: bytes, now: datetime) -> _Sent:
        with self._lock:
            for known in [known for known, one in self._sent.items() if now - one.at >= REMEMBERED]:
                del self._sent[known]
            return self._sent.setdefault(name, _Sent(at=now))


def forget_old(register: Register, now: datetime) -> int:
    """Erase what is not remembered any more; returns how much that was."""
    old = [
        entry
        for entry in register.list(KIND)
        if now - msgspec.json.decode(entry.value, type=_Claim).at >= REMEMBERED
    ]
    for entry in old:
        register.delete(KIND, entry.id)
    return len(old)


def _named(path: str, login: str, form: FormData) -> bytes:
    parts = [
        path,
        login,
        *(part for name, value in form.multi_items() if isinstance(value, str) for part in (name, value)),
    ]
    told = hashlib.sha256()
    for part in parts:
        piece = part.encode("utf-8", "surrogatepass")
        told.update(len(piece).to_bytes(8) + piece)
    return told.digest()
