"""The sample sites behave as their README says: a crawler's test that fails is then the crawler's fault."""

import csv
import gzip
import http.client
import io
import json
import re
import time
import tomllib
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from . import Newsroom

START = datetime(2026, 11, 23, 2, 24, tzinfo=UTC)
END = 600
"""Seconds after which nothing new appears."""
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


class Dial:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def turn_to(self, seconds: float) -> None:
        self.moment = START + timedelta(seconds=seconds)


class Answer:
    def __init__(self, status: int, headers: Message, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))


def get(url: str, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with _opener.open(urllib.request.Request(url, headers=named), timeout=20) as got:
            return Answer(got.status, got.headers, got.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


@pytest.fixture
def dial() -> Dial:
    return Dial()


@pytest.fixture
def newsroom(dial: Dial) -> Iterator[Newsroom]:
    with Newsroom(now=dial, slow=0.2) as running:
        yield running


def article_paths(newsroom: Newsroom, url: str = "/news/") -> list[str]:
    """Walks the list by its next links, as a crawler does."""
    found: list[str] = []
    while url:
        page = get(newsroom.url + url).text
        found += re.findall(
            r'<li>(?:<span[^>]*>[^<]*</span>)?<a href="((?:/news|/gov)/\S+?\.html)"[^>]*>[^<]*</a>', page
        )
        following = re.search(r'<a class="next" href="([^"]+)"', page)
        url = following[1] if following else ""
    return [path for path in found if "/secret/" not in path]


def timeline(newsroom: Newsroom, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    url: str | None = f"{newsroom.url}/social/api/timeline{query}"
    while url:
        answer = get(url).json()
        assert len(answer["items"]) <= 20
        items += answer["items"]
        url = answer["next"]
    return items


# ---- what there is


def test_the_world_is_as_large_as_promised(newsroom: Newsroom, dial: Dial) -> None:
    assert len(article_paths(newsroom)) == 22
    assert len(article_paths(newsroom, "/gov/zwdt/")) == 12
    dial.turn_to(END)
    assert len(article_paths(newsroom)) == 31
    assert len(article_paths(newsroom, "/gov/zwdt/")) == 15
    assert len(re.findall(r"<item>", get(newsroom.url + "/daily/rss.xml").body.decode("gbk"))) == 9
    assert len(timeline(newsroom)) == 105
    boards = [get(f"{newsroom.url}/bbs/board/1?page={n}").text for n in (1, 2)]
    assert sum(page.count('<tr class="thread">') for page in boards) == 11


def test_the_news_list_has_three_pages_from_the_start(newsroom: Newsroom) -> None:
    assert [get(f"{newsroom.url}/news/list_{n}.html").status for n in (2, 3, 4)] == [200, 200, 404]


def test_every_listed_address_answers_at_every_stage(newsroom: Newsroom, dial: Dial) -> None:
    for moment in (0, 130, END):
        dial.turn_to(moment)
        locations = [
            node.text or ""
            for node in ElementTree.fromstring(get(newsroom.url + "/sitemap.xml").body).iter(f"{SITEMAP}loc")
        ]
        assert len(locations) == len(set(locations)) > 40
        assert {get(url).status for url in locations} == {200}


def test_addresses_hold_the_day_of_publication(newsroom: Newsroom) -> None:
    assert newsroom.address("news", 1007).endswith("/news/2026/1123/1007.html")
    assert newsroom.address("news", 1019).endswith("/news/2026/1121/1019.html")
    page = get(newsroom.address("news", 1007)).text
    assert '<span class="time">2026-11-23 10:12</span>' in page


def test_two_servers_at_one_moment_say_the_same() -> None:
    with Newsroom(now=lambda: START) as one, Newsroom(now=lambda: START) as other:
        assert one.url != other.url
        for path in ("/news/", "/bbs/board/1", "/social/api/timeline?page=1"):
            first = get(one.url + path).text.replace(one.url, "")
            assert first == get(other.url + path).text.replace(other.url, "")


def test_a_site_that_is_opened_again_goes_on_with_the_times_that_its_pages_had(dial: Dial) -> None:
    with Newsroom(now=dial) as first:
        siren = first.address("news", 1008)
        started = first.world.clock.start
    dial.turn_to(600)
    with Newsroom(now=dial, started=started) as again:
        assert urlsplit(again.address("news", 1008)).path == urlsplit(siren).path
        assert '<span class="time">2026-11-23 10:25</span>' in get(again.address("news", 1008)).text


def test_no_placeholder_is_left_in_any_text(newsroom: Newsroom, dial: Dial) -> None:
    dial.turn_to(END)
    scene = newsroom.world.scene(newsroom.url)
    texts = [a.title + "".join(a.paragraphs) for a in scene.every_article()]
    texts += [f.text for t in scene.threads for f in t.floors] + [p.text for p in scene.posts]
    assert not [text for text in texts if "{" in text]
    assert any("11月28日" in text for text in texts)


# ---- appearing, growing, changing


def test_items_appear_with_time_and_carry_the_time_of_their_appearing(newsroom: Newsroom, dial: Dial) -> None:
    siren = newsroom.address("news", 1008)
    dial.turn_to(74)
    assert get(siren).status == 404
    assert urlsplit(siren).path not in article_paths(newsroom)
    dial.turn_to(76)
    assert '<span class="time">2026-11-23 10:25</span>' in get(siren).text
    assert article_paths(newsroom)[0] == urlsplit(siren).path


def test_speed_divides_the_waiting() -> None:
    dial = Dial()
    with Newsroom(now=dial, speed=10) as newsroom:
        siren = newsroom.address("news", 1008)
        dial.turn_to(7)
        assert get(siren).status == 404
        dial.turn_to(8)
        assert get(siren).status == 200


def test_with_the_real_clock_things_appear_too() -> None:
    with Newsroom(speed=100) as newsroom:
        before = len(timeline(newsroom))
        deadline = time.monotonic() + 20
        while len(timeline(newsroom)) <= before:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_nothing_is_published_in_the_future(newsroom: Newsroom, dial: Dial) -> None:
    for moment in (0, 33, 121, END):
        dial.turn_to(moment)
        scene = newsroom.world.scene(newsroom.url)
        times = [a.modified for a in scene.every_article()] + [p.created for p in scene.posts]
        times += [f.posted for t in scene.threads for f in t.floors]
        assert max(times) <= dial.moment
        assert min(times) > START - timedelta(days=2)


def test_an_article_is_edited_at_its_address(newsroom: Newsroom, dial: Dial) -> None:
    url = newsroom.address("news", 1007)
    before = get(url)
    dial.turn_to(121)
    after = get(url)
    assert "1人仍在搜救" in before.text
    assert "1人死亡2人受伤" in after.text
    assert "1人仍在搜救" not in after.text
    assert after.headers["ETag"] != before.headers["ETag"]
    assert parsedate_to_datetime(after.headers["Last-Modified"]) == START + timedelta(seconds=120)
    lastmod = re.search(r"1007\.html</loc><lastmod>([^<]+)", get(newsroom.url + "/sitemap.xml").text)
    assert lastmod and datetime.fromisoformat(lastmod[1]) == START + timedelta(seconds=120)


def test_two_posts_are_edited(newsroom: Newsroom, dial: Dial) -> None:
    dial.turn_to(124)
    texts = {item["id"]: item["text"] for item in timeline(newsroom)}
    assert all(item["edited_at"] is None for item in timeline(newsroom))
    dial.turn_to(201)
    edited = [item for item in timeline(newsroom) if item["edited_at"]]
    assert len(edited) == 2
    assert all(item["text"] != texts[item["id"]] for item in edited)
    assert all(item["edited_at"] > item["created_at"] for item in edited)


def test_numbers_grow_and_never_shrink(newsroom: Newsroom, dial: Dial) -> None:
    earlier: dict[str, tuple[int, ...]] = {}
    for moment in range(0, END, 60):
        dial.turn_to(moment)
        numbers = {
            item["id"]: tuple(item[name] for name in ("likes", "reposts", "comments", "views"))
            for item in timeline(newsroom)
        }
        for id, before in earlier.items():
            assert all(now >= then for now, then in zip(numbers[id], before, strict=True))
        assert not earlier or numbers != earlier
        earlier = numbers


def test_floors_grow_spill_onto_a_second_page_and_quote(newsroom: Newsroom, dial: Dial) -> None:
    url = f"{newsroom.url}/bbs/thread/501"
    assert get(url).status == 404
    dial.turn_to(46)
    assert re.findall(r'data-floor="(\d+)"', get(url).text) == ["1", "2", "3"]
    assert 'class="next"' not in get(url).text
    dial.turn_to(END)
    pages = [get(url).text, get(url + "?page=2").text]
    assert 'class="next" href="/bbs/thread/501?page=2"' in pages[0]
    assert re.findall(r'data-floor="(\d+)"', "".join(pages)) == [str(n) for n in range(1, 13)]
    assert '<blockquote class="quote"><cite>引用 5 楼 卖豆腐的小何：</cite>' in pages[0]
    assert "501" in get(f"{newsroom.url}/bbs/board/1").text


def test_no_office_has_answered_the_siren(newsroom: Newsroom, dial: Dial) -> None:
    dial.turn_to(END)
    official = [
        a for a in newsroom.world.scene(newsroom.url).articles["gov"] if "许昌" in a.title + str(a.pages)
    ]
    assert official == []


# ---- the timeline


def test_the_timeline_is_newest_first_and_reads_on_from_an_id(newsroom: Newsroom, dial: Dial) -> None:
    dial.turn_to(60)
    early = timeline(newsroom)
    assert [int(i["id"]) for i in early] == sorted((int(i["id"]) for i in early), reverse=True)
    assert [i["created_at"] for i in early] == sorted((i["created_at"] for i in early), reverse=True)
    dial.turn_to(END)
    later = timeline(newsroom, f"?since_id={early[0]['id']}")
    assert {i["id"] for i in later} | {i["id"] for i in early} == {i["id"] for i in timeline(newsroom)}
    assert not {i["id"] for i in later} & {i["id"] for i in early}
    assert timeline(newsroom, f"?since_id={later[0]['id']}") == []


def test_reposts_point_to_posts_seen_before_them(newsroom: Newsroom, dial: Dial) -> None:
    for moment in range(0, END, 20):
        dial.turn_to(moment)
        items = {item["id"]: item for item in timeline(newsroom)}
        for item in items.values():
            if item["repost_of"]:
                assert items[item["repost_of"]]["created_at"] <= item["created_at"]
    reposts = [item for item in items.values() if item["repost_of"]]
    assert any("//@" in item["text"] for item in reposts)
    assert any(item["text"] == "转发微博" for item in reposts)


@pytest.mark.parametrize("query", ["?page=0", "?page=x", "?page=-1", "?since_id=abc"])
def test_a_wrong_query_is_refused(newsroom: Newsroom, query: str) -> None:
    assert get(f"{newsroom.url}/social/api/timeline{query}").status in (400, 404)


# ---- encodings


def test_the_daily_is_gbk_says_gb2312_and_its_header_says_nothing(newsroom: Newsroom) -> None:
    answer = get(newsroom.address("daily", 201))
    assert answer.headers["Content-Type"] == "text/html"
    assert b"charset=gb2312" in answer.body
    assert "垚垚妈" in answer.body.decode("gbk")
    for wrong in ("utf-8", "gb2312"):
        with pytest.raises(UnicodeDecodeError):
            answer.body.decode(wrong)


def test_one_daily_page_needs_four_bytes_a_letter(newsroom: Newsroom) -> None:
    body = get(newsroom.address("daily", 203)).body
    assert "𡒄上村" in body.decode("gb18030")
    assert len("𡒄".encode("gb18030")) == 4
    with pytest.raises(UnicodeDecodeError):
        body.decode("gbk")


def test_the_daily_feed_says_utf8_and_is_gbk(newsroom: Newsroom) -> None:
    answer = get(newsroom.url + "/daily/rss.xml")
    assert answer.body.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")
    assert "人防车位的租金" in answer.body.decode("gbk")


def test_the_hotline_export_is_gb18030_with_columns_to_drop(newsroom: Newsroom) -> None:
    rows = list(csv.DictReader(io.StringIO(get(newsroom.url + "/hotline/12345.csv").body.decode("gb18030"))))
    assert len(rows) == 8
    assert {"工单编号", "来电号码", "姓名"} <= set(rows[0])


# ---- feeds and maps


def test_feeds_can_be_read(newsroom: Newsroom) -> None:
    rss = ElementTree.fromstring(get(newsroom.url + "/news/rss.xml").body)
    items = rss.findall("channel/item")
    assert len(items) == 22
    assert all(len(item.findtext("description", "")) <= 62 for item in items)
    assert all(get(item.findtext("link", "")).status == 200 for item in items[:3])
    assert parsedate_to_datetime(items[0].findtext("pubDate", "")) == START - timedelta(minutes=12)
    atom = ElementTree.fromstring(get(newsroom.url + "/gov/atom.xml").body)
    assert len(atom.findall(f"{ATOM}entry")) == 12


def test_the_sitemap_index_leads_to_both_maps(newsroom: Newsroom) -> None:
    index = ElementTree.fromstring(get(newsroom.url + "/sitemap_index.xml").body)
    maps = [node.text or "" for node in index.iter(f"{SITEMAP}loc")]
    assert [urlsplit(url).path for url in maps] == ["/sitemap.xml", "/news/sitemap-news.xml"]
    assert all(ElementTree.fromstring(get(url).body).tag == f"{SITEMAP}urlset" for url in maps)


def test_robots_and_health(newsroom: Newsroom) -> None:
    robots = get(newsroom.url + "/robots.txt").text
    assert "Disallow: /private/" in robots
    assert "Disallow: /news/secret/" in robots
    assert "Crawl-delay: 0.1" in robots
    assert get(newsroom.url + "/healthz").body == b"ok"


# ---- unchanged pages


@pytest.mark.parametrize("path", ["/news/", "/news/rss.xml", "/gov/zwdt/", "/gov/atom.xml", "article"])
def test_what_did_not_change_is_answered_with_304(newsroom: Newsroom, path: str) -> None:
    url = newsroom.address("news", 1003) if path == "article" else newsroom.url + path
    first = get(url)
    by_tag = get(url, If_None_Match=first.headers["ETag"])
    by_date = get(url, If_Modified_Since=first.headers["Last-Modified"])
    assert (by_tag.status, by_tag.body, by_date.status) == (304, b"", 304)
    assert get(url, If_None_Match='"other"', If_Modified_Since=first.headers["Last-Modified"]).status == 200


def test_an_article_stays_unchanged_while_the_world_goes_on(newsroom: Newsroom, dial: Dial) -> None:
    urls = [newsroom.address("news", id) for id in (1003, 1017, 1025)] + [newsroom.address("gov", 301)]
    tags = {url: get(url).headers["ETag"] for url in urls}
    dial.turn_to(END)
    assert {get(url, If_None_Match=tag).status for url, tag in tags.items()} == {304}
    assert get(newsroom.url + "/news/", If_Modified_Since=_http(START)).status == 200


def _http(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


# ---- the shapes of single pages


def test_a_long_article_has_two_pages(newsroom: Newsroom) -> None:
    first = newsroom.address("news", 1002)
    second = first.replace("1002.html", "1002_2.html")
    assert f'<a class="next" href="{urlsplit(second).path}">' in get(first).text
    assert "九户人家" in get(second).text
    assert "九户人家" not in get(first).text
    assert get(first.replace("1002.html", "1002_3.html")).status == 404


def test_one_og_title_is_cut_at_a_quote(newsroom: Newsroom) -> None:
    page = get(newsroom.address("news", 1015)).text
    found = re.search(r'property="og:title" content="([^"]*)"', page)
    assert found and found[1] == "市民问"


def test_one_article_has_its_time_in_the_text_alone(newsroom: Newsroom) -> None:
    page = get(newsroom.address("news", 1017)).text
    assert "2026年11月22日15时44分" in page
    assert "2026-11-22" not in page
    assert 'class="time"' not in page


def test_one_article_has_json_ld(newsroom: Newsroom) -> None:
    page = get(newsroom.address("news", 1012)).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    assert datetime.fromisoformat(json.loads(found[1])["datePublished"]) == START - timedelta(minutes=1330)


def test_a_government_page_has_its_metas_and_a_misleading_one(newsroom: Newsroom) -> None:
    page = get(newsroom.address("gov", 301)).text
    metas = dict(re.findall(r'<meta name="(\w+)" content="([^"]*)">', page))
    assert metas["ArticleTitle"].startswith("鹤壁市")
    assert metas["PubDate"] == "2026-11-22 00:44"
    assert metas["maketime"] == "2021-03-02 16:20:11"
    assert {"ContentSource", "ColumnName"} <= set(metas)


# ---- awkward pages


def test_every_awkward_page_is_linked_and_answers_as_meant(newsroom: Newsroom) -> None:
    index = get(newsroom.url + "/awkward/index.html").text
    linked = re.findall(r'<li><a href="([^"]+)"', index)
    odd = {"/awkward/error.html": 500, "/awkward/gone.html": 404}
    odd |= {"/awkward/forbidden.html": 403, "/awkward/busy.html": 429}
    odd |= dict.fromkeys(
        ("/awkward/loop", "/awkward/to-file", "/awkward/to-metadata", "/awkward/to-loopback"), 302
    )
    assert len(linked) == len(set(linked)) == 28
    for path in linked:
        if path != "/awkward/huge.html":
            assert get(newsroom.url + path).status == odd.get(path, 200), path


def test_redirects_lead_astray(newsroom: Newsroom) -> None:
    def location(name: str) -> str | None:
        # urllib would look at the address; http.client shows what was sent
        connection = http.client.HTTPConnection(urlsplit(newsroom.url).netloc, timeout=10)
        connection.request("GET", f"/awkward/{name}")
        sent = connection.getresponse().getheader("Location")
        connection.close()
        return sent

    assert location("to-file") == "file:///etc/hostname"
    assert location("to-metadata") == "http://169.254.169.254/"
    assert location("to-loopback") == "http://127.2/"
    assert (location("loop"), location("loop2")) == ("/awkward/loop2", "/awkward/loop")


def test_the_huge_page_is_fifty_megabytes_and_may_be_left(newsroom: Newsroom) -> None:
    with _opener.open(newsroom.url + "/awkward/huge.html", timeout=20) as page:
        assert page.headers["Content-Length"] is None
        size = sum(len(chunk) for chunk in iter(lambda: page.read(1 << 20), b""))
    assert size >= 50 * 1024 * 1024
    with _opener.open(newsroom.url + "/awkward/huge.html", timeout=20) as page:
        page.read(1000)
    assert get(newsroom.url + "/healthz").status == 200


def test_the_gzip_is_truncated(newsroom: Newsroom) -> None:
    answer = get(newsroom.url + "/awkward/short-gzip.html")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) == int(answer.headers["Content-Length"])
    with pytest.raises(EOFError):
        gzip.decompress(answer.body)
    assert zlib.decompressobj(wbits=31).decompress(answer.body)


def test_the_slow_page_takes_its_time_and_does_not_hold_up_stopping() -> None:
    with Newsroom(slow=0.3) as newsroom:
        began = time.monotonic()
        assert get(newsroom.url + "/awkward/slow.html").status == 200
        assert time.monotonic() - began >= 0.3


def test_texts_made_to_hurt(newsroom: Newsroom) -> None:
    def page(name: str) -> str:
        return get(f"{newsroom.url}/awkward/{name}").text

    assert "<script>alert('newsroom')</script>" in page("script.html")
    assert "javascript:alert(1)" in page("script.html")
    assert "=HYPERLINK(" in page("formula.html")
    assert "<a href=“/news/”>" in page("full-width.html")
    assert "<title></title>" in page("untitled.html")
    assert 'http-equiv="refresh"' in page("refresh.html")
    assert page("links.html").count("<a href=") == 10_000
    assert "人防车位" not in page("zero-width.html")
    assert "人防车位" in re.sub("[\u200b\u200c\u200d\ufeff\u2060]", "", page("zero-width.html"))
    assert "0024-11-20" in page("year-24.html")
    assert "2026" not in page("year-24.html")
    assert get(newsroom.url + "/awkward/wrong-type.html").headers["Content-Type"] == "image/jpeg"
    assert get(newsroom.url + "/awkward/empty.xml").body == b""
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(get(newsroom.url + "/awkward/broken.xml").body)


def test_the_copy_has_the_words_of_the_original(newsroom: Newsroom) -> None:
    original = get(newsroom.address("news", 1006)).text
    copied = re.findall(r"<p>.*?</p>", get(newsroom.url + "/awkward/copy.html").text)
    assert len(copied) >= 4
    assert all(paragraph in original for paragraph in copied)


# ---- the server


def test_visits_tell_how_a_crawler_behaved(newsroom: Newsroom) -> None:
    get(newsroom.url + "/news/", User_Agent="sample/1")
    get(newsroom.url + "/private/notes.html")
    assert [(v.path, v.status) for v in newsroom.visits] == [("/news/", 200), ("/private/notes.html", 200)]
    assert newsroom.visits[0].agent == "sample/1"


def test_a_kept_connection_ends_with_the_server() -> None:
    newsroom = Newsroom().start()
    connection = http.client.HTTPConnection(urlsplit(newsroom.url).netloc, timeout=5)
    connection.request("GET", "/healthz")
    assert connection.getresponse().read() == b"ok"
    newsroom.stop()
    newsroom.stop()
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        connection.request("GET", "/healthz")
        connection.getresponse()
    connection.close()


def test_head_gives_no_body(newsroom: Newsroom) -> None:
    connection = http.client.HTTPConnection(urlsplit(newsroom.url).netloc, timeout=5)
    connection.request("HEAD", "/news/")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    connection.request("GET", "/healthz")
    assert connection.getresponse().read() == b"ok"
    connection.close()


def test_the_catalogue_names_addresses_that_answer(newsroom: Newsroom) -> None:
    text = (Path(__file__).parent / "sources.toml").read_text(encoding="utf-8")
    catalogue = tomllib.loads(text.replace("{newsroom}", newsroom.url))
    assert catalogue["defaults"]["allow_hosts"] == ["127.0.0.1"]
    sources = catalogue["source"]
    assert len({source["id"] for source in sources}) == len(sources) == 10
    assert {source["kind"] for source in sources} == {"feed", "sitemap", "list", "board", "json", "file"}
    assert all(source["basis"] for source in sources)
    assert {get(source["url"]).status for source in sources if "url" in source} == {200}
