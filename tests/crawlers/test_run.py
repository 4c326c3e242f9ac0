"""Whole crawls of the sample web world, in a process of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers import cataloguing
from crawlers.cataloguing import Value
from huiying.contracts import Channel, Origin, Post, Tier
from huiying.identity import post_id
from tests.crawlers.crawling import Harvest, command, crawl_once, harvest
from tests.newsroom import Newsroom

CATALOGUE = """
version = 1
[defaults]
every = "0.2s"
pause = "0s"
contact = "test@example.gov.cn"
allow_hosts = ["127.0.0.1:{p1}", "127.0.0.1:{p2}", "127.0.0.1:{p3}", "127.0.0.1:{p5}"]

[[source]]
id = "news"
name = "中原示例网"
kind = "list"
url = "http://127.0.0.1:{p1}/news/"
item = "ul.news-list li a"
date = "span.date"
level = "省级媒体"
region = "河南省"
basis = "公开列表页"

[[source]]
id = "daily"
name = "示例晚报"
kind = "feed"
url = "http://127.0.0.1:{p1}/daily/rss.xml"
level = "市级媒体"
basis = "公开 RSS"

[[source]]
id = "brief"
name = "示例晚报摘要"
kind = "feed"
url = "http://127.0.0.1:{p1}/daily/rss.xml"
follow = false
basis = "公开 RSS"

[[source]]
id = "gov"
name = "政务公开示例站"
kind = "sitemap"
url = "http://127.0.0.1:{p2}/sitemap_index.xml"
max_age = "5h"
level = "政府网站"
basis = "站点地图"

[[source]]
id = "forum"
name = "城事论坛"
kind = "board"
url = "http://127.0.0.1:{p5}/bbs/board/1"
item = "table.threads tr.thread a.title"
next = "a.next"
floor = "div.floor"
author = ".author"
time = ".time"
content = ".content"
basis = "公开版面"

[[source]]
id = "social"
name = "时间线"
kind = "json"
url = "http://127.0.0.1:{p2}/social/api/timeline"
pages = 5
basis = "公开接口"

[[source]]
id = "awkward"
name = "别扭的页面"
kind = "list"
url = "http://127.0.0.1:{p3}/awkward/index.html"
item = "ul.awkward-list li a"
every = "1h"
basis = "测试"

[[source]]
id = "inside"
name = "名字指向内部的网站"
kind = "list"
url = "http://localhost:{p4}/news/"
item = "ul.news-list li a"
basis = "测试"

[[source]]
id = "changed"
name = "改版的网站"
kind = "list"
url = "http://127.0.0.1:{p3}/gov/zwdt/"
item = "ul.gone li a"
basis = "测试"

[[source]]
id = "hotline"
name = "热线导出"
kind = "file"
path = "inbox/*.csv"
channel = "热线"
mapping = "12345"
basis = "本单位业务数据"
"""
HOTLINE = """工单编号,诉求标题,诉求内容,受理时间,所属区县,来电号码,姓名
W1,警报声音咨询,"刚才警报响了，
是演习吗？",2026/11/20 9:05,魏都区,00000000000,某某
"""


@dataclass(kw_only=True)
class Night:
    """Two looks at the same world: at first, and again after some things were edited or came up."""

    first: Harvest
    second: Harvest
    sites: list[Newsroom]
    stderr: str
    visits_to_unlisted: int


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    data = tmp_path_factory.mktemp("crawl")
    moment = datetime.now(UTC)
    later = timedelta(0)

    def now() -> datetime:
        return moment + later

    with (
        Newsroom(port=0, now=now, slow=0.1) as one,
        Newsroom(port=0, now=now, slow=0.1) as two,
        Newsroom(port=0, now=now, slow=0.1) as three,
        Newsroom(port=0, now=now) as unlisted,
        Newsroom(port=0, now=now) as forum,
    ):
        sites = [one, two, three, forum]
        ports = {
            f"p{i}": site.url.rpartition(":")[2]
            for i, site in enumerate([one, two, three, unlisted, forum], 1)
        }
        (data / "inbox").mkdir()
        (data / "inbox" / "day.csv").write_bytes(HOTLINE.encode("gb18030"))
        text = CATALOGUE
        for name, port in ports.items():
            text = text.replace("{" + name + "}", port)
        (data / "sources.toml").write_text(text, "utf-8")
        stderr = crawl_once(data)
        first = harvest(data)
        later = timedelta(seconds=500)
        stderr += crawl_once(data)
        yield Night(
            first=first,
            second=harvest(data),
            sites=sites,
            stderr=stderr,
            visits_to_unlisted=len(unlisted.visits),
        )


@pytest.mark.parametrize("source", ["news", "daily", "brief", "gov", "forum", "social", "awkward", "hotline"])
def test_every_kind_of_source_gives_posts_and_a_good_report(night: Night, source: str) -> None:
    posts, check = night.first.of(source), night.first.check(source)
    assert posts
    assert check.ok
    assert check.posts == len(posts)
    assert check.seen >= check.posts


def test_a_post_carries_what_the_catalogue_says_of_its_source(night: Night) -> None:
    post = _titled(night.first.of("news"), "南阳一人防工程工地局部坍塌")
    assert (post.tier, post.channel, post.region) == (Tier.PROVINCE, Channel.NEWS, "河南省")
    assert (post.basis, post.origin) == ("公开列表页", Origin.LIVE)
    assert post.extraction is not None and post.extraction.confidence > 0.8


def test_the_text_is_the_article_and_nothing_around_it(night: Night) -> None:
    text = _titled(night.first.of("news"), "南阳一人防工程工地局部坍塌").text
    assert "2人已被救出并送往附近医院" in text
    for noise in ("相关阅读", "网友评论", "版权声明", "责任编辑", "首页", "24小时热点"):
        assert noise not in text


def test_gbk_that_calls_itself_utf8_is_read_right_in_feed_and_page(night: Night) -> None:
    title = "读者来信：人防车位的租金，究竟该由谁来定"
    page = _titled(night.first.of("daily"), title)
    assert page.text.startswith("编辑同志：")
    assert _titled(night.first.of("brief"), title).text
    assert not any("\ufffd" in post.title + post.text for post in night.first.of("daily"))


def test_a_forum_thread_is_one_post_a_floor_and_answers_its_opening(night: Night) -> None:
    opening = _titled(night.first.of("forum"), "洛阳洛龙区某小区人防车位12.8万")
    floors = [post for post in night.first.of("forum") if post.url == opening.url]
    assert sorted(post.floor or 0 for post in floors) == list(range(1, len(floors) + 1))
    assert opening.reply_to is None
    assert {post.reply_to for post in floors if post is not opening} == {opening.id}


def test_the_second_page_of_a_long_thread_belongs_to_the_same_opening(night: Night) -> None:
    late = [post for post in night.second.of("forum") if (post.floor or 0) > 8]
    assert late
    assert all(post.reply_to for post in late)


def test_a_repost_points_at_the_post_that_it_repeats(night: Night) -> None:
    posts = {post.id: post for post in night.second.of("social")}
    repeats = [post for post in posts.values() if post.repost_of]
    assert repeats
    assert all(post.repost_of in posts for post in repeats)
    assert all(post.engagement.likes is not None for post in posts.values())


def test_no_author_travels_by_name_or_number(night: Night) -> None:
    authors = [post.author for post in night.second.posts if post.author]
    assert authors
    assert all(len(author) == 17 and author.startswith("u") for author in authors)
    assert not any("u2001" in author or "莲城" in author for author in authors)


def test_a_hotline_export_is_taken_in_without_its_personal_columns(night: Night) -> None:
    [post] = night.first.of("hotline")
    assert post.id == post_id("hotline", native_id="W1")
    assert post.text == "刚才警报响了，\n是演习吗？"
    assert post.stated_place == "魏都区"
    assert post.published_at == datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
    assert "某某" not in repr(post) and "00000000000" not in repr(post)


def test_what_a_site_forbids_is_not_fetched(night: Night) -> None:
    paths = {visit.path for site in night.sites for visit in site.visits}
    assert not any(path.startswith(("/private/", "/news/secret/")) for path in paths)
    assert "robots.txt 不允许" in night.first.check("awkward").problem


def test_every_request_says_who_asks(night: Night) -> None:
    agents = {visit.agent for site in night.sites for visit in site.visits}
    assert agents == {"Huiying/0.1 (+test@example.gov.cn)"}


@pytest.mark.parametrize(
    "reason",
    [
        "页面过大，已放弃（2 处",
        "没有尽头",
        "127.2 是内部地址",
        "169.254.169.254 是内部地址",
        "转向了不能访问的地址",
        "404",
        "403",
        "429",
        "500",
    ],
)
def test_bombs_loops_and_ways_inside_are_refused_and_said(night: Night, reason: str) -> None:
    assert reason in night.first.check("awkward").problem


def test_an_impossible_date_is_unknown(night: Night) -> None:
    [post] = [post for post in night.first.of("awkward") if post.url and "year-24" in post.url]
    assert post.published_at is None


def test_an_article_on_three_pages_is_one_post_with_all_of_it(night: Night) -> None:
    [post] = [post for post in night.first.of("awkward") if "三个问题" in post.title]
    assert post.url is not None and post.url.endswith("/serial.html")
    said = [post.text.find(words) for words in ("一天比一天淡", "吊顶板", "三方坐下来谈")]
    assert -1 < said[0] < said[1] < said[2]
    assert "页" not in post.text.replace("三页", "")
    assert not [other for other in night.second.of("awkward") if other.url and "/serial_" in other.url]


def test_script_and_invisible_characters_do_not_get_in(night: Night) -> None:
    texts = [post.title + post.text for post in night.first.of("awkward")]
    assert not any("alert(" in text or "\u200b" in text or "<script" in text for text in texts)
    assert any("人防车位被物业改成储藏室" in text for text in texts)


def test_a_name_that_leads_inside_is_refused_when_it_is_dialled(night: Night) -> None:
    check = night.first.check("inside")
    assert not check.ok
    assert "域名指向内部地址" in check.problem
    assert night.visits_to_unlisted == 0


def test_a_list_that_was_redesigned_is_a_failure_not_silence(night: Night) -> None:
    check = night.first.check("changed")
    assert not check.ok
    assert "改版" in check.problem


def test_a_second_look_publishes_nothing_twice_and_asks_conditionally(night: Night) -> None:
    keys = [post.key for post in night.second.posts]
    assert len(keys) == len(set(keys)) > len(night.first.posts)
    assert night.second.check("hotline").posts == night.second.check("awkward").posts == 0
    assert 304 in {visit.status for visit in night.sites[0].visits}


def test_robots_txt_is_asked_for_once_an_hour_by_all_sources_of_a_host(night: Night) -> None:
    asked = [visit for visit in night.sites[0].visits if visit.path == "/robots.txt"]
    assert len(asked) == 2  # two processes, three sources


def test_an_edited_article_is_a_new_version_of_the_same_post(night: Night) -> None:
    before = _titled(night.first.of("news"), "南阳一人防工程工地局部坍塌")
    after = _titled(night.second.of("news"), "南阳一人防工程工地坍塌已致1人死亡")
    assert after.id == before.id
    assert after.version != before.version


def test_nothing_that_was_read_is_logged(night: Night) -> None:
    assert "人防" not in night.stderr
    assert "DEBUG" not in night.stderr


def _titled(posts: list[Post], start: str) -> Post:
    return next(post for post in posts if post.title.startswith(start))


# ------------------------------------------------------------------------------------- a long-running crawler

SOCIAL = """
[defaults]
every = "0.5s"
pause = "0s"
allow_hosts = ["127.0.0.1"]
[[source]]
id = "social"
name = "时间线"
kind = "json"
url = "{url}/social/api/timeline"
basis = "公开接口"
"""


def _until(true: Callable[[], bool], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def test_a_broken_edit_leaves_the_old_catalogue_in_force_and_is_reported(tmp_path: Path) -> None:
    with Newsroom(port=0) as site:
        path = tmp_path / "sources.toml"
        path.write_text(SOCIAL.replace("{url}", site.url), "utf-8")
        child = subprocess.Popen(command(tmp_path, once=False), stderr=subprocess.PIPE)
        try:
            assert _until(lambda: len([c for c in harvest(tmp_path).checks if c.source == "social"]) >= 2)
            path.write_text("[[source]]\nid = “social”\n", "utf-8")
            assert _until(lambda: any(c.source == "sources.toml" for c in harvest(tmp_path).checks))
            looks = len(harvest(tmp_path).checks)
            assert _until(lambda: len(harvest(tmp_path).checks) > looks)
        finally:
            child.send_signal(signal.SIGTERM)
            assert child.wait(timeout=60) == 0
    check = harvest(tmp_path).check("sources.toml")
    assert not check.ok
    assert "第 2 行" in check.problem and "仍按原来的目录" in check.problem


def test_a_source_that_the_program_adds_and_switches_on_is_looked_at_by_the_running_crawler(
    tmp_path: Path,
) -> None:
    with Newsroom(port=0) as site:
        path = tmp_path / "sources.toml"
        path.write_text(SOCIAL.replace("{url}", site.url), "utf-8")
        child = subprocess.Popen(command(tmp_path, once=False), stderr=subprocess.PIPE)

        def looks(source: str) -> int:
            return sum(check.source == source for check in harvest(tmp_path).checks)

        try:
            assert _until(lambda: looks("social") >= 2)
            daily: dict[str, Value] = {"id": "daily", "name": "示例晚报", "kind": "feed", "basis": "公开 RSS"}
            daily |= {"url": f"{site.url}/daily/rss.xml", "enabled": False}
            cataloguing.add(path, daily, seen=cataloguing.read(path).mark)
            assert _until(lambda: looks("sources.toml") >= 1), "taken over, and off"
            before = looks("social")
            assert _until(lambda: looks("social") >= before + 2)
            assert looks("daily") == 0
            cataloguing.change(path, "daily", {"enabled": True})
            assert _until(lambda: looks("daily") >= 2)
            cataloguing.change(path, "social", {"enabled": False})
            assert _until(lambda: looks("sources.toml") >= 3)
        finally:
            child.send_signal(signal.SIGTERM)
            assert child.wait(timeout=60) == 0
    assert harvest(tmp_path).of("daily")
    assert all(check.ok for check in harvest(tmp_path).checks if check.source == "sources.toml")


def test_the_crawler_ends_itself_when_its_parent_dies(tmp_path: Path) -> None:
    with Newsroom(port=0) as site:
        (tmp_path / "sources.toml").write_text(SOCIAL.replace("{url}", site.url), "utf-8")
        parent = (
            "import subprocess, sys; print(subprocess.Popen(sys.argv[1:]).pid, flush=True); sys.stdin.read()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", parent, *command(tmp_path, once=False)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as middle:
            assert middle.stdout is not None
            child = int(middle.stdout.readline())
            assert _until(lambda: bool(harvest(tmp_path).checks))
            middle.kill()
        assert _until(lambda: not _alive(child))


def _alive(pid: int) -> bool:
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    # An orphan that ended and was not yet reaped is no longer alive.
    return told.rpartition(")")[2].split()[0] != "Z"
