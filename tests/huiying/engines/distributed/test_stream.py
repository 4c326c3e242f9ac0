"""What the stream on Kafka does beyond the contract: slow handlers, dead members, brokers that go away."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from kafka import KafkaAdminClient
from kafka.producer.sender import Sender

from huiying.engines import open_stream as engine_stream
from huiying.engines.distributed import broker, readers
from huiying.engines.distributed.connection import Connection
from huiying.engines.distributed.readers import KafkaSubscription, Patience
from huiying.engines.distributed.stream import KafkaStream
from huiying.errors import GiveUp, Misconfigured, TryAgain
from huiying.ports import Batch, Subscription
from huiying.settings import Settings, load
from huiying.topics import CASE_EVENTS, POSTS
from services import kafka
from services.common import wait_until
from tests import cluster
from tests.eventually import eventually

SOON = timedelta(seconds=10)
A_MOMENT = timedelta(milliseconds=100)

Open = Callable[..., KafkaStream]
T = TypeVar("T")


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The running broker, under a name of our own."""
    cluster.need("kafka")
    for name, value in cluster.environment().items():
        monkeypatch.setenv(name, value)
    settings = load(data=tmp_path, engine="distributed")
    yield settings
    cluster.sweep(settings)


@pytest.fixture
def open_stream(chosen: Settings) -> Iterator[Open]:
    opened: list[KafkaStream] = []

    def make(settings: Settings = chosen, **patience: float) -> KafkaStream:
        opened.append(
            KafkaStream(
                Connection.of(settings),
                namespace=settings.namespace,
                folder=settings.data,
                patience=Patience(**{"session": 6.0, **patience}),
            )
        )
        return opened[-1]

    yield make
    for stream in opened:
        stream.close()


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[kafka.Broker]:
    """A broker that the test may kill."""
    cluster.need("kafka")
    kafka.fetch()
    own = kafka.Broker.anywhere(tmp_path / "broker", mortal=True)
    come_up(own)
    yield own
    own.kill()


def come_up(own: kafka.Broker) -> None:
    own.start()
    assert wait_until(own.ready, within=120), own.process.last_words()


def some(count: int, *, start: int = 0) -> list[tuple[str, bytes]]:
    return [(f"key-{number % 40}", b"%d" % number) for number in range(start, start + count)]


def values(batch: Batch) -> list[int]:
    return [int(record.value) for record in batch.records]


def settle(*members: Subscription) -> None:
    """Poll them in turn until each has its partitions."""
    deadline = time.monotonic() + 20
    while not all(
        isinstance(m, KafkaSubscription) and m._consumer and m._consumer.assignment() for m in members
    ):
        assert time.monotonic() < deadline
        for member in members:
            assert not member.poll(limit=1, wait=A_MOMENT).records


def test_topics_are_made_as_they_are_declared(chosen: Settings, open_stream: Open) -> None:
    stream = open_stream()
    for topic in (POSTS.name, CASE_EVENTS.name, POSTS.dead("nlp").name):
        stream.publish(topic, [("key", b"value")])
    with closing(Connection.of(chosen).client(KafkaAdminClient)) as admin:
        names = [f"{chosen.namespace}.{name}" for name in ("posts", "case-events", "posts.dead.nlp")]
        found = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(names)}
    assert found == dict(zip(names, (8, 1, 1), strict=True))


def test_records_of_many_keys_lie_on_every_partition(open_stream: Open) -> None:
    stream = open_stream()
    stream.publish(POSTS.name, some(200))
    assert {record.partition for record in stream.scan(POSTS.name)} == set(range(8))


def test_partitions_that_are_added_later_are_counted_and_read(chosen: Settings, open_stream: Open) -> None:
    stream = open_stream()
    stream.publish(POSTS.name, some(40))
    with closing(Connection.of(chosen).client(KafkaAdminClient)) as admin:
        admin.create_partitions({f"{chosen.namespace}.{POSTS.name}": 12})
    later = open_stream()
    later.publish(POSTS.name, some(400, start=40))
    for one in (later, stream):
        assert one.lag(POSTS.name, group="nlp") == 440
        found = list(one.scan(POSTS.name))
        assert len(found) == 440
        assert {record.partition for record in found} == set(range(12))


def test_a_record_that_is_too_large_is_given_up_and_nothing_of_its_publish_is_sent(open_stream: Open) -> None:
    stream = open_stream()
    with pytest.raises(GiveUp):
        stream.publish(POSTS.name, [("key", b"small"), ("key", bytes(16 << 20))])
    assert list(stream.scan(POSTS.name)) == []
    stream.publish(POSTS.name, [("key", bytes(4 << 20)), ("key", b"small")])
    assert [len(record.value) for record in stream.scan(POSTS.name)] == [4 << 20, 5]


def test_a_slow_handler_keeps_its_partitions(open_stream: Open) -> None:
    """Longer than the broker would wait for a poll, with another member that would take over at once."""
    stream = open_stream(handling=2.0)
    slow, quick = (stream.subscribe(POSTS.name, group="nlp") for _ in range(2))
    settle(slow, quick)
    stream.publish(POSTS.name, some(80))
    seen: Counter[int] = Counter()
    batch = slow.poll(limit=100, wait=SOON)
    seen.update(values(batch))
    assert seen
    handled = time.monotonic() + 6
    while time.monotonic() < handled:
        other = quick.poll(limit=100, wait=A_MOMENT)
        assert not other.reassigned
        quick.commit(other)
        seen.update(values(other))
    slow.commit(batch)
    deadline = time.monotonic() + 20
    while len(seen) < 80 and time.monotonic() < deadline:
        for member in (slow, quick):
            rest = member.poll(limit=100, wait=A_MOMENT)
            member.commit(rest)
            seen.update(values(rest))
    assert seen == Counter(range(80)), "each once"
    assert stream.lag(POSTS.name, group="nlp") == 0
    slow.close()
    quick.close()


def test_a_member_that_leaves_hands_over_at_once(open_stream: Open) -> None:
    """Nobody waits until its session ends."""
    stream = open_stream(session=60.0)
    first, second = (stream.subscribe(POSTS.name, group="nlp") for _ in range(2))
    settle(first, second)
    stream.publish(POSTS.name, some(80))
    first.close()
    seen: set[int] = set()
    left = time.monotonic()
    while len(seen) < 80 and time.monotonic() < left + 40:
        seen.update(values(second.poll(limit=100, wait=A_MOMENT)))
    assert seen == set(range(80))
    second.close()


def test_closing_does_not_wait_for_a_broker_that_is_gone(
    chosen: Settings, open_stream: Open, own_broker: kafka.Broker
) -> None:
    stream = open_stream(load(**{**chosen.model_dump(), "kafka": own_broker.address}))
    member, tail = stream.subscribe(POSTS.name, group="nlp"), stream.tail(CASE_EVENTS.name, after=None)
    settle(member)
    tail.poll(limit=1, wait=A_MOMENT)
    own_broker.kill()
    gone = time.monotonic()
    member.close()
    tail.close()
    stream.close()
    assert time.monotonic() - gone < 10, "the roof gives a stage ten seconds to end"


def test_a_handler_that_hangs_loses_its_partitions(open_stream: Open) -> None:
    stream = open_stream(handling=2.0, hanging=1.0)
    hanging, other = (stream.subscribe(POSTS.name, group="nlp") for _ in range(2))
    settle(hanging, other)
    stream.publish(POSTS.name, some(80))
    batch = hanging.poll(limit=100, wait=SOON)
    seen: set[int] = set()
    deadline = time.monotonic() + 30
    while len(seen) < 80 and time.monotonic() < deadline:
        seen.update(values(other.poll(limit=100, wait=A_MOMENT)))
    assert seen == set(range(80))
    with pytest.raises(TryAgain):
        hanging.commit(batch)
    hanging.close()
    other.close()


def test_a_consumer_that_gets_nothing_although_there_is_something_is_replaced(open_stream: Open) -> None:
    stream = open_stream(stall=1.0)
    member = stream.subscribe(POSTS.name, group="nlp")
    settle(member)
    assert isinstance(member, KafkaSubscription)
    member._consumer.pause(*member._consumer.assignment())  # as the client did when it had lost a wake-up
    stream.publish(POSTS.name, some(5))
    with pytest.raises(TryAgain):
        for _ in range(100):
            assert not member.poll(limit=10, wait=A_MOMENT).records
    again = member.poll(limit=10, wait=SOON)
    assert again.reassigned
    assert sorted(values(again)) == list(range(5))
    member.close()


def test_closing_the_stream_wakes_whoever_waits(open_stream: Open) -> None:
    stream = open_stream()
    member, tail = stream.subscribe(POSTS.name, group="nlp"), stream.tail(CASE_EVENTS.name, after=None)
    ended: list[float] = []

    def wait_for_ever(poll: Callable[..., object]) -> None:
        with pytest.raises(TryAgain):
            poll(limit=1, wait=timedelta(minutes=5))
        ended.append(time.monotonic())

    threads = [
        threading.Thread(target=wait_for_ever, args=(poll,), daemon=True) for poll in (member.poll, tail.poll)
    ]
    for thread in threads:
        thread.start()
    time.sleep(1.5)
    assert not ended
    closed = time.monotonic()
    stream.close()
    for thread in threads:
        thread.join(10)
    assert len(ended) == 2 and max(ended) - closed < 5
    member.close()
    tail.close()


def test_a_tail_from_beyond_the_end_gets_what_comes_next(open_stream: Open) -> None:
    stream = open_stream()
    stream.publish(CASE_EVENTS.name, some(3))
    tail = stream.tail(CASE_EVENTS.name, after=1_000)
    stream.publish(CASE_EVENTS.name, some(1, start=3))
    assert [record.position for record in tail.poll(limit=5, wait=SOON)] == [3]
    tail.close()


MEMBER = """
import os, sys
from datetime import timedelta
from pathlib import Path
from huiying import settings
from huiying.engines import open_stream
stream = open_stream(settings.load(data=Path(sys.argv[1]), engine="distributed"))
member = stream.subscribe("posts", group="nlp")
print(len(member.poll(limit=10, wait=timedelta(seconds=20)).records), flush=True)
sys.stdin.readline()
"""


def test_a_worker_that_was_killed_goes_on_at_once_when_it_is_started_again(
    chosen: Settings, open_stream: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the seat that it had: nobody waits until its session ends."""
    monkeypatch.setenv("HUIYING_KAFKA_SESSION", "60")
    open_stream().publish(POSTS.name, [("key", b"%d" % number) for number in range(3)])
    for _ in range(2):
        started = time.monotonic()
        worker = subprocess.Popen(
            [sys.executable, "-c", MEMBER, str(chosen.data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "3\n"
        assert time.monotonic() - started < 30
        worker.kill()
        worker.communicate()


def test_a_publish_outlives_the_restart_of_a_broker(
    chosen: Settings, open_stream: Open, own_broker: kafka.Broker
) -> None:
    stream = open_stream(load(**{**chosen.model_dump(), "kafka": own_broker.address}))
    stream.publish(POSTS.name, some(20))
    own_broker.kill()
    publisher = threading.Thread(target=stream.publish, args=(POSTS.name, some(20, start=20)))
    publisher.start()
    time.sleep(3)
    come_up(own_broker)
    publisher.join(30)
    assert not publisher.is_alive()
    assert sorted(int(record.value) for record in stream.scan(POSTS.name)) == list(range(40))


def test_whatever_is_asked_of_a_broker_that_is_gone_means_try_again(
    chosen: Settings, open_stream: Open, own_broker: kafka.Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(readers, "COMMIT_SECONDS", 1.0)
    stream = open_stream(load(**{**chosen.model_dump(), "kafka": own_broker.address}))
    stream.publish(POSTS.name, some(20))
    member = stream.subscribe(POSTS.name, group="nlp")
    batch = member.poll(limit=100, wait=SOON)
    assert sorted(values(batch)) == list(range(20))
    own_broker.kill()
    for ask in (
        lambda: member.commit(batch),
        lambda: stream.lag(POSTS.name, group="nlp"),
        lambda: list(stream.scan(POSTS.name)),
        lambda: stream.end(CASE_EVENTS.name),
    ):
        with pytest.raises(TryAgain):
            ask()
    member.rewind()
    come_up(own_broker)
    seen: set[int] = set()
    deadline = time.monotonic() + 40
    while len(seen) < 20 and time.monotonic() < deadline:
        try:
            batch = member.poll(limit=100, wait=A_MOMENT)
            member.commit(batch)
        except TryAgain:
            member.rewind()
            continue
        seen.update(values(batch))
    assert seen == set(range(20)), "what was not committed comes again"
    assert stream.lag(POSTS.name, group="nlp") == 0
    member.close()


def delete(settings: Settings, topic: str) -> None:
    """As somebody does it by hand."""
    with closing(Connection.of(settings).client(KafkaAdminClient)) as admin:
        admin.delete_topics([f"{settings.namespace}.{topic}"])


def senders() -> int:
    """Threads that send for producers."""
    return sum(isinstance(thread, Sender) for thread in threading.enumerate())


def test_a_topic_that_somebody_deleted_is_made_anew_and_everybody_goes_on(
    chosen: Settings, open_stream: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    before = senders()
    stream = open_stream(chosen)
    member = stream.subscribe(POSTS.name, group="nlp")
    stream.publish(POSTS.name, some(40))
    batch = member.poll(limit=100, wait=SOON)
    member.commit(batch)
    delete(chosen, POSTS.name)
    seen: set[int] = set()
    deadline = time.monotonic() + 60
    while seen != set(range(100, 140)):
        assert time.monotonic() < deadline, sorted(seen)
        try:
            if not seen:
                stream.publish(POSTS.name, some(40, start=100))
            batch = member.poll(limit=100, wait=A_MOMENT)
            seen |= set(values(batch)) - set(range(40))
            member.commit(batch)
        except TryAgain:
            member.rewind()
    assert member.lag() == 0
    assert "topic_gone" in "".join(capsys.readouterr())
    assert eventually(lambda: senders() - before, until=lambda more: more == 1) == 1, (
        "the old one sends for ever"
    )
    member.close()


def test_as_many_copies_as_are_asked_for_need_as_many_brokers(chosen: Settings) -> None:
    asking = load(data=chosen.data, engine="distributed", kafka_replication=3)
    with (
        closing(engine_stream(asking)) as stream,
        pytest.raises(Misconfigured, match="HUIYING_KAFKA_REPLICATION"),
    ):
        stream.publish(POSTS.name, some(1))


@pytest.fixture
def three_brokers(tmp_path: Path) -> Iterator[tuple[kafka.Broker, ...]]:
    """Of one cluster, which the test may kill."""
    cluster.need("kafka")
    kafka.fetch()
    brokers = kafka.cluster(tmp_path / "brokers", 3, mortal=True)
    try:
        with ThreadPoolExecutor(len(brokers)) as together:
            list(together.map(kafka.Broker.start, brokers))
        for one in brokers:
            assert wait_until(one.ready, within=120), one.process.last_words()
        yield brokers
    finally:
        for one in brokers:
            one.kill()


@pytest.mark.timeout(400)
def test_of_three_brokers_any_one_may_go_and_everybody_goes_on(
    three_brokers: tuple[kafka.Broker, ...], tmp_path: Path
) -> None:
    """The one that speaks for the group among them: another one does then, and has to be looked for."""
    servers = ",".join(one.address for one in three_brokers)
    settings = load(data=tmp_path, engine="distributed", kafka=servers, kafka_replication=3, kafka_session=6)
    stream = engine_stream(settings)
    member = stream.subscribe(POSTS.name, group="nlp")
    name = f"{settings.namespace}.{POSTS.name}"
    with closing(Connection.of(settings).client(KafkaAdminClient)) as admin:
        (topic,) = admin.describe_topics([name])
    assert all(len(one["replica_nodes"]) == 3 for one in topic["partitions"])
    seen: set[int] = set()
    for round, gone in enumerate(three_brokers):
        # A publish that is repeated may stand there twice: what counts is that nothing waits in the end.
        patiently(partial(stream.publish, POSTS.name, some(40, start=40 * round)))
        while not seen.issuperset(range(40 * (round + 1))) or patiently(member.lag):
            seen.update(read(member))
        gone.kill()
        # While another broker takes over what the group has committed, it may be read as nothing at all.
        assert eventually(lambda: patiently(member.lag), until=lambda left: left == 0, seconds=60) == 0
        patiently(partial(stream.publish, POSTS.name, some(1, start=1000 + round)))
        assert patiently(member.lag) > 0
        while 1000 + round not in seen or patiently(member.lag):
            seen.update(read(member))
        come_up(gone)
    member.close()
    stream.close()


def patiently(ask: Callable[[], T]) -> T:
    """As whoever asks does: again."""
    deadline = time.monotonic() + 90
    while True:
        try:
            return ask()
        except TryAgain:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def read(member: Subscription) -> list[int]:
    try:
        batch = member.poll(limit=100, wait=A_MOMENT)
        member.commit(batch)
    except TryAgain:
        member.rewind()
        return []
    return values(batch)
