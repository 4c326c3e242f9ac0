"""Events that come twice: whoever publishes them may repeat some after a crash, and a reader must see each once.

An event is (case, sequence), and a case's events come in order: what is not above the last one seen is a repeat.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from huiying.errors import GiveUp
from huiying.ports import Record
from huiying.topics import CASE_EVENTS

MOST = 10_000
"""Cases whose last event, and repeats whose position, is remembered."""


class Repeats:
    """One thread sifts the stream as it comes; others ask afterwards which positions were repeats."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, int] = OrderedDict()
        self._positions: OrderedDict[int, None] = OrderedDict()
        self._sifted = -1
        self._lock = Lock()

    def sifted(self, records: Sequence[Record]) -> list[Record]:
        """The records without repeats. What was sifted before is taken as it was then: a reader may have to go back."""
        with self._lock:
            fresh = []
            for record in records:
                if record.position > self._sifted:
                    self._note(record)
                if record.position not in self._positions:
                    fresh.append(record)
            return fresh

    def left_out(self, records: Sequence[Record]) -> list[Record]:
        """Older records without repeats: those that were sifted, and those that repeat one of these."""
        own = Repeats()
        with self._lock:
            known = [record for record in records if record.position not in self._positions]
        return own.sifted(known)

    def _note(self, record: Record) -> None:
        self._sifted = record.position
        try:
            event = CASE_EVENTS.decode(record.value)
        except GiveUp:
            return  # whoever shows it says so
        last = self._last.get(event.case_id)
        if last is not None and event.sequence <= last:
            self._positions[record.position] = None
        else:
            self._last[event.case_id] = event.sequence
            self._last.move_to_end(event.case_id)
        for kept in (self._last, self._positions):
            while len(kept) > MOST:
                kept.popitem(last=False)
