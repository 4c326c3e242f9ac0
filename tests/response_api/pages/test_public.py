"""What everybody may see, without an account: answers and hours, and nothing else; and what they may say back."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import cast

import feedparser
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.clock import ManualClock
from huiying.contracts import (
    HANDLED_AS,
    Case,
    CaseState,
    Category,
    EventKind,
    Publicity,
    Role,
    StatementKind,
    StatementState,
)
from huiying.ports import CaseStore, Engine
from response_api.guard import SESSION_COOKIE, VISIT_COOKIE
from response_api.pages import public
from tests.factories import NOW, PARTS, a_body, a_case, a_clock, a_statement, an_answered_case, tell
from tests.response_api import outcomes
from tests.response_api.conftest import Visitor, submit
from tests.triage import people
from tests.triage.test_hearing import Contended
from tests.triage.texts import place, reading
from triage.answers import answers_of
from triage.publishing import Part
from triage.texts import BODY, Texts

AWKWARD = '<script>alert("1")</script> & =HYPERLINK("http://x") {{ 7*7 }}'


def linked(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/public/cases/(\w+)"', page)


# ------------------------------------------------------------------------------------------- outcomes


def test_outcomes_page_through_every_answer_once_newest_first(stranger: TestClient, engine: Engine) -> None:
    cases = outcomes.seed(engine, NOW, times=5)
    path, seen = "/public", list[str]()
    while path:
        page = stranger.get(path).text
        seen += linked(page)
        following = re.search(r'href="(/public\?[^"]*)">下一页', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == [case.id for case in cases]


@pytest.mark.parametrize("category", HANDLED_AS)
def test_a_class_shows_its_own_answers_and_its_duty(
    stranger: TestClient, engine: Engine, category: Category
) -> None:
    cases = outcomes.seed(engine, NOW)
    page = stranger.get(f"/public?class={category.value}").text
    assert linked(page) == [c.id for c in cases if c.assessment and c.assessment.category is category]
    assert "这一类的职责：" in page


def test_an_old_or_made_up_filter_shows_everything(stranger: TestClient, engine: Engine) -> None:
    cases = outcomes.seed(engine, NOW)
    for query in ("class=gone", "after=%00", "after=eyJ", "class=&after="):
        assert len(linked(stranger.get(f"/public?{query}").text)) == len(cases)


def test_pages_of_a_class_stay_in_the_class(stranger: TestClient, engine: Engine) -> None:
    outcomes.seed(engine, NOW, times=12)
    page = stranger.get("/public?class=major").text
    following = re.search(r'href="(/public\?class=major&amp;after=[^"]*)">下一页', page)
    assert following
    second = stranger.get(following.group(1).replace("&amp;", "&")).text
    assert len(linked(page) + linked(second)) == 24
    assert 'href="/public?class=major">回到第一页' in second


def test_an_empty_site_says_so(stranger: TestClient) -> None:
    assert "还没有公开的回应" in stranger.get("/public").text
    assert "这一类还没有公开的回应" in stranger.get("/public?class=major").text


def test_nothing_of_the_office_or_of_what_was_collected_is_on_any_page(
    stranger: TestClient, engine: Engine
) -> None:
    cases = outcomes.seed(engine, NOW)
    paths = ["/public", "/public/feed.atom", "/public/feed.json"]
    paths += [f"/public/cases/{case.id}" for case in cases]
    paths += [f"/public/statements/{s.id}.txt" for case in cases for s in case.statements]
    for path in paths:
        text = stranger.get(path).text
        for secret in (outcomes.SECRET, "原帖", "zhangsan", "领导姓名", "chengban", "fayan", "u2345"):
            assert secret not in text, (path, secret)


# ----------------------------------------------------------------------------------------- one matter


def test_a_matter_shows_its_answers_newest_first_with_hours_class_and_way(
    stranger: TestClient, engine: Engine
) -> None:
    case = outcomes.seed(engine, NOW)[1]
    page = stranger.get(f"/public/cases/{case.id}").text
    for told in (
        "公布调查处理结果", "郑州市人民防空办公室", "排水泵两台均停用四个月", "逾期 3小时", "已免除", "按自然小时连续计算",
        "到期时间曾由", "交办", "签收", "发现", "国办发〔2016〕80号",
    ):  # fmt: skip
        assert told in page, told
    anchors = [page.index(f'id="{case.id}-{number}"') for number in (2, 1)]
    assert anchors == sorted(anchors)


def test_the_hash_on_the_page_is_that_of_the_bytes_behind_the_link(
    stranger: TestClient, engine: Engine
) -> None:
    case = outcomes.seed(engine, NOW)[0]
    page = stranger.get(f"/public/cases/{case.id}").text
    shown = re.search(r'class="hash">(\w{64})<', page)
    link = re.search(r'href="(/public/statements/[^"]+\.txt)"', page)
    assert shown and link
    answer = stranger.get(link.group(1))
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert hashlib.sha256(answer.content).hexdigest() == shown.group(1)
    assert f"{len(answer.content)} 字节" in page
    again = stranger.get(link.group(1), headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_bytes_that_are_not_the_signed_ones_are_never_shown(
    stranger: TestClient, engine: Engine, damage: str
) -> None:
    case = tell(engine, an_answered_case())
    sha256 = case.statements[0].sha256
    engine.register.delete(BODY, sha256)
    if damage == "changed":
        engine.register.put(BODY, sha256, a_body(title="另一个标题"), expect=None)
    page = stranger.get(f"/public/cases/{case.id}").text
    assert "与签发时的内容哈希不一致" in page
    assert sha256 in page
    file = stranger.get(f"/public/statements/{case.statements[0].id}.txt")
    assert file.status_code == 503
    everything = page + file.text + stranger.get("/public").text + stranger.get("/public/feed.atom").text
    assert PARTS[Part.FACTS] not in everything
    assert "另一个标题" not in everything
    assert "关于地下车库人防门被拆" not in everything


def test_what_is_not_open_shows_attribute_reason_and_article_and_no_bytes(
    stranger: TestClient, engine: Engine
) -> None:
    cases = outcomes.seed(engine, NOW)
    for case, told in ((cases[8], "第十五条"), (cases[9], "提出政府信息公开申请")):
        statement = case.statements[0]
        page = stranger.get(f"/public/cases/{case.id}").text
        assert told in page
        assert "一件关于" in page
        assert statement.title not in page
        assert statement.sha256 not in page
        assert stranger.get(f"/public/statements/{statement.id}.txt").status_code == 404
        assert stranger.get(f"/public/statements/{statement.id}").status_code == 302


def test_what_is_not_published_looks_like_what_never_was(stranger: TestClient, engine: Engine) -> None:
    case = a_case()
    signed = a_statement(case.id, state=StatementState.SIGNED, published_at=None)
    tell(engine, replace(case, statements=(signed,)))
    unknown = "a" * 32
    for form in ("cases/{}", "statements/{}-1", "statements/{}-1.txt", "cases/{}/heard"):
        real, made_up = (stranger.get("/public/" + form.format(id)) for id in (case.id, unknown))
        assert (real.status_code, real.text) == (404, made_up.text)
        names = {"set-cookie"}
        assert {k: v for k, v in real.headers.items() if k not in names} == {
            k: v for k, v in made_up.headers.items() if k not in names
        }


def test_a_statement_leads_to_its_place_on_the_page(stranger: TestClient, engine: Engine) -> None:
    case = tell(engine, an_answered_case())
    answer = stranger.get(f"/public/statements/{case.id}-1")
    assert answer.headers["location"] == f"/public/cases/{case.id}#{case.id}-1"
    for wrong in (f"{case.id}-2", f"{case.id}-01", case.id, "-", f"{case.id}-1-1"):
        assert stranger.get(f"/public/statements/{wrong}").status_code == 404
        assert stranger.get(f"/public/statements/{wrong}.txt").status_code == 404


def test_a_merged_matter_leads_to_the_one_that_it_is_part_of(stranger: TestClient, engine: Engine) -> None:
    whole = tell(engine, an_answered_case())
    part = replace(an_answered_case(), state=CaseState.MERGED, merged_into=whole.id)
    engine.cases.save([part, replace(whole, revision=2, merged_from=(part.id,))])
    assert stranger.get(f"/public/cases/{part.id}").headers["location"] == f"/public/cases/{whole.id}"
    moved = stranger.get(f"/public/statements/{part.id}-1").headers["location"]
    assert moved == f"/public/cases/{whole.id}#{part.id}-1"
    assert f'id="{part.id}-1"' in stranger.get(f"/public/cases/{whole.id}").text
    assert linked(stranger.get("/public").text) == [whole.id]


def test_markup_and_formulae_stay_text_everywhere(stranger: TestClient, engine: Engine) -> None:
    body = a_body(title=AWKWARD, parts=dict.fromkeys(Part, AWKWARD), unit=AWKWARD)
    case = a_case()
    case = tell(engine, an_answered_case(a_statement(case.id, body), opened_by=case.opened_by), body)
    for path in ("/public", f"/public/cases/{case.id}", f"/public/cases/{case.id}/heard"):
        page = stranger.get(path).text
        assert "<script" not in page, path
        assert "&lt;script&gt;" in page, path
        assert "49" not in re.sub(r"\w{32,}|:\d\d", "", page), path
    read = feedparser.parse(stranger.get("/public/feed.atom").content)
    assert not read.bozo
    assert "=HYPERLINK" in read.entries[0].title
    assert stranger.get(f"/public/statements/{case.id}-1.txt").content == body


# ---------------------------------------------------------------------------------------------- feeds


def test_both_feeds_bring_the_newest_fifty_with_absolute_links(stranger: TestClient, engine: Engine) -> None:
    cases = outcomes.seed(engine, NOW, times=5)
    newest = sorted(
        (statement for case in cases for statement in case.statements),
        key=lambda statement: str(statement.published_at),
        reverse=True,
    )[:50]
    read = feedparser.parse(stranger.get("/public/feed.atom").content)
    assert not read.bozo
    base = "http://127.0.0.1:8080/public"
    assert [entry.link for entry in read.entries] == [f"{base}/statements/{one.id}" for one in newest]
    answer = stranger.get("/public/feed.json")
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    assert [item["url"] for item in answer.json()["items"]] == [entry.link for entry in read.entries]
    assert json.loads(answer.content)["home_page_url"] == base


@pytest.mark.parametrize("path", ["/public/feed.atom", "/public/feed.json"])
def test_a_feed_that_has_not_changed_is_not_sent_again(
    stranger: TestClient, engine: Engine, path: str
) -> None:
    outcomes.seed(engine, NOW)
    first = stranger.get(path)
    assert first.headers["cache-control"] == "public, max-age=60"
    for name, value in (("if-none-match", "etag"), ("if-modified-since", "last-modified")):
        again = stranger.get(path, headers={name: first.headers[value]})
        assert (again.status_code, again.content) == (304, b"")
    tell(engine, replace(an_answered_case(), published_at=NOW))
    assert stranger.get(path, headers={"if-none-match": first.headers["etag"]}).status_code == 200


# ------------------------------------------------------------------------------- from the desk to here


def through_the_desk(engine: Engine) -> Case:
    """What somebody said on the web, answered by the people of an office."""
    desk = people.a_desk(engine)
    heard = reading("中原区锦绣花园业主张某某称开发商把人防车位只租不售", where=place("郑州市", "中原区"))
    id, hour = people.taken_in(engine, heard).id, NOW + timedelta(hours=1)

    def seen() -> int:
        return len(engine.cases.get(id).events)

    desk.confirm(id, people.DUTY, NOW, seen=seen())
    desk.assign(id, people.DUTY, NOW, seen=seen(), unit="zhengzhou", note="请抓紧")
    desk.acknowledge(id, people.HANDLER, NOW, seen=seen())
    desk.assess(id, people.HANDLER, NOW, seen=seen(), category=Category.DIFFICULTY, finding="确有此事")
    case = desk.draft(id, people.HANDLER, hour, seen=seen(), wanted=people.a_draft())
    one, sha256 = case.statements[0].id, case.statements[0].sha256
    desk.submit(id, people.HANDLER, hour, seen=seen(), statement=one)
    desk.clear(id, people.SECRECY, hour, seen=seen(), statement=one, sha256=sha256)
    desk.sign(id, people.SIGNER, hour, seen=seen(), statement=one, sha256=sha256)
    assert answers_of(engine.cases, engine.cases.get(id)) is None
    return desk.publish(id, people.SPOKESPERSON, hour, seen=seen(), statement=one)


def test_what_the_desk_publishes_stands_here_and_nothing_of_how_it_was_talked_about(
    stranger: TestClient, engine: Engine, clock: ManualClock
) -> None:
    case = through_the_desk(engine)
    clock.advance(timedelta(hours=2))
    path = f"/public/cases/{case.id}"
    page = stranger.get(path).text
    for told in (people.WORDS[Part.FACTS], case.statements[0].sha256, "签收", "交办", "按自然小时连续计算"):
        assert told in page, told
    everything = page + stranger.get("/public").text + stranger.get("/public/feed.atom").text
    for secret in ("张某某", "请抓紧", "确有此事", "spokesperson", "secrecy", case.title, case.lead):
        assert secret not in everything, secret
    clocks = {clock.rule.name for clock in case.clocks}
    assert clocks and all(name in page for name in clocks)
    for number in range(3):
        assert note_on(visitor_from(stranger, f"192.0.2.{number}"), case).status_code == 303
    again = engine.cases.get(case.id)
    assert (again.state, again.reopened_at) == (CaseState.ASSIGNED, clock.now())
    page = stranger.get(path).text
    assert "（第 2 轮）" in page
    assert "进行中" in page


# ------------------------------------------------------------------------------------------ 仍未解决


@pytest.fixture
def case(engine: Engine) -> Case:
    return tell(engine, an_answered_case())


def visitor_from(stranger: TestClient, address: str) -> TestClient:
    """Another browser, on another line."""
    return TestClient(stranger.app, follow_redirects=False, client=(address, 50000))


def note_on(client: TestClient, case: Case, note: str = "", **more: str):  # type: ignore[no-untyped-def]
    page = f"/public/cases/{case.id}"
    return submit(client, page, to=f"{page}/unresolved", note=note, **more)


def said(engine: Engine, case: Case) -> list[str | None]:
    texts = Texts(engine.register)
    return [
        texts.read(event.texts[0].digest) if event.texts else ""
        for event in engine.cases.get(case.id).events
        if event.kind is EventKind.UNRESOLVED
    ]


def test_a_note_is_heard_and_the_page_says_what_happens_with_it(
    stranger: TestClient, engine: Engine, case: Case
) -> None:
    answer = note_on(stranger, case, "门又被拆了")
    assert answer.status_code == 303
    thanks = stranger.get(answer.headers["location"])
    for told in ("已收到", "7 天内达到 3 次", "自动重新办理", "不会公开"):
        assert told in thanks.text
    assert said(engine, case) == ["门又被拆了"]
    stranger.get(answer.headers["location"])
    assert len(said(engine, case)) == 1
    assert "门又被拆了" not in stranger.get(f"/public/cases/{case.id}").text


def test_the_third_note_reopens_the_matter_and_its_page_says_so(
    stranger: TestClient, engine: Engine, case: Case
) -> None:
    for number in range(3):
        answer = note_on(visitor_from(stranger, f"192.0.2.{number}"), case)
    assert "已经重新办理" in stranger.get(answer.headers["location"]).text
    page = stranger.get(f"/public/cases/{case.id}").text
    assert "已重新办理" in page
    assert PARTS[Part.FACTS] in page
    assert engine.cases.get(case.id).state is CaseState.CONFIRMED
    assert linked(stranger.get("/public").text) == [case.id]


def test_one_visitor_alone_reopens_nothing_and_every_note_of_theirs_is_kept(
    stranger: TestClient, engine: Engine, clock: ManualClock, case: Case
) -> None:
    for _ in range(4):
        answer = note_on(stranger, case, "门又被拆了")
        assert "已收到" in stranger.get(answer.headers["location"]).text
    kept = engine.cases.get(case.id)
    assert kept.state is CaseState.PUBLISHED
    assert said(engine, case) == ["门又被拆了"] * 4
    assert kept.aftermath is not None and len(kept.aftermath.unresolved) == 1
    whys = [event.why for event in kept.events if event.kind is EventKind.UNRESOLVED]
    assert whys[0] == "" and all("不另计次数" in why for why in whys[1:])
    assert "同一网络一天计一次" in stranger.get(f"/public/cases/{case.id}").text


def test_a_note_that_could_not_be_kept_counts_when_it_is_sent_again(
    app: FastAPI, stranger: TestClient, engine: Engine, case: Case
) -> None:
    house = app.state.house
    contended = cast(CaseStore, Contended(engine.cases))
    app.state.house = replace(house, desk=replace(house.desk, cases=contended))
    answer = note_on(stranger, case, "还在漏水")
    assert answer.status_code == 503 and "还在漏水</textarea>" in answer.text
    app.state.house = house
    assert note_on(stranger, case, "还在漏水").status_code == 303
    kept = engine.cases.get(case.id)
    assert kept.aftermath is not None and len(kept.aftermath.unresolved) == 1


def test_a_matter_of_which_only_a_first_word_is_out_promises_no_second_round(
    stranger: TestClient, engine: Engine
) -> None:
    case = tell(engine, replace(an_answered_case(), state=CaseState.ASSESSED, aftermath=None))
    page = stranger.get(f"/public/cases/{case.id}").text
    assert "还在办理" in page
    assert "自动重新办理" not in page
    assert "还在办理" in stranger.get(note_on(stranger, case).headers["location"]).text
    assert len(said(engine, case)) == 1


@pytest.mark.parametrize(
    ("note", "told"),
    [("请打13812345678，还在漏", "请删去手机号码“13812345678”"), ("漏" * 501, "写了 501 字，最多 500 字")],
)
def test_a_note_that_cannot_be_taken_is_shown_again_with_what_to_take_out(
    stranger: TestClient, engine: Engine, case: Case, note: str, told: str
) -> None:
    answer = note_on(stranger, case, note)
    assert answer.status_code == 422
    assert told in answer.text
    assert f"\n{note}</textarea>" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert said(engine, case) == []


def test_a_form_from_nowhere_books_nothing_and_keeps_what_was_typed(
    stranger: TestClient, engine: Engine, case: Case
) -> None:
    path = f"/public/cases/{case.id}/unresolved"
    answer = stranger.post(path, data={"csrf": "0" * 64, "note": "还在漏<b>"})
    assert answer.status_code == 403
    assert "还在漏&lt;b&gt;</textarea>" in answer.text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    assert stranger.post(path, data={**hidden, "note": "还在漏"}).status_code == 303
    assert said(engine, case) == ["还在漏"]


def test_a_form_of_another_site_or_of_another_browser_books_nothing(
    app: FastAPI, stranger: TestClient, engine: Engine, case: Case
) -> None:
    page = f"/public/cases/{case.id}"
    token = stranger.get(page).text.split('name="csrf" value="')[1][:64]
    foreign = stranger.post(
        f"{page}/unresolved", data={"csrf": token}, headers={"sec-fetch-site": "cross-site"}
    )
    assert foreign.status_code == 403
    other = TestClient(app, follow_redirects=False)
    other.get(page)
    assert other.post(f"{page}/unresolved", data={"csrf": token}).status_code == 403
    assert said(engine, case) == []


def test_the_form_is_bound_to_a_cookie_of_the_public_pages_alone(stranger: TestClient, case: Case) -> None:
    answer = stranger.get(f"/public/cases/{case.id}")
    cookie = answer.headers["set-cookie"]
    for told in (VISIT_COOKIE, "Path=/public", "HttpOnly", "SameSite=lax"):
        assert told in cookie
    assert answer.headers["cache-control"] == "private, max-age=60"
    assert "set-cookie" not in stranger.get(f"/public/cases/{case.id}").headers
    assert "Path=/login" in stranger.get("/login").headers["set-cookie"]
    for path in ("/public", "/public/feed.atom", f"/public/statements/{case.id}-1.txt"):
        shared = TestClient(stranger.app).get(path)
        assert "set-cookie" not in shared.headers
        assert shared.headers["cache-control"] == "public, max-age=60"


def test_a_public_page_is_the_same_for_people_who_are_signed_in(
    visitor: Visitor, stranger: TestClient, engine: Engine, case: Case
) -> None:
    person = visitor(Role.DUTY)
    shown, plain = (client.get("/public") for client in (person, stranger))
    assert shown.text == plain.text
    assert note_on(person, case, "值班时看到").status_code == 303
    assert engine.cases.get(case.id).events[-1].who == "public"


def test_signing_in_meanwhile_voids_no_open_form(stranger: TestClient, engine: Engine, case: Case) -> None:
    token = stranger.get(f"/public/cases/{case.id}").text.split('name="csrf" value="')[1][:64]
    stranger.cookies.set(SESSION_COOKIE, "a session that began in another window")
    answer = stranger.post(f"/public/cases/{case.id}/unresolved", data={"csrf": token})
    assert answer.status_code == 303
    assert len(said(engine, case)) == 1


def test_a_field_that_people_do_not_see_stops_a_machine_quietly(
    stranger: TestClient, engine: Engine, case: Case
) -> None:
    answer = note_on(stranger, case, "买药", **{public.TRAP: "http://spam.example"})
    assert answer.status_code == 303
    assert said(engine, case) == []


def test_the_sixth_note_within_an_hour_is_asked_to_wait_and_kept(
    stranger: TestClient, engine: Engine, clock: ManualClock, case: Case
) -> None:
    for _ in range(5):
        assert note_on(stranger, case).status_code == 303
        clock.advance(timedelta(minutes=1))
    answer = note_on(stranger, case, "第六次")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3301")
    assert "请在 55分钟后再试" in answer.text
    assert "第六次</textarea>" in answer.text
    assert len(said(engine, case)) == 5
    clock.advance(timedelta(minutes=55))
    assert note_on(stranger, case, "第六次").status_code == 303


def test_refused_notes_do_not_use_up_what_one_may_say(
    stranger: TestClient, engine: Engine, case: Case
) -> None:
    for _ in range(8):
        assert note_on(stranger, case, "13812345678").status_code == 422
    assert note_on(stranger, case).status_code == 303


def test_a_note_on_nothing_is_answered_like_any_unknown_page(stranger: TestClient, case: Case) -> None:
    token = stranger.get(f"/public/cases/{case.id}").text.split('name="csrf" value="')[1][:64]
    answer = stranger.post(f"/public/cases/{'a' * 32}/unresolved", data={"csrf": token})
    assert answer.status_code == 404
    assert answer.text == stranger.get("/public/nowhere").text


def test_too_much_is_refused_before_it_is_read(stranger: TestClient, engine: Engine, case: Case) -> None:
    path = f"/public/cases/{case.id}/unresolved"
    assert stranger.post(path, data={"note": "x" * 300_000}).status_code == 413
    with_file = stranger.post(path, data={"note": "x"}, files={"file": ("a.png", b"x")})
    assert with_file.status_code == 400
    assert "看不懂" in with_file.text
    assert said(engine, case) == []


# --------------------------------------------------------------------------------------------- around


def test_machines_are_led_to_the_public_pages_alone(stranger: TestClient) -> None:
    lines = stranger.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert "Allow: /public" in lines
    assert lines[-1] == "Disallow: /"


def test_the_front_door_and_the_public_pages_know_each_other(stranger: TestClient) -> None:
    assert stranger.get("/").headers["location"] == "/login?next=%2F"
    assert 'href="/public"' in stranger.get("/login").text
    assert 'href="/login"' in stranger.get("/public").text


def test_trouble_on_a_public_page_leads_back_to_public_pages(stranger: TestClient) -> None:
    for answer, status in ((stranger.get("/public/nowhere"), 404), (stranger.post("/public"), 405)):
        assert answer.status_code == status
        assert 'class="button" href="/public"' in answer.text
        assert "值班台" not in answer.text
        assert "content-security-policy" in answer.headers


def test_headers_can_be_asked_for_without_the_page(stranger: TestClient, case: Case) -> None:
    for path in (
        "/public",
        f"/public/cases/{case.id}",
        "/public/feed.atom",
        f"/public/statements/{case.id}-1.txt",
    ):
        answer = stranger.head(path)
        assert (answer.status_code, answer.content) == (200, b""), path


def test_a_first_release_says_when_more_will_be_told(stranger: TestClient, engine: Engine) -> None:
    case = a_case()
    body = a_body(kind=StatementKind.FIRST, next_release_at=NOW + timedelta(hours=6))
    first = a_statement(case.id, body, kind=StatementKind.FIRST, publicity=Publicity.OPEN)
    tell(engine, an_answered_case(first, opened_by=case.opened_by), body)
    page = stranger.get(f"/public/cases/{case.id}").text
    assert "2026-11-23 16:00" in page
    assert "首次发布" in page


def test_a_very_long_voice_comes_back_with_every_word(stranger: TestClient, engine: Engine) -> None:
    case = tell(engine, an_answered_case())
    said = "地下车库还在漏水" * 1_250
    refused = submit(
        stranger, f"/public/cases/{case.id}", to=f"/public/cases/{case.id}/unresolved", note=said
    )
    assert refused.status_code == 422 and said in refused.text and "写了 10000 字" in refused.text


def test_the_title_of_the_page_is_not_said_again_below_it(stranger: TestClient, engine: Engine) -> None:
    case = tell(engine, an_answered_case())
    title = case.statements[0].title
    page = stranger.get(f"/public/cases/{case.id}").text.partition("<main")[2]
    assert page.count(f">{title}</h") == 1 and ">回应</h2>" in page


def test_the_list_says_of_which_round_a_clock_is(stranger: TestClient, engine: Engine) -> None:
    case = an_answered_case()
    again = tuple(replace(clock, round=2) for clock in case.clocks or (a_clock(),))
    tell(engine, replace(case, clocks=again, past_clocks=(a_clock(),)))
    page = stranger.get("/public").text
    assert "签收（第 2 轮）" in page and "<span>签收</span>" in page


def test_the_list_begins_with_its_own_heading(stranger: TestClient) -> None:
    levels = re.findall(r"<h([1-6])", stranger.get("/public").text)
    assert levels[0] == "1"
