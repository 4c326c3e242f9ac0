"""The record for the auditor: how far it is anchored, a check of all of it, and a file to take away.

One check or export at a time, over a temporary file, and of no more events than a browser should wait for.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import msgspec

from huiying.anchors import Anchors, Standing
from huiying.contracts import Instant
from huiying.export import Summary, export
from huiying.ports import Engine
from huiying.verify import Report, verify

EXPORTS = "record-export"
SHOWN = 10
MOST_EVENTS = 300_000
"""Some ten seconds of one core; more is for the command."""


class Busy(Exception):
    """Somebody else is at it."""


class TooLong(Exception):
    """More events than a browser should wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A record that was taken away, with what there is to compare it with later."""

    at: Instant
    by: str
    cases: int
    events: int
    seal: str
    anchor: str


class RecordDesk:
    def __init__(self, engine: Engine, office: str) -> None:
        """``office`` is the id of the top unit."""
        self.office = office
        self._engine = engine
        self._anchors = Anchors(engine)
        self._one = threading.Lock()

    def standing(self) -> Standing:
        return self._anchors.standing()

    def check(self, now: datetime) -> Report:
        """Whether all of it holds together, as anybody with the file would find. Raises Busy, TooLong."""
        with self._alone(), tempfile.TemporaryFile() as file:
            self._write(file, now)
            return verify(file)

    def take(self, now: datetime, by: str) -> tuple[BinaryIO, Summary]:
        """The whole record as an open file, noted with its seal. Raises Busy, TooLong."""
        with self._alone(), contextlib.ExitStack() as undo:
            file = undo.enter_context(tempfile.TemporaryFile())
            summary = self._write(file, now)
            told = Taken(
                at=now,
                by=by,
                cases=summary.cases,
                events=summary.events,
                seal=summary.seal,
                anchor=summary.anchor,
            )
            self._engine.register.put(
                EXPORTS, f"{now.isoformat()} {summary.seal[:16]}", msgspec.json.encode(told), expect=None
            )
            undo.pop_all()
            return file, summary

    def taken(self) -> list[Taken]:
        """The latest ones, newest first."""
        entries = self._engine.register.list(EXPORTS)[-SHOWN:]
        return [msgspec.json.decode(entry.value, type=Taken) for entry in reversed(entries)]

    def _write(self, file: BinaryIO, now: datetime) -> Summary:
        summary = export(self._engine.cases, self._anchors, file.write, office=self.office, now=now)
        file.seek(0)
        return summary

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._one.acquire(blocking=False):
            raise Busy
        try:
            if self.standing().events > MOST_EVENTS:
                raise TooLong
            yield
        finally:
            self._one.release()
