"""What is published is put right and hidden in a browser, on a wide screen and a telephone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from huiying.contracts import Assignment, Case, Role
from tests.browser.conftest import PHONE, WALL, Sitting, Web
from tests.browser.contrast import faint
from tests.browser.hands import press, send
from tests.browser.layout import too_wide
from tests.factories import a_route, an_answered_case, tell
from tests.response_api.pages.test_amending import signed
from triage.record import carried

TITLE = "关于地下车库人防门被拆的处理情况"


@pytest.fixture
def case(web: Web) -> Case:
    now = web.clock.now()
    taken = Assignment(unit="zhengzhou", by="zhiban", at=now, acknowledged_by="chengban", acknowledged_at=now)
    made = an_answered_case(route=a_route(lead="zhengzhou"), assignment=taken)
    told = replace(made, statements=(signed(made.id),), published_at=now)
    return tell(web.engine, carried(told))


def looks_right(page: Page) -> None:
    assert too_wide(page) == []
    assert faint(page) == []


@pytest.mark.parametrize("size", [WALL, PHONE])
def test_a_leaked_name_is_hidden_put_right_and_the_public_is_led_on(
    sit_down: Sitting, web: Web, case: Case, size: tuple[int, int]
) -> None:
    address = f"/cases/{case.id}/statements/1"
    secrecy = sit_down(Role.SECRECY, size=size).open(address)
    press(secrecy, "暂停公开")
    looks_right(secrecy)
    send(secrecy, "暂停公开", why="personal", reason="漏了一位住户的姓名")
    expect(secrecy.locator(".returned")).to_contain_text("涉及个人信息")
    looks_right(secrecy)

    public = sit_down(None, size=size, script=False).open(f"/public/cases/{case.id}")
    expect(public.locator("article")).to_contain_text("暂停公开（涉及个人信息）")
    expect(public.locator("body")).not_to_contain_text(TITLE)
    looks_right(public)

    writer = sit_down(Role.HANDLER, size=size).open(address)
    writer.click("text=更正")
    expect(writer.locator("h1")).to_have_text("更正：回应")
    looks_right(writer)
    writer.fill("[name=title]", "更正后的说明")
    with writer.expect_navigation():
        writer.get_by_role("button", name="保存").click()
    expect(writer.locator("main")).to_contain_text("更正稿")
    looks_right(writer)
    for role, step, asks in (
        (Role.HANDLER, "送审", False),
        (Role.SECRECY, "审查通过", True),
        (Role.SIGNER, "签发", True),
        (Role.SPOKESPERSON, "发布", True),
    ):
        page = sit_down(role, size=size).open(f"/cases/{case.id}/statements/2")
        press(page, step)
        if asks:
            send(page, step)
    signer = sit_down(Role.SIGNER, size=size).open(address)
    press(signer, "恢复公开")
    send(signer, "恢复公开", reason="住户同意公开")

    public.reload()
    expect(public.locator("h1")).to_have_text("更正后的说明")
    old = public.locator(f"section[id='{case.statements[0].id}']")
    expect(old.locator(".again")).to_contain_text("请看更正后的文稿")
    expect(old).to_contain_text(TITLE)
    looks_right(public)
