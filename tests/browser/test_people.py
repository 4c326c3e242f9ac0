"""How people come in, and what happens to what they write when they are put out, in a real browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import expect

from huiying.contracts import Role
from response_api.auth import Accounts
from tests.browser.conftest import PHONE, Sitting, Web, fill, sign_in
from tests.response_api.conftest import QUICK

PASSWORD = "correct horse battery"
DRAFT = "洛阳涧西区的防空警报自己响了，居民问是怎么回事。" * 130


def test_an_invited_person_sets_a_password_on_a_phone_without_javascript_and_comes_in(
    sit_down: Sitting,
) -> None:
    page = sit_down(Role.ADMIN).open("/people")
    fill(page, {"login": "li.ming", "name": "某某"})
    page.check("[name=roles][value=handler]")
    page.select_option("[name=unit]", "zhengzhou")
    page.get_by_role("button", name="建立账号").click()
    link = page.input_value("main input[readonly]")
    newcomer = sit_down(None, size=PHONE, script=False)
    theirs = newcomer.open(urlsplit(link).path)
    fill(theirs, {"password": "short", "again": "short"})
    theirs.click("main button")
    expect(theirs.locator(".fault")).to_contain_text("至少 10 个字符")
    fill(theirs, {"password": PASSWORD, "again": PASSWORD})
    theirs.click("main button")
    expect(theirs.locator("[name=login]")).to_have_value("li.ming")
    fill(theirs, {"password": PASSWORD})
    theirs.click("main button[type=submit]")
    expect(theirs.locator("main")).to_contain_text("地下人防车库")
    theirs.wait_for_load_state()
    assert "全城防空警报" not in theirs.inner_text("main"), "that is another city's"
    again = newcomer.open(urlsplit(link).path)
    assert "已经用过" in again.inner_text("main")


def test_a_draft_survives_the_end_of_its_session(sit_down: Sitting, web: Web) -> None:
    desk = sit_down(Role.DUTY)
    page = desk.open("/posts/new")
    fill(page, {"title": "警报自己响了", "text": DRAFT})
    Accounts(web.engine.register, QUICK).revoke_all("duty", web.clock.now(), by="duty")
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("刚才写的内容已经保存")
    sign_in(page, Role.DUTY)
    expect(page.locator("[name=text]")).to_have_value(DRAFT)
    expect(page.locator("[name=title]")).to_have_value("警报自己响了")
    page.get_by_role("button", name="继续提交").click()
    page.get_by_text("已登记").wait_for()
    assert desk.complaints == []
