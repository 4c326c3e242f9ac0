"""Who reads a topic: the members of a group, of whom one works, and tails, which all see everything.

A group's one partition belongs to the member that holds a file lock.  The kernel gives it up when its holder dies, so
the next member, in this process or another, takes over without anybody deciding so.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from huiying.engines.filelock import FileLock
from huiying.ports import Batch, Record

STAND_BY_SECONDS = 0.025
"""How often a waiting member looks whether the partition is free."""


class Positions(Protocol):
    """What a reader needs of the stream, by position."""

    def next_records(self, topic: str, start: int, limit: int, wait: timedelta) -> tuple[Record, ...]: ...

    def committed(self, topic: str, group: str) -> int: ...

    def commit(self, topic: str, group: str, following: int) -> None: ...

    def lag(self, topic: str, *, group: str) -> int: ...


class EmbeddedTail:
    def __init__(self, stream: Positions, topic: str, start: int) -> None:
        self._stream = stream
        self._topic = topic
        self._next = start

    def poll(self, *, limit: int, wait: timedelta) -> Sequence[Record]:
        records = self._stream.next_records(self._topic, self._next, limit, wait)
        if records:
            self._next = records[-1].position + 1
        return records

    def close(self) -> None:
        """A tail holds nothing."""


class EmbeddedSubscription:
    def __init__(self, stream: Positions, topic: str, group: str, lock: Path) -> None:
        self._stream = stream
        self._topic = topic
        self._group = group
        self._lock = FileLock(lock)
        self._next: int | None = None
        """None: where the group stands must be asked first."""
        self._reassigned = True
        """To be told with the next batch."""

    def poll(self, *, limit: int, wait: timedelta) -> Batch:
        patience = time.monotonic() + wait.total_seconds()
        records = self._records(limit, patience) if self._own(patience) else ()
        batch = Batch(records=records, reassigned=self._reassigned)
        self._reassigned = False
        return batch

    def commit(self, batch: Batch) -> None:
        if batch.records:
            self._stream.commit(self._topic, self._group, batch.records[-1].position + 1)

    def rewind(self) -> None:
        self._next = None

    def lag(self) -> int:
        return self._stream.lag(self._topic, group=self._group)

    def close(self) -> None:
        self._lock.release()

    def _own(self, patience: float) -> bool:
        """Whether the partition is ours; stands by until ``patience`` while it is another's."""
        if self._lock.held:
            return True
        while not self._lock.take():
            left = patience - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, STAND_BY_SECONDS))
        self._reassigned = True
        return True

    def _records(self, limit: int, patience: float) -> tuple[Record, ...]:
        if self._next is None:
            self._next = self._stream.committed(self._topic, self._group)
        left = timedelta(seconds=max(0.0, patience - time.monotonic()))
        records = self._stream.next_records(self._topic, self._next, limit, left)
        if records:
            self._next = records[-1].position + 1
        return records
