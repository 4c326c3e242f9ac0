from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from crawlers import bodies
from crawlers.extract import Article, Css, read_page
from tests.quick import growth

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


def test_a_title_that_only_names_the_site_gives_way_to_the_headline() -> None:
    above = "<b>栏目导航</b><table><tr><td align=center>关于清理人防工程入口的通知</td></tr></table>"
    assert _read(_page("<title>示例市人民防空办公室</title>", above)).title == "关于清理人防工程入口的通知"


def test_the_headline_that_stands_behind_the_name_of_the_paper_is_the_title() -> None:
    above = "<h3>引题　入口清了</h3><h2>洞口的藤椅</h2>"
    assert _read(_page("<title>示例日报-洞口的藤椅</title>", above)).title == "洞口的藤椅"


def test_the_time_that_a_page_shows_comes_before_that_of_its_transfer() -> None:
    head = (
        '<title>入口堆杂物</title><meta property="article:published_time" content="2026-11-03T13:45:30+08:00">'
        '<meta name="weibo: article:create_at" content="2026-11-03 11:08:00">'
    )
    assert _read(_page(head)).published == datetime(2026, 11, 3, 3, 8, tzinfo=UTC)


def test_a_day_of_the_metas_takes_its_hour_from_the_page() -> None:
    head = '<title>入口堆杂物何时清</title><meta name="PubDate" content="2026-11-14">'
    above = "<h1>入口堆杂物何时清</h1><p>来信 2026-11-10 21:14:02</p><p>答复 2026-11-14 15:30:00</p>"
    assert _read(_page(head, above)).published == datetime(2026, 11, 14, 7, 30, tzinfo=UTC)


def test_what_stands_below_an_article_is_not_part_of_it() -> None:
    below = (
        "<p>【我要纠错】</p><p>责任编辑：</p><p>值班室</p><p>上一篇：别的事</p><p>分享到：微信 微博</p>"
        "<p>违法和不良信息举报电话：0000-0000000</p><p>示例网 版权所有 示ICP备00000000号</p>"
    )
    assert _read(_page(body=BODY + below)).text.endswith("居民希望尽快清理。")


def test_a_last_sentence_that_begins_like_a_button_stays() -> None:
    for last in ("关闭期间请绕行。", "打印出来的材料要盖章。", "下一条街也有一处。", "分享给住在那里的人"):
        assert _read(_page(body=f"{BODY}<p>{last}</p>")).text.endswith(last)


def test_a_page_that_is_all_foot_is_kept_as_it_is() -> None:
    css = Css(content="#c")
    assert _read(_page(body="<div id=c>主办：示例办</div>"), css).text == "主办：示例办"


def test_small_print_above_a_text_is_passed_over_once_however_much_there_is() -> None:
    def page(size: int) -> Callable[[], object]:
        return partial(bodies.without_head, "来源：\n" * size + "警报响了", "警报")

    assert page(100)() == "警报响了"
    assert growth(page, 4_000) < 24
