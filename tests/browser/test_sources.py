"""An administrator adds a source in a real browser: on a phone, without JavaScript, and with what goes wrong on the way."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from crawlers import sources
from crawlers.sources import Kind
from huiying import datafolder
from huiying.contracts import Role
from huiying.settings import Settings
from tests.browser.conftest import PHONE, WALL, Sitting, fill
from tests.browser.layout import too_fine, too_small, too_wide


def test_a_source_is_added_mended_and_switched_on_without_javascript(
    sit_down: Sitting, settings: Settings
) -> None:
    datafolder.lay_out(settings)
    page = sit_down(Role.ADMIN, size=PHONE, script=False).open("/sources")
    _go(page, "link", "增加来源")
    _go(page, "link", "订阅（RSS、Atom）")
    fill(page, {"name": "县政府网站", "id": "county", "url": "http://10.8.0.15/rss", "basis": "公开的 RSS"})
    _go(page, "button", "保存")
    expect(page.locator("#f-url")).to_contain_text("内部地址")
    expect(page.locator("[name=url]")).to_be_focused()
    expect(page.locator("[name=basis]")).to_have_value("公开的 RSS")
    fill(page, {"url": "https://county.example.cn/rss"})
    _go(page, "button", "保存")
    expect(page.locator(".next")).to_contain_text("先试采")
    assert not sources.load(settings.sources).source[-1].enabled
    _go(page, "button", "启用")
    expect(page.locator("#s-county .chip")).not_to_have_text("停用")
    assert sources.load(settings.sources).source[-1].enabled


def _go(page: Page, what: Literal["link", "button"], name: str) -> None:
    """Press it; returns with the page that comes back."""
    with page.expect_navigation():
        page.locator("main").get_by_role(what, name=name, exact=True).click()


@pytest.mark.parametrize("size", [PHONE, WALL], ids=["phone", "wall"])
def test_every_form_fits_and_is_large_enough(
    sit_down: Sitting, settings: Settings, size: tuple[int, int]
) -> None:
    datafolder.lay_out(settings)
    desk = sit_down(Role.ADMIN, size=size)
    every = [source.id for source in sources.load(settings.sources).source]
    paths = [
        "/sources/new",
        *(f"/sources/new?kind={kind}" for kind in Kind),
        *(f"/sources/{id}" for id in every),
    ]
    for path in paths:
        page = desk.open(path)
        for summary in page.locator("main details > summary").all():
            summary.click()
        assert too_wide(page) == [], path
        assert size is WALL or (too_small(page), too_fine(page)) == ([], []), path
        page.close()
    assert desk.complaints == []
