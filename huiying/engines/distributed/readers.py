"""Who reads a topic: members of a group, who share its partitions, tails and scans, which see all of it.

A consumer of kafka-python belongs to one thread at a time and may be thrown away: where its group stands is on the
broker.  So whatever goes wrong on the way is TryAgain, and the next poll begins with a fresh look at what is committed.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import CommitFailedError, KafkaError, UnknownTopicOrPartitionError
from kafka.structs import MemberState, OffsetAndMetadata

from huiying import logs, metrics
from huiying.engines.distributed.broker import Broker, Extent
from huiying.engines.distributed.connection import Connection, bounded, trouble
from huiying.engines.distributed.seats import Seat, Seats
from huiying.errors import TryAgain
from huiying.ports import Batch, Record

_log = logs.get("kafka")

SLICE_SECONDS = 0.1
"""A waiting poll looks this often whether the stream was closed."""
AT_LEAST_SECONDS = 0.01
"""A poll that asks for what is there at once gives the client this long to say so."""
JOIN_SECONDS = 5.0
"""How long a poll that asks for what is there at once waits to be let into its group."""
FETCH_SECONDS = 5.0
"""And how long for records that are known to be there."""
LOOK_SECONDS = 1.0
"""An idle reader asks this often whether it is behind."""
COMMIT_SECONDS = 8.0
SCAN_PATIENCE_SECONDS = 15.0
FIRST_BYTES = 64 << 10
"""Of a partition of which the first record alone is wanted."""
PAGE = 500
"""Records read at a time by a scan."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a group waits for its members."""

    session: float = 45.0
    """Seconds after which a member that is silent has died."""
    handling: float = 300.0
    """Seconds between two polls after which the broker thinks that a member hangs."""
    hanging: float = 3600.0
    """Seconds for which we contradict it: a batch may take long, but not for ever."""
    stall: float = 20.0
    """Seconds outside the group, or without a record although there are some, after which a consumer is thrown away."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What a reader needs to reach its topic."""

    connection: Connection
    broker: Broker
    topic: str
    closed: threading.Event
    """Set when the stream is closed: whoever waits stops waiting."""

    def open(self, **options: Any) -> Any:
        """A consumer. Raises TryAgain."""
        with trouble("连接"):
            return self.connection.client(
                KafkaConsumer,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                metrics_enabled=False,
                **options,
            )

    def record(self, raw: Any) -> Record:
        return Record(
            topic=self.topic,
            partition=raw.partition,
            position=raw.offset,
            key=(raw.key or b"").decode("utf-8", "replace"),
            value=raw.value or b"",
        )

    def records(self, found: Mapping[TopicPartition, Sequence[Any]]) -> tuple[Record, ...]:
        return tuple(self.record(raw) for tp in sorted(found) for raw in found[tp])

    def behind(self, consumer: Any) -> bool:
        """Whether there are records that the consumer has not given yet."""
        mine = consumer.assignment()
        if not mine:
            return False
        ends = self.broker.ends(mine)
        at = {tp: consumer.position(tp, timeout_ms=1000) for tp in mine}
        return any(at[tp] is None or at[tp] < ends[tp.partition] for tp in mine)

    def wait(
        self, consumer: Any, *, limit: int, wait: timedelta, more: Callable[[], bool]
    ) -> tuple[Record, ...]:
        """The next records.  After ``wait`` goes on only while there are ``more`` that are just on their way."""
        patience = time.monotonic() + wait.total_seconds()
        while True:
            if self.closed.is_set():
                raise TryAgain("Kafka：连接已关闭")
            left = patience - time.monotonic()
            pause = min(SLICE_SECONDS, max(left, AT_LEAST_SECONDS))
            if found := consumer.poll(timeout_ms=max(1, int(pause * 1000)), max_records=limit):
                return self.records(found)
            if left <= 0 and not more():
                return ()


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Only notes: it is called on the thread that also sends the heartbeats."""

    def __init__(self, note: Callable[[], None]) -> None:
        self._note = note

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        self._note()

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        self._note()

    def on_partitions_lost(self, lost: Sequence[TopicPartition]) -> None:
        self._note()


class KafkaSubscription:
    """One member of a group."""

    def __init__(self, reach: Reach, group: str, seats: Seats, patience: Patience) -> None:
        self._reach = reach
        self._group = group
        self._name = reach.broker.group(reach.topic, group)
        self._patience = patience
        reach.broker.partitions(reach.topic)
        self._seat: Seat = seats.take(self._name)
        self._turn = threading.RLock()
        """Held by whoever uses the consumer: the worker, or the keeper while the worker is busy."""
        self._consumer: Any = None
        self._moved = threading.Event()
        """Ownership changed: to be told with the next batch."""
        self._committed: dict[TopicPartition, int] = {}
        """What is known to be committed since ownership changed last."""
        self._astray = False
        """Where the consumer stands is not where the group stands."""
        self._polled_at = time.monotonic()
        self._looked_at = self._flowed_at = self._joined_at = 0.0
        self._left = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"keep-{group}", daemon=True)
        self._keeper.start()

    def poll(self, *, limit: int, wait: timedelta) -> Batch:
        with self._turn, trouble("接收"):
            try:
                records = self._poll(limit, wait)
            except Exception as error:
                # It may have taken records along.
                self._astray = True
                self._reach.broker.forget(self._reach.topic)
                if _is_gone(error):
                    # Deleted by somebody. A new consumer begins with the topic that is made in its place.
                    self._drop()
                raise
            finally:
                self._polled_at = time.monotonic()
            moved = self._moved.is_set()
            self._moved.clear()
            return Batch(records=records, reassigned=moved)

    def commit(self, batch: Batch) -> None:
        done: dict[TopicPartition, int] = {}
        first: dict[TopicPartition, int] = {}
        for record in batch.records:
            tp = TopicPartition(self._reach.broker.name(record.topic), record.partition)
            first.setdefault(tp, record.position)
            done[tp] = record.position + 1
        if not done:
            return
        with self._turn, trouble("记录进度"):
            consumer = self._consumer
            if consumer is None:
                raise TryAgain("Kafka：已不在组内，这一批会重来")
            mine = consumer.assignment()
            for tp, position in first.items():
                if position < self._committed.get(tp, 0):
                    # It came again, or the topic was deleted and made anew: only the group knows.
                    del self._committed[tp]
            self._know(consumer, done.keys() & mine)
            fresh = {tp: at for tp, at in done.items() if tp in mine and at > self._committed[tp]}
            if fresh:
                self._commit(consumer, fresh)
            if lost := done.keys() - mine:
                raise TryAgain(f"Kafka：{len(lost)} 个分区已交给别的进程，这一批会重来")

    def rewind(self) -> None:
        """The next poll does it, as the broker may be away now: it cannot be forgotten."""
        self._astray = True

    def lag(self) -> int:
        return lag(self._reach.broker, self._reach.topic, self._group)

    def close(self) -> None:
        if self._left.is_set():
            return
        self._left.set()
        with self._turn:
            joined = self._consumer is not None
            self._drop()
        if joined and not self._reach.closed.is_set():
            self._reach.broker.dismiss(self._reach.topic, self._group, self._seat.name)
        self._seat.leave()

    # ---------------------------------------------------------------------------------- inside

    def _poll(self, limit: int, wait: timedelta) -> tuple[Record, ...]:
        consumer = self._member()
        if self._astray:
            self._go_back(consumer)
            self._astray = False
        asked = time.monotonic()
        # Time in which nobody polled is no stall.
        handling = asked - self._polled_at
        self._flowed_at = min(asked, self._flowed_at + handling)
        self._joined_at = min(asked, self._joined_at + handling)
        at_once = not wait
        give_up = asked + (JOIN_SECONDS if at_once else 0.0)

        def more() -> bool:
            now = time.monotonic()
            if not _joined(consumer):
                if now > self._joined_at + self._patience.stall:
                    self._start_over("不能加入组")
                return now < give_up
            self._joined_at = now
            if not at_once and now < self._looked_at + LOOK_SECONDS:
                return False
            self._looked_at = now
            if not self._reach.behind(consumer):
                self._flowed_at = now
                return False
            if now > self._flowed_at + self._patience.stall:
                self._start_over("有记录却收不到")
            return at_once and now < asked + FETCH_SECONDS

        records = self._reach.wait(consumer, limit=limit, wait=wait, more=more)
        if records:
            self._flowed_at = self._joined_at = time.monotonic()
        return records

    def _start_over(self, why: str) -> NoReturn:
        """The watchdog: a consumer that hangs is worth no thought, the next one begins where the group stands."""
        _log.error("stalled", group=self._name, why=why)
        metrics.STALLED.labels(self._group).inc()
        self._drop()
        raise TryAgain(f"Kafka：{why}，重新连接")

    def _member(self) -> Any:
        """The consumer, opened when there is none."""
        if self._left.is_set():
            raise TryAgain("Kafka：已离开该组")
        if self._consumer is None:
            self._reach.broker.partitions(self._reach.topic)
            session = int(self._patience.session * 1000)
            consumer = self._reach.open(
                group_id=self._name,
                group_instance_id=self._seat.name,
                partition_assignment_strategy=[RangePartitionAssignor],
                session_timeout_ms=session,
                heartbeat_interval_ms=min(3000, session // 6),
                max_poll_interval_ms=int(self._patience.handling * 1000),
            )
            self._consumer = consumer
            consumer.subscribe(
                [self._reach.broker.name(self._reach.topic)], listener=_Listener(self._note_moved)
            )
            # Has it look at the topic before it joins.  Otherwise it joins knowing nothing, joins again at once, and may
            # then wait for ever for an answer that it has had.
            try:
                bounded(consumer.topics)
            except BaseException:
                self._drop()
                raise
            self._astray = False
            self._flowed_at = self._joined_at = time.monotonic()
            self._note_moved()
        return self._consumer

    def _note_moved(self) -> None:
        self._committed = {}
        self._moved.set()

    def _drop(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            _leave(consumer)

    def _know(self, consumer: Any, partitions: set[TopicPartition]) -> None:
        """Look up how far the group has come, once for each change of ownership."""
        if unknown := partitions - self._committed.keys():
            found = self._reach.broker.committed(self._reach.topic, self._group)
            self._committed.update({tp: found.get(tp.partition, -1) for tp in unknown})

    def _commit(self, consumer: Any, fresh: Mapping[TopicPartition, int]) -> None:
        offsets = {tp: OffsetAndMetadata(at, "", -1) for tp, at in fresh.items()}
        try:
            consumer.commit(offsets, timeout_ms=int(COMMIT_SECONDS * 1000))
        except KafkaError as error:
            if not error.retriable and not isinstance(error, CommitFailedError):
                # Fenced or unknown to its group: whoever we were there, we are no longer.
                self._drop()
            raise
        for tp, at in fresh.items():
            self._committed[tp] = at
            # After a change of ownership it may stand before what it had given already.
            if (consumer.position(tp, timeout_ms=0) or at) < at:
                consumer.seek(tp, at)

    def _go_back(self, consumer: Any) -> None:
        mine = consumer.assignment()
        if not mine:
            return
        committed = self._reach.broker.committed(self._reach.topic, self._group)
        for tp in mine:
            if (at := committed.get(tp.partition)) is None:
                consumer.seek_to_beginning(tp)
            else:
                consumer.seek(tp, at)

    def _keep(self) -> None:
        """While a batch is being handled, show the broker that we are alive: it must not take our partitions for it.  And that
        often that who joins the group meanwhile need not wait for the end of the batch until it thinks that it hangs.
        """
        patience = self._patience
        long = patience.handling / 4
        each = min(long, patience.stall / 4)
        while not self._left.wait(each) and not self._reach.closed.is_set():
            silent = time.monotonic() - self._polled_at
            if silent < each or silent > patience.hanging:
                continue
            with self._turn:
                if self._consumer is None or self._left.is_set():
                    continue
                if silent >= long:
                    _log.warning("handling_takes_long", group=self._name, seconds=round(silent))
                try:
                    self._show_up(self._consumer)
                except Exception as error:
                    _log.warning("keep_alive_failed", group=self._name, error=repr(error))

    def _show_up(self, consumer: Any) -> None:
        """Poll without taking anything; where the group is being shared out anew, until that is done."""
        patience = time.monotonic() + JOIN_SECONDS
        consumer.pause(*consumer.assignment())
        try:
            while True:
                found = consumer.poll(timeout_ms=int(SLICE_SECONDS * 1000), max_records=1)
                for tp, records in found.items():  # of a partition that has just become ours
                    consumer.seek(tp, records[0].offset)
                if _joined(consumer) or time.monotonic() > patience:
                    return
        finally:
            consumer.resume(*consumer.assignment())


class KafkaTail:
    """Everything on a topic of one partition."""

    def __init__(self, reach: Reach, after: int | None) -> None:
        self._reach = reach
        (self._tp,) = reach.broker.partitions(reach.topic)
        kept = reach.broker.extents(reach.topic)[0]
        # A position of somewhere else (a page that was open while a backup was restored) waits at the end.
        self._next = kept.first if after is None else max(kept.first, min(after + 1, kept.end))
        self._consumer: Any = None
        self._left = False

    def poll(self, *, limit: int, wait: timedelta) -> Sequence[Record]:
        if self._left:
            raise TryAgain("Kafka：已关闭")
        with trouble("接收"):
            try:
                consumer = self._opened()
                asked = time.monotonic()

                def more() -> bool:
                    soon = time.monotonic() < asked + wait.total_seconds() + FETCH_SECONDS
                    return not wait and soon and self._reach.behind(consumer)

                records = self._reach.wait(consumer, limit=limit, wait=wait, more=more)
            except Exception:
                self._drop()
                raise
        if records:
            self._next = records[-1].position + 1
        return records

    def close(self) -> None:
        self._left = True
        self._drop()

    def _opened(self) -> Any:
        if self._consumer is None:
            consumer = self._reach.open()
            consumer.assign([self._tp])
            consumer.seek(self._tp, self._next)
            self._consumer = consumer
        return self._consumer

    def _drop(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            _leave(consumer)


def scan(reach: Reach, stretches: Mapping[int, Extent]) -> Iterator[Record]:
    """The records of these stretches, by partition. Raises TryAgain where they do not come."""
    name = reach.broker.name(reach.topic)
    left = {
        TopicPartition(name, number): stretch
        for number, stretch in stretches.items()
        if stretch.first < stretch.end
    }
    if not left:
        return
    at = {tp: stretch.first for tp, stretch in left.items()}
    consumer = reach.open()
    try:
        with trouble("读取"):
            consumer.assign(list(left))
            for tp, position in at.items():
                consumer.seek(tp, position)
        patience = time.monotonic() + SCAN_PATIENCE_SECONDS
        while any(at[tp] < left[tp].end for tp in left):
            with trouble("读取"):
                if reach.closed.is_set():
                    raise TryAgain("Kafka：连接已关闭")
                try:
                    found = consumer.poll(timeout_ms=int(SLICE_SECONDS * 1000), max_records=PAGE)
                except KafkaError as error:
                    if not error.retriable or time.monotonic() > patience:
                        raise
                    for tp, position in at.items():
                        consumer.seek(tp, position)
                    continue
                if not found:
                    # What was dropped meanwhile is passed over.
                    for tp in left:
                        at[tp] = max(at[tp], consumer.position(tp, timeout_ms=1000) or 0)
                    if time.monotonic() > patience:
                        raise TryAgain("Kafka：读取太慢，稍后自动重试")
                    continue
            patience = time.monotonic() + SCAN_PATIENCE_SECONDS
            for tp in sorted(found):
                end = left[tp].end
                for raw in found[tp]:
                    if raw.offset < end:
                        yield reach.record(raw)
                at[tp] = found[tp][-1].offset + 1
    finally:
        _leave(consumer)


def oldest(reach: Reach, stretches: Mapping[int, Extent]) -> datetime | None:
    """When the first record of these stretches was appended; None where they are empty. Raises TryAgain."""
    name = reach.broker.name(reach.topic)
    left = {TopicPartition(name, n): one.first for n, one in stretches.items() if one.first < one.end}
    if not left:
        return None
    stamps: dict[TopicPartition, int] = {}
    with contextlib.ExitStack() as stack:
        consumer = reach.open(max_partition_fetch_bytes=FIRST_BYTES)
        stack.callback(_leave, consumer)
        with trouble("读取"):
            consumer.assign(list(left))
            for tp, at in left.items():
                consumer.seek(tp, at)
            patience = time.monotonic() + FETCH_SECONDS
            while len(stamps) < len(left) and time.monotonic() < patience and not reach.closed.is_set():
                found = consumer.poll(timeout_ms=int(SLICE_SECONDS * 1000))
                for tp, records in found.items():
                    stamps.setdefault(tp, records[0].timestamp)
                consumer.pause(*found)
    if not stamps:
        raise TryAgain("Kafka：读取太慢，稍后自动重试")
    return datetime.fromtimestamp(min(stamps.values()) / 1000, UTC)


def _leave(consumer: Any) -> None:
    with contextlib.suppress(Exception):
        consumer.close(autocommit=False, timeout_ms=2000)


def uncommitted(broker: Broker, topic: str, group: str) -> Mapping[int, Extent]:
    """What the group has still to do, by partition."""
    # The offset first: a commit in between makes the answer too high for a moment, never negative.
    committed = broker.committed(topic, group)
    return {
        number: Extent(max(kept.first, committed.get(number, 0)), kept.end)
        for number, kept in broker.extents(topic).items()
    }


def lag(broker: Broker, topic: str, group: str) -> int:
    return sum(max(0, left.end - left.first) for left in uncommitted(broker, topic, group).values())


def _is_gone(error: BaseException | None) -> bool:
    """Whether it comes from a topic that is not there any more."""
    while error is not None and not isinstance(error, UnknownTopicOrPartitionError):
        error = error.__cause__
    return error is not None


def _joined(consumer: Any) -> bool:
    """Whether the group has told the consumer which partitions are its own."""
    return bool(consumer.group_metadata().state == MemberState.STABLE)
