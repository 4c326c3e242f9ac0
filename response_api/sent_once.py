"""A form that is sent again from the same page, by an impatient hand, is done once: the second gets the answer of the first.

In memory alone, for a minute: a page that is made later says that it has seen more, so the same words from it are another
form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from response_api.auth import Person

REMEMBERED = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class _Sent:
    at: datetime
    turn: Lock = field(default_factory=Lock)
    """Held by the first while it is under way."""
    leads_to: str = ""
    """Where what was done is shown; '' where nothing was."""


class SentOnce:
    """Asked from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sent: dict[bytes, _Sent] = {}

    def answer(
        self, request: Request, person: Person, form: FormData, now: datetime, do: Callable[[], Response]
    ) -> Response:
        """What ``do`` answers, or where the same form has led already. What was refused may be sent again."""
        sent = self._remembered(_named(request.url.path, person.login, form), now)
        with sent.turn:
            if sent.leads_to:
                return RedirectResponse(sent.leads_to, status_code=303)
            answer = do()
            if isinstance(answer, RedirectResponse):
                sent.leads_to = answer.headers["location"]
            return answer

    def _remembered(self, name: bytes, now: datetime) -> _Sent:
        with self._lock:
            for known in [known for known, one in self._sent.items() if now - one.at >= REMEMBERED]:
                del self._sent[known]
            return self._sent.setdefault(name, _Sent(at=now))


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
