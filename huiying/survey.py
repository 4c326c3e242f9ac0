"""What the stores hold, in figures: what waits, what is open, what is owed, who was seen.  One look, bounded, no ids.

The same figures stand in ``/metrics`` and behind ``huiying check``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from huiying.contracts import (
    Case,
    CaseState,
    ClockKind,
    ClockState,
    DeliveryState,
    Disposition,
    ResponseClock,
)
from huiying.ports import CaseQuery, CaseStore, Dimension, Engine, Order, Owed, Size, Stream
from huiying.topics import HEALTH, NLP, POSTS, READINGS, SOURCE_CHECKS, TOPICS, TRIAGE, Topic

SHARED: tuple[tuple[Topic[Any], str], ...] = ((POSTS, NLP), (READINGS, TRIAGE), (SOURCE_CHECKS, HEALTH))
"""Topics that a group works off, with the group."""
PAGE, MOST_CASES = 200, 10_000
"""Cases of one page, and the most that are looked at for their clocks: reading one takes a sixth of a millisecond."""
MOST_OWING = 500
"""Cases that owe notices of which are looked at: those whose turn is next."""
LONG = timedelta(days=3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a group has not done with."""

    topic: str
    group: str
    records: int
    oldest: datetime | None
    """When the oldest of them was published, by the stream's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFigures:
    sizes: Mapping[str, Size]
    """Topic → how much it holds, dead letters among them."""
    waiting: tuple[Waiting, ...]
    dead: Mapping[tuple[str, str], int]
    """(topic, group) → dead letters that are kept, those that were replayed meanwhile with them."""


def of_stream(stream: Stream) -> StreamFigures:
    """Raises TryAgain where the stream does not answer."""
    topics = [topic.name for topic in TOPICS]
    return StreamFigures(
        sizes={topic: stream.size(topic) for topic in topics},
        waiting=tuple(waiting(stream, topic.name, group) for topic, group in SHARED),
        dead={(topic.name, group): stream.size(topic.dead(group).name).kept for topic, group in SHARED},
    )


def waiting(stream: Stream, topic: str, group: str) -> Waiting:
    records = stream.lag(topic, group=group)
    oldest = stream.oldest(topic, group=group) if records else None
    return Waiting(topic=topic, group=group, records=records, oldest=oldest)


class Standing(StrEnum):
    """How far a running clock has come."""

    RUNNING = "running"
    WARNED = "warned"
    """Part of its time is gone: a rung after its start was reached."""
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedNotices:
    count: int
    oldest: datetime
    """Since when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFigures:
    cases: Mapping[str, int]
    """State → cases."""
    lines: Mapping[Disposition, int]
    """Disposition → archive lines."""
    clocks: Mapping[tuple[ClockKind, Standing], int]
    """Of the clocks that run."""
    cut: bool
    """There are more cases with a running clock than were looked at."""
    next_due: datetime | None
    """When the next running clock that is not overdue yet runs out."""
    owed: Mapping[Owed, datetime]
    """What is owed → since when the oldest that is due by now is; left out where nothing is."""
    notices: Mapping[str, OwedNotices]
    """Channel → notices owed over it, of ``MOST_OWING`` cases at most."""
    failed: Mapping[str, int]
    """Channel → notices that were given up, of cases with a running clock."""


def of_stores(engine: Engine, now: datetime) -> StoreFigures:
    """Raises TryAgain where the stores do not answer."""
    everything = CaseQuery(states=frozenset(CaseState))
    running = _running(engine.cases, now)
    return StoreFigures(
        cases=engine.cases.tally(everything, by=Dimension.STATE),
        lines=engine.archive.tally(),
        clocks=running.clocks,
        cut=running.cut,
        next_due=running.due,
        owed=dict(_owed(engine.cases, now)),
        notices=_notices(engine.cases, now),
        failed=running.failed,
    )


def standing(clock: ResponseClock, now: datetime) -> Standing:
    if now >= clock.due_at:
        return Standing.OVERDUE
    after_start = {rung.name for rung in clock.rule.rungs if rung.fraction != 0.0}
    return Standing.WARNED if after_start.intersection(clock.fired) else Standing.RUNNING


def _with_running_clocks(cases: CaseStore) -> Iterator[Case | None]:
    """Cases, what runs out next first; None in the end where there were too many."""
    after, seen = "", 0
    while True:
        page = cases.search(CaseQuery(with_running_clock=True, order=Order.NEXT_DUE, limit=PAGE, after=after))
        yield from page.cases
        seen += len(page.cases)
        if not page.next:
            return
        if seen >= MOST_CASES:
            yield None
            return
        after = page.next


@dataclass(slots=True)
class _Running:
    """What cases with a running clock add up to."""

    clocks: Counter[tuple[ClockKind, Standing]] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    due: datetime | None = None
    cut: bool = False


def _running(cases: CaseStore, now: datetime) -> _Running:
    found = _Running()
    for case in _with_running_clocks(cases):
        if case is None:
            found.cut = True
            continue
        for receipt in case.receipts:
            found.failed[receipt.channel] += receipt.state is DeliveryState.FAILED
        for clock in case.clocks:
            if clock.state is not ClockState.RUNNING:
                continue
            found.clocks[clock.rule.kind, standing(clock, now)] += 1
            if clock.due_at > now:
                found.due = min(clock.due_at, found.due or clock.due_at)
    return found


def _owed(cases: CaseStore, now: datetime) -> Iterator[tuple[Owed, datetime]]:
    for owed in Owed:
        for case in cases.due(owed, until=now, limit=1):
            since = {
                Owed.RUNG: case.next_rung_at,
                Owed.SENDING: case.next_send_at,
                Owed.EVENT: case.next_event_at,
            }[owed]
            if since is not None:
                yield owed, since


def _notices(cases: CaseStore, now: datetime) -> Mapping[str, OwedNotices]:
    found: dict[str, OwedNotices] = {}
    for case in cases.due(Owed.SENDING, until=now + LONG, limit=MOST_OWING):
        for notice in case.outbox:
            for delivery in notice.deliveries:
                if delivery.state is not DeliveryState.OWED:
                    continue
                known = found.get(delivery.channel)
                found[delivery.channel] = OwedNotices(
                    count=known.count + 1 if known else 1,
                    oldest=min(known.oldest, notice.owed_at) if known else notice.owed_at,
                )
    return found
