"""An engine whose searches show the past until they are refreshed, as Elasticsearch does.

Writing and reading by id go straight to the real engine; ``search``, ``due`` and ``tally`` answer from a second one in
a temporary folder, which is given what was written only at :meth:`refresh`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from huiying import settings
from huiying.contracts import ArchiveLine, Case, Disposition, Erased, PostKey
from huiying.engines import open_engine
from huiying.errors import RevisionConflict
from huiying.ports import (
    CasePage,
    CaseQuery,
    CaseStore,
    Dimension,
    Engine,
    LinePage,
    LineQuery,
    Owed,
    PostArchive,
)


class _Past:
    """A real engine in a folder of its own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lagging-")
        self.engine = open_engine(settings.load(data=Path(self._folder.name), engine="embedded"))

    def close(self) -> None:
        self.engine.close()
        self._folder.cleanup()


class LaggingCaseStore:
    """What is saved through it is found only after a refresh; ``get`` and ``open_stories`` know it at once."""

    def __init__(self, real: CaseStore) -> None:
        self._real = real
        self.past = _Past()
        self._saved: list[Case] = []

    def refresh(self) -> None:
        """Let the searches see everything that has been saved so far."""
        saved, self._saved = self._saved, []
        for case in saved:
            self.past.engine.cases.save([case])

    def get(self, case_id: str) -> Case:
        return self._real.get(case_id)

    def several(self, case_ids: Collection[str]) -> Mapping[str, Case]:
        return self._real.several(case_ids)

    def save(self, cases: Sequence[Case]) -> None:
        try:
            self._real.save(cases)
        except RevisionConflict as conflict:
            self._saved += [case for case in cases if case.id not in conflict.ids]
            raise
        self._saved += cases

    def open_stories(self, jurisdiction: str, *, since: datetime) -> Iterator[Case]:
        return self._real.open_stories(jurisdiction, since=since)

    def all(self) -> Iterator[Case]:
        return self._real.all()

    def search(self, query: CaseQuery) -> CasePage:
        return self.past.engine.cases.search(query)

    def due(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[Case]:
        return self.past.engine.cases.due(owed, until=until, limit=limit)

    def due_ids(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[str]:
        return self.past.engine.cases.due_ids(owed, until=until, limit=limit)

    def tally(self, query: CaseQuery, *, by: Dimension) -> Mapping[str, int]:
        return self.past.engine.cases.tally(query, by=by)

    def close(self) -> None:
        self.past.close()
        self._real.close()


class LaggingArchive:
    """What is put through it is found only after a refresh; ``get``, ``versions`` and ``keys`` know it at once."""

    def __init__(self, real: PostArchive) -> None:
        self._real = real
        self.past = _Past()
        self._lines: list[ArchiveLine] = []
        self._admitted: list[ArchiveLine] = []
        self._moved: list[tuple[tuple[str, ...], str]] = []
        self._blanked: list[tuple[tuple[PostKey, ...], Erased]] = []
        self._unquoted: list[str] = []

    def refresh(self) -> None:
        """Let the searches see everything that has been put so far."""
        lines, self._lines = self._lines, []
        self.past.engine.archive.put(lines)
        admitted, self._admitted = self._admitted, []
        self.past.engine.archive.admit(admitted)
        moved, self._moved = self._moved, []
        for posts, case_id in moved:
            self.past.engine.archive.rehome(posts, case_id=case_id)
        blanked, self._blanked = self._blanked, []
        for keys, erased in blanked:
            self.past.engine.archive.blank(keys, erased=erased)
        unquoted, self._unquoted = self._unquoted, []
        self.past.engine.archive.unquote(unquoted)

    def put(self, lines: Sequence[ArchiveLine]) -> None:
        self._real.put(lines)
        self._lines += lines

    def get(self, keys: Sequence[PostKey]) -> Mapping[PostKey, ArchiveLine]:
        return self._real.get(keys)

    def at(self, addresses: Collection[str]) -> Sequence[ArchiveLine]:
        return self._real.at(addresses)

    def versions(self, post_ids: Collection[str]) -> Mapping[str, Sequence[ArchiveLine]]:
        return self._real.versions(post_ids)

    def keys(self) -> Iterator[tuple[PostKey, Disposition]]:
        return self._real.keys()

    def of_cases(self, cases: Collection[str]) -> Iterator[ArchiveLine]:
        return self._real.of_cases(cases)

    def rehome(self, posts: Collection[str], *, case_id: str) -> None:
        self._real.rehome(posts, case_id=case_id)
        self._moved.append((tuple(posts), case_id))

    def blank(self, keys: Collection[PostKey], *, erased: Erased) -> int:
        self._blanked.append((tuple(keys), erased))
        return self._real.blank(keys, erased=erased)

    def unquote(self, posts: Collection[str]) -> None:
        self._unquoted += posts
        self._real.unquote(posts)

    def wipe(self) -> None:
        self._real.wipe()

    def all(self) -> Iterator[ArchiveLine]:
        return self._real.all()

    def answering(self, posts: Collection[str], *, limit: int, complete: bool) -> Sequence[ArchiveLine]:
        asked = self._real if complete else self.past.engine.archive
        return asked.answering(posts, limit=limit, complete=complete)

    def admit(self, lines: Sequence[ArchiveLine]) -> None:
        self._real.admit(lines)
        self._admitted += lines

    def exhume(self, keys: Collection[PostKey]) -> int:
        self.past.engine.archive.exhume(keys)
        return self._real.exhume(keys)

    def search(self, query: LineQuery) -> LinePage:
        return self.past.engine.archive.search(query)

    def tally(
        self, *, since: datetime | None = None, parties: frozenset[str] = frozenset()
    ) -> Mapping[Disposition, int]:
        return self.past.engine.archive.tally(since=since, parties=parties)

    def hourly(
        self, *, since: datetime, parties: frozenset[str] = frozenset()
    ) -> Mapping[tuple[str, str], int]:
        return self.past.engine.archive.hourly(since=since, parties=parties)

    def purge(self, *, before: datetime, dispositions: frozenset[Disposition]) -> int:
        self.past.engine.archive.purge(before=before, dispositions=dispositions)
        return self._real.purge(before=before, dispositions=dispositions)

    def close(self) -> None:
        self.past.close()
        self._real.close()


@dataclass(frozen=True)
class Lagging:
    """An engine whose searches trail, and the way to let them catch up."""

    engine: Engine
    cases: LaggingCaseStore
    archive: LaggingArchive

    def refresh(self) -> None:
        self.cases.refresh()
        self.archive.refresh()


@contextmanager
def lagging(engine: Engine) -> Iterator[Lagging]:
    """The same engine with searches that trail. It stays open: whoever opened it closes it."""
    cases, archive = LaggingCaseStore(engine.cases), LaggingArchive(engine.archive)
    try:
        yield Lagging(replace(engine, cases=cases, archive=archive), cases, archive)
    finally:
        cases.past.close()
        archive.past.close()
