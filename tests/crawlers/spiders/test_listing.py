"""What is said of a list page that is not what the catalogue expects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from gzip import BadGzipFile
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawlers.compose import Found
from crawlers.gate import Gate
from crawlers.looks import MOST_PAGES, Look
from crawlers.publishing import Publisher
from crawlers.seen import Seen
from crawlers.sources import Source
from crawlers.spiders.base import Unreadable
from crawlers.spiders.listing import ListReader
from huiying.engines import open_stream
from huiying.settings import Settings

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ASKED = "http://www.example.cn/zwdt/"
LIST = Source.model_validate(
    {"id": "news", "name": "某网站", "kind": "list", "url": ASKED, "item": "ul.list a", "basis": "主动公开"}
)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ListReader]:
    stream, seen = open_stream(Settings(data=tmp_path)), Seen(tmp_path / "crawler.db")
    publisher = Publisher(stream, seen)
    yield ListReader(Look(source=LIST, started=NOW, gate=Gate(), seen=seen, publisher=publisher, key=b"k"))
    seen.close()
    stream.close()


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        (ASKED, "没有找到列表里的 ul.list a，网站可能改版了"),
        ("http://www.example.cn/signin", "转到了 http://www.example.cn/signin（多半要登录"),
    ],
)
def test_a_page_without_the_list_is_told_from_another_page_in_its_place(
    reader: ListReader, answered: str, said: str
) -> None:
    request = Request(ASKED, meta={"asked": ASKED, "entrance": True, "instead": None})
    page = HtmlResponse(answered, body="<p>请先登录</p>".encode(), request=request)
    with pytest.raises(Unreadable) as told:
        list(reader.entrance(page))
    assert said in str(told.value)


def test_what_cannot_be_unpacked_is_said_in_chinese(reader: ListReader) -> None:
    assert reader.explain(BadGzipFile("Not a gzipped file"), Request(ASKED)) == "压缩的内容已损坏"
    assert reader.explain(KeyError("x"), Request(ASKED)) == "下载出错（KeyError）"


def _two_pages(url: str) -> HtmlResponse:
    request = Request(url, meta={"asked": url, "entrance": False, "instead": None})
    html = f"<h1>两页的一篇</h1><p>{'前半篇说的事。' * 20}</p><a href='7_2.html'>下一页</a>"
    return HtmlResponse(url, body=html.encode(), request=request)


def _again(reader: ListReader) -> list[str]:
    """What is asked for once more two days later."""
    reader.look.remember()
    old = reader.look
    later = Look(
        source=LIST,
        started=NOW + timedelta(days=2),
        gate=Gate(),
        seen=old.seen,
        publisher=old.publisher,
        key=b"k",
    )
    return [url for url in later.again() if not later.validators(url)]


def test_a_page_of_an_article_that_is_gone_costs_its_text_alone_and_all_is_asked_for_again(
    reader: ListReader,
) -> None:
    url = f"{ASKED}7.html"
    [further] = list(reader.article(_two_pages(url)))
    assert further.url == f"{ASKED}7_2.html"
    [found] = list(reader._was_missed(further.meta, "页面不存在（404）"))
    assert found.url == url and "前半篇" in found.text
    assert _again(reader) == [url]


def test_where_a_look_has_no_room_for_the_second_page_the_article_is_asked_for_again(
    reader: ListReader,
) -> None:
    url = f"{ASKED}7.html"
    reader.look.asked |= {f"{ASKED}{number}.html" for number in range(100, 100 + MOST_PAGES)}
    [found] = list(reader.article(_two_pages(url)))
    assert isinstance(found, Found) and "前半篇" in found.text
    assert _again(reader) == [url]
