"""The stream in SQLite: topics of one partition, whatever they ask for.

Any process may publish: a record's place is taken in the transaction that writes it.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from huiying.codec import clean, micros
from huiying.engines.embedded.database import Database
from huiying.engines.embedded.readers import EmbeddedSubscription, EmbeddedTail
from huiying.ports import Record, Size, Subscription, Tail

SHIFT = 40
"""Bits of a record's id that hold its position; those above hold the topic."""
PAGE = 500
"""Records read at a time by a scan: no long read transaction, no big list."""
LOOK_AGAIN_SECONDS = 0.025
"""How often a waiting reader looks for what other processes published; this process wakes it at once."""
PURGE_AT_ONCE = 2_000


class EmbeddedStream:
    def __init__(self, folder: Path, *, reading: bool = False) -> None:
        self._records = Database(folder / "stream.db", schema="stream", reading=reading)
        try:
            self._offsets = Database(folder / "offsets.db", schema="offsets", reading=reading)
        except BaseException:
            self._records.close()
            raise
        self._groups = folder / "groups"
        self._arrived = threading.Condition()
        self._arrivals = 0

    def publish(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        if not records:
            return
        # The stream's own stamp, for retention alone; nothing else in the house looks at it.
        stamp = time.time_ns() // 1000
        rows = [(stamp, clean(key), value) for key, value in records]

        def job(connection: sqlite3.Connection) -> None:
            first = _take_positions(connection, topic, len(rows))
            connection.executemany(
                "INSERT INTO records (id, published_at, key, value) VALUES (?, ?, ?, ?)",
                ((first + i, *row) for i, row in enumerate(rows)),
            )

        self._records.write(job)
        with self._arrived:
            self._arrivals += 1
            self._arrived.notify_all()

    def subscribe(self, topic: str, *, group: str) -> Subscription:
        return EmbeddedSubscription(self, topic, group, self._lock_path(topic, group))

    def tail(self, topic: str, *, after: int | None) -> Tail:
        return EmbeddedTail(self, topic, 0 if after is None else after + 1)

    def end(self, topic: str) -> int:
        return self._extent(topic)[1] - 1

    def scan(self, topic: str) -> Iterator[Record]:
        first, end = self._extent(topic)
        return self._pages(topic, first, end)

    def backlog(self, topic: str, *, group: str) -> Iterator[Record]:
        start = self.committed(topic, group)
        first, end = self._extent(topic)
        return self._pages(topic, max(first, start), end)

    def lag(self, topic: str, *, group: str) -> int:
        # The offset first: a commit in between makes the answer too high for a moment, never negative.
        start = self.committed(topic, group)
        first, end = self._extent(topic)
        return max(0, end - max(first, start))

    def oldest(self, topic: str, *, group: str) -> datetime | None:
        start = self.committed(topic, group)
        with self._records.read() as connection:
            row = connection.execute("SELECT id, next FROM topics WHERE name = ?", (topic,)).fetchone()
            if row is None:
                return None
            low = row[0] << SHIFT
            found = connection.execute(
                "SELECT published_at FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT 1",
                (low + start, low + row[1]),
            ).fetchone()
        return datetime.fromtimestamp(found[0] / 1_000_000, UTC) if found else None

    def size(self, topic: str) -> Size:
        first, end = self._extent(topic)
        return Size(ever=end, kept=end - first)

    def purge(self, topic: str, *, before: datetime) -> int:
        dropped = 0
        while count := self._records.write(lambda connection: _drop(connection, topic, micros(before))):
            dropped += count
        return dropped

    def close(self) -> None:
        self._records.close()
        self._offsets.close()

    # ------------------------------------------------------------- for subscriptions and tails

    def next_records(self, topic: str, start: int, limit: int, wait: timedelta) -> tuple[Record, ...]:
        """Records from position ``start``; waits for the first one."""
        patience = time.monotonic() + wait.total_seconds()
        while True:
            seen = self._arrivals
            if records := self._read(topic, start, limit):
                return records
            left = patience - time.monotonic()
            if left <= 0:
                return ()
            with self._arrived:
                if seen == self._arrivals:
                    self._arrived.wait(min(left, LOOK_AGAIN_SECONDS))

    def committed(self, topic: str, group: str) -> int:
        """Position of the first record that the group has not committed."""
        with self._offsets.read() as connection:
            row = connection.execute(
                "SELECT next FROM offsets WHERE topic = ? AND grp = ?", (topic, group)
            ).fetchone()
        return int(row[0]) if row else 0

    def commit(self, topic: str, group: str, following: int) -> None:
        """Everything before position ``following`` is done; never goes back."""
        self._offsets.write(
            lambda connection: connection.execute(
                "INSERT INTO offsets (topic, grp, next) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET next = excluded.next WHERE excluded.next > next",
                (topic, group, following),
            )
        )

    # ---------------------------------------------------------------------------------- inside

    def _lock_path(self, topic: str, group: str) -> Path:
        return self._groups / f"{quote(topic, safe='')}.{quote(group, safe='')}.lock"

    def _extent(self, topic: str) -> tuple[int, int]:
        """Positions of the first record that is kept and of the next one to come."""
        with self._records.read() as connection:
            row = connection.execute("SELECT id, next FROM topics WHERE name = ?", (topic,)).fetchone()
            if row is None:
                return 0, 0
            low = row[0] << SHIFT
            (first,) = connection.execute(
                "SELECT min(id) FROM records WHERE id >= ? AND id < ?", (low, low + row[1])
            ).fetchone()
        return (row[1] if first is None else first - low), row[1]

    def _read(self, topic: str, start: int, limit: int, end: int | None = None) -> tuple[Record, ...]:
        with self._records.read() as connection:
            row = connection.execute("SELECT id, next FROM topics WHERE name = ?", (topic,)).fetchone()
            if row is None or start >= row[1]:
                return ()
            low = row[0] << SHIFT
            rows = connection.execute(
                "SELECT id, key, value FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
                (low + start, low + (row[1] if end is None else end), limit),
            ).fetchall()
        return tuple(
            Record(topic=topic, partition=0, position=id - low, key=key, value=value)
            for id, key, value in rows
        )

    def _pages(self, topic: str, start: int, end: int) -> Iterator[Record]:
        while page := self._read(topic, start, PAGE, end):
            yield from page
            start = page[-1].position + 1


def _take_positions(connection: sqlite3.Connection, topic: str, count: int) -> int:
    """The id of the first of ``count`` new records."""
    id, following = connection.execute(
        "INSERT INTO topics (name, next) VALUES (?, ?) "
        "ON CONFLICT DO UPDATE SET next = next + excluded.next RETURNING id, next",
        (topic, count),
    ).fetchone()
    return int((id << SHIFT) + following - count)


def _drop(connection: sqlite3.Connection, topic: str, before: int) -> int:
    """Drop some of the oldest records, always a stretch from the beginning: positions stay without gaps."""
    row = connection.execute("SELECT id, next FROM topics WHERE name = ?", (topic,)).fetchone()
    if row is None:
        return 0
    low = row[0] << SHIFT
    stamps = connection.execute(
        "SELECT id, published_at FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
        (low, low + row[1], PURGE_AT_ONCE),
    )
    last = None
    for id, published_at in stamps:
        if published_at >= before:
            break
        last = id
    if last is None:
        return 0
    return connection.execute("DELETE FROM records WHERE id >= ? AND id <= ?", (low, last)).rowcount
