"""What a leader sees on a telephone: the page of what presses, and the page behind a link that works once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from huiying.contracts import Case, Rank, Role
from response_api import auth
from tests.browser.conftest import PHONE, WALL, Desk, Sitting, Web, fill
from tests.browser.layout import too_wide
from tests.response_api import escalated
from tests.response_api.conftest import QUICK

LOGIN, PASSWORD = "fenguan", "a-deputy"


@pytest.fixture
def cases(web: Web) -> tuple[Case, ...]:
    accounts, now = auth.Accounts(web.engine.register, QUICK), web.clock.now()
    accounts.create(LOGIN, "分管领导（测试）", [Role.LEADER], PASSWORD, now, unit="henan", rank=Rank.DEPUTY)
    return escalated.tell(web.engine, web.cases, now)


def arrive(desk: Desk) -> Page:
    page = desk.open("/login?next=/leader")
    fill(page, {"login": LOGIN, "password": PASSWORD})
    page.click("main button[type=submit]")
    page.wait_for_url("**/leader")
    return page


def look(page: Page, name: str) -> None:
    """A picture for whoever asks for one: SHOTS names the folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_leader_sees_what_presses_and_says_that_they_have_seen_it(
    sit_down: Sitting, web: Web, cases: tuple[Case, ...]
) -> None:
    desk = sit_down(None, size=PHONE)
    page = arrive(desk)
    assert not too_wide(page)
    clock = page.locator("#due .clock.over time.count").first
    before = clock.inner_text()
    expect(clock).not_to_have_text(before)
    assert before.startswith("−")
    mine = page.locator("#told li.waits")
    expect(mine).to_have_count(2)
    mine.first.get_by_role("button", name="已阅").click()
    expect(mine).to_have_count(1)
    expect(page.locator("#told .ways .seen").first).to_contain_text("分管领导（测试）")
    look(page, "leader-phone")
    numerals = page.locator(".level b").all()
    shown = {one.evaluate("one => getComputedStyle(one).color") for one in numerals}
    assert len(numerals) > 3 and len(shown) == 1, "a numeral is as dark on its colour in every list"
    expect(page.locator("#decisions .ask")).to_have_count(2)
    expect(page.locator("#decisions blockquote").first).to_have_text(escalated.REASON)
    assert desk.complaints == []


def test_the_same_page_fills_a_wide_screen(sit_down: Sitting, web: Web, cases: tuple[Case, ...]) -> None:
    page = arrive(sit_down(None, size=WALL))
    look(page, "leader-wall")
    boxes = [page.locator(part).bounding_box() for part in ("#decisions", "#due", "#told")]
    assert not too_wide(page) and all(boxes)
    assert len({round(box["y"]) for box in boxes if box}) == 1, "side by side"


@pytest.mark.parametrize("script", [True, False])
def test_a_link_opens_once_on_a_telephone_with_and_without_javascript(
    sit_down: Sitting, web: Web, cases: tuple[Case, ...], script: bool
) -> None:
    case = next(one for one in cases if "暴雨" in one.title)
    path = escalated.link_to(case, "deputy")
    desk = sit_down(None, size=PHONE, script=script)
    page = desk.open(path)
    look(page, "door-phone")
    assert not too_wide(page) and case.title not in page.content()
    page.get_by_role("button", name="打开通知").click()
    expect(page.locator("h1")).to_have_text(case.title)
    for part, words in (("#clock", "上报"), ("#done", "告警"), ("#evidence", "网上信箱")):
        expect(page.locator(part)).to_contain_text(words)
    assert not too_wide(page)
    look(page, "notice-phone")
    page.reload()
    expect(page.locator("h1")).to_have_text(case.title)
    assert desk.complaints == []
    other = sit_down(None, size=PHONE).open(path)
    expect(other.locator("h1")).to_have_text("这个链接已经用过")
    look(other, "used-phone")
