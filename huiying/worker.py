"""The one loop: poll, handle, commit.  Rewind on TryAgain, bury on GiveUp, never end because of a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from huiying import logs, metrics
from huiying.contracts import DeadLetter
from huiying.errors import GiveUp, Misconfigured, TryAgain
from huiying.ports import Batch, Clock, Record, Stream, Subscription
from huiying.topics import Topic

M = TypeVar("M")
M_contra = TypeVar("M_contra", contravariant=True)

_log = logs.get("worker")

POLL_WAIT = timedelta(milliseconds=200)
FIRST_BACKOFF = timedelta(milliseconds=250)
LAST_BACKOFF = timedelta(seconds=15)


class Handler(Protocol[M_contra]):
    """What a stage does with its messages. It bears seeing a message twice."""

    def handle(self, messages: Sequence[M_contra], now: datetime) -> None:
        """Do all of it, durably, before returning.

        Raises TryAgain to see the same messages again, Misconfigured to stop until somebody has mended it, GiveUp where one of them cannot be handled: they come back
        one by one, and the one that raises alone is buried.
        """
        ...

    def bury(self, record: Record, reason: str, now: datetime) -> None:
        """Write the end of this record's way. The dead letter is already on its topic."""
        ...

    def forget(self) -> None:
        """Ownership changed, or work was rewound: drop what is remembered."""
        ...


@dataclass(kw_only=True)
class Worker(Generic[M]):
    """One member of one group on one topic."""

    topic: Topic[M]
    group: str
    stream: Stream
    handler: Handler[M]
    clock: Clock
    limit: int = 100
    """Most records of one batch: one save per case, one transaction, one commit."""

    def run(self) -> None:
        """Until the clock is stopped."""
        metrics.about_to_work(self.group)
        backoff = FIRST_BACKOFF
        subscription: Subscription | None = None
        try:
            while not self.clock.wait(timedelta(0)):
                try:
                    subscription = subscription or self.stream.subscribe(self.topic.name, group=self.group)
                    self.step(subscription)
                    backoff = FIRST_BACKOFF
                except TryAgain as trouble:
                    _log.warning("try_again", group=self.group, topic=self.topic.name, reason=str(trouble))
                    metrics.TRY_AGAIN.labels(self.group).inc()
                    self._rewind(subscription)
                    if self.clock.wait(backoff):
                        return
                    backoff = min(backoff * 2, LAST_BACKOFF)
        finally:
            if subscription is not None:
                subscription.close()

    def run_until_idle(self) -> int:
        """Work off what is waiting, then return how many records that were. Raises TryAgain where it cannot."""
        subscription = self.stream.subscribe(self.topic.name, group=self.group)
        try:
            done = 0
            while count := self.step(subscription, wait=timedelta(0)):
                done += count
            return done
        finally:
            subscription.close()

    def step(self, subscription: Subscription, *, wait: timedelta = POLL_WAIT) -> int:
        """One batch. Returns the number of records that are done."""
        metrics.went_round(self.group, self.clock.now())
        batch = subscription.poll(limit=self.limit, wait=wait)
        if batch.reassigned:
            self.handler.forget()
        if not batch.records:
            return 0
        with metrics.HANDLING.labels(self.group).time():
            self._handle(batch)
            subscription.commit(batch)
        metrics.HANDLED.labels(self.group).inc(len(batch.records))
        return len(batch.records)

    def _handle(self, batch: Batch) -> None:
        now = self.clock.now()
        readable: list[tuple[Record, M]] = []
        unreadable: list[tuple[Record, str]] = []
        for record in batch.records:
            try:
                readable.append((record, self.topic.decode(record.value)))
            except GiveUp as reason:
                unreadable.append((record, str(reason)))
        if readable:
            self._handle_readable(readable, now)
        # Last, so that a batch which is tried again does not write the same dead letters each time.
        for record, why in unreadable:
            self._bury(record, why, now)

    def _handle_readable(self, readable: Sequence[tuple[Record, M]], now: datetime) -> None:
        try:
            self._attempt([message for _, message in readable], now)
        except (TryAgain, Misconfigured):
            raise
        except Exception as error:
            # A bug met one message of many: find it, so that the others go on.
            _log.warning("batch_taken_apart", group=self.group, records=len(readable), error=repr(error))
            self.handler.forget()
            for record, message in readable:
                self._handle_alone(record, message, now)

    def _attempt(self, messages: Sequence[M], now: datetime) -> None:
        """A machine that has no files or memory left is no fault of a record."""
        try:
            self.handler.handle(messages, now)
        except (OSError, MemoryError) as error:
            raise TryAgain(f"{type(error).__name__}: {error}") from error

    def _handle_alone(self, record: Record, message: M, now: datetime) -> None:
        try:
            self._attempt([message], now)
        except (TryAgain, Misconfigured):
            raise
        except GiveUp as reason:
            self._bury(record, str(reason), now)
        except Exception as error:
            _log.exception("handler_failed", group=self.group, topic=record.topic, position=record.position)
            self.handler.forget()
            self._bury(record, f"{type(error).__name__}: {error}", now)

    def _bury(self, record: Record, reason: str, now: datetime) -> None:
        _log.error("buried", group=self.group, topic=record.topic, position=record.position, reason=reason)
        letter = DeadLetter(
            topic=record.topic,
            group=self.group,
            key=record.key,
            partition=record.partition,
            position=record.position,
            reason=reason,
            at=now,
            value=record.value,
        )
        dead = self.topic.dead(self.group)
        self.stream.publish(dead.name, [dead.encode(letter)])
        self.handler.bury(record, reason, now)
        metrics.BURIED.labels(self.group).inc()

    def _rewind(self, subscription: Subscription | None) -> None:
        self.handler.forget()
        if subscription is None:
            return
        try:
            subscription.rewind()
        except TryAgain as trouble:
            _log.warning("rewind_failed", group=self.group, topic=self.topic.name, reason=str(trouble))
