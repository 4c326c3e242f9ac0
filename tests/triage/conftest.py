"""The engine of triage's tests: its searches are looked at once they show what was written.

That they may trail, and what the stage must bear of it, is what the tests with :mod:`tests.lagging` are about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from huiying.contracts import Case
from huiying.engines import open_engine
from huiying.ports import CasePage, CaseQuery, CaseStore, Dimension, Engine, Owed
from huiying.settings import Settings
from tests import indices


class Prompt:
    """A case store that catches up before it answers."""

    def __init__(self, real: CaseStore, catch_up: Callable[[], None]) -> None:
        self._real = real
        self._catch_up = catch_up
        self.get, self.save = real.get, real.save
        self.open_stories, self.all = real.open_stories, real.all
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


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    opened = open_engine(settings)
    if settings.engine == "embedded":
        yield opened
    else:
        with indices.catching_up(settings) as catch_up:
            yield replace(opened, cases=Prompt(opened.cases, catch_up))
    opened.close()
