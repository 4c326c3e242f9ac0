"""The case store in SQLite: the document as it was saved, and beside it what is searched and sorted by."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from huiying import casefile, codec
from huiying.contracts import ENDED_STATES, OPEN_STATES, Case, ClockState
from huiying.engines import bigrams, cursor
from huiying.engines.embedded.conditions import PARTY, RESTRICTED, Conditions
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
_AS_DETECTED = " ORDER BY detected_at, id"
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
_UPDATE_DOCUMENT = "UPDATE case_documents SET title = ?, lead = ?, doc = ? WHERE n = ?"
_STORED = (
    f"SELECT n, title, lead, {', '.join(_FACTS)} FROM cases JOIN case_documents USING (n) "  # noqa: S608
    "WHERE id IN (SELECT value FROM json_each(CAST(? AS TEXT)))"
)
_TAGS = "SELECT n, tag FROM case_tags WHERE n IN (SELECT value FROM json_each(CAST(? AS TEXT)))"
_INSERT_TAG = "INSERT INTO case_tags (tag, n) VALUES (?, ?)"


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
        conflicts = self._office.write(lambda connection: _store(connection, rows))
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
            rows = connection.execute(f"SELECT n FROM cases{where}{_AS_DETECTED}", where.values)  # noqa: S608
            found = [n for (n,) in rows]
        return self._documents(found)

    def all(self) -> Iterator[Case]:
        with self._office.read() as connection:
            found = [n for (n,) in connection.execute(f"SELECT n FROM cases{_AS_DETECTED}")]  # noqa: S608
        return self._documents(found)

    def search(self, query: CaseQuery) -> CasePage:
        where = _conditions(query)
        column, direction = _SORT[query.order]
        with self._office.read() as connection:
            (total,) = connection.execute(f"SELECT count(*) FROM cases{where}", where.values).fetchone()  # noqa: S608
            after = cursor.read(query.after, order=query.order)
            if after:
                where.add(
                    f"({column}, id) {'<' if direction == 'DESC' else '>'} (?, ?)", after.value, *after.tie
                )
            rows = connection.execute(
                f"SELECT f.{column}, f.id, d.doc FROM "  # noqa: S608
                f"(SELECT {column}, id, n FROM cases{where} ORDER BY {column} {direction}, id {direction} LIMIT ?) f "
                f"JOIN case_documents d USING (n) ORDER BY f.{column} {direction}, f.id {direction}",
                (*where.values, query.limit + 1),
            ).fetchall()
        shown = rows[: query.limit]
        following = ""
        if len(rows) > len(shown) > 0:
            following = cursor.write(cursor.Cursor(query.order, shown[-1][0], (shown[-1][1],)))
        return CasePage(cases=tuple(casefile.decode(row[2]) for row in shown), total=total, next=following)

    def due(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[Case]:
        column = _OWED[owed]
        with self._office.read() as connection:
            rows = connection.execute(
                f"SELECT d.doc FROM (SELECT n, id, {column} FROM cases WHERE {column} <= ? ORDER BY {column}, id LIMIT ?) f "  # noqa: S608
                f"JOIN case_documents d USING (n) ORDER BY f.{column}, f.id",
                (codec.micros(until), limit),
            ).fetchall()
        return [casefile.decode(doc) for (doc,) in rows]

    def due_ids(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[str]:
        column = _OWED[owed]
        with self._office.read() as connection:
            return [
                id
                for (id,) in connection.execute(
                    f"SELECT id FROM cases WHERE {column} <= ? ORDER BY {column}, id LIMIT ?",  # noqa: S608
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

    def _documents(self, found: Sequence[int]) -> Iterator[Case]:
        for start in range(0, len(found), PAGE):
            where = Conditions()
            where.any_of("n", found[start : start + PAGE])
            with self._office.read() as connection:
                rows = connection.execute(
                    f"SELECT doc FROM cases JOIN case_documents USING (n){where}{_AS_DETECTED}",  # noqa: S608
                    where.values,
                ).fetchall()
            yield from (casefile.decode(doc) for (doc,) in rows)


class _Row:
    """A case, made ready outside the writing thread."""

    def __init__(self, case: Case) -> None:
        self.id = case.id
        self.facts = _facts(case)
        self.tags = _tags(case)
        self.texts = (codec.clean(case.title), codec.clean(case.lead))
        self.doc = casefile.encode(case)

    def insert(self, connection: sqlite3.Connection) -> None:
        n = connection.execute(_INSERT, self.facts).lastrowid
        connection.execute(
            "INSERT INTO case_documents (n, title, lead, doc) VALUES (?, ?, ?, ?)", (n, *self.texts, self.doc)
        )
        _index(connection, n, self.texts)
        connection.executemany(_INSERT_TAG, [(tag, n) for tag in sorted(self.tags)])


def _store(connection: sqlite3.Connection, rows: Sequence[_Row]) -> list[str]:
    """Ids of those that are not stored, since what is there is as new or newer."""
    refused: list[str] = []
    for page in _each_once(rows):
        found = connection.execute(_STORED, (_listed(row.id for row in page),)).fetchall()
        stored = {facts[0]: (n, (title, lead), facts) for n, title, lead, *facts in found}
        newer: list[tuple[int, _Row]] = []
        changed: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for row in page:
            if row.id not in stored:
                row.insert(connection)
                continue
            n, texts, facts = stored[row.id]
            if facts[1] >= row.facts[1]:
                refused.append(row.id)
                continue
            newer.append((n, row))
            columns = {
                name: now for name, was, now in zip(_FACTS, facts, row.facts, strict=True) if was != now
            }
            changed.setdefault(tuple(columns), []).append((*columns.values(), n))
            if texts != row.texts:
                _unindex(connection, n, texts)
                _index(connection, n, row.texts)
        for names, values in changed.items():
            connection.executemany(_update(names), values)
        connection.executemany(_UPDATE_DOCUMENT, [(*row.texts, row.doc, n) for n, row in newer])
        _tag(connection, newer)
    return refused


def _each_once(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    """All of them in their order, in lists in which no case stands twice."""
    page: dict[str, _Row] = {}
    for row in rows:
        if row.id in page:
            yield list(page.values())
            page = {}
        page[row.id] = row
    yield list(page.values())


def _listed(values: Iterable[object]) -> bytes:
    """For ``json_each``: one statement, however many there are."""
    return codec.encode(list(values))


@cache
def _update(names: tuple[str, ...]) -> str:
    """Of what has changed alone: every column that is named costs its indices."""
    return f"UPDATE cases SET {', '.join(f'{name} = ?' for name in names)} WHERE n = ?"  # noqa: S608


def _tag(connection: sqlite3.Connection, rows: Sequence[tuple[int, _Row]]) -> None:
    known: dict[int, set[str]] = {n: set() for n, _ in rows}
    for n, tag in connection.execute(_TAGS, (_listed(known),)):
        known[n].add(tag)
    for n, row in rows:
        if known[n] != row.tags:
            connection.execute("DELETE FROM case_tags WHERE n = ?", (n,))
            connection.executemany(_INSERT_TAG, [(tag, n) for tag in sorted(row.tags)])


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
    """What a case is found by of which it may have several: who has part in it, whose turn it is, that few may read it."""
    parties = (PARTY + unit for unit in (case.route.lead, *case.route.assist))
    restricted = (RESTRICTED,) if case.route.restricted else ()
    return frozenset((*parties, *(_AWAITS + turn for turn in case.awaits), *restricted))


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
    if query.open_to is not None:
        _open_to(where, query.open_to)
    if query.order is Order.PUBLISHED:
        where.add("published_at IS NOT NULL")
    if expression := match(query.words):
        # IN and not JOIN: with a join the planner walks the whole order for a rare word.
        where.add("n IN (SELECT rowid FROM case_words WHERE case_words MATCH ?)", expression)
    if query.id_starts:
        where.add("substr(id, 1, ?) = ?", len(query.id_starts), query.id_starts)
    if query.with_running_clock is not None:
        where.add(f"next_due {'<' if query.with_running_clock else '='} ?", NEVER)
    if query.due_before is not None:
        where.add("next_due <= ?", codec.micros(query.due_before))
    for column, sign, moment in (
        ("detected_at", ">=", query.found_since),
        ("detected_at", "<", query.found_before),
        ("published_at", ">=", query.answered_since),
    ):
        if moment is not None:
            where.add(f"{column} {sign} ?", codec.micros(moment))
    if query.without_next_step:
        where.add("next_rung_at IS NULL")
    return where


def _tagged(where: Conditions, kind: str, wanted: Collection[str]) -> None:
    if wanted:
        marks = ", ".join("?" * len(wanted))
        where.add(
            f"n IN (SELECT n FROM case_tags WHERE tag IN ({marks}))",  # noqa: S608
            *(kind + word for word in sorted(wanted)),
        )


def _open_to(where: Conditions, units: Collection[str]) -> None:
    marks = ", ".join("?" * len(units))
    where.add(
        f"(n NOT IN (SELECT n FROM case_tags WHERE tag = ?) OR n IN (SELECT n FROM case_tags WHERE tag IN ({marks})))",  # noqa: S608
        RESTRICTED,
        *(PARTY + unit for unit in sorted(units)),
    )
