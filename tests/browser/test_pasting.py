"""What is pasted is longer than a field takes: it is told, and nothing of it is lost. A browser cuts at ``maxlength`` without a word."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from huiying.contracts import Role
from response_api import auth
from tests.browser.conftest import Sitting, Web
from tests.response_api.conftest import QUICK

LONG = "电话里说的都记在这里。" * 500


def test_a_note_for_the_next_shift_is_not_cut(sit_down: Sitting, web: Web) -> None:
    accounts = auth.Accounts(web.engine.register, QUICK)
    accounts.create("duty2", "接班的人", [Role.DUTY], "correct-duty", web.clock.now(), unit="henan")
    page = sit_down(Role.DUTY).open("/handover")
    page.select_option("[name=taker]", "duty2")
    page.fill("[name=notes]", LONG)
    _press(page, "form[action='/handover'] button")
    expect(page.locator("#f-notes")).to_have_text(re.compile(f"{len(LONG)} 字，最多 1000 字"))
    expect(page.locator("[name=notes]")).to_have_value(LONG)


def test_a_reason_for_many_is_not_cut(sit_down: Sitting) -> None:
    page = sit_down(Role.DUTY).open("/cases")
    page.locator("tbody [name=case]").first.check()
    page.fill(".bulk-bar [name=reason]", LONG)
    _press(page, ".bulk-bar [value=dismiss]")
    expect(page.get_by_role("alert").first).to_contain_text("最多 4000 字")
    expect(page.locator(".bulk-bar [name=reason]")).to_have_value(LONG)


def _press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).last.click()
