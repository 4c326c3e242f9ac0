"""Ties the records of all cases together: every so often, the heads of those that grew go into a numbered anchor.

Anchors stand in the register and name one another by digest.  Which cases grew is read from the topic ``case-events``, from
the position that the last anchor reached: where nothing was published, no case is read.  Where the topic no longer has
every record since then (they were erased, or it was laid out anew; the first look of a process makes sure), and at every export, all cases are read instead, so no
head is lost.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from huiying import chain, logs, metrics
from huiying.contracts import Case
from huiying.errors import CaseNotFound, GiveUp, HuiyingError, RevisionConflict, TryAgain
from huiying.ports import Clock, Engine, Entry
from huiying.recordfile import NOTHING_BEFORE, Anchor, Head, made
from huiying.topics import CASE_EVENTS

_log = logs.get("anchors")

KIND = "anchor"
EVERY = timedelta(minutes=10)
ATTEMPTS = 20
MOST_HEADS = 5_000
"""Of one anchor: the first one of an old office has every case to name."""
PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the anchors reach."""

    reached: Mapping[str, int]
    """Case → how many of its events they cover."""
    anchors: int
    last: Anchor | None

    @property
    def cases(self) -> int:
        return len(self.reached)

    @property
    def events(self) -> int:
        return sum(self.reached.values())


class Anchors:
    """May be used from any thread. Remembers what it has read of the anchors: about a hundred bytes a case."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.RLock()
        self._last: Anchor | None = None
        self._number = 0
        self._reached: dict[str, int] = {}
        """Case → the highest sequence that an anchor names."""
        self._looked = (0, -1)
        """Up to which position this process has looked since which anchor."""

    def run(self, clock: Clock) -> None:
        """Until the clock is stopped."""
        while True:
            try:
                self.checkpoint(clock.now())
            except HuiyingError as trouble:
                _log.warning("try_again", reason=str(trouble))
                metrics.TRY_AGAIN.labels("anchors").inc()
            if clock.wait(EVERY):
                return

    def checkpoint(self, now: datetime, *, thorough: bool = False) -> int:
        """Anchor the cases that grew since the last anchor; returns how many. ``thorough`` looks at every case.

        Of two processes that do this at once the second one starts again from what the first has written.
        """
        with self._lock:
            for _ in range(ATTEMPTS):
                self._follow()
                end = self._engine.stream.end(CASE_EVENTS.name)
                heads = [head for head in map(_head, self._grown(end, thorough)) if self._is_new(head)]
                try:
                    self._write(heads, now, end)
                except RevisionConflict:
                    continue
                self._looked = (self._number, end)
                if heads:
                    _log.info("anchored", cases=len(heads), anchor=self._number)
                return len(heads)
        raise TryAgain("anchors are being written by others without a pause")

    def standing(self) -> Standing:
        with self._lock:
            self._follow()
            return Standing(reached=dict(self._reached), anchors=self._number, last=self._last)

    def read(self, *, until: int) -> Iterator[Anchor]:
        """Every anchor up to this number, in order; one that nobody can read is left out."""
        for number in range(1, until + 1):
            entry = self._engine.register.get(KIND, _id(number))
            anchor = _decoded(entry) if entry else None
            if anchor is not None:
                yield anchor

    # ------------------------------------------------------------------------------------------- inside

    def _follow(self) -> None:
        """Take in what others have written."""
        while entry := self._engine.register.get(KIND, _id(self._number + 1)):
            self._take(self._number + 1, _decoded(entry))

    def _take(self, number: int, anchor: Anchor | None) -> None:
        self._number = number
        if anchor is None:
            _log.error("anchor_unreadable", anchor=number)
            return
        self._last = anchor
        for head in anchor.heads:
            self._reached[head.case] = max(head.sequence, self._reached.get(head.case, 0))

    def _grown(self, end: int, thorough: bool) -> Iterable[Case]:
        """Cases that may have grown."""
        if thorough or self._last is None:
            return self._engine.cases.all()
        number, looked = self._looked
        if number == self._number:
            named = self._named(looked, end)
        else:
            after = self._last.position
            named = self._named(after, end) if self._is_covered(after) else None
        if named is None:
            _log.warning("every_case_read", reason="case-events does not reach back to the last anchor")
            return self._engine.cases.all()
        return self._stored(named)

    def _is_covered(self, position: int) -> bool:
        """Whether the record there is one that the anchors know: in a stream that was laid out anew, by a restored backup
        or after somebody deleted the topic, the same number stands for another one.
        """
        if position < 0:
            return True
        tail = self._engine.stream.tail(CASE_EVENTS.name, after=position - 1)
        try:
            for record in tail.poll(limit=1, wait=timedelta(0)):
                event = CASE_EVENTS.decode(record.value)
                return record.position == position and event.sequence <= self._reached.get(event.case_id, 0)
        except GiveUp:
            return False
        finally:
            tail.close()
        return False

    def _named(self, after: int, end: int) -> set[str] | None:
        """Cases with an event after this position, or None where a record between is not there any more."""
        if end < after:
            return None
        named: set[str] = set()
        tail = self._engine.stream.tail(CASE_EVENTS.name, after=after)
        try:
            while after < end:
                records = tail.poll(limit=PAGE, wait=timedelta(0))
                for record in records:
                    if record.position != after + 1:
                        return None
                    after = record.position
                    named.add(record.key)
                if not records:
                    return None
        finally:
            tail.close()
        return named

    def _stored(self, named: Iterable[str]) -> Iterator[Case]:
        for case_id in sorted(named):
            try:
                yield self._engine.cases.get(case_id)
            except CaseNotFound:
                _log.error("case_gone", case=case_id)

    def _is_new(self, head: Head) -> bool:
        return head.sequence > self._reached.get(head.case, 0)

    def _write(self, heads: list[Head], now: datetime, end: int) -> None:
        """In several anchors where they are many; only the last one says that ``end`` was reached."""
        position = self._last.position if self._last else -1
        for start in range(0, len(heads), MOST_HEADS):
            some = heads[start : start + MOST_HEADS]
            last = start + len(some) == len(heads)
            anchor = made(
                self._number + 1,
                now,
                some,
                previous=self._last.digest if self._last else NOTHING_BEFORE,
                position=end if last else position,
            )
            self._engine.register.put(KIND, _id(anchor.number), msgspec.json.encode(anchor), expect=0)
            self._take(anchor.number, anchor)


def _head(case: Case) -> Head:
    return Head(case=case.id, sequence=len(case.events), digest=chain.head(case.id, case.events))


def _id(number: int) -> str:
    return f"{number:012}"


def _decoded(entry: Entry) -> Anchor | None:
    try:
        return msgspec.json.decode(entry.value, type=Anchor)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
