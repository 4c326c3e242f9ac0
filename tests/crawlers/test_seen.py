from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.seen import FileDone, Page, Seen, next_look
from huiying.contracts import PostKey
from huiying.errors import TryAgain

NOW = datetime(2026, 11, 23, tzinfo=UTC)
EVERY = timedelta(minutes=10)


def _page(age: timedelta, tries: int = 0) -> Page:
    url = "http://a.example.cn/1"
    return Page(url=url, link=url, first_at=NOW - age, checked_at=NOW, tries=tries, again=True)


def test_a_young_page_is_looked_at_soon_and_an_old_one_seldom() -> None:
    assert next_look(_page(timedelta(0)), EVERY) == NOW + EVERY
    assert next_look(_page(timedelta(days=2)), EVERY) == NOW + timedelta(hours=6)


def test_a_failing_page_is_tried_less_and_less_often_but_once_a_day() -> None:
    waits = [next_look(_page(timedelta(0), tries), EVERY) - NOW for tries in (1, 2, 3, 30)]
    assert waits == [EVERY * 2, EVERY * 4, EVERY * 8, timedelta(days=1)]


def test_nobody_else_on_the_machine_can_open_it(tmp_path: Path) -> None:
    seen = Seen(tmp_path / "office" / "crawler.db")
    try:
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "office").iterdir()}
    finally:
        seen.close()
    assert set(modes.values()) == {0o600}
    assert (tmp_path / "office").stat().st_mode & 0o777 == 0o700


def test_what_was_marked_outlives_the_process(tmp_path: Path) -> None:
    seen = Seen(tmp_path / "crawler.db")
    seen.mark([PostKey("a", "1")])
    seen.mark_pages("s", [_page(EVERY)])
    seen.mark_file("f", FileDone(rows=3, rejected=1))
    seen.close()
    seen = Seen(tmp_path / "crawler.db")
    assert seen.unpublished([PostKey("a", "1"), PostKey("a", "2")]) == {PostKey("a", "2")}
    assert seen.page("s", "http://a.example.cn/1") == _page(EVERY)
    assert seen.page("other", "http://a.example.cn/1") is None
    assert seen.file("f") == FileDone(rows=3, rejected=1)
    assert seen.pages_again("s", since=NOW - timedelta(hours=1)) == [_page(EVERY)]
    seen.forget_pages(before=NOW + timedelta(days=1))
    assert seen.pages_again("s", since=NOW - timedelta(hours=1)) == []
    seen.close()


def test_a_disk_fault_is_for_trying_again_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    seen = Seen(tmp_path / "crawler.db")
    seen._db.execute("DROP TABLE posts")
    for _ in range(2):
        with pytest.raises(TryAgain):
            seen.mark([PostKey("a", "1")])
    seen.close()
