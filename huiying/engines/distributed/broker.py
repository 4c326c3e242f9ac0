"""What is asked of the brokers beside sending and receiving: topics, how far they reach, how far a group has come.

Every topic that is used is one that was declared: made here with its partitions, never by accident.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import MemberToRemove
from kafka.errors import (
    InvalidReplicationFactorError,
    KafkaError,
    KafkaTimeoutError,
    TopicAlreadyExistsError,
    UnknownBrokerIdError,
)

from huiying import logs
from huiying.engines.distributed.connection import (
    LARGEST,
    Connection,
    bounded,
    close,
    translate,
    trouble,
)
from huiying.errors import HuiyingError, Misconfigured, TryAgain
from huiying.topics import CASE_EVENTS, TOPICS

T = TypeVar("T")

_log = logs.get("kafka")

PATIENCE_SECONDS = 8.0
"""How long a question is repeated while a broker does not answer."""
PAUSE_SECONDS = 0.1

EARLIEST, LATEST = -2, -1

_ASTRAY = (KafkaTimeoutError, UnknownBrokerIdError)
"""What a client says that has lost its way: it hangs, or it knows the leader's number and not where that is, for good."""

_IN_ONE_ORDER = frozenset({CASE_EVENTS.name})
"""Anchors and boards count its positions."""
_DECLARED = {topic.name: topic.partitions for topic in TOPICS}

_CONFIG = {
    # The sweep alone decides what goes (policy/retention.toml): a broker that drops by age drops what still waits.
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "cleanup.policy": "delete",
    # Records that the sweep dropped free the disk when their segment is closed.
    "segment.ms": "86400000",
    # The broker's clock stamps, as the sweep asks by time and clients' clocks differ.
    "message.timestamp.type": "LogAppendTime",
    "max.message.bytes": str(LARGEST),
}


@dataclass(frozen=True, slots=True)
class Extent:
    """Positions of the first record that is kept, and of the next one to come."""

    first: int
    end: int


def declared(topic: str) -> int:
    """Partitions of a topic; dead letters and the like have one."""
    return _DECLARED.get(topic, 1)


class Broker:
    """May be used from any thread."""

    def __init__(self, connection: Connection, namespace: str, *, replication: int | None = None) -> None:
        """Raises Misconfigured where no broker answers or one refuses us.

        ``replication``: copies of a topic that is made here; None: as the brokers are set up.
        """
        self._namespace = namespace
        self._replication = replication
        self._partitions: dict[str, int] = {}
        self._seen: set[str] = set()
        """Topics that were there once."""
        self._making = threading.Lock()
        self._closed = threading.Event()
        self._connection = connection
        self._renewing = threading.Lock()
        self._retired: list[Any] = []
        """Clients that somebody may still be asking."""
        if connection.distrusted():
            raise connection.refusal()
        try:
            self._admin: Any = connection.client(KafkaAdminClient)
        except KafkaError as error:
            told = translate(error, "连接")
            raise (told if isinstance(told, Misconfigured) else connection.refusal()) from error

    def name(self, topic: str) -> str:
        """The topic's name on the brokers."""
        return f"{self._namespace}.{topic}"

    def group(self, topic: str, group: str) -> str:
        """The group's name on the brokers: one for each topic, as its members never share out two."""
        return f"{self._namespace}.{topic}.{group}"

    def partitions(self, topic: str) -> tuple[TopicPartition, ...]:
        """The topic's partitions; it is made at its first use.  Raises Misconfigured where it has too few."""
        if (count := self._partitions.get(topic)) is None:
            with self._making:
                count = self._partitions.get(topic) or self._find_or_make(topic)
                self._partitions[topic] = count
        return self._numbered(topic, count)

    def brokers(self) -> list[tuple[str, str]]:
        """Address and version of every broker, as far as they say it."""

        def ask(admin: Any) -> list[tuple[str, str]]:
            found = []
            for one in admin.describe_cluster()["brokers"]:
                version = admin.get_broker_version_data(one["broker_id"]).broker_version
                found.append((f"{one['host']}:{one['port']}", ".".join(map(str, version))))
            return found

        return self._ask("查询节点", ask)

    def check(self) -> None:
        """Raises Misconfigured where a declared topic is there and has too few partitions. Makes none."""
        names = {self.name(topic): topic for topic in _DECLARED}
        found = self._ask("查询主题", lambda admin: admin.describe_topics(list(names)))
        for there in found:
            if there["partitions"]:
                self._must_suffice(names[there["name"]], len(there["partitions"]))

    def is_gone(self, topic: str) -> bool:
        """Whether somebody has deleted it. While no broker says so, it is there."""
        try:
            return self._count(topic) == 0
        except HuiyingError:
            return False

    def forget(self, topic: str) -> None:
        """Look again at the next use whether it is there: somebody may have deleted it."""
        self._partitions.pop(topic, None)

    def extents(self, topic: str) -> Mapping[int, Extent]:
        """By partition."""
        partitions = self._all_partitions(topic)
        # The first before the end: a sweep in between makes a count too high for a moment, never negative.
        first = self._offsets(partitions, EARLIEST)
        end = self._offsets(partitions, LATEST)
        return {number: Extent(first[number], end[number]) for number in first}

    def ends(self, partitions: Iterable[TopicPartition]) -> Mapping[int, int]:
        """Positions of the next records to come."""
        return self._offsets(tuple(partitions), LATEST)

    def committed(self, topic: str, group: str) -> Mapping[int, int]:
        """Position of the first record that the group has not committed; partitions of which it never did are left out."""
        name, partitions = self.group(topic, group), list(self._all_partitions(topic))
        found = self._ask_group("查询进度", lambda admin: admin.list_group_offsets({name: partitions}))[name]
        return {tp.partition: int(at.offset) for tp, at in found.items() if at.offset >= 0}

    def drop(self, topic: str, *, before: datetime) -> int:
        """Records whose stamp is before; always a stretch from the beginning."""
        extents = self.extents(topic)
        asked = self._numbered(topic, len(extents))
        since = self._offsets(asked, max(0, int(before.timestamp() * 1000)))
        # -1: no record is as young.
        until = {n: extents[n].end if at < 0 else min(at, extents[n].end) for n, at in since.items()}
        gone = {
            TopicPartition(self.name(topic), number): at
            for number, at in until.items()
            if at > extents[number].first
        }
        if gone:
            self._ask("清理", lambda admin: admin.delete_records(gone))
        return sum(at - extents[tp.partition].first for tp, at in gone.items())

    def dismiss(self, topic: str, group: str, member: str) -> None:
        """Give a static member's partitions to the others now, instead of after its session. Best effort."""
        name, members = self.group(topic, group), [MemberToRemove(group_instance_id=member)]
        with contextlib.suppress(Exception):
            bounded(partial(self._admin.remove_group_members, name, members))

    def close(self) -> None:
        self._closed.set()
        with self._renewing:
            clients, self._retired = [self._admin, *self._retired], []
        for client in clients:
            close(client)

    # ---------------------------------------------------------------------------------- inside

    def _all_partitions(self, topic: str) -> tuple[TopicPartition, ...]:
        """With those that somebody has added meanwhile: a count must not miss what lies there."""
        self.partitions(topic)
        return self._numbered(topic, self._count(topic))

    def _numbered(self, topic: str, count: int) -> tuple[TopicPartition, ...]:
        return tuple(TopicPartition(self.name(topic), number) for number in range(count))

    def _offsets(self, partitions: tuple[TopicPartition, ...], at: int) -> dict[int, int]:
        asked = dict.fromkeys(partitions, at)
        found = self._ask("查询位置", lambda admin: admin.list_partition_offsets(asked))
        return {tp.partition: int(place.offset) for tp, place in found.items()}

    def _find_or_make(self, topic: str) -> int:
        count = self._count(topic)
        if count == 0:
            self._make(topic)
            count = self._count_made(topic)
            if topic in self._seen:
                _log.error(
                    "topic_gone", topic=self.name(topic), reason="made anew; what waited in it is lost"
                )
        self._seen.add(topic)
        self._must_suffice(topic, count)
        return count

    def _must_suffice(self, topic: str, count: int) -> None:
        """Too few keep workers idle; more than one, where what is told must stay in one order, leaves it in none."""
        if topic in _IN_ONE_ORDER and count > 1:
            raise Misconfigured(
                f"Kafka 的主题 {self.name(topic)} 有 {count} 个分区，只能有 1 个：里面的事要按先后读。"
                f"请删掉它（kafka-topics.sh --delete --topic {self.name(topic)}）让程序重建，或用 HUIYING_NAMESPACE 换一个名称空间。"
            )
        if count < declared(topic):
            raise Misconfigured(
                f"Kafka 的主题 {self.name(topic)} 只有 {count} 个分区，需要 {declared(topic)} 个。"
                f"请用 kafka-topics.sh --alter --topic {self.name(topic)} --partitions {declared(topic)} 增加，"
                "或用 HUIYING_NAMESPACE 换一个名称空间。"
            )

    def _count(self, topic: str) -> int:
        (found,) = self._ask("查询主题", lambda admin: admin.describe_topics([self.name(topic)]))
        return len(found["partitions"])

    def _count_made(self, topic: str) -> int:
        """The same of a topic that was made just now: not every broker knows of it at once. Raises TryAgain."""
        patience = time.monotonic() + PATIENCE_SECONDS
        while (count := self._count(topic)) == 0:
            if self._closed.wait(PAUSE_SECONDS) or time.monotonic() > patience:
                raise TryAgain(f"Kafka：主题 {self.name(topic)} 刚建立，还没有哪个节点知道它，稍后再试")
        return count

    def _make(self, topic: str) -> None:
        wanted = {
            "num_partitions": declared(topic),
            "replication_factor": self._replication or -1,
            "configs": _CONFIG | ({"min.insync.replicas": "2"} if (self._replication or 0) > 2 else {}),
        }

        def make(admin: Any) -> None:
            try:
                admin.create_topics({self.name(topic): wanted})
            except TopicAlreadyExistsError:
                pass
            except InvalidReplicationFactorError as error:
                raise Misconfigured(
                    f"Kafka 现在没有足够的节点，存不了 {self._replication or '设定的'} 份（主题 {self.name(topic)}）。"
                    "请先把节点都启动，或改小 HUIYING_KAFKA_REPLICATION。"
                ) from error
            admin.wait_for_topics([self.name(topic)])

        self._ask("建立主题", make)

    def _ask_group(self, doing: str, ask: Callable[[Any], T]) -> T:
        """The same of a group.  The client never looks again for a broker that has ceased to speak for the group: a new
        client does.
        """

        def asked(admin: Any) -> T:
            try:
                return ask(admin)
            except KafkaError as error:
                if error.retriable:
                    self._renew(admin)
                raise

        return self._ask(doing, asked)

    def _renew(self, failed: Any) -> None:
        with self._renewing:
            if self._admin is not failed or self._closed.is_set():
                return
            try:
                self._admin = self._connection.client(KafkaAdminClient)
            except KafkaError:
                return  # nobody answers at all: the old one is as good
            self._retired.append(failed)
            done, self._retired = self._retired[:-2], self._retired[-2:]
        for client in done:
            close(client)

    def _ask(self, doing: str, ask: Callable[[Any], T]) -> T:
        """Repeats what may pass. Raises TryAgain, Misconfigured."""
        patience = time.monotonic() + PATIENCE_SECONDS
        with trouble(doing):
            while True:
                if self._closed.is_set():
                    raise TryAgain("Kafka：连接已关闭")
                admin = self._admin
                try:
                    return bounded(partial(ask, admin))
                except KafkaError as error:
                    astray = isinstance(error, _ASTRAY)
                    if astray:
                        self._renew(admin)
                    if not (error.retriable or astray) or time.monotonic() > patience:
                        raise
                self._closed.wait(PAUSE_SECONDS)
