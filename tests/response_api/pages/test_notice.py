"""A link that works once: fetching uses up nothing, pressing does, and then it is this browser's for half an hour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.clock import ManualClock
from huiying.contracts import Awaited, Case, CaseState, ClockKind, Delivery, DeliveryState, EventKind, Role
from huiying.ports import Engine
from response_api.single_use import STAYS
from tests.factories import NOW, a_case
from tests.response_api import escalated, office
from tests.response_api.conftest import Visitor, submit
from tests.triage.notifiers.letters import a_notice
from triage.links import Links
from triage.receipts import booked

Browser = Callable[[], TestClient]


@pytest.fixture
def browser(app: FastAPI, stranger: TestClient) -> Iterator[Browser]:
    yield lambda: TestClient(app, follow_redirects=False)


@pytest.fixture
def case(engine: Engine) -> Case:
    cases = escalated.tell(engine, office.seed(engine, NOW), NOW)
    return next(one for one in cases if "暴雨" in one.title)


@pytest.fixture
def link(case: Case) -> str:
    return escalated.link_to(case, "deputy")


def opened(client: TestClient, link: str) -> TestClient:
    assert submit(client, link).status_code == 303
    return client


def test_mail_gateways_may_fetch_it_as_often_as_they_like(
    browser: Browser, link: str, case: Case, engine: Engine
) -> None:
    for _ in range(3):
        answer = browser().get(link)
        assert answer.status_code == 200 and "打开通知" in answer.text
        assert case.title not in answer.text
    assert browser().head(link).status_code in {200, 405}
    assert engine.cases.get(case.id).revision == case.revision
    assert "打开通知" in browser().get(link).text


def test_pressing_opens_it_and_marks_it_seen_without_a_person(
    browser: Browser, link: str, case: Case, engine: Engine
) -> None:
    page = opened(browser(), link).get(link).text
    for told in (
        case.title,
        "逾期两小时仍未办",
        "向主管领导和上级报告",
        "郑州市人民防空办公室",
        "昨晚暴雨",
        "已经做了什么",
        "data-due=",
    ):
        assert told in page, told
    after = engine.cases.get(case.id)
    (seen,) = [one for one in after.receipts if one.state is DeliveryState.SEEN]
    assert (seen.to, seen.seen_by, seen.seen_at) == (("deputy",), "link", NOW)
    event = after.events[-1]
    assert event.kind is EventKind.NOTICE_SEEN and event.who == "system:link"
    assert "逾期2小时" in event.what


def test_it_is_this_browsers_for_half_an_hour_and_nobody_elses(
    browser: Browser, link: str, clock: ManualClock
) -> None:
    client = opened(browser(), link)
    clock.advance(STAYS - timedelta(seconds=1))
    assert client.get(link).status_code == 200
    other = browser()
    for answer in (other.get(link), submit(other, "/login", to=link)):
        assert answer.status_code in {403, 410}
    refused = browser().get(link)
    assert refused.status_code == 410
    assert "这个链接已经用过" in refused.text and "请登录" in refused.text
    clock.advance(timedelta(seconds=1))
    assert client.get(link).status_code == 410


def test_two_browsers_that_had_it_open_at_once_cannot_both_use_it(
    browser: Browser, link: str, case: Case, engine: Engine
) -> None:
    first, second = browser(), browser()
    forms = [client.get(link).text.split('name="csrf" value="')[1][:64] for client in (first, second)]
    assert first.post(link, data={"csrf": forms[0]}).status_code == 303
    late = second.post(link, data={"csrf": forms[1]})
    assert late.status_code == 410 and case.title not in late.text
    assert second.get(link).status_code == 410
    events = engine.cases.get(case.id).events
    assert [event.kind for event in events].count(EventKind.NOTICE_SEEN) == 1


def test_pressing_the_button_twice_is_one_use(browser: Browser, link: str) -> None:
    client = browser()
    form = client.get(link).text.split('name="csrf" value="')[1][:64]
    assert [client.post(link, data={"csrf": form}).status_code for _ in range(2)] == [303, 303]
    assert client.get(link).status_code == 200


def test_the_cookie_is_for_this_link_alone(browser: Browser, link: str) -> None:
    client = browser()
    cookie = submit(client, link).headers["set-cookie"]
    assert f"Path={link};" in cookie and "HttpOnly" in cookie and "Max-Age=1800" in cookie


def test_a_form_of_another_making_uses_up_nothing(
    browser: Browser, link: str, case: Case, engine: Engine
) -> None:
    client = browser()
    client.get(link)
    for data in ({}, {"csrf": "0" * 64}):
        assert client.post(link, data=data).status_code == 403
    token = client.get(link).text.split('name="csrf" value="')[1][:64]
    assert (
        client.post(link, data={"csrf": token}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    )
    assert engine.cases.get(case.id).revision == case.revision


def test_the_visit_cookie_is_for_the_links_and_no_more(browser: Browser, link: str) -> None:
    cookie = browser().get(link).headers["set-cookie"]
    assert "huiying_visit=" in cookie and "Path=/n;" in cookie
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie


def test_a_wrong_token_notice_or_case_is_nothing(browser: Browser, link: str, case: Case) -> None:
    _, _, case_id, notice, token = link.split("/")
    other = case.receipts[0].notice
    for path in (f"/n/{case_id}/{notice}/{'a' * 32}", f"/n/{case_id}/{other}/{token}", f"/n/nothing/{notice}/{token}",
                 f"/n/{case_id}/{notice}/{token.upper()}", f"/n/{case_id}/{notice}/%00", link[:-9], link[:50]):  # fmt: skip
        answer = browser().get(path)
        assert answer.status_code == 404, path
        assert "打不开这条通知" in answer.text and "把链接整条复制下来" in answer.text


def test_of_a_restricted_matter_it_shows_number_level_duty_and_due(
    browser: Browser, link: str, case: Case, engine: Engine
) -> None:
    sealed = replace(case, route=replace(case.route, restricted=True), revision=case.revision + 1)
    engine.cases.save([sealed])
    page = opened(browser(), link).get(link).text
    for told in (case.id[:8], "重大", "向主管领导和上级报告", "到期"):
        assert told in page, told
    for kept in (case.title, "昨晚暴雨", "郑州市人民防空办公室", "逾期两小时仍未办", "由网上信箱"):
        assert kept not in page, kept


def test_a_matter_that_was_merged_meanwhile_is_shown_as_what_it_is_part_of(
    browser: Browser, link: str, case: Case, engine: Engine
) -> None:
    home = a_case(title="并入的那一件", clocks=case.clocks)
    merged = replace(case, state=CaseState.MERGED, merged_into=home.id, revision=case.revision + 1)
    engine.cases.save([home, merged])
    assert "并入的那一件" in opened(browser(), link).get(link).text


def test_whoever_is_signed_in_may_use_a_link_too(visitor: Visitor, link: str) -> None:
    assert opened(visitor(Role.LEADER), link).get(link).status_code == 200


CALLED = "周值守（139****0001）"


def on_duty(engine: Engine, case: Case, *persons: str) -> str:
    """The path of a link that went to somebody of the roster without an account, of a notice that is to be acknowledged."""
    mail = Delivery(
        channel="sms", address="13900000001", next_try_at=NOW, to=("duty",), persons=persons,
        state=DeliveryState.SENT, attempts=1, at=NOW,
    )  # fmt: skip
    notice = a_notice(
        id="dutynotice2345", case_id=case.id, clock=ClockKind.REPORT_UP, to=("duty",), deliveries=(mail,), owed_at=NOW
    )  # fmt: skip
    asked = Awaited(
        notice=notice.id, rung="预警", reason="须尽快上报", roles=("duty",), logins=("zhiban",), persons=persons,
        since=NOW, next_at=NOW + timedelta(minutes=30),
    )  # fmt: skip
    held = booked(engine.cases.get(case.id), notice, mail, escalated.LINKS.mark(notice, mail))
    engine.cases.save([replace(held, awaited=(asked,), revision=held.revision + 1)])
    return Links(key=escalated.KEY, base="").for_delivery(notice, mail)


def test_somebody_on_duty_without_an_account_confirms_by_a_button_and_never_by_fetching(
    browser: Browser, case: Case, engine: Engine
) -> None:
    link = on_duty(engine, case, CALLED)
    for _ in range(3):
        page = browser().get(link).text
        assert "收到" in page and CALLED in page and case.title not in page
    assert engine.cases.get(case.id).awaited[0].persons == (CALLED,)
    client = browser()
    assert submit(client, link, who=CALLED).status_code == 303
    page = client.get(link).text
    assert case.title in page and f"{CALLED} " in page and "办理时限照常走" in page
    after = engine.cases.get(case.id)
    assert after.awaited[0].persons == () and after.awaited[0].logins == ("zhiban",)
    assert after.clocks == case.clocks
    (seen,) = [one for one in after.receipts if one.seen_by.startswith("roster:")]
    assert (seen.seen_by, seen.seen_at, seen.address) == (f"roster:{CALLED}", NOW, "139****0001")
    used = browser().get(link)
    assert used.status_code == 410 and "已经记下" in used.text


def test_a_name_that_the_link_does_not_reach_confirms_nothing(
    browser: Browser, case: Case, engine: Engine
) -> None:
    link = on_duty(engine, case, CALLED)
    for who in ("", "别人（138****0000）"):
        answer = submit(browser(), link, who=who)
        assert answer.status_code == 422 and "请点您自己名字" in answer.text
    assert engine.cases.get(case.id).awaited[0].persons == (CALLED,)


def test_two_who_share_an_address_press_each_for_themselves_at_the_same_machine_too(
    browser: Browser, case: Case, engine: Engine
) -> None:
    other = "吴值守（139****0001）"
    link = on_duty(engine, case, CALLED, other)
    client = browser()
    assert submit(client, link, who=CALLED).status_code == 303
    page = client.get(link).text
    assert case.title in page and f'value="{other}"' in page and f'value="{CALLED}"' not in page
    elsewhere = browser()
    page = elsewhere.get(link).text
    assert f'value="{other}"' in page and f'value="{CALLED}"' not in page
    assert submit(elsewhere, link, who=other).status_code == 303
    assert engine.cases.get(case.id).awaited[0].persons == ()
    assert browser().get(link).status_code == 410


def test_who_confirmed_stands_in_the_log_and_on_the_case_page(
    browser: Browser, case: Case, engine: Engine, visitor: Visitor
) -> None:
    link = on_duty(engine, case, CALLED)
    client = visitor(Role.DUTY)
    assert f"还没确认：zhiban、{CALLED}" in client.get("/notices").text
    submit(browser(), link, who=CALLED)
    for page in ("/notices", f"/cases/{case.id}"):
        text = client.get(page).text
        assert f"{CALLED} 凭链接收到，短信 139****0001" in text, page
