"""The worker's promises, held against a real stream."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
import pytest

from huiying.clock import ManualClock, SystemClock
from huiying.contracts import DeadLetter, Post
from huiying.errors import GiveUp, Misconfigured, TryAgain
from huiying.ports import Clock, Engine, Record
from huiying.topics import NLP, POSTS
from huiying.worker import LAST_BACKOFF, Worker
from tests.factories import NOW, a_post


@dataclass
class Desk:
    """A handler that keeps what it was given and does as the test says."""

    trouble: Callable[[Sequence[Post]], None] = lambda posts: None
    done: list[str] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    buried: list[tuple[str, str]] = field(default_factory=list)
    forgotten: int = 0

    def handle(self, messages: Sequence[Post], now: datetime) -> None:
        self.batches.append(len(messages))
        self.times.append(now)
        self.trouble(messages)
        self.done += [post.id for post in messages]

    def bury(self, record: Record, reason: str, now: datetime) -> None:
        self.buried.append((record.key, reason))

    def forget(self) -> None:
        self.forgotten += 1


def worker(engine: Engine, desk: Desk, *, clock: Clock | None = None, limit: int = 100) -> Worker[Post]:
    return Worker(
        topic=POSTS,
        group=NLP,
        stream=engine.stream,
        handler=desk,
        clock=clock or ManualClock(NOW),
        limit=limit,
    )


def publish(engine: Engine, count: int) -> list[Post]:
    posts = [a_post() for _ in range(count)]
    engine.stream.publish(POSTS.name, [POSTS.encode(post) for post in posts])
    return posts


def ids(posts: Sequence[Post]) -> list[str]:
    """Sorted: of different keys, which comes first is the engine's choice."""
    return sorted(post.id for post in posts)


def letters(engine: Engine) -> list[DeadLetter]:
    dead = POSTS.dead(NLP)
    return [dead.decode(record.value) for record in engine.stream.scan(dead.name)]


def refuses(bad: Post, error: Exception) -> Callable[[Sequence[Post]], None]:
    def trouble(posts: Sequence[Post]) -> None:
        if bad.id in {post.id for post in posts}:
            raise error

    return trouble


def test_everything_waiting_is_handled_in_batches_and_committed(engine: Engine) -> None:
    posts = publish(engine, 25)
    desk = Desk()
    assert worker(engine, desk, limit=10).run_until_idle() == 25
    assert sorted(desk.done) == ids(posts)
    assert max(desk.batches) <= 10
    assert engine.stream.lag(POSTS.name, group=NLP) == 0
    assert worker(engine, desk).run_until_idle() == 0


def test_a_new_member_is_told_to_forget_first(engine: Engine) -> None:
    publish(engine, 1)
    desk = Desk()
    worker(engine, desk).run_until_idle()
    assert desk.forgotten == 1


def test_now_is_read_once_a_batch(engine: Engine) -> None:
    publish(engine, 3)
    desk = Desk()
    worker(engine, desk).run_until_idle()
    assert desk.times == [NOW]


def test_nothing_is_committed_when_the_surroundings_fail(engine: Engine) -> None:
    posts = publish(engine, 5)
    desk = Desk(trouble=refuses(posts[2], TryAgain("磁盘已满")))
    with pytest.raises(TryAgain):
        worker(engine, desk).run_until_idle()
    assert engine.stream.lag(POSTS.name, group=NLP) == 5
    assert letters(engine) == []
    desk.trouble = lambda posts: None
    worker(engine, desk).run_until_idle()
    assert sorted(desk.done) == ids(posts)


def test_of_a_batch_only_the_message_that_cannot_be_handled_is_buried(engine: Engine) -> None:
    posts = publish(engine, 5)
    desk = Desk(trouble=refuses(posts[2], GiveUp("看不懂")))
    worker(engine, desk).run_until_idle()
    assert sorted(desk.done) == ids([post for post in posts if post is not posts[2]])
    assert desk.buried == [(posts[2].id, "看不懂")]
    (letter,) = letters(engine)
    assert (letter.topic, letter.group, letter.key, letter.reason) == ("posts", "nlp", posts[2].id, "看不懂")
    assert POSTS.decode(letter.value) == posts[2]
    assert engine.stream.lag(POSTS.name, group=NLP) == 0


def test_a_bug_that_one_message_wakes_buries_that_message_alone(engine: Engine) -> None:
    posts = publish(engine, 4)
    desk = Desk(trouble=refuses(posts[0], ZeroDivisionError("division by zero")))
    worker(engine, desk).run_until_idle()
    assert sorted(desk.done) == ids(posts[1:])
    assert desk.buried == [(posts[0].id, "ZeroDivisionError: division by zero")]
    assert desk.forgotten == 3, "at the start, after the batch failed, and after the message failed alone"


def test_bytes_that_are_no_post_are_buried_and_the_others_go_on(engine: Engine) -> None:
    post = a_post()
    naive = msgspec.json.encode(post).replace(b"Z", b"")
    engine.stream.publish(
        POSTS.name, [("junk", b"\xff{"), POSTS.encode(post), ("naive", naive), ("null", b"null")]
    )
    desk = Desk()
    assert worker(engine, desk).run_until_idle() == 4
    assert desk.done == [post.id]
    assert {key for key, _ in desk.buried} == {"junk", "naive", "null"}
    assert {letter.key: letter.value for letter in letters(engine)}["junk"] == b"\xff{"


def test_a_crash_between_handling_and_committing_brings_the_batch_again(engine: Engine) -> None:
    posts = publish(engine, 3)
    desk = Desk()
    subscription = engine.stream.subscribe(POSTS.name, group=NLP)
    batch = subscription.poll(limit=10, wait=timedelta(seconds=5))
    desk.handle([POSTS.decode(record.value) for record in batch.records], NOW)
    subscription.close()
    worker(engine, desk).run_until_idle()
    assert sorted(desk.done) == ids(posts * 2)


def test_a_failing_handler_is_tried_again_with_growing_patience_until_it_works(engine: Engine) -> None:
    posts = publish(engine, 3)
    clock = ManualClock(NOW)
    attempts: list[datetime] = []

    def trouble(_: Sequence[Post]) -> None:
        attempts.append(clock.now())
        if len(attempts) < 12:
            raise TryAgain("no connection")
        clock.stop()

    desk = Desk(trouble=trouble)
    worker(engine, desk, clock=clock).run()
    pauses = [later - earlier for earlier, later in pairwise(attempts)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LAST_BACKOFF
    assert sorted(desk.done) == ids(posts)
    assert engine.stream.lag(POSTS.name, group=NLP) == 0


@pytest.mark.parametrize("fault", [OSError(24, "too many open files"), MemoryError()])
def test_a_machine_without_files_or_memory_buries_nothing(engine: Engine, fault: Exception) -> None:
    def break_down(_: Sequence[Post]) -> None:
        raise fault

    publish(engine, 3)
    desk = Desk(trouble=break_down)
    with pytest.raises(TryAgain):
        worker(engine, desk).run_until_idle()
    assert desk.buried == []
    assert engine.stream.lag(POSTS.name, group=NLP) == 3


def test_a_fault_that_a_person_must_mend_stops_the_worker_and_buries_nothing(engine: Engine) -> None:
    def broken(_: Sequence[Post]) -> None:
        raise Misconfigured("office.db 已损坏")

    publish(engine, 3)
    desk = Desk(trouble=broken)
    with pytest.raises(Misconfigured):
        worker(engine, desk).run_until_idle()
    assert desk.buried == []
    assert engine.stream.lag(POSTS.name, group=NLP) == 3


def test_dead_letters_of_a_batch_that_is_tried_again_are_written_once(engine: Engine) -> None:
    def not_yet(_: Sequence[Post]) -> None:
        raise TryAgain("磁盘已满")

    engine.stream.publish(POSTS.name, [("x", b"no post")])
    publish(engine, 1)
    with pytest.raises(TryAgain):
        worker(engine, Desk(trouble=not_yet)).run_until_idle()
    worker(engine, Desk()).run_until_idle()
    assert len(list(engine.stream.scan(POSTS.dead(NLP).name))) == 1


def test_a_running_worker_takes_what_comes_and_stops_when_asked(engine: Engine) -> None:
    clock = SystemClock()
    came = threading.Event()
    desk = Desk(trouble=lambda posts: came.set())
    thread = threading.Thread(target=worker(engine, desk, clock=clock).run)
    thread.start()
    (post,) = publish(engine, 1)
    assert came.wait(10)
    clock.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert desk.done == [post.id]
    assert engine.stream.lag(POSTS.name, group=NLP) == 0
