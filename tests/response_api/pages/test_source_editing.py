"""来源, edited on the web: what stands in ``sources.toml`` afterwards, and what is refused with nothing lost."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from crawlers import cataloguing, sources
from crawlers.sources import Kind
from huiying.app import Shelf
from huiying.clock import ManualClock
from huiying.contracts import Role
from huiying.ports import Engine
from huiying.settings import Settings
from response_api import auth
from response_api.disclosure import Disclosure
from response_api.security_log import Mark, SecurityLog
from response_api.source_fields import every_field
from tests.response_api import office
from tests.response_api.conftest import PASSWORDS, Visitor, submit

CATALOGUE = """# 本单位的目录，别删注释
version = 1
[defaults]
every = "15m"
allow_hosts = ["10.8.0.15:8080"]

[[source]]
id = "news"
name = "中原示例网"  # 谈过的
kind = "list"
url = "https://news.example.cn/list/?token=geheim"
item = "ul li a"
author = ".by"      # 网页上没有这一项
pages = 2           # 最多翻几页
basis = "公开列表页"

[[source]]
id = "papered"
name = "经批准的"
kind = "feed"
url = "https://papered.example.cn/rss"
respect_robots = false
permission = "网信办批示第 7 号"
basis = "RSS"
enabled = false

[[source]]
id = "hotline"
name = "热线导出"
kind = "file"
path = "inbox/*.csv"
drop = ["来电号码", "姓名"]
basis = "本单位业务数据"
"""
FEED = {
    "name": "县政府网站",
    "id": "county",
    "url": "https://www.county.example.cn/rss.xml",
    "basis": "公开的 RSS",
}


@pytest.fixture
def path(settings: Settings) -> Path:
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.sources.write_text(CATALOGUE, "utf-8")
    return settings.sources


@pytest.fixture
def disclosure(path: Path) -> Disclosure:
    """With the catalogue of the data folder, read as the roof reads it."""
    return replace(office.disclosure(), catalogue=Shelf(path).catalogue)


@pytest.fixture
def admin(visitor: Visitor) -> TestClient:
    return visitor(Role.ADMIN)


def filled(client: TestClient, page: str) -> dict[str, str]:
    """The form of a page as a browser would send it untouched."""
    text = client.get(page).text.partition('name="kind"')[2]
    fields = {"kind": text.partition('value="')[2].partition('"')[0], "csrf": token(client, page)}
    fields |= dict(re.findall(r'<input (?:type="hidden" )?name="([^"]+)" value="([^"]*)"', text))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)"( selected)?', options)
        fields[name] = next((value for value, on in chosen if on), chosen[0][0])
    fields |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', text, re.DOTALL))
    return {name: html.unescape(value) for name, value in fields.items()}


def token(client: TestClient, page: str) -> str:
    text: str = client.get(page).text
    return text.partition('name="csrf" value="')[2].partition('"')[0]


def send(client: TestClient, page: str, **fields: str) -> httpx.Response:
    answer: httpx.Response = client.post(page, data={**filled(client, page), **fields})
    return answer


def added(client: TestClient, kind: str, **fields: str) -> httpx.Response:
    form = {**filled(client, f"/sources/new?kind={kind}"), **fields}
    answer: httpx.Response = client.post("/sources/new", data=form)
    return answer


def faults(answer: httpx.Response) -> Mapping[str, str]:
    return dict(re.findall(r'<span class="fault" id="f-(\w+)" role="alert">([^<]*)</span>', answer.text))


def table(path: Path, id: str) -> Mapping[str, object]:
    return cataloguing.read(path).tables[id]


def lines(engine: Engine) -> list[tuple[str, str]]:
    page = SecurityLog(engine.register).page(mark=Mark.SOURCES, limit=50)
    return [(line.login, line.note) for line in page.lines]


# ------------------------------------------------------------------------------------ adding


def test_a_new_source_is_written_off_and_the_next_step_stands_on_its_page(
    admin: TestClient, path: Path, engine: Engine
) -> None:
    answer = added(admin, "feed", **FEED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sources/county")
    assert path.read_text("utf-8").startswith(CATALOGUE)
    assert table(path, "county") == {
        "id": "county", "name": FEED["name"], "kind": "feed", "url": FEED["url"], "basis": FEED["basis"], "enabled": False,
    }  # fmt: skip
    page = admin.get("/sources/county").text
    assert page.index("先试采") < page.index("再启用") < page.index("名称")
    assert FEED["name"] in admin.get("/sources").text
    assert lines(engine) == [("admin", "增加 county（订阅（RSS、Atom））")]


def test_every_kind_says_when_it_fits_and_has_a_form_that_can_be_saved(admin: TestClient, path: Path) -> None:
    choice = admin.get("/sources/new").text
    least = {"name": "名", "url": "https://a.example.cn/", "basis": "公开", "path": "inbox/a/*.csv",
             "item": "a", "floor": "div", "content": "p"}  # fmt: skip
    for kind in Kind:
        assert f"/sources/new?kind={kind}" in choice
        own = {name: value for name, value in least.items() if name in every_field(kind)}
        answer = added(admin, kind, id=f"a-{kind}", **own)
        assert answer.status_code == 303, (kind, faults(answer))
        assert set(table(path, f"a-{kind}")) == {"id", "kind", "enabled", *own}
    assert admin.get("/sources/new?kind=telepathy").text.count("/sources/new?kind=") == len(Kind)


def test_what_is_typed_as_it_is_by_default_is_not_written(admin: TestClient, path: Path) -> None:
    typed = {"level": "普通", "channel": "", "every": "15m", "max_age": "", "follow": "yes", "encoding": ""}
    assert added(admin, "feed", **FEED, **typed).status_code == 303
    assert set(table(path, "county")) == {"id", "name", "kind", "url", "basis", "every", "enabled"}
    assert added(admin, "board", **{**FEED, "id": "forum"}, item="a", floor="div", content="p", pages="1",
                 floor_id="data-id").status_code == 303  # fmt: skip
    assert not {"pages", "floor_id", "level"} & set(table(path, "forum"))


def test_every_fault_is_told_at_once_and_what_was_typed_is_there(admin: TestClient, path: Path) -> None:
    answer = added(
        admin, "list", id="Stadt Anzeiger", name="", url="ftp://x", basis="依据" * 300, item="ul..a", pages="99",
        every="bald", max_age="99999999d", encoding="martian", site="站" * 51, region="一\n二", level="五星",
        date="span\u200b.date",
    )  # fmt: skip
    assert answer.status_code == 422
    told = faults(answer)
    assert set(told) == {
        "id", "name", "url", "basis", "item", "pages", "every", "max_age", "encoding", "site", "region", "level", "date",
    }  # fmt: skip
    assert not any(re.search(r"[A-Za-z]{6,} [a-z]+", fault) for fault in told.values()), told
    assert f"有 {len(told)} 处需要改" in answer.text
    assert 'value="Stadt Anzeiger"' in answer.text and 'value="ul..a"' in answer.text
    assert "最多 300 字" in told["basis"] and "3650d" in told["max_age"] and "只能写一行" in told["region"]
    assert 'name="pages" value="99"' in answer.text
    assert path.read_text("utf-8") == CATALOGUE


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://10.8.0.15/", "内部地址"),
        ("http://127.0.0.1:8000/", "内部地址"),
        ("http://[::1]/", "内部地址"),
        ("http://2130706433/", "内部地址"),
        ("http://169.254.169.254/latest", "内部地址"),
        ("https://user:secret@a.cn/", "用户名和密码"),
        ("https:///list", "没有网站的名字"),
        ("https://a.cn/a b", "空格"),
        ("https://a.cn:99999/", "这不是网址"),
        ("https://[::1/", "这不是网址"),
        ("javascript:alert(1)", "http://"),
        ("file:///etc/passwd", "http://"),
        ("", "必须填写"),
        ("https://a.cn/" + "x" * 2000, "太长"),
    ],
)
def test_an_address_that_may_not_be_visited_is_refused(
    admin: TestClient, path: Path, url: str, told: str
) -> None:
    assert told in faults(added(admin, "feed", **{**FEED, "url": url}))["url"]
    assert path.read_text("utf-8") == CATALOGUE


def test_an_inside_address_that_the_file_allows_is_taken(admin: TestClient, path: Path) -> None:
    assert added(admin, "feed", **{**FEED, "url": "http://10.8.0.15:8080/rss"}).status_code == 303


@pytest.mark.parametrize("where", ["secret.key", "*.db", "/etc/passwd", "inbox/../secret.key", "inbox", "inbox/", "inbox\\a", "policy/*.toml", "inbox/**x.csv", "~/a"])  # fmt: skip
def test_files_are_taken_from_the_inbox_alone(admin: TestClient, path: Path, where: str) -> None:
    answer = added(admin, "file", id="export", name="导出", basis="业务", path=where)
    assert "path" in faults(answer)
    assert path.read_text("utf-8") == CATALOGUE


def test_a_mapping_is_one_that_is_saved(admin: TestClient, path: Path) -> None:
    given = {"id": "export", "name": "导出", "basis": "业务", "path": "inbox/a.csv"}
    assert "mapping" in faults(added(admin, "file", **given, mapping="/etc/passwd"))
    assert (
        added(admin, "file", **given, mapping="12345", drop="电话\r\n\r\n 姓名 ", ours="no").status_code
        == 303
    )
    assert table(path, "export") == {
        "id": "export", "name": "导出", "kind": "file", "path": "inbox/a.csv", "basis": "业务", "ours": False,
        "mapping": "12345", "drop": ["电话", "姓名"], "enabled": False,
    }  # fmt: skip


@pytest.mark.parametrize("id", ["../x", "a/b", "News", "-a", "a" * 65, "编号", "new", "news", "a\nb"])
def test_an_id_is_an_id_and_nobody_elses(admin: TestClient, path: Path, id: str) -> None:
    assert "id" in faults(added(admin, "feed", **{**FEED, "id": id}))
    assert path.read_text("utf-8") == CATALOGUE


def test_an_id_is_proposed_where_none_was_typed(admin: TestClient, path: Path) -> None:
    answer = added(admin, "feed", **{**FEED, "id": ""})
    assert answer.status_code == 422 and 'name="id" value="county-example-cn"' in answer.text
    assert added(admin, "feed", **{**FEED, "id": "county-example-cn"}).status_code == 303
    again = added(admin, "feed", **{**FEED, "id": ""})
    assert 'name="id" value="county-example-cn-2"' in again.text


def test_a_second_press_adds_nothing(admin: TestClient, path: Path) -> None:
    form = {**filled(admin, "/sources/new?kind=feed"), **FEED}
    assert [admin.post("/sources/new", data=form).headers["location"] for _ in "ab"] == [
        "/sources/county"
    ] * 2
    assert len(sources.load(path).source) == 4


def test_where_somebody_else_added_one_the_form_comes_back(admin: TestClient, path: Path) -> None:
    form = {**filled(admin, "/sources/new?kind=feed"), **FEED}
    assert added(admin, "feed", **{**FEED, "id": "other"}).status_code == 303
    answer = admin.post("/sources/new", data=form)
    assert answer.status_code == 409
    assert "刚才别人增加" in answer.text and FEED["url"] in answer.text
    seen = answer.text.partition('name="seen" value="')[2].partition('"')[0]
    assert admin.post("/sources/new", data={**form, "seen": seen}).status_code == 303


def test_a_new_source_obeys_robots_even_where_the_rest_need_not(admin: TestClient, path: Path) -> None:
    text = CATALOGUE.replace("[defaults]\n", '[defaults]\nrespect_robots = false\npermission = "批示"\n')
    path.write_text(text, "utf-8")
    assert added(admin, "feed", **FEED).status_code == 303
    assert table(path, "county")["respect_robots"] is True


# ------------------------------------------------------------------------------------ changing


def test_only_what_changed_is_written(admin: TestClient, path: Path, engine: Engine) -> None:
    answer = send(admin, "/sources/news", pages="3", every="2h")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sources#s-news")
    assert path.read_text("utf-8") == CATALOGUE.replace(
        "pages = 2           # 最多翻几页", "pages = 3           # 最多翻几页"
    ).replace('basis = "公开列表页"\n', 'basis = "公开列表页"\nevery = "2h"\n')
    assert lines(engine) == [("admin", "修改 news：最多翻几页、频次")]


def test_a_form_that_is_sent_as_it_came_changes_nothing(
    admin: TestClient, path: Path, engine: Engine
) -> None:
    before = path.stat()
    for id in ("news", "papered", "hotline"):
        assert send(admin, f"/sources/{id}").status_code == 303
    assert path.stat() == before
    assert lines(engine) == []


def test_no_value_gets_into_the_log(admin: TestClient, engine: Engine) -> None:
    assert send(admin, "/sources/news", url="https://news.example.cn/list/?token=neu").status_code == 303
    ((_, note),) = lines(engine)
    assert note == "修改 news：网址"


def test_what_the_form_does_not_show_stays_and_is_named(admin: TestClient, path: Path) -> None:
    assert "文件里还写着 author" in admin.get("/sources/news").text
    assert send(admin, "/sources/news", name="改名").status_code == 303
    assert table(path, "news")["author"] == ".by"


def test_a_field_that_is_emptied_goes_back_to_its_default(admin: TestClient, path: Path) -> None:
    send(admin, "/sources/news", every="2h", channel="论坛", pages="")
    assert table(path, "news")["pages"] == 1 and "# 最多翻几页" in path.read_text("utf-8")
    send(admin, "/sources/news", every="", channel="")
    assert not {"every", "channel"} & set(table(path, "news"))


def test_an_exception_is_shown_kept_and_never_made(admin: TestClient, path: Path) -> None:
    assert "网信办批示第 7 号" in admin.get("/sources/papered").text
    assert (
        send(admin, "/sources/papered", name="改名", url="https://papered.example.cn/new").status_code == 303
    )
    assert table(path, "papered")["respect_robots"] is False
    assert "只对原来的网站" in faults(send(admin, "/sources/papered", url="https://other.cn/rss"))["url"]
    before = path.read_text("utf-8")
    for forged in (
        {"respect_robots": "false"},
        {"permission": "x"},
        {"enabled": "true"},
        {"allow_hosts": "::/0"},
    ):
        assert send(admin, "/sources/news", **forged).status_code == 400
        assert added(admin, "feed", **FEED, **forged).status_code == 400
    assert send(admin, "/sources/news", id="other").status_code == 400
    assert send(admin, "/sources/news", kind="feed").status_code == 400
    assert path.read_text("utf-8") == before


def test_a_field_sent_twice_or_as_a_file_is_refused(admin: TestClient, path: Path) -> None:
    form = filled(admin, "/sources/news")
    assert admin.post("/sources/news", data={**form, "name": ["a", "b"]}).status_code == 400
    picture = {"name": ("a.txt", b"x", "text/plain")}
    assert (
        admin.post(
            "/sources/news", data={k: v for k, v in form.items() if k != "name"}, files=picture
        ).status_code
        == 400
    )
    assert path.read_text("utf-8") == CATALOGUE


def test_who_opened_an_older_one_gets_the_form_back_with_what_stands_now(
    admin: TestClient, path: Path
) -> None:
    form = filled(admin, "/sources/news")
    assert send(admin, "/sources/news", name="别人改的名", pages="9").status_code == 303
    answer = admin.post("/sources/news", data={**form, "basis": "我的依据"})
    assert answer.status_code == 409
    assert "刚才别人改了这个来源" in answer.text
    assert "现在是：别人改的名" in answer.text and "我的依据" in answer.text
    assert table(path, "news")["basis"] == "公开列表页"
    seen = answer.text.partition('name="seen" value="')[2].partition('"')[0]
    assert admin.post("/sources/news", data={**form, "basis": "我的依据", "seen": seen}).status_code == 303
    assert (table(path, "news")["basis"], table(path, "news")["name"]) == ("我的依据", "中原示例网")
    assert admin.post("/sources/news", data={**form, "name": "x", "seen": ""}).status_code == 409


def test_of_many_at_once_one_is_first_and_the_others_are_told(
    admin: TestClient, visitor: Visitor, path: Path
) -> None:
    clients = [visitor(Role.ADMIN) for _ in range(4)]
    forms = [{**filled(one, "/sources/news"), "name": f"第{n}位"} for n, one in enumerate(clients)]
    came: list[int] = []
    threads = [
        threading.Thread(target=lambda c=c, f=f: came.append(c.post("/sources/news", data=f).status_code))
        for c, f in zip(clients, forms, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [303, 409, 409, 409]


def test_a_source_that_went_meanwhile_keeps_what_was_typed(admin: TestClient, path: Path) -> None:
    form = filled(admin, "/sources/papered")
    start, end = CATALOGUE.index('[[source]]\nid = "papered"'), CATALOGUE.index('[[source]]\nid = "hotline"')
    path.write_text(CATALOGUE[:start] + CATALOGUE[end:], "utf-8")
    answer = admin.post("/sources/papered", data={**form, "name": "写了半天"})
    assert answer.status_code == 409
    assert "删去" in answer.text and "写了半天" in answer.text
    assert admin.get("/sources/papered").status_code == 404


# ------------------------------------------------------------------------------------ on and off


def test_on_and_off_are_one_press_and_leave_a_line(admin: TestClient, path: Path, engine: Engine) -> None:
    for id, act, on in (("papered", "on", True), ("papered", "on", True), ("news", "off", False)):
        answer = submit(admin, "/sources", to=f"/sources/{id}/{act}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sources#s-{id}")
        assert {one.id: one.enabled for one in sources.load(path).source}[id] is on
    # Of one moment, and so in any order.
    assert sorted(note for _, note in lines(engine)) == ["停用 news", "启用 papered"]
    assert submit(admin, "/sources", to="/sources/gone/on").status_code == 404
    assert "网页上不能删除来源" in admin.get("/sources").text
    assert "网页上不能删除来源" in admin.get("/sources/hotline").text


# ------------------------------------------------------------------------------------ what stands in the way


def test_a_broken_file_is_not_edited_and_nothing_typed_is_lost(admin: TestClient, path: Path) -> None:
    new, old = filled(admin, "/sources/new?kind=feed"), filled(admin, "/sources/news")
    broken = CATALOGUE.replace('kind = "feed"', "kind = “feed”")
    path.write_text(broken, "utf-8")
    shown = admin.get("/sources").text
    assert "全角" in shown and "中原示例网" in shown and '"/sources/new"' not in shown
    assert admin.get("/sources/new").status_code == admin.get("/sources/news").status_code == 409
    for address, form in (("/sources/new", {**new, **FEED}), ("/sources/news", {**old, "name": "写了半天"})):
        answer = admin.post(address, data=form)
        assert answer.status_code == 409
        assert "全角" in answer.text and form["name"] in answer.text
    assert submit(admin, "/me", to="/sources/news/off").status_code == 409
    assert path.read_text("utf-8") == broken


def test_a_folder_that_cannot_be_written_is_told_and_nothing_typed_is_lost(
    admin: TestClient, path: Path, engine: Engine
) -> None:
    path.with_name(".sources.toml.lock").mkdir()
    answer = send(admin, "/sources/news", name="写了半天")
    assert answer.status_code == 409
    assert "没有保存" in answer.text and "写了半天" in answer.text
    assert submit(admin, "/sources", to="/sources/news/off").status_code == 409
    assert path.read_text("utf-8") == CATALOGUE
    assert lines(engine) == []


def test_a_form_of_nobody_is_refused(admin: TestClient, path: Path) -> None:
    form = {**filled(admin, "/sources/news"), "name": "x", "csrf": "0" * 64}
    assert admin.post("/sources/news", data=form).status_code == 403
    assert admin.post("/sources/news/off", data={"csrf": ""}).status_code == 403
    assert path.read_text("utf-8") == CATALOGUE


def test_what_was_typed_when_the_session_ended_comes_back(
    admin: TestClient, visitor: Visitor, clock: ManualClock, path: Path
) -> None:
    form = {**filled(admin, "/sources/news"), "basis": "写了半天的依据"}
    clock.advance(timedelta(hours=auth.SESSION_HOURS))
    to_login = admin.post("/sources/news", data=form).headers["location"]
    assert to_login.startswith("/login?next=%2Fkept%2F")
    signed_in = submit(admin, to_login, to="/login", login="admin", password=PASSWORDS[Role.ADMIN])
    page = admin.get(signed_in.headers["location"]).text
    assert "来源 news" in page
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL))
    sent = admin.post("/sources/news", data={name: html.unescape(value) for name, value in fields.items()})
    assert sent.status_code == 303
    assert table(path, "news")["basis"] == "写了半天的依据"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_else_comes_near(visitor: Visitor, path: Path, role: Role) -> None:
    client = visitor(role)
    form = {"csrf": token(client, "/me"), **FEED, "kind": "feed"}
    for address in ("/sources/new", "/sources/news"):
        assert client.get(address).status_code == client.post(address, data=form).status_code == 403
    assert client.post("/sources/news/off", data=form).status_code == 403
    assert path.read_text("utf-8") == CATALOGUE
