"""The case store in SQLite: the document as it was saved, and beside it what is searched and sorted by."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from huiying import casefile, codec
from huiying.contracts import ENDED_STATES, OPEN_STATES, Case, ClockState
from huiying.engines import bigrams, cursor
from huiying.engines.embedded.conditions import PARTY, Conditions
from huiying.engines.embedded.database import Database
from huiying.engines.embedded.words import match
from huiying.errors import CaseNotFound, RevisionConflict
from huiying.ports import CasePage, CaseQuery, Dimension, Order, Owed

NEVER = 1 << 62
"""Due time of a case without a running clock: it sorts last."""
PAGE = 100
AT_ONCE = 500
"""Ids of one look-up."""

_SORT = {
    Order.NEWEST: ("detected_at", "DESC"),
    Order.ACTIVE: ("last_post_at", "DESC"),
    Order.NEXT_DUE: ("next_due", "ASC"),
    Order.PUBLISHED: ("published_at", "DESC"),
}
_COLUMN = {
    Dimension.STATE: "state",
    Dimension.LEVEL: "level",
    Dimension.TOPIC: "topic",
    Dimension.CITY: "city",
    Dimension.LEAD: "unit",
}
_AWAITS = "turn:"
_OWED = {Owed.RUNG: "next_rung_at", Owed.SENDING: "next_send_at", Owed.EVENT: "next_event_at"}
_FACTS = (
    "id", "revision", "jurisdiction", "state", "level", "topic", "city", "unit", "detected_at", "last_post_at",
    "next_due", "next_rung_at", "next_send_at", "next_event_at", "published_at", "handled_as",
)  # fmt: skip
_INSERT = f"INSERT INTO cases ({', '.join(_FACTS)}) VALUES ({', '.join('?' * len(_FACTS))})"  # noqa: S608
_UPDATE = f"UPDATE cases SET {', '.join(f'{fact} = ?' for fact in _FACTS)} WHERE n = ?"  # noqa: S608


class EmbeddedCaseStore:
    def __init__(self, office: Database) -> None:
        self._office = office

    def get(self, case_id: str) -> Case:
        with self._office.read() as connection:
            row = connection.execute(
                "SELECT doc FROM case_documents WHERE n = (SELECT n FROM cases WHERE id = ?)", (case_id,)
            ).fetchone()
        if row is None:
            raise CaseNotFound(case_id)
        return casefile.decode(row[0])

    def several(self, case_ids: Collection[str]) -> Mapping[str, Case]:
        wanted = list(case_ids)
        found: dict[str, Case] = {}
        for start in range(0, len(wanted), AT_ONCE):
            where = Conditions()
            where.any_of("id", wanted[start : start + AT_ONCE])
            with self._office.read() as connection:
                rows = connection.execute(
                    f"SELECT id, doc FROM cases JOIN case_documents USING (n){where}",  # noqa: S608
                    where.values,
                ).fetchall()
            found |= {id: casefile.decode(doc) for id, doc in rows}
        return found

    def save(self, cases: Sequence[Case]) -> None:
        rows = [_Row(case) for case in cases]
        conflicts = self._office.write(
            lambda connection: [row.facts[0] for row in rows if not row.store(connection)]
        )
        if conflicts:
            raise RevisionConflict(conflicts)

    def open_stories(self, jurisdiction: str, *, since: datetime) -> Iterator[Case]:
        where = Conditions()
        where.add("jurisdiction = ?", jurisdiction)
        still, ended = sorted(OPEN_STATES), sorted(ENDED_STATES)
        where.add(
            f"(state IN ({', '.join('?' * len(still))}) "
            f"OR (state IN ({', '.join('?' * len(ended))}) AND last_post_at > ?))",
            *still,
            *ended,
            codec.micros(since),
        )
        with self._office.read() as connection:
            found = [n for (n,) in connection.execute(f"SELECT n FROM cases{where} ORDER BY n", where.values)]  # noqa: S608
        return self._documents(found)

    def all(self) -> Iterator[Case]:
        with self._office.read() as connection:
            found = [n for (n,) in connection.execute("SELECT n FROM cases ORDER BY detected_at, n")]
        return self._documents(found, order="detected_at, n")

    def search(self, query: CaseQuery) -> CasePage:
        where = _conditions(query)
        column, direction = _SORT[query.order]
        with self._office.read() as connection:
            (total,) = connection.execute(f"SELECT count(*) FROM cases{where}", where.values).fetchone()  # noqa: S608
            after = cursor.read(query.after, order=query.order)
            if after:
                where.add(
                    f"({column}, n) {'<' if direction == 'DESC' else '>'} (?, ?)", after.value, after.tie
                )
            rows = connection.execute(
                f"SELECT f.{column}, f.n, d.doc FROM "  # noqa: S608
                f"(SELECT {column}, n FROM cases{where} ORDER BY {column} {direction}, n {direction} LIMIT ?) f "
                f"JOIN case_documents d USING (n) ORDER BY f.{column} {direction}, f.n {direction}",
                (*where.values, query.limit + 1),
            ).fetchall()
        shown = rows[: query.limit]
        following = ""
        if len(rows) > len(shown) > 0:
            following = cursor.write(cursor.Cursor(query.order, shown[-1][0], shown[-1][1]))
        return CasePage(cases=tuple(casefile.decode(row[2]) for row in shown), total=total, next=following)

    def due(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[Case]:
        column = _OWED[owed]
        with self._office.read() as connection:
            rows = connection.execute(
                f"SELECT d.doc FROM (SELECT n, {column} FROM cases WHERE {column} <= ? ORDER BY {column}, n LIMIT ?) f "  # noqa: S608
                f"JOIN case_documents d USING (n) ORDER BY f.{column}, f.n",
                (codec.micros(until), limit),
            ).fetchall()
        return [casefile.decode(doc) for (doc,) in rows]

    def due_ids(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[str]:
        column = _OWED[owed]
        with self._office.read() as connection:
            return [
                id
                for (id,) in connection.execute(
                    f"SELECT id FROM cases WHERE {column} <= ? ORDER BY {column}, n LIMIT ?",  # noqa: S608
                    (codec.micros(until), limit),
                )
            ]

    def tally(self, query: CaseQuery, *, by: Dimension) -> Mapping[str, int]:
        where = _conditions(query)
        column = _COLUMN[by]
        with self._office.read() as connection:
            return dict(
                connection.execute(
                    f"SELECT {column}, count(*) FROM cases{where} GROUP BY {column}",  # noqa: S608
                    where.values,
                ).fetchall()
            )

    def close(self) -> None:
        self._office.close()

    def _documents(self, found: Sequence[int], *, order: str = "n") -> Iterator[Case]:
        for start in range(0, len(found), PAGE):
            where = Conditions()
            where.any_of("n", found[start : start + PAGE])
            with self._office.read() as connection:
                rows = connection.execute(
                    f"SELECT doc FROM cases JOIN case_documents USING (n){where} ORDER BY {order}",  # noqa: S608
                    where.values,
                ).fetchall()
            yield from (casefile.decode(doc) for (doc,) in rows)


class _Row:
    """A case, made ready outside the writing thread."""

    def __init__(self, case: Case) -> None:
        self.facts = _facts(case)
        self.tags = _tags(case)
        self.texts = (codec.clean(case.title), codec.clean(case.lead))
        self.doc = casefile.encode(case)

    def store(self, connection: sqlite3.Connection) -> bool:
        """False where what is stored is as new or newer."""
        stored = connection.execute("SELECT n, revision FROM cases WHERE id = ?", (self.facts[0],)).fetchone()
        if stored is None:
            n = connection.execute(_INSERT, self.facts).lastrowid
            connection.execute(
                "INSERT INTO case_documents (n, title, lead, doc) VALUES (?, ?, ?, ?)",
                (n, *self.texts, self.doc),
            )
            _index(connection, n, self.texts)
            self._tag(connection, n)
            return True
        n, revision = stored
        if revision >= self.facts[1]:
            return False
        connection.execute(_UPDATE, (*self.facts, n))
        before = connection.execute("SELECT title, lead FROM case_documents WHERE n = ?", (n,)).fetchone()
        if before != self.texts:
            _unindex(connection, n, before)
            _index(connection, n, self.texts)
        connection.execute(
            "UPDATE case_documents SET title = ?, lead = ?, doc = ? WHERE n = ?", (*self.texts, self.doc, n)
        )
        self._tag(connection, n)
        return True

    def _tag(self, connection: sqlite3.Connection, n: int | None) -> None:
        known = {tag for (tag,) in connection.execute("SELECT tag FROM case_tags WHERE n = ?", (n,))}
        if known != self.tags:
            connection.execute("DELETE FROM case_tags WHERE n = ?", (n,))
            connection.executemany(
                "INSERT INTO case_tags (tag, n) VALUES (?, ?)", [(tag, n) for tag in sorted(self.tags)]
            )


def _index(connection: sqlite3.Connection, n: int | None, texts: tuple[str, str]) -> None:
    connection.execute(
        "INSERT INTO case_words (rowid, title, lead) VALUES (?, ?, ?)",
        (n, bigrams.cut(texts[0]), bigrams.cut(texts[1])),
    )


def _unindex(connection: sqlite3.Connection, n: int, texts: tuple[str, str]) -> None:
    connection.execute(
        "INSERT INTO case_words (case_words, rowid, title, lead) VALUES ('delete', ?, ?, ?)",
        (n, bigrams.cut(texts[0]), bigrams.cut(texts[1])),
    )


def _facts(case: Case) -> tuple[Any, ...]:
    return (
        case.id,
        case.revision,
        case.jurisdiction,
        case.state,
        case.severity.level,
        case.topic,
        codec.clean(case.place.city),
        case.route.lead,
        codec.micros(case.detected_at),
        codec.micros(case.last_post_at),
        _next_due(case),
        *(
            None if at is None else codec.micros(at)
            for at in (case.next_rung_at, case.next_send_at, case.next_event_at, case.published_at)
        ),
        case.assessment.category if case.assessment else "",
    )


def _tags(case: Case) -> frozenset[str]:
    """What a case is found by of which it may have several: who has part in it, whose turn it is."""
    parties = (PARTY + unit for unit in (case.route.lead, *case.route.assist))
    return frozenset((*parties, *(_AWAITS + turn for turn in case.awaits)))


def _next_due(case: Case) -> int:
    running = (codec.micros(clock.due_at) for clock in case.clocks if clock.state is ClockState.RUNNING)
    return min(running, default=NEVER)


def _conditions(query: CaseQuery) -> Conditions:
    where = Conditions()
    where.any_of("state", query.states)
    where.any_of("level", query.levels)
    where.any_of("topic", query.topics)
    where.any_of("city", query.cities)
    where.any_of("unit", query.leads)
    where.any_of("handled_as", query.handled_as)
    _tagged(where, PARTY, query.parties)
    _tagged(where, _AWAITS, query.awaits)
    if query.order is Order.PUBLISHED:
        where.add("published_at IS NOT NULL")
    if expression := match(query.words):
        # IN and not JOIN: with a join the planner walks the whole order for a rare word.
        where.add("n IN (SELECT rowid FROM case_words WHERE case_words MATCH ?)", expression)
    if query.with_running_clock is not None:
        where.add(f"next_due {'<' if query.with_running_clock else '='} ?", NEVER)
    if query.due_before is not None:
        where.add("next_due <= ?", codec.micros(query.due_before))
    return where


def _tagged(where: Conditions, kind: str, wanted: Collection[str]) -> None:
    if wanted:
        marks = ", ".join("?" * len(wanted))
        where.add(
            f"n IN (SELECT n FROM case_tags WHERE tag IN ({marks}))",  # noqa: S608
            *(kind + word for word in sorted(wanted)),
        )
