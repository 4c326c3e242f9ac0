"""The register in Elasticsearch: compare-and-put by the sequence number of what was read."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from huiying.engines.distributed import documents, queries
from huiying.engines.distributed.bulk import PAUSES, Outcome, Write
from huiying.engines.distributed.faults import MISSING
from huiying.engines.distributed.layout import REGISTER, Layout
from huiying.engines.distributed.link import Body, Found, Link
from huiying.errors import RevisionConflict, TryAgain
from huiying.ports import Entry


class DistributedRegister:
    def __init__(self, link: Link, layout: Layout) -> None:
        self._link = link
        self._index = layout.alias(REGISTER)

    def get(self, kind: str, id: str) -> Entry | None:
        found = self._found(kind, id)
        return (
            None
            if found is None
            else Entry(
                kind=kind, id=id, revision=found.source["revision"], value=documents.value(found.source)
            )
        )

    def put(self, kind: str, id: str, value: bytes, *, expect: int | None) -> Entry:
        for seconds in (0.0, *PAUSES):
            time.sleep(seconds)
            found = self._found(kind, id)
            revision = found.source["revision"] if found else 0
            if expect is not None and expect != revision:
                raise RevisionConflict([id])
            entry = Entry(kind=kind, id=id, revision=revision + 1, value=value)
            [outcome] = self._link.write([self._write(entry, found)])
            if outcome is Outcome.DONE:
                return entry
            if outcome is Outcome.NO_INDEX:
                raise TryAgain(MISSING)
        raise TryAgain(f"登记项 {kind} 同时被多处改写，稍后自动重试")

    def delete(self, kind: str, id: str) -> None:
        [outcome] = self._link.write([Write(action="delete", index=self._index, id=documents.name(kind, id))])
        if outcome is Outcome.NO_INDEX:
            raise TryAgain(MISSING)

    def list(self, kind: str) -> Sequence[Entry]:
        return [*self._entries(queries.register_of(kind))]

    def all(self) -> Iterator[Entry]:
        return self._entries(queries.every_entry())

    def close(self) -> None:
        self._link.close()

    def _entries(self, body: Body) -> Iterator[Entry]:
        self._link.refresh(self._index)
        return (
            Entry(
                kind=row["_source"]["kind"],
                id=row["_source"]["id"],
                revision=row["_source"]["revision"],
                value=documents.value(row["_source"]),
            )
            for page in self._link.pages(self._index, body)
            for row in page
        )

    def _found(self, kind: str, id: str) -> Found | None:
        [found] = self._link.read([(self._index, documents.name(kind, id))])
        return found

    def _write(self, entry: Entry, found: Found | None) -> Write:
        id = documents.name(entry.kind, entry.id)
        source = documents.encode(documents.of_entry(entry.kind, entry.id, entry.revision, entry.value))
        if found is None:
            return Write(action="create", index=self._index, id=id, source=source)
        return Write(action="index", index=found.index, id=id, source=source, seen=found.seen)
