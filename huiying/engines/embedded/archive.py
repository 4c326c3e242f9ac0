"""The post archive in SQLite: one line for each post version, with the words of all of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from huiying import blanking, codec, identity
from huiying.contracts import ArchiveLine, Disposition, Erased, PostKey
from huiying.early import answered_by
from huiying.engines import bigrams, cursor
from huiying.engines.embedded.conditions import PARTY, Conditions
from huiying.engines.embedded.database import Database
from huiying.engines.embedded.words import match
from huiying.ports import LinePage, LineQuery

PAGE = 1_000
PURGE_AT_ONCE = 500
BLANK_AT_ONCE = 200
MERGE_PAGES = 500
"""Pages of a word table that are merged in one go: others write in between."""
_ORDER = "lines"

_decoder = msgspec.json.Decoder(ArchiveLine)


class EmbeddedArchive:
    def __init__(self, office: Database) -> None:
        self._office = office

    def put(self, lines: Sequence[ArchiveLine]) -> None:
        rows = [_Row(line) for line in lines]

        def job(connection: sqlite3.Connection) -> None:
            for row in rows:
                row.store(connection)

        if rows:
            self._office.write(job)

    def get(self, keys: Sequence[PostKey]) -> Mapping[PostKey, ArchiveLine]:
        found: dict[PostKey, ArchiveLine] = {}
        with self._office.read() as connection:
            for key in keys:
                row = connection.execute(
                    "SELECT doc FROM line_documents WHERE n = "
                    "(SELECT n FROM lines WHERE post_id = ? AND version = ?)",
                    (key.id, key.version),
                ).fetchone()
                if row:
                    found[key] = _read(row[0])
        return found

    def versions(self, post_ids: Collection[str]) -> Mapping[str, Sequence[ArchiveLine]]:
        found: dict[str, Sequence[ArchiveLine]] = {}
        with self._office.read() as connection:
            for post_id in post_ids:
                rows = connection.execute(
                    "SELECT doc FROM lines JOIN line_documents USING (n) WHERE post_id = ? ORDER BY at, n",
                    (codec.clean(post_id),),
                ).fetchall()
                if rows:
                    found[post_id] = [_read(doc) for (doc,) in rows]
        return found

    def at(self, addresses: Collection[str]) -> Sequence[ArchiveLine]:
        where = Conditions()
        where.add("address <> ''")
        where.any_of("address", {codec.clean(address) for address in addresses})
        with self._office.read() as connection:
            rows = connection.execute(
                f"SELECT doc FROM lines JOIN line_documents USING (n){where} ORDER BY at, n",  # noqa: S608
                where.values,
            ).fetchall()
        return [_read(doc) for (doc,) in rows] if addresses else []

    def keys(self) -> Iterator[tuple[PostKey, Disposition]]:
        with self._office.read() as connection:
            (last,) = connection.execute("SELECT coalesce(max(n), 0) FROM lines").fetchone()
        return self._keys(last)

    def of_cases(self, cases: Collection[str]) -> Iterator[ArchiveLine]:
        where = Conditions()
        where.any_of("case_id", cases)
        with self._office.read() as connection:
            found = [
                n
                for (n,) in connection.execute(f"SELECT n FROM lines{where} ORDER BY at, n", where.values)  # noqa: S608
            ]
        return self._documents(found) if cases else iter(())

    def rehome(self, posts: Collection[str], *, case_id: str) -> None:
        def job(connection: sqlite3.Connection) -> None:
            for post in posts:
                rows = connection.execute(
                    "SELECT n, doc FROM lines JOIN line_documents USING (n) "
                    "WHERE post_id = ? AND case_id IS NOT NULL AND case_id <> ?",
                    (post, case_id),
                ).fetchall()
                for n, doc in rows:
                    moved = codec.encode(replace(_decoder.decode(doc), case_id=case_id))
                    connection.execute("UPDATE lines SET case_id = ? WHERE n = ?", (case_id, n))
                    connection.execute("UPDATE line_documents SET doc = ? WHERE n = ?", (moved, n))

        if posts:
            self._office.write(job)

    def blank(self, keys: Collection[PostKey], *, erased: Erased) -> int:
        asked = sorted(set(keys))
        return sum(
            self._office.write(partial(_blank, keys=asked[start : start + BLANK_AT_ONCE], erased=erased))
            for start in range(0, len(asked), BLANK_AT_ONCE)
        )

    def unquote(self, posts: Collection[str]) -> None:
        if posts:
            self._office.write(partial(_unquote, posts=sorted(set(posts))))

    def wipe(self) -> None:
        with self._office.read() as connection:
            (owed,) = connection.execute("SELECT count(*) FROM wiping").fetchone()
        if not owed:
            return
        for words in ("line_words", "case_words"):
            while self._office.write(partial(_merged, words=words)):
                pass
        self._office.write(lambda connection: connection.execute("DELETE FROM wiping"))
        self._office.empty_journal()

    def answering(self, posts: Collection[str], *, limit: int, complete: bool) -> Sequence[ArchiveLine]:
        where = Conditions()
        where.any_of("reply_to", [codec.clean(post) for post in posts])
        if not posts:
            return []
        with self._office.read() as connection:
            rows = connection.execute(
                f"SELECT doc FROM lines JOIN line_documents USING (n){where} "  # noqa: S608
                "ORDER BY at DESC, post_id DESC, version DESC LIMIT ?",
                (*where.values, limit),
            ).fetchall()
        return [_read(doc) for (doc,) in rows]

    def admit(self, lines: Sequence[ArchiveLine]) -> None:
        rows = [_Row(line) for line in lines]

        def job(connection: sqlite3.Connection) -> None:
            for row in rows:
                row.admit(connection)
                row.store(connection)

        if rows:
            self._office.write(job)

    def all(self) -> Iterator[ArchiveLine]:
        with self._office.read() as connection:
            found = [n for (n,) in connection.execute("SELECT n FROM lines ORDER BY n")]
        return self._documents(found, order="n")

    def exhume(self, keys: Collection[PostKey]) -> int:
        def job(connection: sqlite3.Connection) -> int:
            erased = 0
            for key in keys:
                where = Conditions()
                where.add("post_id = ?", codec.clean(key.id))
                where.add("version = ?", codec.clean(key.version))
                where.any_of("disposition", {Disposition.BURIED})
                erased += _erase(connection, where)
            return erased

        return self._office.write(job) if keys else 0

    def search(self, query: LineQuery) -> LinePage:
        where = _conditions(query)
        with self._office.read() as connection:
            (total,) = connection.execute(f"SELECT count(*) FROM lines{where}", where.values).fetchone()  # noqa: S608
            after = cursor.read(query.after, order=_ORDER)
            if after:
                where.add("(first_public_at, post_id, version) < (?, ?, ?)", after.value, *after.tie)
            rows = connection.execute(
                f"SELECT f.first_public_at, f.post_id, f.version, d.doc FROM (SELECT * FROM lines{where} "  # noqa: S608
                "ORDER BY first_public_at DESC, post_id DESC, version DESC LIMIT ?) f JOIN line_documents d USING (n) "
                "ORDER BY f.first_public_at DESC, f.post_id DESC, f.version DESC",
                (*where.values, query.limit + 1),
            ).fetchall()
        shown = rows[: query.limit]
        following = ""
        if len(rows) > len(shown) > 0:
            following = cursor.write(cursor.Cursor(_ORDER, shown[-1][0], shown[-1][1:3]))
        return LinePage(lines=tuple(_read(row[3]) for row in shown), total=total, next=following)

    def tally(
        self, *, since: datetime | None = None, parties: frozenset[str] = frozenset()
    ) -> Mapping[Disposition, int]:
        where = Conditions()
        where.add("at >= ?", 0 if since is None else codec.micros(since))
        _of_parties(where, parties)
        with self._office.read() as connection:
            rows = connection.execute(
                f"SELECT disposition, count(*) FROM lines{where} GROUP BY disposition",  # noqa: S608
                where.values,
            ).fetchall()
        return {Disposition(disposition): count for disposition, count in rows}

    def hourly(
        self, *, since: datetime, parties: frozenset[str] = frozenset()
    ) -> Mapping[tuple[str, str], int]:
        where = Conditions()
        where.add("attitude IS NOT NULL AND first_public_at >= ?", codec.micros(since))
        _of_parties(where, parties)
        with self._office.read() as connection:
            rows = connection.execute(
                "SELECT strftime('%Y-%m-%dT%H', first_public_at / 1000000, 'unixepoch') AS hour, attitude, count(*) "  # noqa: S608
                f"FROM lines{where} GROUP BY hour, attitude",
                where.values,
            ).fetchall()
        return {(hour, attitude): count for hour, attitude, count in rows}

    def purge(self, *, before: datetime, dispositions: frozenset[Disposition]) -> int:
        where = Conditions()
        where.add("at < ?", codec.micros(before))
        where.any_of("disposition", dispositions)
        erased = 0
        while dispositions and (count := self._office.write(lambda connection: _erase(connection, where))):
            erased += count
        return erased

    def close(self) -> None:
        self._office.close()

    def _documents(self, found: Sequence[int], *, order: str = "at, n") -> Iterator[ArchiveLine]:
        for start in range(0, len(found), PAGE):
            where = Conditions()
            where.any_of("n", found[start : start + PAGE])
            with self._office.read() as connection:
                rows = connection.execute(
                    f"SELECT doc FROM lines JOIN line_documents USING (n){where} ORDER BY {order}",  # noqa: S608
                    where.values,
                ).fetchall()
            yield from (_read(doc) for (doc,) in rows)

    def _keys(self, last: int) -> Iterator[tuple[PostKey, Disposition]]:
        seen = 0
        while True:
            with self._office.read() as connection:
                rows = connection.execute(
                    "SELECT n, post_id, version, disposition FROM lines WHERE n > ? AND n <= ? ORDER BY n LIMIT ?",
                    (seen, last, PAGE),
                ).fetchall()
            if not rows:
                return
            seen = rows[-1][0]
            for _, post_id, version, disposition in rows:
                yield PostKey(post_id, version), Disposition(disposition)


class _Row:
    """A line, made ready outside the writing thread."""

    def __init__(self, line: ArchiveLine) -> None:
        self.facts = _facts(line)
        self.doc = codec.encode(_slim(line))
        self.words = bigrams.cut(_text(line))

    def store(self, connection: sqlite3.Connection) -> None:
        added = connection.execute(
            "INSERT INTO lines (post_id, version, disposition, case_id, source, at, first_public_at, attitude, "
            "address, reply_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            self.facts,
        )
        if added.rowcount == 0:  # the first line stays
            return
        n = added.lastrowid
        connection.execute("INSERT INTO line_documents (n, doc) VALUES (?, ?)", (n, self.doc))
        if self.words:
            connection.execute("INSERT INTO line_words (rowid, words) VALUES (?, ?)", (n, self.words))

    def admit(self, connection: sqlite3.Connection) -> None:
        """In the place of the dropped line, if there is one that is not blank: the words are the same."""
        post_id, version, disposition, case_id, _, at, _, attitude, _, _ = self.facts
        row = connection.execute(
            "SELECT n, doc FROM lines JOIN line_documents USING (n) "
            "WHERE post_id = ? AND version = ? AND disposition = ?",
            (post_id, version, Disposition.IRRELEVANT),
        ).fetchone()
        if row is None or _read(row[1]).erased is not None:
            return
        connection.execute(
            "UPDATE lines SET disposition = ?, case_id = ?, at = ?, attitude = ?, reply_to = NULL WHERE n = ?",
            (disposition, case_id, at, attitude, row[0]),
        )
        connection.execute("UPDATE line_documents SET doc = ? WHERE n = ?", (self.doc, row[0]))


def _facts(line: ArchiveLine) -> tuple[Any, ...]:
    first_public_at = line.body.first_public_at if line.body else line.at
    kept = line.disposition in {Disposition.ATTACHED, Disposition.DUPLICATE}
    counted = kept and line.reading is not None and not line.reading.idle
    return (
        codec.clean(line.post.id),
        codec.clean(line.post.version),
        line.disposition,
        line.case_id,
        codec.clean(line.body.source) if line.body else "",
        codec.micros(line.at),
        codec.micros(first_public_at),
        line.reading.attitude if line.reading and counted else None,
        codec.clean(identity.address(line.body.url)) if line.body else "",
        codec.clean(answered) if (answered := answered_by(line)) else None,
    )


def _slim(line: ArchiveLine) -> ArchiveLine:
    """The body once: a reading carries it too."""
    return replace(line, body=None) if line.reading is not None else line


def _read(doc: bytes) -> ArchiveLine:
    line = _decoder.decode(doc)
    return replace(line, body=line.reading.post) if line.body is None and line.reading else line


def _text(line: ArchiveLine) -> str:
    return line.body.searched if line.body else ""


def _erase(connection: sqlite3.Connection, where: Conditions) -> int:
    rows = connection.execute(
        f"SELECT n, doc FROM lines JOIN line_documents USING (n){where} LIMIT ?",  # noqa: S608
        (*where.values, PURGE_AT_ONCE),
    ).fetchall()
    for n, doc in rows:
        _forget_words(connection, n, _read(doc))
    numbers = [(n,) for n, _ in rows]
    connection.executemany("DELETE FROM lines WHERE n = ?", numbers)
    connection.executemany("DELETE FROM line_documents WHERE n = ?", numbers)
    return len(rows)


def _forget_words(connection: sqlite3.Connection, n: int, line: ArchiveLine) -> None:
    if words := bigrams.cut(_text(line)):
        connection.execute(
            "INSERT INTO line_words (line_words, rowid, words) VALUES ('delete', ?, ?)", (n, words)
        )


def _blank(connection: sqlite3.Connection, *, keys: Sequence[PostKey], erased: Erased) -> int:
    done = 0
    for key in keys:
        row = connection.execute(
            "SELECT n, doc FROM lines JOIN line_documents USING (n) WHERE post_id = ? AND version = ?",
            (codec.clean(key.id), codec.clean(key.version)),
        ).fetchone()
        line = _read(row[1]) if row else None
        if line is None or line.erased is not None:
            continue
        _forget_words(connection, row[0], line)
        doc = codec.encode(_slim(blanking.blanked(line, erased)))
        connection.execute("UPDATE line_documents SET doc = ? WHERE n = ?", (doc, row[0]))
        connection.execute("UPDATE lines SET address = '', reply_to = NULL WHERE n = ?", (row[0],))
        done += 1
    if done:
        connection.execute("INSERT OR IGNORE INTO wiping (n) VALUES (1)")
    return done


def _unquote(connection: sqlite3.Connection, *, posts: Sequence[str]) -> None:
    for post in posts:
        rows = connection.execute(
            "SELECT n, doc FROM lines JOIN line_documents USING (n) WHERE post_id = ?", (codec.clean(post),)
        ).fetchall()
        for n, doc in rows:
            line = _read(doc)
            if (without := blanking.unquoted(line)) is not line:
                changed = codec.encode(_slim(without))
                connection.execute("UPDATE line_documents SET doc = ? WHERE n = ?", (changed, n))
                connection.execute("INSERT OR IGNORE INTO wiping (n) VALUES (1)")


def _merged(connection: sqlite3.Connection, *, words: str) -> bool:
    """Some more of a word table made one piece, in which no deleted word is left; False once it is."""
    before = connection.total_changes
    connection.execute(f"INSERT INTO {words} ({words}, rank) VALUES ('merge', ?)", (-MERGE_PAGES,))  # noqa: S608
    return connection.total_changes - before >= 2  # as SQLite's manual says


def _conditions(query: LineQuery) -> Conditions:
    where = Conditions()
    where.any_of("case_id", query.cases)
    where.any_of("disposition", query.dispositions)
    where.any_of("source", query.sources)
    _of_parties(where, query.parties)
    if expression := match(query.words):
        where.add("n IN (SELECT rowid FROM line_words WHERE line_words MATCH ?)", expression)
    return where


def _of_parties(where: Conditions, parties: Collection[str]) -> None:
    """The cases that these units lead or help in, by the tags that the case store keeps in the same file."""
    if parties:
        marks = ", ".join("?" * len(parties))
        where.add(
            f"case_id IN (SELECT id FROM cases JOIN case_tags USING (n) WHERE tag IN ({marks}))",  # noqa: S608
            *(PARTY + unit for unit in sorted(parties)),
        )
