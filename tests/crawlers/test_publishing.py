from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.compose import Found, Voice, compose
from crawlers.publishing import Publisher, publish_new
from crawlers.seen import Seen
from huiying.contracts import Channel, Origin, Post, Tier
from huiying.engines import open_stream
from huiying.errors import TryAgain
from huiying.ports import Stream
from huiying.settings import Settings
from huiying.topics import POSTS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
VOICE = Voice(id="s", name="某站", channel=Channel.NEWS, tier=Tier.CITY, basis="公开")


def _post(number: int, text: str = "警报") -> Post:
    post = compose(Found(native_id=str(number), text=text), VOICE, key=b"k", origin=Origin.LIVE, now=NOW)
    assert post
    return post


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[Stream]:
    opened = open_stream(Settings(data=tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Seen]:
    opened = Seen(tmp_path / "crawler.db")
    yield opened
    opened.close()


class Faltering:
    """The real stream behind a line that fails the first few times."""

    def __init__(self, stream: Stream, failures: int) -> None:
        self._stream, self.failures = stream, failures

    def publish(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        if self.failures:
            self.failures -= 1
            raise TryAgain("line down")
        self._stream.publish(topic, records)


def _published(stream: Stream) -> list[Post]:
    return [POSTS.decode(record.value) for record in stream.scan(POSTS.name)]


def test_each_version_is_published_once(stream: Stream, seen: Seen) -> None:
    batch = [_post(1), _post(2), _post(1), _post(1, "解除")]
    assert publish_new(batch, stream=stream, seen=seen) == [True, True, False, True]
    assert publish_new(batch, stream=stream, seen=seen) == [False] * 4
    assert len(_published(stream)) == 3


def test_what_is_answered_comes_before_its_answers_where_a_page_shows_the_newest_first(
    stream: Stream, seen: Seen
) -> None:
    opening = _post(1)
    answers = [replace(_post(number), reply_to=opening.id) for number in (3, 2)]
    assert publish_new([*answers, opening], stream=stream, seen=seen) == [True, True, True]
    assert _published(stream) == [opening, *answers]


def test_what_could_not_be_published_is_not_marked(stream: Stream, seen: Seen) -> None:
    faltering = Faltering(stream, 1)
    with pytest.raises(TryAgain):
        publish_new([_post(1)], stream=faltering, seen=seen)  # type: ignore[arg-type]
    assert publish_new([_post(1)], stream=stream, seen=seen) == [True]


def test_the_publisher_keeps_its_batch_until_the_stream_takes_it(stream: Stream, seen: Seen) -> None:
    async def work() -> list[bool]:
        publisher = Publisher(Faltering(stream, 2), seen)  # type: ignore[arg-type]
        publisher.start()
        news = await asyncio.gather(*(publisher.put(_post(n)) for n in range(250)))
        await publisher.close(within=5)
        return list(news)

    assert asyncio.run(work()) == [True] * 250
    assert len({post.id for post in _published(stream)}) == len(_published(stream)) == 250


def test_closing_in_vain_leaves_the_posts_for_the_next_time(stream: Stream, seen: Seen) -> None:
    async def work() -> None:
        publisher = Publisher(Faltering(stream, 10_000), seen)  # type: ignore[arg-type]
        publisher.start()
        waiting = asyncio.ensure_future(publisher.put(_post(1)))
        await asyncio.sleep(0)
        await publisher.close(within=0.1)
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(work())
    assert publish_new([_post(1)], stream=stream, seen=seen) == [True]
