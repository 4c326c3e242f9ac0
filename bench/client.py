"""A board that somebody has open: signs in as a person does not (a session of its own), then listens to ``/live``."""

from __future__ import annotations

import http.client
import secrets
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime

from huiying.contracts import Role
from huiying.ports import Register
from response_api.auth import Accounts
from response_api.guard import SESSION_COOKIE

AGAIN_SECONDS = 0.2


def session(register: Register, unit: str, now: datetime) -> str:
    """The token of somebody who sees everything."""
    accounts, password = Accounts(register), secrets.token_urlsafe(16)
    accounts.create("bench", "压测", [Role.DUTY], password, now, unit=unit)
    return accounts.sign_in("bench", password, now)


class Board:
    """Notes when each event came, by its position on the stream."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token
        self.seen: dict[int, float] = {}
        """Position → when it came, by the machine's clock."""
        self.pulses: list[float] = []
        """When the panels came."""
        self.breaks = 0
        """How often the page had to connect again."""
        self.listening = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="board", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            with suppress(OSError, http.client.HTTPException):
                self._listen()
            self.breaks += self.listening.is_set()
            self._stopped.wait(AGAIN_SECONDS)

    def _listen(self) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)) as connection:
            headers = {"Cookie": f"{SESSION_COOKIE}={self._token}", "Accept": "text/event-stream"}
            if self.seen:
                headers["Last-Event-ID"] = str(max(self.seen))
            connection.request("GET", "/live", headers=headers)
            answer = connection.getresponse()
            if answer.status != 200:
                raise http.client.HTTPException(f"/live answers {answer.status}")
            self.listening.set()
            for kind, position in events(answer):
                if self._stopped.is_set() or kind == "reload":
                    return
                if kind == "case" and position is not None:
                    self.seen.setdefault(position, time.time())
                elif kind == "pulse":
                    self.pulses.append(time.time())


def events(lines: Iterable[bytes]) -> Iterator[tuple[str, int | None]]:
    """(kind, id) of each server-sent event."""
    kind, position = "", None
    for line in lines:
        name, _, value = line.rstrip(b"\r\n").partition(b": ")
        if name == b"event":
            kind = value.decode("ascii")
        elif name == b"id":
            position = int(value)
        elif not name and kind:
            yield kind, position
            kind, position = "", None
