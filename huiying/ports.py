"""What the stages need from the world, as promises.  Two engines keep them: embedded (SQLite) and distributed.

All ports are synchronous and may be called from any thread, except a :class:`Subscription` and a :class:`Tail`,
which belong to the thread that asked for them.  Failures of the surroundings are :class:`huiying.errors.TryAgain`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from huiying.contracts import (
    ArchiveLine,
    Case,
    CaseState,
    Category,
    Disposition,
    Erased,
    Level,
    Notice,
    Post,
    PostKey,
    Statement,
)

# --------------------------------------------------------------------------------------------- stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a topic. Same key, same partition; ``position`` grows within a partition, with gaps allowed."""

    topic: str
    partition: int
    position: int
    key: str
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    records: tuple[Record, ...]
    reassigned: bool = False
    """Ownership changed since the last poll: what was remembered about any key must be dropped first."""


class Subscription(Protocol):
    """Shared work on a topic: each record goes to one member of the group.

    Same key, same order.  A record may come twice, never zero times: what was polled and not committed comes again
    after :meth:`rewind`, after a crash, or to another member.
    """

    def poll(self, *, limit: int, wait: timedelta) -> Batch:
        """The next records, at most ``limit``; waits up to ``wait`` for the first one."""
        ...

    def commit(self, batch: Batch) -> None:
        """Everything up to the end of this batch is done, durably."""
        ...

    def rewind(self) -> None:
        """Go back to what is committed: the next poll gives the uncommitted records again."""
        ...

    def lag(self) -> int:
        """Records published and not committed by the group."""
        ...

    def close(self) -> None: ...


class Tail(Protocol):
    """Everything on a topic of one partition, to everyone, by position."""

    def poll(self, *, limit: int, wait: timedelta) -> Sequence[Record]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much a topic holds, in records."""

    ever: int
    """Published since the topic was made; never falls."""
    kept: int


class Stream(Protocol):
    def publish(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        """Append ``(key, value)`` records in order; returns once they would survive a crash."""
        ...

    def subscribe(self, topic: str, *, group: str) -> Subscription:
        """Join a group. A new group starts at the first record that is still kept."""
        ...

    def tail(self, topic: str, *, after: int | None) -> Tail:
        """Records of a one-partition topic with a position above ``after``; None: from the first that is kept."""
        ...

    def end(self, topic: str) -> int:
        """Position of the newest record of a one-partition topic; -1 where there is none."""
        ...

    def scan(self, topic: str) -> Iterator[Record]:
        """Every record that is kept, once, in order within a partition, complete as of the call."""
        ...

    def backlog(self, topic: str, *, group: str) -> Iterator[Record]:
        """The records that the group has not committed, as of the call; joins nothing, changes nothing."""
        ...

    def lag(self, topic: str, *, group: str) -> int:
        """How many records :meth:`backlog` would give, without reading them."""
        ...

    def oldest(self, topic: str, *, group: str) -> datetime | None:
        """When the oldest record of :meth:`backlog` was published, by the stream's own clock; None where nothing waits."""
        ...

    def size(self, topic: str) -> Size:
        """How many records there are, without reading them."""
        ...

    def purge(self, topic: str, *, before: datetime) -> int:
        """Drop what was published before; returns how many records. The engine may keep some of them longer."""
        ...

    def close(self) -> None: ...


# --------------------------------------------------------------------------------------------- cases


class Order(StrEnum):
    """Equals stand by id, in the direction of the order: whichever engine, and however often it is asked."""

    NEWEST = "newest"
    """Opened last, first."""
    NEXT_DUE = "next_due"
    """What runs out next, first; cases without a running clock last."""
    ACTIVE = "active"
    """Grown last, first."""
    PUBLISHED = "published"
    """Answered last, first; cases without a public answer are left out."""


class Dimension(StrEnum):
    """What a tally counts by."""

    STATE = "state"
    LEVEL = "level"
    TOPIC = "topic"
    CITY = "city"
    LEAD = "lead"


class Owed(StrEnum):
    RUNG = "rung"
    """A clock's next rung or due time (``Case.next_rung_at``)."""
    SENDING = "sending"
    """Notices to send and statements to hand to outlets (``Case.next_send_at``)."""
    EVENT = "event"
    """Events to publish (``Case.next_event_at``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseQuery:
    """All that anyone can ask of the case store. Empty means any."""

    states: frozenset[CaseState] = frozenset()
    levels: frozenset[Level] = frozenset()
    topics: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    """Units one of which leads or helps: what somebody of a subtree may see."""
    open_to: frozenset[str] | None = None
    """Without restricted matters, but for those in which one of these units leads or helps; None: with all of them."""
    awaits: frozenset[str] = frozenset()
    """Words of ``Case.awaits``, any of which stands there."""
    handled_as: frozenset[Category] = frozenset()
    """The handling class that people assessed."""
    words: str = ""
    """Every run of characters must stand in title or lead, as written."""
    id_starts: str = ""
    """How the id begins: papers and notices name a case by that."""
    with_running_clock: bool | None = None
    due_before: datetime | None = None
    """A running clock is due at or before."""
    found_since: datetime | None = None
    """Detected at or after."""
    found_before: datetime | None = None
    answered_since: datetime | None = None
    """``Case.published_at`` at or after; cases without a public answer are left out."""
    without_next_step: bool = False
    """``Case.next_rung_at`` is empty: no look of the watch finds it."""
    order: Order = Order.NEWEST
    limit: int = 50
    after: str = ""
    """``CasePage.next`` of the page before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    cases: tuple[Case, ...]
    total: int
    next: str = ""
    """Pass as ``CaseQuery.after``; '' on the last page."""


class CaseStore(Protocol):
    def get(self, case_id: str) -> Case:
        """The latest revision, at once. Raises CaseNotFound."""
        ...

    def several(self, case_ids: Collection[str]) -> Mapping[str, Case]:
        """The latest revisions of those that exist, by id, at once (never a search)."""
        ...

    def save(self, cases: Sequence[Case]) -> None:
        """Durable on return. Raises RevisionConflict naming those not newer than what is stored; the others are saved."""
        ...

    def open_stories(self, jurisdiction: str, *, since: datetime) -> Iterator[Case]:
        """What new posts may join: every case in an open state, and those that people closed or dismissed with a post
        after ``since``, in the order in which they were detected.  Complete as of the call: what a worker that takes over
        starts from."""
        ...

    def all(self) -> Iterator[Case]:
        """Every case, in the order in which they were detected, equals by id, complete as of the call: for the record and
        for backups."""
        ...

    def search(self, query: CaseQuery) -> CasePage:
        """May trail save."""
        ...

    def due(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[Case]:
        """Cases that owe a rung, a sending or an event at or before ``until``, soonest first, equals by id. May trail
        save."""
        ...

    def due_ids(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[str]:
        """The ids of what :meth:`due` gives, for a caller that reads each as it stands anyway. May trail save."""
        ...

    def tally(self, query: CaseQuery, *, by: Dimension) -> Mapping[str, int]:
        """May trail save."""
        ...

    def close(self) -> None: ...


# -------------------------------------------------------------------------------------------- archive


@dataclass(frozen=True, slots=True, kw_only=True)
class LineQuery:
    cases: frozenset[str] = frozenset()
    """Ids: of one case, or of those that have become part of it too."""
    parties: frozenset[str] = frozenset()
    """Units one of which leads or helps in the line's case, as in ``CaseQuery``: lines without a case are left out."""
    dispositions: frozenset[Disposition] = frozenset()
    sources: frozenset[str] = frozenset()
    words: str = ""
    limit: int = 50
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage:
    lines: tuple[ArchiveLine, ...]
    """Newest first, by when the post was first public; equals by post id and version, backwards."""
    total: int
    next: str = ""


class PostArchive(Protocol):
    """The place where the way of every post version ends. Idempotent by (post id, version): the first line stays, but for
    what :meth:`admit` says."""

    def put(self, lines: Sequence[ArchiveLine]) -> None:
        """Durable on return. A line whose key is stored already is left as it is."""
        ...

    def get(self, keys: Sequence[PostKey]) -> Mapping[PostKey, ArchiveLine]:
        """The lines that exist, at once (never a search)."""
        ...

    def versions(self, post_ids: Collection[str]) -> Mapping[str, Sequence[ArchiveLine]]:
        """Every version of those posts that have a line, oldest line first, by post id, at once (never a search)."""
        ...

    def at(self, addresses: Collection[str]) -> Sequence[ArchiveLine]:
        """Every line of the posts that stand at these addresses (``identity.address``), oldest line first, complete as of
        the call."""
        ...

    def of_cases(self, cases: Collection[str]) -> Iterator[ArchiveLine]:
        """Every line of these cases, oldest first by when it was written, of one moment as they were put, complete as of the
        call."""
        ...

    def rehome(self, posts: Collection[str], *, case_id: str) -> None:
        """Every line of these posts that belongs to a case belongs to this one from now on. Durable on return; a repeat
        changes nothing.  Beside what :meth:`blank`, :meth:`unquote` and :meth:`admit` do, nothing else of a line that stays
        may change: people may split a story."""
        ...

    def blank(self, keys: Collection[PostKey], *, erased: Erased) -> int:
        """Erase in place what these post versions say and who said it: each line stays, with its key, case, times and
        counts, says that it is blank, when and why, and is found by no word any more (:mod:`huiying.blanking`).

        Durable on return.  What is blank already stays as it is, and keys without a line are none; returns how many lines
        were blanked.  What then still lies in files as deleted goes with :meth:`wipe`.
        """
        ...

    def unquote(self, posts: Collection[str]) -> None:
        """Erase what the lines of these posts show of what they answer (``Post.answers``), and nothing else. Durable on
        return; a repeat changes nothing."""
        ...

    def wipe(self) -> None:
        """Take off the disk what blanked lines, and cases that were saved without their texts, left behind there as
        deleted; nothing where no line was blanked since the last time.  May take minutes, and holds up nobody.  Of lines that
        were dropped or buried some engines leave this to the end of their month."""
        ...

    def answering(self, posts: Collection[str], *, limit: int, complete: bool) -> Sequence[ArchiveLine]:
        """The dropped lines of posts that answer one of these, newest first by when they were written: ``complete`` as of
        the call, which is dear on some engines; else it may trail put."""
        ...

    def admit(self, lines: Sequence[ArchiveLine]) -> None:
        """Put each of these, of what a case has taken in, also where the version was dropped before: in the place of that
        line, but for a blank one, which stays.  It is the one way in which a disposition may change. Durable on return; a
        repeat changes nothing."""
        ...

    def exhume(self, keys: Collection[PostKey]) -> int:
        """Erase the buried lines of these keys, so that what is sent on its way again may end otherwise; returns how
        many. Durable on return."""
        ...

    def keys(self) -> Iterator[tuple[PostKey, Disposition]]:
        """Every line's key and disposition, complete as of the call: the right side of the ledger."""
        ...

    def all(self) -> Iterator[ArchiveLine]:
        """Every line, in the order in which they were put, complete as of the call: for backups."""
        ...

    def search(self, query: LineQuery) -> LinePage:
        """May trail put."""
        ...

    def tally(
        self, *, since: datetime | None = None, parties: frozenset[str] = frozenset()
    ) -> Mapping[Disposition, int]:
        """Lines written since; ``parties`` as in :class:`LineQuery`. May trail put."""
        ...

    def hourly(
        self, *, since: datetime, parties: frozenset[str] = frozenset()
    ) -> Mapping[tuple[str, str], int]:
        """(UTC hour ``2026-11-23T02``, attitude) → lines of relevant posts first public in it, idle talk left out;
        ``parties`` as in :class:`LineQuery`. May trail put."""
        ...

    def purge(self, *, before: datetime, dispositions: frozenset[Disposition]) -> int:
        """Erase lines written before (retention); returns how many."""
        ...

    def close(self) -> None: ...


# ------------------------------------------------------------------------------------------- register


PASSING = "passing:"
"""What a kind begins with that ends with the day: no backup has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A small record: an account, a session, a source's health. ``value`` is JSON of the owner's own type."""

    kind: str
    id: str
    revision: int
    value: bytes


class Register(Protocol):
    def get(self, kind: str, id: str) -> Entry | None: ...

    def put(self, kind: str, id: str, value: bytes, *, expect: int | None) -> Entry:
        """Store the next revision. ``expect`` is the revision that was read, 0 for a new one, None for any.

        Raises RevisionConflict where the stored one differs.
        """
        ...

    def delete(self, kind: str, id: str) -> None: ...

    def list(self, kind: str) -> Sequence[Entry]:
        """All of a kind, ordered by id, complete as of the call."""
        ...

    def all(self) -> Iterator[Entry]:
        """Every entry of every kind, complete as of the call: for backups."""
        ...

    def close(self) -> None: ...


# ------------------------------------------------------------------------------------------ the world

CLOCK_GRAIN = timedelta(seconds=1)
"""A server's answer about its own clock may be off by half of this to either side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a channel says of a notice that it took."""

    detail: str
    """The receipt, without any address."""
    confirmed: bool
    """The receiver itself has it; False: somebody on the way has."""


class Notifier(Protocol):
    """Carries a notice over one channel."""

    channel: str

    def send(self, notice: Notice, address: str) -> Sent:
        """Send; returns the receipt. Raises TryAgain where a repeat may help, GiveUp where it was refused for good.

        ``notice.id`` travels as Message-ID or idempotency key, so that a repeat can be dropped.
        """
        ...


class Outlet(Protocol):
    """A place where a statement is published."""

    name: str

    def publish(self, statement: Statement, body: bytes, *, case_id: str, key: str) -> str:
        """Hand it over; returns the address where it stands. Raises TryAgain where a repeat may help, GiveUp where it was
        refused for good.  ``key`` travels as idempotency key: a repeat must not publish twice."""
        ...

    def stop(self, statement: Statement, *, case_id: str, key: str) -> None:
        """Have it shown no more; returns once the outlet says so. The same errors, the same key on a repeat."""
        ...


class Clock(Protocol):
    speed: float
    """How fast it runs beside the machine's: 1, but for a demo."""

    def now(self) -> datetime:
        """UTC, with its zone."""
        ...

    def wait(self, duration: timedelta) -> bool:
        """Sleep, or less. True: asked to stop."""
        ...

    def stop(self) -> None:
        """Wake everyone who waits, now and later."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine, opened: the four ports that keep things."""

    stream: Stream
    cases: CaseStore
    archive: PostArchive
    register: Register
    clocks: Mapping[str, Callable[[], datetime]] = field(default_factory=dict)
    """Servers by name, and how to ask what time it is there, within ``CLOCK_GRAIN`` (raises TryAgain). Empty where
    everything runs on this machine."""

    def close(self) -> None:
        self.stream.close()
        self.cases.close()
        self.archive.close()
        self.register.close()


__all__ = [
    "ArchiveLine", "Batch", "Case", "CasePage", "CaseQuery", "CaseStore", "Clock", "Dimension", "Engine", "Entry",
    "LinePage", "LineQuery", "Notifier", "Order", "Outlet", "Owed", "Post", "PostArchive", "Record", "Register", "Sent",
    "Size", "Stream", "Subscription", "Tail",
]  # fmt: skip
