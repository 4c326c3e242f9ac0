"""The post archive in Elasticsearch.

Lines lie by what becomes of them: those of cases in one place, the dropped ones by months.  Where the line of a version
lies is noted in one small document for each post (``posts``), which is written first, and by compare-and-put: so the first
line stays, whichever month a repeat comes in, and every version of a post is known by id, without a search.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import msgspec

from huiying import blanking, codec, logs
from huiying.contracts import ArchiveLine, Disposition, Erased, PostKey
from huiying.engines import cursor
from huiying.engines.distributed import documents, queries
from huiying.engines.distributed.bulk import PAUSES, Outcome, Write
from huiying.engines.distributed.faults import MISSING
from huiying.engines.distributed.layout import CASES, KEPT, POSTS, REGISTER, Layout
from huiying.engines.distributed.link import Found, Link
from huiying.errors import TryAgain
from huiying.ports import LinePage, LineQuery

_log = logs.get("archive")

BLANK_AT_ONCE = 200
"""Posts that are looked up and written in one go."""
_ORDER = "lines"
_KEPT = frozenset({Disposition.ATTACHED, Disposition.DUPLICATE})

Note = dict[str, str]
"""Of one post: version → place of its line."""
_notes = msgspec.json.Decoder(Note)


class DistributedArchive:
    def __init__(self, link: Link, layout: Layout) -> None:
        self._link = link
        self._layout = layout
        self._lines = layout.lines
        self._posts = layout.alias(POSTS)
        self._cases = layout.alias(CASES)
        self._numbers = documents.Numbers()

    # ------------------------------------------------------------------------------------- by id

    def put(self, lines: Sequence[ArchiveLine]) -> None:
        first: dict[PostKey, ArchiveLine] = {}
        for line in lines:
            first.setdefault(_clean(line.post), line)
        places = self._noted({key: documents.place(line) for key, line in first.items()})
        self._write(
            [
                (places[key], key, documents.encode(documents.of_line(line, self._numbers.take())))
                for key, line in first.items()
            ]
        )

    def get(self, keys: Sequence[PostKey]) -> Mapping[PostKey, ArchiveLine]:
        asked = {key: _clean(key) for key in keys}
        places = self._places(asked.values())
        found = {key: documents.line(one.source["doc"]) for key, one in self._read(places).items()}
        return {key: found[clean] for key, clean in asked.items() if clean in found}

    def versions(self, post_ids: Collection[str]) -> Mapping[str, Sequence[ArchiveLine]]:
        asked = {codec.clean(post_id): post_id for post_id in post_ids}
        found: dict[str, list[ArchiveLine]] = {}
        for one in self._of_posts(asked):
            found.setdefault(asked[one.source["post_id"]], []).append(documents.line(one.source["doc"]))
        return found

    def rehome(self, posts: Collection[str], *, case_id: str) -> None:
        def moves(waiting: Collection[str]) -> list[tuple[str, Write]]:
            return [
                (one.source["post_id"], _moved(one, case_id))
                for one in self._of_posts(waiting)
                if one.source["case_id"] not in {None, case_id}
            ]

        self._until_settled(sorted(posts), moves)

    def blank(self, keys: Collection[PostKey], *, erased: Erased) -> int:
        asked = {_clean(key) for key in keys}
        done: set[PostKey] = set()

        def blanks(waiting: Collection[str]) -> list[tuple[str, Write]]:
            found = []
            for one in self._of_posts(waiting):
                line = documents.line(one.source["doc"])
                if _clean(line.post) in asked and line.erased is None:
                    done.add(line.post)
                    found.append((line.post.id, _in_its_place(one, blanking.blanked(line, erased))))
            return found

        posts = sorted({key.id for key in asked})
        for start in range(0, len(posts), BLANK_AT_ONCE):
            self._until_settled(posts[start : start + BLANK_AT_ONCE], blanks)
        return len(done)

    def unquote(self, posts: Collection[str]) -> None:
        def unquotes(waiting: Collection[str]) -> list[tuple[str, Write]]:
            lines = [(one, documents.line(one.source["doc"])) for one in self._of_posts(waiting)]
            return [
                (line.post.id, _in_its_place(one, without))
                for one, line in lines
                if (without := blanking.unquoted(line)) is not line
            ]

        self._until_settled(sorted(set(posts)), unquotes)

    def wipe(self) -> None:
        if self._link.deleted(self._layout.alias(KEPT)):
            for place in (KEPT, CASES, REGISTER):
                self._link.expunge(self._layout.alias(place))

    def admit(self, lines: Sequence[ArchiveLine]) -> None:
        wanted: dict[PostKey, ArchiveLine] = {}
        for line in lines:
            wanted.setdefault(_clean(line.post), line)

        def turns(waiting: Collection[str]) -> list[tuple[str, Write]]:
            there = self._read(self._places([key for key in wanted if key.id in waiting]))
            return [
                (key.id, _in_its_place(one, wanted[key]))
                for key, one in there.items()
                if one.source["disposition"] == Disposition.IRRELEVANT
                and documents.line(one.source["doc"]).erased is None
            ]

        self._until_settled(sorted({key.id for key in wanted}), turns)
        self.put(list(wanted.values()))

    def exhume(self, keys: Collection[PostKey]) -> int:
        places = self._places({_clean(key) for key in keys})
        lines = self._read(places)
        buried = {
            key: one
            for key, one in lines.items()
            if documents.line(one.source["doc"]).disposition is Disposition.BURIED
        }
        outcomes = self._link.write(
            [Write(action="delete", index=one.index, id=one.id, seen=one.seen) for one in buried.values()]
        )
        # The line first: a crash in between leaves a note without a line, which the next call takes away.
        gone = [key for key in places if key in buried or key not in lines]
        for place in sorted({places[key] for key in gone}):
            self._forget([key for key in gone if places[key] == place], place)
        return outcomes.count(Outcome.DONE)

    # ---------------------------------------------------------------------- complete as of the call

    def of_cases(self, cases: Collection[str]) -> Iterator[ArchiveLine]:
        if not cases:
            return iter(())
        self._link.refresh(self._lines)
        pages = self._link.pages(self._lines, queries.lines_of(cases))
        return (_line(row) for page in pages for row in page)

    def at(self, addresses: Collection[str]) -> Sequence[ArchiveLine]:
        asked = {codec.clean(address) for address in addresses} - {""}
        if not asked:
            return []
        self._link.refresh(self._lines)
        pages = self._link.pages(self._lines, queries.lines_at(asked))
        return [_line(row) for page in pages for row in page]

    def answering(self, posts: Collection[str], *, limit: int, complete: bool) -> Sequence[ArchiveLine]:
        if not posts:
            return []
        if complete:
            self._link.refresh(self._lines)
        found = self._link.search(
            self._lines, queries.answering({codec.clean(post) for post in posts}, limit)
        )
        return [_line(row) for row in found.rows]

    def keys(self) -> Iterator[tuple[PostKey, Disposition]]:
        self._link.refresh(self._lines)
        pages = self._link.pages(self._lines, queries.keys())
        return ((_key(row), Disposition(row["fields"]["disposition"][0])) for page in pages for row in page)

    def all(self) -> Iterator[ArchiveLine]:
        self._link.refresh(self._lines)
        return (_line(row) for page in self._link.pages(self._lines, queries.every_line()) for row in page)

    # --------------------------------------------------------------------------------- may trail

    def search(self, query: LineQuery) -> LinePage:
        after = cursor.read(query.after, order=_ORDER)
        found = self._link.search(
            self._lines, queries.lines(query, after, within=self._of_parties(query.parties))
        )
        shown = found.rows[: query.limit]
        following = ""
        if len(found.rows) > len(shown) > 0:
            value, *names = shown[-1]["sort"]
            following = cursor.write(cursor.Cursor(_ORDER, value, tuple(names)))
        return LinePage(lines=tuple(_line(row) for row in shown), total=found.total, next=following)

    def tally(
        self, *, since: datetime | None = None, parties: frozenset[str] = frozenset()
    ) -> Mapping[Disposition, int]:
        within = self._of_parties(parties)
        found = self._link.search(self._lines, queries.line_tally(since, within=within))
        return {
            Disposition(bucket["key"]): bucket["doc_count"] for bucket in found.aggregations["by"]["buckets"]
        }

    def hourly(
        self, *, since: datetime, parties: frozenset[str] = frozenset()
    ) -> Mapping[tuple[str, str], int]:
        within = self._of_parties(parties)
        buckets = self._link.buckets(self._lines, lambda after: queries.hourly(since, after, within=within))
        return {(hour, attitude): count for (hour, attitude), count in buckets}

    def _of_parties(self, parties: Collection[str]) -> list[str] | None:
        """The cases in which these units lead or help now, by what the case store keeps; None: nobody in particular.

        A line knows its case and no more, since a case may change hands.  Of more than ``MOST_CASES`` those that grew
        last are taken.
        """
        if not parties:
            return None
        asked = queries.case_ids(parties)
        first = self._link.search(self._cases, asked).rows
        # As nearly always, one page is all: no point in time has to be opened.
        pages = [first] if len(first) < asked["size"] else self._link.pages(self._cases, asked)
        found: list[str] = []
        for page in pages:
            found += (row["fields"]["id"][0] for row in page)
            if len(found) > queries.MOST_CASES:
                _log.warning("lines_of_older_cases_left_out", cases=queries.MOST_CASES)
                return found[: queries.MOST_CASES]
        return found

    # --------------------------------------------------------------------------------- retention

    def purge(self, *, before: datetime, dispositions: frozenset[Disposition]) -> int:
        erased = 0
        standing = self._layout.standing()
        for place in sorted({one.place for one in standing if self._layout.alias(one.place) in one.aliases}):
            for disposition in sorted(dispositions & _of_place(place)):
                erased += self._purge(place, disposition, before)
        return erased

    def _purge(self, place: str, disposition: Disposition, before: datetime) -> int:
        index = self._layout.alias(place)
        whole = (end := _end_of(place)) is not None and end <= before and disposition not in _KEPT
        self._link.refresh(index)
        erased = 0
        for page in self._link.pages(index, queries.written_before(before, disposition)):
            keys = [_key(row) for row in page]
            still = self._still(disposition, keys, place)
            if whole:
                self._forget(still, place)
                erased += len(still)
            else:
                erased += self._take_out(still, place)
        if whole:
            self._carry_over(place)
            self._layout.drop(place)
        return erased

    def _still(
        self, disposition: Disposition, keys: Sequence[PostKey], place: str
    ) -> Mapping[PostKey, Found]:
        """Those lines that end so now as well: a case may have taken one in since the page was made."""
        index = self._layout.alias(place)
        there = self._link.read(
            [(index, documents.name(key.id, key.version)) for key in keys], only=["disposition"]
        )
        return {
            key: one
            for key, one in zip(keys, there, strict=True)
            if one is not None and one.source["disposition"] == disposition
        }

    def _take_out(self, lines: Mapping[PostKey, Found], place: str) -> int:
        """Delete these as they were read; what was changed since stays, with its note.

        The line first: a crash in between leaves a note without a line, under which a repeat of the post is put again.
        """
        outcomes = self._link.write(
            [Write(action="delete", index=one.index, id=one.id, seen=one.seen) for one in lines.values()]
        )
        gone = [
            key
            for key, outcome in zip(lines, outcomes, strict=True)
            if outcome in {Outcome.DONE, Outcome.NOTHING}
        ]
        self._forget(gone, place)
        return outcomes.count(Outcome.DONE)

    def _carry_over(self, place: str) -> None:
        """What lies among the dropped lines and belongs to a case by now: it must not go with its month."""
        self._link.refresh(self._layout.alias(place))
        for page in self._link.pages(self._layout.alias(place), queries.admitted()):
            lines = {_clean(line.post): line for line in map(_line, page)}
            ties = {_clean(_line(row).post): row["sort"][0] for row in page}
            self._write(
                [
                    (KEPT, key, documents.encode(documents.of_line(line, ties[key])))
                    for key, line in lines.items()
                ]
            )
            self._noted(dict.fromkeys(lines, KEPT))  # where it was forgotten with the dropped ones
            self._lies_at(lines, place, KEPT)

    def close(self) -> None:
        self._link.close()

    # ------------------------------------------------------------------------------------- notes

    def _noted(self, places: Mapping[PostKey, str]) -> Mapping[PostKey, str]:
        """Where the line of each version lies from now on: where it is noted already, else at the place proposed."""
        wanted: dict[str, Note] = {}
        for key, place in places.items():
            wanted.setdefault(key.id, {})[key.version] = place
        # Nearly every post is new: try that first.
        fresh = [(post, _note_write("create", self._posts, post, note)) for post, note in wanted.items()]
        outcomes = self._link.write([write for _, write in fresh])
        if Outcome.NO_INDEX in outcomes:
            raise TryAgain(MISSING)
        settled = dict(places)
        known = [
            post for (post, _), outcome in zip(fresh, outcomes, strict=True) if outcome is not Outcome.DONE
        ]

        def additions(waiting: Collection[str]) -> list[tuple[str, Write]]:
            notes = self._notes(waiting)
            writes = []
            for post in waiting:
                found, there = notes.get(post, (None, {}))
                settled.update({PostKey(post, version): place for version, place in there.items()})
                if new := {version: place for version, place in wanted[post].items() if version not in there}:
                    writes.append((post, _note_again(self._posts, found, post, there | new)))
            return writes

        self._until_settled(known, additions)
        return {key: settled[key] for key in places}

    def _forget(self, keys: Collection[PostKey], place: str) -> None:
        """No line of these lies at this place any more."""
        self._lies_at(keys, place, "")

    def _lies_at(self, keys: Collection[PostKey], place: str, now: str) -> None:
        """What is noted at this place of these lies at another one from now on; '': nowhere."""
        moved: dict[str, set[str]] = {}
        for key in keys:
            moved.setdefault(key.id, set()).add(key.version)

        def changes(waiting: Collection[str]) -> list[tuple[str, Write]]:
            writes = []
            for post, (found, there) in self._notes(waiting).items():
                lies = {v: now if p == place and v in moved[post] else p for v, p in there.items()}
                if lies != there:
                    left = {version: at for version, at in lies.items() if at}
                    writes.append((post, _note_again(self._posts, found, post, left)))
            return writes

        self._until_settled(list(moved), changes)

    def _places(self, keys: Iterable[PostKey]) -> dict[PostKey, str]:
        """Where the lines of those versions lie that have one, by their clean keys."""
        asked = list(keys)
        notes = self._notes({key.id for key in asked})
        return {
            key: place
            for key in asked
            if key.id in notes and (place := notes[key.id][1].get(key.version)) is not None
        }

    def _notes(self, posts: Collection[str]) -> dict[str, tuple[Found, Note]]:
        """The notes that there are."""
        asked = list(posts)
        found = self._link.read([(self._posts, documents.name(post)) for post in asked])
        return {
            post: (one, _notes.decode(one.source["doc"]))
            for post, one in zip(asked, found, strict=True)
            if one is not None
        }

    def _until_settled(
        self, waiting: Sequence[str], writes: Callable[[Collection[str]], list[tuple[str, Write]]]
    ) -> None:
        """Look, write what follows from the look, and look again where somebody else wrote in between."""
        for seconds in (0.0, *PAUSES):
            if not waiting:
                return
            time.sleep(seconds)
            tried = writes(waiting)
            outcomes = self._link.write([write for _, write in tried])
            waiting = list(
                dict.fromkeys(
                    post
                    for (post, _), outcome in zip(tried, outcomes, strict=True)
                    if outcome is not Outcome.DONE
                )
            )
        if waiting:
            raise TryAgain("归档同时被多处改写，稍后自动重试")

    # ------------------------------------------------------------------------------------- lines

    def _write(self, lines: Sequence[tuple[str, PostKey, bytes]]) -> None:
        """A line that stands already stays as it is."""
        waiting = list(lines)
        for _ in range(2):
            outcomes = self._link.write(
                [
                    Write(
                        action="create",
                        index=self._layout.alias(place),
                        id=documents.name(key.id, key.version),
                        source=source,
                    )
                    for place, key, source in waiting
                ]
            )
            waiting = [
                line for line, outcome in zip(waiting, outcomes, strict=True) if outcome is Outcome.NO_INDEX
            ]
            if not waiting:
                return
            for place in sorted({place for place, _, _ in waiting}):  # a new month
                self._layout.ensure(place)
        raise TryAgain(MISSING)

    def _read(self, places: Mapping[PostKey, str]) -> Mapping[PostKey, Found]:
        found = self._link.read(
            [
                (self._layout.alias(place), documents.name(key.id, key.version))
                for key, place in places.items()
            ]
        )
        return {key: one for key, one in zip(places, found, strict=True) if one is not None}

    def _of_posts(self, posts: Iterable[str]) -> list[Found]:
        """Every line of these posts, oldest first."""
        notes = self._notes({codec.clean(post) for post in posts})
        places = dict(
            chain.from_iterable(
                ((PostKey(post, version), place) for version, place in note.items())
                for post, (_, note) in notes.items()
            )
        )
        return sorted(self._read(places).values(), key=lambda one: (one.source["at"], one.source["tie"]))


def _moved(one: Found, case_id: str) -> Write:
    return _in_its_place(one, replace(documents.line(one.source["doc"]), case_id=case_id))


def _in_its_place(one: Found, line: ArchiveLine) -> Write:
    """The line where this one stands, if nobody has changed that since."""
    source = documents.encode(documents.of_line(line, one.source["tie"]))
    return Write(action="index", index=one.index, id=one.id, source=source, seen=one.seen)


def _note_write(action: str, index: str, post: str, note: Note, seen: tuple[int, int] | None = None) -> Write:
    source = documents.encode({"doc": msgspec.json.encode(note).decode("utf-8")})
    return Write(action=action, index=index, id=documents.name(post), source=source, seen=seen)


def _note_again(posts: str, found: Found | None, post: str, note: Note) -> Write:
    """What the note is from now on, if it still is what was found."""
    if found is None:
        return _note_write("create", posts, post, note)
    if not note:
        return Write(action="delete", index=found.index, id=found.id, seen=found.seen)
    return _note_write("index", found.index, post, note, found.seen)


def _clean(key: PostKey) -> PostKey:
    return PostKey(codec.clean(key.id), codec.clean(key.version))


def _line(row: Mapping[str, Any]) -> ArchiveLine:
    return documents.line(row["_source"]["doc"])


def _key(row: Mapping[str, Any]) -> PostKey:
    return PostKey(row["fields"]["post_id"][0], row["fields"]["version"][0])


def _of_place(place: str) -> frozenset[Disposition]:
    """The dispositions of the lines that lie there."""
    if place == KEPT:
        return _KEPT
    match = re.match(r"lines-([a-z]+)-\d", place)
    return frozenset({Disposition(match.group(1)), *_KEPT}) if match else frozenset()


def _end_of(place: str) -> datetime | None:
    """When the month of a place ended; None for a place that has none."""
    match = re.search(r"-(\d{4})-(\d{2})$", place)
    if not match:
        return None
    year, month = int(match.group(1)), int(match.group(2))
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
