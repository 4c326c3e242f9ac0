"""Passes on at once which cases owe events, from whoever saves them to the courier of the same process.

A hint and no more: it ends with the process, and what other processes save is not in it.  ``due`` finds all of that, but a
search may trail by a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from huiying.contracts import Case
from huiying.errors import RevisionConflict
from huiying.ports import CasePage, CaseQuery, CaseStore, Dimension, Owed

MOST = 5_000
"""Ids that are kept for a courier that does not come; ``due`` has the others."""


@dataclass(eq=False)
class Owing:
    """Ids of cases that were just saved with events to publish, each once, in that order."""

    _ids: dict[str, None] = field(default_factory=dict)
    _some: threading.Condition = field(default_factory=threading.Condition)

    def tell(self, cases: Sequence[Case]) -> None:
        owing = [case.id for case in cases if case.next_event_at is not None]
        if not owing:
            return
        with self._some:
            self._ids.update(dict.fromkeys(owing[: MOST - len(self._ids)]))
            self._some.notify()

    def take(self, wait: timedelta) -> list[str]:
        """All of them, and forget them; waits for the first one."""
        with self._some:
            self._some.wait_for(lambda: bool(self._ids), timeout=wait.total_seconds())
            taken = list(self._ids)
            self._ids.clear()
        return taken


@dataclass(frozen=True, slots=True)
class TellingCases:
    """A case store that tells ``tell`` of what was saved in it."""

    cases: CaseStore
    tell: Callable[[Sequence[Case]], None]

    def save(self, cases: Sequence[Case]) -> None:
        try:
            self.cases.save(cases)
        except RevisionConflict as conflict:
            self.tell([case for case in cases if case.id not in conflict.ids])
            raise
        self.tell(cases)

    def get(self, case_id: str) -> Case:
        return self.cases.get(case_id)

    def several(self, case_ids: Collection[str]) -> Mapping[str, Case]:
        return self.cases.several(case_ids)

    def open_stories(self, jurisdiction: str, *, since: datetime) -> Iterator[Case]:
        return self.cases.open_stories(jurisdiction, since=since)

    def all(self) -> Iterator[Case]:
        return self.cases.all()

    def search(self, query: CaseQuery) -> CasePage:
        return self.cases.search(query)

    def due(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[Case]:
        return self.cases.due(owed, until=until, limit=limit)

    def due_ids(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[str]:
        return self.cases.due_ids(owed, until=until, limit=limit)

    def tally(self, query: CaseQuery, *, by: Dimension) -> Mapping[str, int]:
        return self.cases.tally(query, by=by)

    def close(self) -> None:
        self.cases.close()
