"""Sends records so that they would survive a crash: every broker in sync has them, and every answer was looked at.

The client buffers without bound and gives a batch that it could not send to nobody but its future.  So the records in
flight are counted here, over all threads, and a publish returns only when each of its own was acknowledged.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from kafka import KafkaProducer
from kafka.errors import MessageSizeTooLargeError

from huiying.codec import clean
from huiying.engines.distributed.connection import LARGEST, REQUEST_SECONDS, Connection, trouble
from huiying.errors import GiveUp, TryAgain

DELIVERY_SECONDS = 20.0
"""How long records are sent again before their publish fails: longer than a broker takes to restart."""
DOUBT_SECONDS = 2.0
"""Without an answer for so long one asks whether the topic is still there: the client sends on to one that is not."""
CLOSE_SECONDS = 5.0
DISCARD_SECONDS = 1.0
IN_FLIGHT_RECORDS, IN_FLIGHT_BYTES = 5_000, 8 << 20
BATCH_BYTES = 128 << 10

Pair = tuple[bytes, bytes]


class Publisher:
    """May be used from any thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._producer: Any = None
        self._closed = False
        self._room = Room(IN_FLIGHT_RECORDS, IN_FLIGHT_BYTES)

    def publish(
        self, name: str, records: Sequence[tuple[str, bytes]], *, gone: Callable[[], bool] = lambda: False
    ) -> None:
        """Append in order. Raises TryAgain, after which some of them may stand there; GiveUp for one that is too large.

        ``gone``: whether somebody has deleted the topic meanwhile.
        """
        pairs = [(clean(key).encode(), value) for key, value in records]
        for pair in pairs:
            if _size(pair) > LARGEST - (64 << 10):
                raise GiveUp(f"a record of {_size(pair)} bytes is larger than the stream carries")
        for share in _shares(pairs):
            with self._room.taken(len(share), sum(map(_size, share))):
                self._send(name, share, gone)

    def stamp(self, name: str) -> datetime:
        """Append an empty record and say when the broker took it, by the broker's clock. Raises TryAgain."""
        with trouble("校对时间"):
            producer = self._open()
            try:
                taken = producer.send(name, value=b"", key=b"").get(timeout=REQUEST_SECONDS)
            except Exception:
                self._discard(producer)
                raise
            return datetime.fromtimestamp(taken.timestamp / 1000, UTC)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(Exception):
                producer.close(timeout=CLOSE_SECONDS)

    # ---------------------------------------------------------------------------------- inside

    def _send(self, name: str, share: Sequence[Pair], gone: Callable[[], bool]) -> None:
        with trouble("发布"):
            producer, asked = self._open(), False
            try:
                futures = [producer.send(name, value=value, key=key) for key, value in share]
                sent = time.monotonic()
                patience = sent + DELIVERY_SECONDS + REQUEST_SECONDS
                for future in futures:
                    _settle(future, until=sent + DOUBT_SECONDS)
                    if not future.is_done and not asked:
                        asked = True
                        if gone():
                            raise TryAgain("Kafka：主题已被删除，重新建立后再发布")
                    future.get(timeout=max(0.1, patience - time.monotonic()))
            except MessageSizeTooLargeError as error:
                raise GiveUp("a record is larger than the stream carries") from error
            except Exception:
                # What an idempotent producer holds after a lost batch is not worth finding out.
                self._discard(producer)
                raise

    def _open(self) -> Any:
        with self._lock:
            if self._closed:
                raise TryAgain("Kafka：连接已关闭")
            if self._producer is None:
                self._producer = self._connection.client(
                    KafkaProducer,
                    enable_idempotence=True,
                    acks="all",
                    compression_type="lz4",
                    # Whoever publishes waits for the answer: to linger would only delay it.
                    linger_ms=0,
                    batch_size=BATCH_BYTES,
                    max_request_size=LARGEST,
                    max_block_ms=int(REQUEST_SECONDS * 1000),
                    delivery_timeout_ms=int(DELIVERY_SECONDS * 1000),
                    allow_auto_create_topics=False,
                    metrics_enabled=False,
                )
            return self._producer

    def _discard(self, producer: Any) -> None:
        with self._lock:
            if self._producer is producer:
                self._producer = None
        # Closing alone would first wait for what cannot be sent, and then leave the thread that goes on sending it.
        with contextlib.suppress(Exception):
            producer._sender.force_close()
            producer.close(timeout=DISCARD_SECONDS)


class Room:
    """What may be in flight at once."""

    def __init__(self, records: int, size: int) -> None:
        self._records = self._most_records = records
        self._size = self._most_size = size
        self._freed = threading.Condition()

    @contextlib.contextmanager
    def taken(self, records: int, size: int) -> Iterator[None]:
        """Waits until there is room. Raises TryAgain when that takes too long."""
        # A single record may be larger than the room: it goes when nothing else is in flight.
        records, size = min(records, self._most_records), min(size, self._most_size)
        with self._freed:
            if not self._freed.wait_for(
                lambda: self._records >= records and self._size >= size, timeout=DELIVERY_SECONDS
            ):
                raise TryAgain("Kafka：要发布的太多，稍后自动重试")
            self._records -= records
            self._size -= size
        try:
            yield
        finally:
            with self._freed:
                self._records += records
                self._size += size
                self._freed.notify_all()


def _settle(future: Any, *, until: float) -> None:
    """Waits for the answer, whatever it is, and no longer than that."""
    with contextlib.suppress(Exception):
        future.get(timeout=max(0.0, until - time.monotonic()))


def _size(pair: Pair) -> int:
    return len(pair[0]) + len(pair[1])


def _shares(pairs: Sequence[Pair]) -> Iterator[Sequence[Pair]]:
    """Stretches that leave room for others."""
    share: list[Pair] = []
    size = 0
    for pair in pairs:
        if share and (len(share) >= IN_FLIGHT_RECORDS // 2 or size + _size(pair) > IN_FLIGHT_BYTES // 2):
            yield share
            share, size = [], 0
        share.append(pair)
        size += _size(pair)
    if share:
        yield share
