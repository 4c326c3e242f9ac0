"""The ledger, held against a real engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from huiying import identity, ledger
from huiying.contracts import ArchiveLine, Disposition, Post, PostKey
from huiying.ports import Engine
from huiying.topics import NLP, POSTS, READINGS, TRIAGE
from tests.factories import NOW, a_line, a_post, a_reading


def publish(engine: Engine, *posts: Post) -> None:
    engine.stream.publish(POSTS.name, [POSTS.encode(post) for post in posts])


def pass_on(engine: Engine, *posts: Post) -> None:
    readings = [READINGS.encode(a_reading(post=post)) for post in posts]
    engine.stream.publish(READINGS.name, readings)


def commit(engine: Engine, topic: str, group: str, count: int) -> None:
    subscription = engine.stream.subscribe(topic, group=group)
    while count:
        batch = subscription.poll(limit=count, wait=timedelta(seconds=5))
        subscription.commit(batch)
        count -= len(batch.records)
    subscription.close()


def end(engine: Engine, post: Post, disposition: Disposition) -> None:
    engine.archive.put([a_line(body=post, disposition=disposition)])


def test_an_empty_house_is_balanced(engine: Engine) -> None:
    book = ledger.take(engine)
    assert book.balanced
    assert book.published == 0


def test_every_place_on_the_way_is_counted_once(engine: Engine) -> None:
    dropped, doubled, kept, buried, reading, _ = posts = [a_post() for _ in range(6)]
    publish(engine, *posts[:5])
    commit(engine, POSTS.name, NLP, 5)
    publish(engine, posts[5])
    pass_on(engine, doubled, kept, buried, reading)
    commit(engine, READINGS.name, TRIAGE, 3)
    end(engine, dropped, Disposition.IRRELEVANT)
    end(engine, doubled, Disposition.DUPLICATE)
    end(engine, kept, Disposition.ATTACHED)
    end(engine, buried, Disposition.BURIED)
    book = ledger.take(engine)
    assert book.balanced
    assert (book.published, book.waiting, book.older) == (6, 2, 0)
    assert (book.irrelevant, book.duplicate, book.attached, book.buried) == (1, 1, 1, 1)


def test_a_post_version_published_twice_counts_once_and_an_edit_counts(engine: Engine) -> None:
    post = a_post()
    publish(engine, post, post, replace(post, version="edited"))
    assert ledger.take(engine).published == 2


def test_handled_but_not_committed_is_counted_as_ended(engine: Engine) -> None:
    post = a_post()
    publish(engine, post)
    end(engine, post, Disposition.IRRELEVANT)
    book = ledger.take(engine)
    assert (book.waiting, book.irrelevant) == (0, 1)
    assert book.balanced


def test_a_lost_post_is_named(engine: Engine) -> None:
    lost, waiting = a_post(), a_post()
    publish(engine, lost, waiting)
    commit(engine, POSTS.name, NLP, 2)
    pass_on(engine, waiting)
    book = ledger.take(engine)
    assert not book.balanced
    assert book.missing == (lost.key,)
    assert book.waiting == 1
    assert "1 条下落不明" in book.in_words()


def test_a_record_that_nobody_can_read_is_followed_by_its_bytes(engine: Engine) -> None:
    engine.stream.publish(POSTS.name, [("key", b"\xff")])
    commit(engine, POSTS.name, NLP, 1)
    key = identity.undecodable_key("key", b"\xff")
    assert ledger.take(engine).missing == (key,)
    engine.archive.put([ArchiveLine(post=key, disposition=Disposition.BURIED, at=NOW, reason="读不了")])
    book = ledger.take(engine)
    assert book.balanced
    assert book.buried == 1


def test_a_post_that_does_not_decode_but_says_its_name_is_followed_by_name(engine: Engine) -> None:
    value = msgspec.json.encode({"id": "p", "version": "v", "channel": "pigeon"})
    engine.stream.publish(POSTS.name, [("p", value)])
    commit(engine, POSTS.name, NLP, 1)
    assert ledger.take(engine).missing == (PostKey("p", "v"),)


def test_lines_of_posts_that_the_stream_no_longer_keeps_are_left_out(engine: Engine) -> None:
    end(engine, a_post(), Disposition.ATTACHED)
    book = ledger.take(engine)
    assert book.balanced
    assert (book.published, book.attached, book.older) == (0, 0, 1)


def test_the_ledger_can_be_given_to_machines(engine: Engine) -> None:
    post = a_post()
    publish(engine, post)
    commit(engine, POSTS.name, NLP, 1)
    book = ledger.take(engine)
    assert book.as_dict()["missing"] == 1
    named = book.as_dict(with_missing=True)
    assert named["missing"] == [{"id": post.id, "version": post.version}]
    assert (named["balanced"], named["published"]) == (False, 1)


@dataclass
class Moving:
    """Stands in the way of every look at the stream or the archive: posts move on just before it."""

    engine: Engine
    moves: dict[int, list[Callable[[], None]]]
    """By the number of the look."""
    looks: int = 0

    def __getattr__(self, name: str) -> Callable[..., object]:
        owner = self.engine.archive if name == "keys" else self.engine.stream

        def look(*arguments: object, **named: object) -> object:
            self.looks += 1
            for move in self.moves.get(self.looks, []):
                move()
            return getattr(owner, name)(*arguments, **named)

        return look


@pytest.mark.parametrize("read_before", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("ended_after", [0, 1, 2, 3, 4])
def test_a_post_that_moves_while_it_is_counted_is_never_called_missing(
    engine: Engine, read_before: int, ended_after: int
) -> None:
    post = a_post()
    publish(engine, post)

    def read() -> None:
        pass_on(engine, post)
        commit(engine, POSTS.name, NLP, 1)

    def close() -> None:
        end(engine, post, Disposition.ATTACHED)
        commit(engine, READINGS.name, TRIAGE, 1)

    moves: dict[int, list[Callable[[], None]]] = {read_before: [read]}
    moves.setdefault(read_before + ended_after, []).append(close)
    moving: Any = Moving(engine, moves)
    book = ledger.take(replace(engine, stream=moving, archive=moving))
    assert moving.looks == 4
    assert book.balanced
    assert book.attached + book.waiting == 1
