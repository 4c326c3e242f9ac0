"""两步验证 on a telephone without JavaScript: set, out, and in again by a code that the square code gave."""

from __future__ import annotations

import time

import pyotp
from playwright.sync_api import expect

from huiying.contracts import Role
from tests.browser.conftest import PHONE, Sitting, fill, sign_in
from tests.browser.layout import too_wide
from tests.response_api.conftest import PASSWORDS


def test_it_is_set_and_asked_for_on_a_phone(sit_down: Sitting) -> None:
    desk = sit_down(Role.DUTY, size=PHONE, script=False)
    page = desk.open("/me/two-step")
    assert too_wide(page) == []
    secret = page.locator(".address code").inner_text().replace(" ", "")
    totp = pyotp.TOTP(secret)
    fill(page, {"code": totp.now(), "password": PASSWORDS[Role.DUTY]})
    page.get_by_role("button", name="开启两步验证").click()
    spare = page.locator(".spare code").all_inner_texts()
    assert len(spare) == 8
    assert too_wide(page) == []
    page.get_by_role("link", name="抄好了").click()
    expect(page.locator("h1")).to_contain_text("已开启")
    page.get_by_role("link", name="返回").click()
    page.get_by_role("button", name="全部退出").click()
    sign_in(page, Role.DUTY)
    expect(page.locator("h1")).to_contain_text("还要一个验证码")
    assert too_wide(page) == []
    fill(page, {"code": "12 34"})
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".fault")).to_contain_text("验证码不对")
    fill(page, {"code": totp.at(time.time(), counter_offset=1)})
    page.get_by_role("button", name="登录").click()
    expect(page.locator("main")).to_contain_text("事件")
    assert not [one for one in desk.complaints if "422" not in one]
