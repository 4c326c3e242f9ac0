"""The stream on Kafka: topics with partitions, shared out to the members of a group."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from kafka.record.util import crc32c_c

from huiying.engines.distributed import readers
from huiying.engines.distributed.broker import Broker
from huiying.engines.distributed.connection import Connection
from huiying.engines.distributed.publisher import Publisher
from huiying.engines.distributed.readers import KafkaSubscription, KafkaTail, Patience, Reach
from huiying.engines.distributed.seats import Seats
from huiying.errors import Misconfigured, TryAgain
from huiying.ports import Record, Size, Subscription, Tail
from huiying.topics import TICKS


class KafkaStream:
    def __init__(
        self,
        connection: Connection,
        *,
        namespace: str,
        folder: Path,
        patience: Patience | None = None,
        replication: int | None = None,
    ) -> None:
        """Raises Misconfigured where no broker answers, one refuses us, or a topic is not as it is declared; TryAgain."""
        if crc32c_c is None:
            raise Misconfigured("缺少 crc32c 模块（Kafka 会慢许多倍）：请按 requirements/lock.txt 重新安装。")
        self._connection = connection
        self._patience = patience or Patience()
        self._closed = threading.Event()
        self._seats = Seats(folder)
        self._broker = Broker(connection, namespace, replication=replication)
        self._publisher = Publisher(connection)
        try:
            self._broker.check()
        except BaseException:
            self.close()
            raise

    def publish(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        if records:
            self._broker.partitions(topic)
            try:
                self._publisher.publish(
                    self._broker.name(topic), records, gone=partial(self._broker.is_gone, topic)
                )
            except TryAgain:
                self._broker.forget(topic)
                raise

    def subscribe(self, topic: str, *, group: str) -> Subscription:
        return KafkaSubscription(self._reach(topic), group, self._seats, self._patience)

    def tail(self, topic: str, *, after: int | None) -> Tail:
        return KafkaTail(self._reach(topic), after)

    def end(self, topic: str) -> int:
        (kept,) = self._broker.extents(topic).values()
        return kept.end - 1

    def scan(self, topic: str) -> Iterator[Record]:
        return readers.scan(self._reach(topic), self._broker.extents(topic))

    def backlog(self, topic: str, *, group: str) -> Iterator[Record]:
        return readers.scan(self._reach(topic), readers.uncommitted(self._broker, topic, group))

    def lag(self, topic: str, *, group: str) -> int:
        return readers.lag(self._broker, topic, group)

    def oldest(self, topic: str, *, group: str) -> datetime | None:
        return readers.oldest(self._reach(topic), readers.uncommitted(self._broker, topic, group))

    def size(self, topic: str) -> Size:
        kept = self._broker.extents(topic).values()
        return Size(ever=sum(one.end for one in kept), kept=sum(one.end - one.first for one in kept))

    def now(self) -> datetime:
        """What time it is at the broker: its stamp on an empty record."""
        self._broker.partitions(TICKS)
        return self._publisher.stamp(self._broker.name(TICKS))

    def purge(self, topic: str, *, before: datetime) -> int:
        return self._broker.drop(topic, before=before)

    def close(self) -> None:
        self._closed.set()
        self._publisher.close()
        self._broker.close()

    def _reach(self, topic: str) -> Reach:
        return Reach(connection=self._connection, broker=self._broker, topic=topic, closed=self._closed)
