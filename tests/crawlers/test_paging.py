"""Which link leads on within one article, and which to another."""

from __future__ import annotations

import pytest

from crawlers.paging import next_page

HOME = "http://www.example.cn/xw/202611/t20261123_4711.html"


@pytest.mark.parametrize(
    ("home", "here", "html", "found"),
    [
        (HOME, HOME, '<a href="t20261123_4711_1.html">下一页</a>', "t20261123_4711_1.html"),
        (HOME, HOME, '<a href="./t20261123_4711_2.html"> 【下页】 </a>', "t20261123_4711_2.html"),
        (HOME, HOME, '<a href="?page=2">下一页 &gt;&gt;</a>', "t20261123_4711.html?page=2"),
        (HOME, HOME, '<link rel="next" href="t20261123_4711_1.html">', "t20261123_4711_1.html"),
        (
            HOME,
            HOME,
            "<script>createPageHTML(2, 0, 't20261123_4711', 'html');</script>",
            "t20261123_4711_1.html",
        ),
        (
            "http://www.example.cn/a/7_1.shtml",
            "http://www.example.cn/a/7_1.shtml",
            '<a href="7_2.shtml">后一页</a>',
            "http://www.example.cn/a/7_2.shtml",
        ),
        (
            "http://www.example.cn/show.php?id=7",
            "http://www.example.cn/show.php?id=7&page=2",
            '<a href="show.php?id=7&amp;page=3">下一页</a>',
            "http://www.example.cn/show.php?id=7&page=3",
        ),
    ],
)
def test_the_next_page_of_the_same_article(home: str, here: str, html: str, found: str) -> None:
    base = "http://www.example.cn/xw/202611/"
    assert next_page(html, home=home, here=here) == (found if found.startswith("http") else base + found)


@pytest.mark.parametrize(
    "html",
    [
        '<a href="t20261122_4710.html">下一篇</a>',
        '<a href="t20261122_4710.html">下一页</a>',
        '<a href="http://other.example.cn/xw/202611/t20261123_4711_1.html">下一页</a>',
        '<a href="index_1.html">下一页</a>',
        '<a href="t20261123_4711.html">下一页</a>',
        '<a href="#top">下一页</a>',
        '<a href="javascript:next()">下一页</a>',
        '<a href="/search?page=2">下一页</a>',
        '<a href="http://[">下一页</a>',
        "<script>createPageHTML(2, 1, 't20261123_4711', 'html');</script>",
        "<script>createPageHTML(9, 0, 'index', 'html');</script>",
        "<p>翻到下一页再看</p>",
    ],
)
def test_what_leads_elsewhere_or_nowhere_is_no_next_page(html: str) -> None:
    assert next_page(html, home=HOME, here=HOME) is None
