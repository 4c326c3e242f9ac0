"""An engine whose searches are looked at once they show what was written.

That they may trail is held against every engine by the contracts; what a stage must bear of it is what the tests with
:mod:`tests.lagging` are about.  All other tests of stages and pages ask right after they have written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from huiying.contracts import Case, Disposition
from huiying.engines import open_engine
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
from huiying.settings import Settings
from tests import indices


class PromptCaseStore:
    """A case store that catches up before it answers."""

    def __init__(self, real: CaseStore, catch_up: Callable[[], None]) -> None:
        self._real = real
        self._catch_up = catch_up
        self.get, self.save, self.open_stories, self.all = real.get, real.save, real.open_stories, real.all
        self.close = real.close

    def search(self, query: CaseQuery) -> CasePage:
        self._catch_up()
        return self._real.search(query)

    def due(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[Case]:
        self._catch_up()
        return self._real.due(owed, until=until, limit=limit)

    def tally(self, query: CaseQuery, *, by: Dimension) -> Mapping[str, int]:
        self._catch_up()
        return self._real.tally(query, by=by)


class PromptArchive:
    """A post archive that catches up before it answers."""

    def __init__(self, real: PostArchive, catch_up: Callable[[], None]) -> None:
        self._real = real
        self._catch_up = catch_up
        self.put, self.get, self.versions, self.of_cases = real.put, real.get, real.versions, real.of_cases
        self.rehome, self.exhume, self.keys, self.all = real.rehome, real.exhume, real.keys, real.all
        self.purge, self.close = real.purge, real.close

    def search(self, query: LineQuery) -> LinePage:
        self._catch_up()
        return self._real.search(query)

    def tally(self, *, since: datetime | None = None) -> Mapping[Disposition, int]:
        self._catch_up()
        return self._real.tally(since=since)

    def hourly(self, *, since: datetime) -> Mapping[tuple[str, str], int]:
        self._catch_up()
        return self._real.hourly(since=since)


@contextmanager
def prompt(settings: Settings) -> Iterator[Engine]:
    """The engine of these settings, opened."""
    opened = open_engine(settings)
    try:
        if settings.engine == "embedded":
            yield opened
        else:
            with indices.catching_up(settings) as catch_up:
                yield replace(
                    opened,
                    cases=PromptCaseStore(opened.cases, catch_up),
                    archive=PromptArchive(opened.archive, catch_up),
                )
    finally:
        opened.close()
