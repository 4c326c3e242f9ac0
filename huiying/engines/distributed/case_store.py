"""The case store in Elasticsearch: ``Case.revision`` is the external version of its document."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from huiying.contracts import Case
from huiying.engines import cursor
from huiying.engines.distributed import documents, queries
from huiying.engines.distributed.bulk import Outcome, Write
from huiying.engines.distributed.faults import MISSING
from huiying.engines.distributed.layout import CASES, Layout
from huiying.engines.distributed.link import Link
from huiying.errors import CaseNotFound, RevisionConflict, TryAgain
from huiying.ports import CasePage, CaseQuery, Dimension, Owed


class DistributedCaseStore:
    def __init__(self, link: Link, layout: Layout) -> None:
        self._link = link
        self._cases = layout.alias(CASES)

    def get(self, case_id: str) -> Case:
        [found] = self._link.read([(self._cases, documents.name(case_id))], only=["doc"])
        if found is None:
            raise CaseNotFound(case_id)
        return documents.case(found.source["doc"])

    def several(self, case_ids: Collection[str]) -> Mapping[str, Case]:
        wanted = list(case_ids)
        there = self._link.read([(self._cases, documents.name(id)) for id in wanted], only=["doc"])
        return {
            id: documents.case(found.source["doc"])
            for id, found in zip(wanted, there, strict=True)
            if found is not None
        }

    def save(self, cases: Sequence[Case]) -> None:
        outcomes = self._link.write([self._write(case) for case in cases])
        if Outcome.NO_INDEX in outcomes:
            raise TryAgain(MISSING)
        conflicts = [
            case.id for case, outcome in zip(cases, outcomes, strict=True) if outcome is Outcome.CONFLICT
        ]
        if conflicts:
            raise RevisionConflict(conflicts)

    def open_stories(self, jurisdiction: str, *, since: datetime) -> Iterator[Case]:
        self._link.refresh(self._cases)
        pages = self._link.pages(self._cases, queries.open_stories(jurisdiction, since))
        return (_case(row) for page in pages for row in page)

    def all(self) -> Iterator[Case]:
        self._link.refresh(self._cases)
        return (_case(row) for page in self._link.pages(self._cases, queries.every_case()) for row in page)

    def search(self, query: CaseQuery) -> CasePage:
        after = cursor.read(query.after, order=query.order)
        found = self._link.search(self._cases, queries.cases(query, after))
        shown = found.rows[: query.limit]
        following = ""
        if len(found.rows) > len(shown) > 0:
            value, id = shown[-1]["sort"]
            following = cursor.write(cursor.Cursor(query.order, value, (id,)))
        return CasePage(cases=tuple(_case(row) for row in shown), total=found.total, next=following)

    def due(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[Case]:
        found = self._link.search(self._cases, queries.due(owed, until, limit))
        return [_case(row) for row in found.rows]

    def due_ids(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[str]:
        found = self._link.search(self._cases, queries.due_ids(owed, until, limit))
        return [row["fields"]["id"][0] for row in found.rows]

    def tally(self, query: CaseQuery, *, by: Dimension) -> Mapping[str, int]:
        buckets = self._link.buckets(self._cases, lambda after: queries.case_tally(query, by, after))
        return {key: count for (key,), count in buckets}

    def now(self) -> datetime:
        """What time it is where the cases are kept. Raises TryAgain."""
        return self._link.now()

    def close(self) -> None:
        self._link.close()

    def _write(self, case: Case) -> Write:
        return Write(
            action="index",
            index=self._cases,
            id=documents.name(case.id),
            source=documents.encode(documents.of_case(case)),
            version=case.revision,
        )


def _case(row: Mapping[str, Any]) -> Case:
    return documents.case(row["_source"]["doc"])
