"""What every engine owes as a Stream."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from huiying.engines import open_engine, open_stream
from huiying.ports import Batch, Engine, Record, Stream, Subscription
from huiying.settings import Settings
from huiying.topics import CASE_EVENTS, POSTS
from tests.eventually import eventually

SOON = timedelta(seconds=10)
AT_ONCE = timedelta(0)


@pytest.fixture
def stream(engine: Engine) -> Stream:
    return engine.stream


@pytest.fixture
def join(stream: Stream) -> Iterator[Callable[[], Subscription]]:
    """New members of the group that reads posts; they leave at the end."""
    members: list[Subscription] = []

    def member() -> Subscription:
        members.append(stream.subscribe(POSTS.name, group="nlp"))
        return members[-1]

    yield member
    for subscription in members:
        subscription.close()


def some(count: int, *, start: int = 0) -> list[tuple[str, bytes]]:
    return [(f"key-{number % 7}", b"%d" % number) for number in range(start, start + count)]


def take(subscription: Subscription, count: int, *, limit: int = 100) -> list[Batch]:
    """Poll until this many records have come, without committing."""
    batches: list[Batch] = []
    patience = time.monotonic() + 20
    while sum(len(batch.records) for batch in batches) < count and time.monotonic() < patience:
        batches.append(subscription.poll(limit=limit, wait=timedelta(milliseconds=200)))
    return batches


def values(batches: list[Batch]) -> list[int]:
    return [int(record.value) for batch in batches for record in batch.records]


def by_key(records: list[Record]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for record in records:
        found[record.key].append(int(record.value))
    return found


def test_records_of_one_key_come_in_the_order_of_publishing(
    stream: Stream, join: Callable[[], Subscription]
) -> None:
    for start in range(0, 200, 50):
        stream.publish(POSTS.name, some(50, start=start))
    records = [record for batch in take(join(), 200, limit=30) for record in batch.records]
    assert len(records) == 200
    assert by_key(records) == {f"key-{k}": list(range(k, 200, 7)) for k in range(7)}


def test_positions_grow_within_a_partition(stream: Stream, join: Callable[[], Subscription]) -> None:
    stream.publish(POSTS.name, some(60))
    positions: dict[int, list[int]] = defaultdict(list)
    for batch in take(join(), 60, limit=7):
        for record in batch.records:
            positions[record.partition].append(record.position)
    assert all(places == sorted(set(places)) for places in positions.values())


def test_a_poll_gives_at_most_its_limit(stream: Stream, join: Callable[[], Subscription]) -> None:
    stream.publish(POSTS.name, some(30))
    assert max(len(batch.records) for batch in take(join(), 30, limit=4)) <= 4


def test_publishing_nothing_changes_nothing(stream: Stream) -> None:
    stream.publish(POSTS.name, [])
    assert list(stream.scan(POSTS.name)) == []


def test_topics_do_not_see_each_other(stream: Stream) -> None:
    stream.publish(POSTS.name, some(3))
    stream.publish(CASE_EVENTS.name, some(2, start=100))
    assert sorted(int(record.value) for record in stream.scan(POSTS.name)) == [0, 1, 2]
    assert [int(record.value) for record in stream.scan(CASE_EVENTS.name)] == [100, 101]


def test_bytes_come_back_as_they_went_in(stream: Stream) -> None:
    value = bytes(range(256)) * 8
    stream.publish(CASE_EVENTS.name, [("案件", value)])
    (record,) = stream.scan(CASE_EVENTS.name)
    assert (record.key, record.value, record.topic) == ("案件", value, CASE_EVENTS.name)


def test_half_a_surrogate_pair_in_a_key_stops_nothing(stream: Stream) -> None:
    stream.publish(CASE_EVENTS.name, [("a\ud83d", b"1"), ("b", b"2")])
    assert [record.value for record in stream.scan(CASE_EVENTS.name)] == [b"1", b"2"]


def test_the_first_poll_says_that_ownership_is_new_and_the_next_does_not(
    stream: Stream, join: Callable[[], Subscription]
) -> None:
    stream.publish(POSTS.name, some(10))
    batches = take(join(), 10, limit=5)
    assert batches[0].reassigned
    assert not batches[-1].reassigned


def test_an_empty_topic_gives_an_empty_batch_in_time(join: Callable[[], Subscription]) -> None:
    subscription = join()
    assert subscription.poll(limit=10, wait=AT_ONCE).records == ()
    assert subscription.lag() == 0


def test_a_waiting_poll_is_woken_by_a_publish(stream: Stream, join: Callable[[], Subscription]) -> None:
    subscription = join()
    take(subscription, 0)
    publisher = threading.Timer(0.1, stream.publish, (POSTS.name, some(1)))
    publisher.start()
    assert values(take(subscription, 1)) == [0]
    publisher.join()


def test_what_was_committed_does_not_come_again(stream: Stream, join: Callable[[], Subscription]) -> None:
    stream.publish(POSTS.name, some(20))
    first = join()
    done = take(first, 20)
    for batch in done:
        first.commit(batch)
    first.close()
    stream.publish(POSTS.name, some(5, start=20))
    assert sorted(values(take(join(), 5))) == [20, 21, 22, 23, 24]


def test_what_was_not_committed_comes_again_to_the_next_member(
    stream: Stream, join: Callable[[], Subscription]
) -> None:
    stream.publish(POSTS.name, some(20))
    first = join()
    done, *lost = take(first, 20, limit=5)
    while not done.records:
        done, *lost = lost
    first.commit(done)
    first.close()
    again = values(take(join(), 20 - len(done.records)))
    assert sorted(again + values([done])) == list(range(20))


def test_rewinding_gives_the_uncommitted_records_again(
    stream: Stream, join: Callable[[], Subscription]
) -> None:
    stream.publish(POSTS.name, some(12))
    subscription = join()
    before = take(subscription, 12)
    subscription.rewind()
    assert sorted(values(take(subscription, 12))) == sorted(values(before))


def test_rewinding_stops_at_what_is_committed(stream: Stream, join: Callable[[], Subscription]) -> None:
    stream.publish(POSTS.name, some(6))
    subscription = join()
    for batch in take(subscription, 6):
        subscription.commit(batch)
    stream.publish(POSTS.name, some(4, start=6))
    take(subscription, 4)
    subscription.rewind()
    assert sorted(values(take(subscription, 4))) == [6, 7, 8, 9]


def test_a_late_commit_of_an_early_batch_takes_nothing_back(
    stream: Stream, join: Callable[[], Subscription]
) -> None:
    stream.publish(POSTS.name, [("one", b"%d" % number) for number in range(20)])
    subscription = join()
    batches = [batch for batch in take(subscription, 20, limit=10) if batch.records]
    for batch in reversed(batches):
        subscription.commit(batch)
    assert subscription.lag() == 0


def test_two_groups_each_get_everything(stream: Stream, join: Callable[[], Subscription]) -> None:
    stream.publish(POSTS.name, some(10))
    other = stream.subscribe(POSTS.name, group="copy")
    assert sorted(values(take(join(), 10))) == sorted(values(take(other, 10))) == list(range(10))
    other.close()


def test_two_members_share_the_records_and_the_second_takes_over_what_the_first_leaves(
    stream: Stream, join: Callable[[], Subscription]
) -> None:
    first, second = join(), join()
    take(first, 0)
    stream.publish(POSTS.name, some(40))
    seen: set[int] = set()
    patience = time.monotonic() + 20
    while len(seen) < 40 and time.monotonic() < patience:
        for member in (first, second):
            batch = member.poll(limit=10, wait=timedelta(milliseconds=50))
            seen.update(values([batch]))
            member.commit(batch)
    assert seen == set(range(40)), "between them they get all of it"
    first.close()
    stream.publish(POSTS.name, some(40, start=40))
    after = take(second, 40)
    assert sorted(values(after)) == list(range(40, 80))
    for batch in after:
        second.commit(batch)
    assert second.lag() == 0


def test_taking_over_is_announced(stream: Stream, join: Callable[[], Subscription]) -> None:
    first, second = join(), join()
    stream.publish(POSTS.name, some(10))
    take(first, 10)
    second.poll(limit=10, wait=AT_ONCE)
    first.close()
    after = take(second, 10)
    assert any(batch.reassigned for batch in after)
    assert sorted(values(after)) == list(range(10))


def test_lag_and_backlog_agree_and_shrink_with_commits(
    stream: Stream, join: Callable[[], Subscription]
) -> None:
    stream.publish(POSTS.name, some(30))
    assert stream.lag(POSTS.name, group="nlp") == 30, "of a group that never came"
    subscription = join()
    batches = take(subscription, 30, limit=8)
    assert stream.lag(POSTS.name, group="nlp") == 30, "polling is not committing"
    for batch in batches[:-1]:
        subscription.commit(batch)
    left = [int(record.value) for record in stream.backlog(POSTS.name, group="nlp")]
    assert len(left) == stream.lag(POSTS.name, group="nlp") == subscription.lag()
    assert sorted(left) == sorted(values(batches[-1:]))


def test_looking_at_the_backlog_joins_no_group(stream: Stream, join: Callable[[], Subscription]) -> None:
    stream.publish(POSTS.name, some(5))
    subscription = join()
    take(subscription, 5)
    assert len(list(stream.backlog(POSTS.name, group="nlp"))) == 5
    stream.publish(POSTS.name, some(5, start=5))
    assert sorted(values(take(subscription, 5))) == [5, 6, 7, 8, 9]


def test_a_scan_gives_every_record_once_as_of_the_call(stream: Stream) -> None:
    stream.publish(POSTS.name, some(1_200))
    scan = stream.scan(POSTS.name)
    stream.publish(POSTS.name, some(50, start=1_200))
    found = [int(record.value) for record in scan]
    assert len(found) == len(set(found))
    assert set(range(1_200)) <= set(found)


def test_a_tail_sees_everything_after_a_position_whatever_groups_do(stream: Stream) -> None:
    stream.publish(CASE_EVENTS.name, some(10))
    whole = [record.position for record in stream.scan(CASE_EVENTS.name)]
    tail = stream.tail(CASE_EVENTS.name, after=whole[3])
    seen = list(tail.poll(limit=4, wait=SOON))
    while len(seen) < 6 and (more := tail.poll(limit=4, wait=SOON)):
        seen += more
    assert [int(record.value) for record in seen] == [4, 5, 6, 7, 8, 9]
    assert not tail.poll(limit=4, wait=AT_ONCE)
    tail.close()


def test_two_tails_from_the_beginning_see_the_same(stream: Stream) -> None:
    stream.publish(CASE_EVENTS.name, some(5))
    for _ in range(2):
        tail = stream.tail(CASE_EVENTS.name, after=None)
        seen: list[Record] = []
        while len(seen) < 5 and (more := tail.poll(limit=10, wait=SOON)):
            seen += more
        assert [int(record.value) for record in seen] == [0, 1, 2, 3, 4]
        tail.close()


def test_a_waiting_tail_is_woken_by_a_publish(stream: Stream) -> None:
    tail = stream.tail(CASE_EVENTS.name, after=stream.end(CASE_EVENTS.name))
    publisher = threading.Timer(0.1, stream.publish, (CASE_EVENTS.name, some(1)))
    publisher.start()
    assert [int(record.value) for record in tail.poll(limit=10, wait=SOON)] == [0]
    publisher.join()
    tail.close()


def test_the_end_is_the_position_of_the_newest_record(stream: Stream) -> None:
    assert stream.end(CASE_EVENTS.name) == -1
    stream.publish(CASE_EVENTS.name, some(3))
    assert stream.end(CASE_EVENTS.name) == max(record.position for record in stream.scan(CASE_EVENTS.name))


def test_purging_drops_only_from_the_beginning_and_positions_go_on(stream: Stream) -> None:
    stream.publish(CASE_EVENTS.name, some(2_500))
    end = stream.end(CASE_EVENTS.name)
    assert stream.purge(CASE_EVENTS.name, before=datetime.now(UTC) - timedelta(hours=1)) == 0
    dropped = stream.purge(CASE_EVENTS.name, before=datetime.now(UTC) + timedelta(hours=1))
    kept = [int(record.value) for record in stream.scan(CASE_EVENTS.name)]
    assert kept == list(range(dropped, 2_500))
    stream.publish(CASE_EVENTS.name, some(1, start=2_500))
    assert stream.end(CASE_EVENTS.name) > end


def test_lag_counts_only_what_is_kept(stream: Stream, join: Callable[[], Subscription]) -> None:
    stream.publish(POSTS.name, some(10))
    dropped = stream.purge(POSTS.name, before=datetime.now(UTC) + timedelta(hours=1))
    stream.publish(POSTS.name, some(3, start=10))
    assert stream.lag(POSTS.name, group="nlp") == 13 - dropped
    assert sorted(values(take(join(), 13 - dropped)))[-3:] == [10, 11, 12]


def test_what_was_published_is_there_after_a_restart(settings: Settings) -> None:
    before = open_engine(settings)
    before.stream.publish(POSTS.name, some(10))
    subscription = before.stream.subscribe(POSTS.name, group="nlp")
    batches = take(subscription, 10)
    for batch in batches:
        subscription.commit(batch)
    subscription.close()
    before.stream.publish(POSTS.name, some(2, start=10))
    before.close()
    after = open_engine(settings)
    assert len(list(after.stream.scan(POSTS.name))) == 12
    assert after.stream.lag(POSTS.name, group="nlp") == 2
    after.close()


PUBLISHER = """
import os, sys
from pathlib import Path
from huiying import settings
from huiying.engines import open_stream
stream = open_stream(settings.load(data=Path(sys.argv[1]), engine=sys.argv[2]))
for start in range(0, 200, 20):
    stream.publish("posts", [(f"key-{n % 7}", b"%d" % n) for n in range(start, start + 20)])
os.kill(os.getpid(), 9)
"""


def test_what_another_process_published_before_it_was_killed_is_there_in_order(
    settings: Settings, stream: Stream, join: Callable[[], Subscription]
) -> None:
    subscription = join()
    take(subscription, 0)
    publisher = subprocess.Popen(
        [sys.executable, "-c", PUBLISHER, str(settings.data.resolve()), settings.engine]
    )
    for start in range(1_000, 1_200, 20):  # this process publishes at the same time
        stream.publish(POSTS.name, [("ours", b"%d" % number) for number in range(start, start + 20)])
    records = [record for batch in take(subscription, 400) for record in batch.records]
    assert publisher.wait(timeout=30) == -9
    assert by_key(records) == {f"key-{k}": list(range(k, 200, 7)) for k in range(7)} | {
        "ours": list(range(1_000, 1_200))
    }


def test_a_stream_opened_alone_publishes_to_the_same_topics(settings: Settings, engine: Engine) -> None:
    alone = open_stream(settings)
    alone.publish(POSTS.name, some(3))
    alone.close()
    found = eventually(lambda: list(engine.stream.scan(POSTS.name)))
    assert sorted(int(record.value) for record in found) == [0, 1, 2]


def test_many_threads_publish_without_losing_order_or_records(stream: Stream) -> None:
    def publish(key: str) -> None:
        for number in range(40):
            stream.publish(POSTS.name, [(key, b"%d" % number)])

    threads = [threading.Thread(target=publish, args=(f"thread-{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert by_key(list(stream.scan(POSTS.name))) == {f"thread-{n}": list(range(40)) for n in range(6)}


def test_the_oldest_that_waits_is_the_first_that_is_not_committed(
    stream: Stream, join: Callable[[], Subscription]
) -> None:
    assert stream.oldest(POSTS.name, group="nlp") is None
    before = datetime.now(UTC) - timedelta(seconds=1)
    stream.publish(POSTS.name, some(5))
    time.sleep(1.1)
    parted = datetime.now(UTC)
    stream.publish(POSTS.name, some(3, start=5))
    first = stream.oldest(POSTS.name, group="nlp")
    assert first is not None and before < first < parted
    subscription = join()
    batches = take(subscription, 8)
    for batch in batches:
        subscription.commit(batch)
    assert stream.oldest(POSTS.name, group="nlp") is None
    stream.publish(POSTS.name, some(1, start=8))
    last = stream.oldest(POSTS.name, group="nlp")
    assert last is not None and last > first


def test_the_size_counts_what_was_ever_published_and_what_is_kept(stream: Stream) -> None:
    assert (stream.size(POSTS.name).ever, stream.size(POSTS.name).kept) == (0, 0)
    stream.publish(POSTS.name, some(9))
    assert (stream.size(POSTS.name).ever, stream.size(POSTS.name).kept) == (9, 9)
    time.sleep(0.01)
    stream.purge(POSTS.name, before=datetime.now(UTC) + timedelta(seconds=5))
    size = stream.size(POSTS.name)
    assert size.ever == 9
    assert size.kept in (0, 9), "an engine may keep some of them longer"


def test_the_servers_of_an_engine_tell_the_time(engine: Engine, settings: Settings) -> None:
    before = datetime.now(UTC)
    told = {name: ask() for name, ask in engine.clocks.items()}
    after = datetime.now(UTC)
    assert set(told) == ({"kafka", "elasticsearch"} if settings.engine == "distributed" else set())
    amiss = timedelta(seconds=5)
    assert all(before - amiss < at < after + amiss for at in told.values())
