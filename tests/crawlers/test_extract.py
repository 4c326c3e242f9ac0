from __future__ import annotations

from datetime import UTC, datetime

from crawlers.extract import Article, Css, read_page

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
BODY = "<p>" + "城区一处人防工程入口长期堆放杂物，居民希望尽快清理。" * 4 + "</p>"


def _read(html: str, css: Css = Css()) -> Article:  # noqa: B008
    return read_page(html, css=css, now=NOW)


def _page(head: str = "<title>入口堆杂物_某网</title>", above: str = "", body: str = BODY) -> str:
    return f"<html><head>{head}</head><body>{above}<div class='main'>{body}</div></body></html>"


def test_what_the_catalogue_names_comes_first() -> None:
    above = "<h1>别的</h1><b class='t'>真标题在这里</b><i class='d'>2026-11-01 08:00</i>"
    article = _read(
        _page(above=above + "<div id='c'>真正的正文</div>"), Css(title=".t", time=".d", content="#c")
    )
    assert (article.title, article.text) == ("真标题在这里", "真正的正文")
    assert article.published == datetime(2026, 11, 1, tzinfo=UTC)
    assert article.extraction.confidence == 1.0


def test_the_metas_of_government_sites_are_believed_and_maketime_is_not() -> None:
    head = (
        '<title>政务动态</title><meta name="ArticleTitle" content="关于试鸣的公告">'
        '<meta name="maketime" content="2020-01-01 00:00"><meta name="PubDate" content="2026-11-02 09:30">'
    )
    article = _read(_page(head))
    assert article.title == "关于试鸣的公告"
    assert article.published == datetime(2026, 11, 2, 1, 30, tzinfo=UTC)


def test_a_headline_that_begins_the_title_is_the_title() -> None:
    assert _read(_page("<title>入口堆杂物_社会_某网</title>", "<h1>入口堆杂物</h1>")).title == "入口堆杂物"


def test_the_title_loses_the_name_of_the_site() -> None:
    assert _read(_page("<title>入口堆杂物，谁来管？-中原示例网</title>")).title == "入口堆杂物，谁来管？"


def test_json_ld_gives_title_and_time() -> None:
    head = (
        "<title>某网</title><script type='application/ld+json'>"
        '{"@graph":[{"headline":"入口堆杂物何时清","datePublished":"2026-11-03T10:00:00+08:00"}]}</script>'
    )
    article = _read(_page(head))
    assert article.title == "入口堆杂物何时清"
    assert article.published == datetime(2026, 11, 3, 2, 0, tzinfo=UTC)


def test_the_first_full_time_below_the_title_is_when() -> None:
    above = "<span>2020-01-01</span><h1>入口堆杂物</h1><span>2026-11-04 07:08 来源：某网</span>"
    article = _read(_page(above=above))
    assert article.published == datetime(2026, 11, 3, 23, 8, tzinfo=UTC)
    assert article.dated


def test_a_day_that_the_text_speaks_of_is_not_sure_enough_to_leave_it_out() -> None:
    article = _read(_page(body="<p>早在2019年3月5日，这里就有人反映过。</p>" + BODY))
    assert not article.dated


def test_crumbs_title_and_source_line_are_not_part_of_the_text() -> None:
    body = f"<div>首页 &gt; 动态</div><h1>入口堆杂物</h1><div>来源：某网 2026-11-04</div>{BODY}"
    assert _read(_page(body=body)).text.startswith("城区一处人防工程")


def test_a_page_without_text_gives_none() -> None:
    for html in ("", "<html></html>", "<img src=x>", "\x00\x00", "<" * 500):
        assert _read(html).text.strip("<") == ""
