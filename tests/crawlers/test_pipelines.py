from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.compose import Found
from crawlers.gate import Gate
from crawlers.looks import Look
from crawlers.pipelines import ToStream
from crawlers.publishing import Publisher
from crawlers.seen import Seen
from crawlers.sources import Source
from huiying.engines import open_stream
from huiying.ports import Stream
from huiying.settings import Settings
from huiying.topics import POSTS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PAGE = "http://a.example.cn/1.html"
SITE = Source.model_validate(
    {
        "id": "s",
        "name": "某站",
        "kind": "list",
        "item": "a",
        "url": "http://a.example.cn/",
        "basis": "公开",
    }
)


class Refusing:
    """The real stream behind a line that breaks in a way nobody thought of, a number of times."""

    def __init__(self, stream: Stream, times: int) -> None:
        self._stream, self._times = stream, times

    def publish(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        if self._times:
            self._times -= 1
            raise RuntimeError("never heard of")
        self._stream.publish(topic, records)


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[Stream]:
    opened = open_stream(Settings(data=tmp_path))
    yield opened
    opened.close()


def test_a_post_that_could_not_be_sent_is_said_and_comes_with_a_later_look(
    tmp_path: Path, stream: Stream
) -> None:
    seen = Seen(tmp_path / "crawler.db")

    async def read_once(publisher: Publisher, at: datetime) -> Look:
        look = Look(source=SITE, started=at, gate=Gate(), seen=seen, publisher=publisher, key=b"k")
        assert look.wants(PAGE)
        look.was_read(PAGE, etag='"e"', entrance=False, again=True)
        await ToStream(look).process_item(Found(url=PAGE, title="试鸣通知", text="周五试鸣。"))
        look.remember()
        return look

    async def two_looks() -> tuple[Look, Look]:
        publisher = Publisher(Refusing(stream, 1), seen)  # type: ignore[arg-type]
        publisher.start()
        looks = await read_once(publisher, NOW), await read_once(publisher, NOW + timedelta(hours=1))
        await publisher.close(within=5)
        return looks

    first, second = asyncio.run(two_looks())
    seen.close()
    assert (first.posts, second.posts) == (0, 1)
    assert "未收：RuntimeError" in first.check(NOW).problem
    assert [POSTS.decode(record.value).url for record in stream.scan(POSTS.name)] == [PAGE]
