from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawlers.compose import Found
from crawlers.gate import Gate
from crawlers.looks import Look
from crawlers.publishing import Publisher
from crawlers.seen import Seen
from crawlers.sources import Source
from crawlers.spiders.board import MOST_FLOORS, BoardReader, Opening
from huiying.contracts import Quoted
from huiying.engines import open_stream
from huiying.identity import post_id
from huiying.settings import Settings

NOW = datetime(2026, 11, 23, tzinfo=UTC)
THREAD = "http://a.example.cn/t/1"
BOARD = Source.model_validate(
    {
        "id": "forum",
        "name": "某论坛",
        "kind": "board",
        "url": "http://a.example.cn/board",
        "item": "a.title",
        "floor": ".floor",
        "content": ".content",
        "basis": "公开版面",
    }
)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[BoardReader]:
    stream, seen = open_stream(Settings(data=tmp_path)), Seen(tmp_path / "crawler.db")
    publisher = Publisher(stream, seen)
    yield BoardReader(Look(source=BOARD, started=NOW, gate=Gate(), seen=seen, publisher=publisher, key=b"k"))
    seen.close()
    stream.close()


def _floors(reader: BoardReader, many: int, *, page: int, opening: Opening | None = None) -> list[str]:
    """The ids of the posts of a page whose floors carry no number."""
    body = "".join(f"<div class=floor><p class=content>第 {n} 层的话</p></div>" for n in range(many))
    url = f"{THREAD}?page={page}"
    response = HtmlResponse(
        url, body=body.encode(), request=Request(url, meta={"asked": url, "entrance": False, "instead": None})
    )
    found = [f for f in reader.thread(response, THREAD, opening, page) if isinstance(f, Found)]
    return [post_id("forum", native_id=f.native_id, url=f.url, floor=f.floor) for f in found]


def test_floors_without_a_number_are_told_apart_on_every_page(reader: BoardReader) -> None:
    first = _floors(reader, 3, page=1)
    ids = (
        first
        + _floors(reader, 3, page=2, opening=Opening(first[0], Quoted()))
        + _floors(reader, 3, page=3, opening=Opening(first[0], Quoted()))
    )
    assert len(set(ids)) == 9


def test_every_floor_but_the_first_says_what_it_answers(reader: BoardReader) -> None:
    floors = "".join(
        f"<div class=floor><p class=content>{said}</p></div>" for said in ("车位只卖不租", "我家也是")
    )
    body = f"<h1>人防车位</h1>{floors}"
    response = HtmlResponse(
        THREAD,
        body=body.encode(),
        request=Request(THREAD, meta={"asked": THREAD, "entrance": False, "instead": None}),
    )
    first, second = [f for f in reader.thread(response, THREAD) if isinstance(f, Found)]
    assert (first.reply_to, first.answers) == (None, None)
    assert second.reply_to == post_id("forum", native_id=first.native_id, url=first.url, floor=first.floor)
    assert second.answers and second.answers.title == "人防车位"
    assert second.answers.text.strip() == "车位只卖不租"


def test_floors_beyond_the_most_run_into_no_other_page_and_are_said(reader: BoardReader) -> None:
    first = _floors(reader, MOST_FLOORS + 2, page=1)
    assert len(first) == MOST_FLOORS
    assert not set(first) & set(_floors(reader, 2, page=2, opening=Opening(first[0], Quoted())))
    assert "其余未收" in reader.look.check(NOW).problem
