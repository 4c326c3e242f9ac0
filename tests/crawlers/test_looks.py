from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.gate import Gate
from crawlers.looks import MOST_PAGES, Look
from crawlers.publishing import Publisher
from crawlers.seen import Seen
from crawlers.sources import Source
from huiying.engines import open_stream
from huiying.ports import Stream
from huiying.settings import Settings

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MAP = "http://a.example.cn/sitemap.xml"
SITE = Source.model_validate({"id": "s", "name": "某站", "kind": "sitemap", "url": MAP, "basis": "站点地图"})


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


def _look(stream: Stream, seen: Seen, *, later: timedelta = timedelta(0)) -> Look:
    publisher = Publisher(stream, seen)
    return Look(source=SITE, started=NOW + later, gate=Gate(), seen=seen, publisher=publisher, key=b"k")


def _go_through(look: Look, many: int) -> int:
    """As a spider does with that many links. Returns how many pages were asked for."""
    look.was_read(MAP, etag='"v1"', entrance=True, again=False)
    asked = 0
    for number in range(many):
        url = f"http://a.example.cn/{number}.html"
        if look.wants(url):
            look.asked.add(url)
            look.was_read(url, entrance=False, again=True)
            asked += 1
    look.remember()
    return asked


def test_pages_beyond_the_limit_come_with_the_next_look(stream: Stream, seen: Seen) -> None:
    first = _look(stream, seen)
    assert _go_through(first, MOST_PAGES + 5) == MOST_PAGES
    assert "其余下次再看" in first.check(NOW).problem
    second = _look(stream, seen, later=timedelta(minutes=10))
    assert second.validators(MAP) == {}
    assert _go_through(second, MOST_PAGES + 5) == 5
    assert second.check(NOW).problem == ""
    assert _look(stream, seen).validators(MAP) == {"If-None-Match": '"v1"'}


def test_pages_that_are_known_are_not_said_to_be_left_over(stream: Stream, seen: Seen) -> None:
    _go_through(_look(stream, seen), 3)
    full = _look(stream, seen, later=timedelta(minutes=10))
    full.asked.update(f"http://a.example.cn/other/{number}.html" for number in range(MOST_PAGES))
    assert _go_through(full, 3) == 0
    assert full.check(NOW).problem == ""


def test_a_page_whose_words_were_lost_is_asked_for_again_in_full(stream: Stream, seen: Seen) -> None:
    url = "http://a.example.cn/1.html"
    look = _look(stream, seen)
    look.was_read(MAP, etag='"v1"', entrance=True, again=False)
    look.was_read(url, etag='"e"', entrance=False, again=True)
    look.was_lost(url, "有一条处理出错，未收")
    look.remember()
    later = _look(stream, seen, later=timedelta(days=1))
    assert (later.wants(url), later.again(), later.validators(url)) == (True, [url], {})
    assert later.validators(MAP) == {}


def test_what_an_entrance_itself_said_and_lost_makes_no_page_of_it(stream: Stream, seen: Seen) -> None:
    look = _look(stream, seen)
    look.was_read(MAP, etag='"v1"', entrance=True, again=False)
    look.was_lost(MAP, "有一条处理出错，未收")
    look.was_lost("http://a.example.cn/never-asked.html", "有一条处理出错，未收")
    look.remember()
    later = _look(stream, seen, later=timedelta(days=1))
    assert (later.again(), later.validators(MAP)) == ([], {})


def test_a_source_of_nothing_but_old_news_says_so_and_is_no_failure(stream: Stream, seen: Seen) -> None:
    old, new = NOW - timedelta(days=9), NOW - timedelta(days=1)
    look = _look(stream, seen)
    look.items = 2
    assert look.leaves_out(old) and look.leaves_out(old)
    assert look.check(NOW).problem == "看到的 2 条都早于 7 天（max_age），未收"
    assert look.check(NOW).ok
    look.items += 1
    assert not look.leaves_out(new) and not look.leaves_out(None)
    assert look.check(NOW).problem == ""


def test_a_further_page_of_a_list_that_is_gone_is_told_and_does_not_make_the_source_fail(
    stream: Stream, seen: Seen
) -> None:
    look = _look(stream, seen)
    look.was_read(MAP, etag='"v1"', entrance=True, again=False)
    look.items = 20
    look.was_missed(f"{MAP}?page=2", "页面不存在（404）", entrance=True)
    look.remember()
    check = look.check(NOW)
    assert check.ok
    assert check.problem == f"页面不存在（404）（{MAP}?page=2）"
    assert not _look(stream, seen).validators(MAP), (
        "what was not read may hide behind an unchanged first page"
    )


def test_a_source_fails_whose_own_address_fails_or_all_that_it_leads_to(stream: Stream, seen: Seen) -> None:
    look = _look(stream, seen)
    look.was_missed(MAP, "页面不存在（404）", entrance=True)
    assert not look.check(NOW).ok
    index = _look(stream, seen)
    index.was_read(MAP, etag='"v1"', entrance=True, again=False)
    index.was_missed("http://a.example.cn/sitemap-1.xml", "页面不存在（404）", entrance=True)
    assert not index.check(NOW).ok
