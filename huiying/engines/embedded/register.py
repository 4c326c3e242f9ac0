"""The register in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from huiying.engines.embedded.database import Database
from huiying.errors import RevisionConflict
from huiying.ports import Entry


class EmbeddedRegister:
    def __init__(self, office: Database) -> None:
        self._office = office

    def get(self, kind: str, id: str) -> Entry | None:
        with self._office.read() as connection:
            return _entry(connection, kind, id)

    def put(self, kind: str, id: str, value: bytes, *, expect: int | None) -> Entry:
        def job(connection: sqlite3.Connection) -> Entry:
            stored = _entry(connection, kind, id)
            revision = stored.revision if stored else 0
            if expect is not None and expect != revision:
                raise RevisionConflict([id])
            entry = Entry(kind=kind, id=id, revision=revision + 1, value=value)
            connection.execute(
                "INSERT OR REPLACE INTO register (kind, id, revision, value) VALUES (?, ?, ?, ?)",
                (entry.kind, entry.id, entry.revision, entry.value),
            )
            return entry

        return self._office.write(job)

    def delete(self, kind: str, id: str) -> None:
        self._office.write(
            lambda connection: connection.execute(
                "DELETE FROM register WHERE kind = ? AND id = ?", (kind, id)
            )
        )

    def list(self, kind: str) -> Sequence[Entry]:
        with self._office.read() as connection:
            rows = connection.execute(
                "SELECT id, revision, value FROM register WHERE kind = ? ORDER BY id", (kind,)
            )
            return [Entry(kind=kind, id=id, revision=revision, value=value) for id, revision, value in rows]

    def all(self) -> Iterator[Entry]:
        with self._office.read() as connection:
            rows = connection.execute("SELECT kind, id, revision, value FROM register ORDER BY kind, id")
            return iter([Entry(kind=kind, id=id, revision=n, value=value) for kind, id, n, value in rows])

    def close(self) -> None:
        self._office.close()


def _entry(connection: sqlite3.Connection, kind: str, id: str) -> Entry | None:
    row = connection.execute(
        "SELECT revision, value FROM register WHERE kind = ? AND id = ?", (kind, id)
    ).fetchone()
    return Entry(kind=kind, id=id, revision=row[0], value=row[1]) if row else None
