"""The same page is the same page whichever route brought it; and what counts as one site."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import a_post
from triage.pages import page_of, site_of

PAGE = "https://www.example.cn/news/1.html"


def stands(url: str | None = PAGE, **more: Any) -> str:
    return page_of(a_post(url=url, **more))


@pytest.mark.parametrize(
    "other",
    [
        "http://WWW.example.cn:80/news/1.html",
        PAGE + "#top",
        PAGE + "?utm_source=rss",
        PAGE + "?from=timeline",
    ],
)
def test_one_address_however_it_is_written_is_one_page(other: str) -> None:
    assert stands(other, source="feed", text="摘要") == stands()


def test_floors_of_a_thread_are_pages_of_their_own_and_the_first_is_the_thread() -> None:
    assert stands(floor=1) == stands()
    assert len({stands(floor=n) for n in range(1, 9)}) == 8


def test_comments_that_have_only_the_address_of_what_they_answer_are_told_apart_by_their_words() -> None:
    one, other = (stands(reply_to="p", text=text, version=text) for text in ("骗人", "顶"))
    assert len({one, other, stands()}) == 3
    assert one == stands(reply_to="p", text="骗人", version="骗人", source="elsewhere")


@pytest.mark.parametrize("url", [None, "", "not an address"])
def test_what_stands_nowhere_is_no_page(url: str | None) -> None:
    post = a_post(url=url, source="hotline")
    assert (page_of(post), site_of(post)) == ("", "hotline")


@pytest.mark.parametrize(
    ("url", "site"),
    [
        (PAGE, "example.cn"),
        ("http://m.example.cn/1", "example.cn"),
        ("http://bbs.example.cn/1", "bbs.example.cn"),
        ("http://m.cn/1", "m.cn"),
        ("http://127.0.0.1:8091/news/", "127.0.0.1:8091"),
    ],
)
def test_a_site_is_its_host_however_one_comes_in(url: str, site: str) -> None:
    assert site_of(a_post(url=url)) == site


def test_what_the_catalogue_calls_a_site_is_one() -> None:
    assert {site_of(a_post(url=url, site="某平台")) for url in (PAGE, "http://t.example/1", None)} == {
        "某平台"
    }
