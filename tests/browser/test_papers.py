"""The report page on wall and telephone, without a script, and papers that a browser saves under their names."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WALL, Sitting, Web
from tests.browser.hands import unfold
from tests.browser.layout import cut_off, too_wide
from tests.response_api.papers.matters import text_of


@pytest.mark.parametrize("size", [WALL, PHONE], ids=["wall", "phone"])
@pytest.mark.parametrize("span", ["day", "week", "month"])
def test_a_report_fits_its_screen(sit_down: Sitting, size: tuple[int, int], span: str) -> None:
    desk = sit_down(size=size)
    page = desk.open(f"/reports?period={span}")
    expect(page.locator("#counts td").first).to_be_visible()
    assert not too_wide(page) and not cut_off(page) and not desk.complaints


def test_a_report_is_chosen_and_saved_without_a_script(sit_down: Sitting, web: Web) -> None:
    page = sit_down(script=False).open("/reports")
    page.select_option("main [name=period]", "week")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("舆情周报")
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载 Word 文件").click()
    assert saved.value.suggested_filename == "舆情周报_20261123-20261129.docx"
    assert "舆情周报（2026年11月23日至29日）" in text_of(saved.value.path().read_bytes())


def test_a_paper_of_a_case_is_saved_under_its_chinese_name(sit_down: Sitting, web: Web) -> None:
    case = web.cases[0]
    page = sit_down(size=PHONE).open(f"/cases/{case.id}")
    unfold(page)
    assert not too_wide(page)
    with page.expect_download() as saved:
        page.locator("#papers").get_by_role("link", name="舆情交办单").click()
    assert saved.value.suggested_filename == f"舆情交办单_{case.id[:8]}_20261123.docx"
    assert case.title in text_of(saved.value.path().read_bytes())
