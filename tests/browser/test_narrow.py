"""Pages as they are read enlarged to 200 % and more, on a low screen, on paper, and by weak eyes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from huiying.contracts import Level, Role
from tests.browser.conftest import Sitting, Web
from tests.browser.contrast import faint
from tests.browser.hands import unfold
from tests.browser.layout import too_wide
from tests.factories import a_case, a_clock

ENLARGED = (960, 540)
"""What 1920×1080 leaves at 200 %."""
NARROWEST = (320, 640)
"""What 1280 leaves at 400 %."""
A4 = (794, 1123)
MATTERS = 40

_OVER_ITS_PANEL = """() => {
  const table = document.querySelector("table.list"), panel = table.closest("section")
  return table.getBoundingClientRect().right - panel.getBoundingClientRect().right
}"""
_TITLE_WIDTHS = """cells => cells.map(one => one.getBoundingClientRect().width)"""
_KEPT_TOGETHER = """() => [...document.querySelectorAll("main *")].filter(one =>
  getComputedStyle(one).breakInside.startsWith("avoid") && one.getBoundingClientRect().height > 1000
).map(one => one.outerHTML.slice(0, 80))"""


@pytest.fixture(autouse=True)
def many(web: Web) -> Iterator[None]:
    now = web.clock.now()
    made = [
        a_case(title=f"第 {n} 件：锦绣花园人防车位只售不租", clocks=(a_clock(started_at=now),))
        for n in range(MATTERS)
    ]
    grave = [replace(one, severity=replace(one.severity, level=Level.EXTREME)) for one in made]
    web.engine.cases.save(grave)
    yield


@pytest.mark.parametrize("size", [ENLARGED, (1280, 768)])
def test_the_list_of_matters_keeps_within_its_panel_and_its_titles_can_be_read(
    sit_down: Sitting, size: tuple[int, int]
) -> None:
    page = sit_down(Role.DUTY, size=size).open("/cases")
    assert too_wide(page) == []
    assert page.evaluate(_OVER_ITS_PANEL) <= 0
    assert min(page.locator("tbody .title").evaluate_all(_TITLE_WIDTHS)) >= 200
    rows = page.locator("tbody tr").evaluate_all(
        "rows => rows.map(one => one.getBoundingClientRect().height)"
    )
    assert max(rows) < 110, "no column of single signs"


def test_a_low_screen_shows_matters_and_not_the_bar_for_many(sit_down: Sitting) -> None:
    page = sit_down(Role.DUTY, size=ENLARGED).open("/cases")
    expect(page.locator("tbody tr").first).to_be_in_viewport(ratio=0.9)
    expect(page.locator(".bulk-bar")).not_to_be_in_viewport()


@pytest.mark.parametrize("path", ["/handover", "/stats", "/cases", "/reports"])
def test_on_paper_only_what_fits_a_page_is_kept_together(sit_down: Sitting, path: str) -> None:
    page = sit_down(Role.DUTY, size=A4).open(path)
    page.emulate_media(media="print")
    assert page.evaluate(_KEPT_TOGETHER) == []


@pytest.mark.parametrize("path", ["/", "/cases", "/inbox", "/stats", "/rules"])
def test_every_text_stands_out_from_its_ground(sit_down: Sitting, path: str) -> None:
    assert faint(sit_down(Role.DUTY).open(path)) == []


def test_every_text_of_a_matter_stands_out_and_fits_the_narrowest_screen(sit_down: Sitting, web: Web) -> None:
    page = sit_down(Role.DUTY, size=NARROWEST).open(f"/cases/{web.cases[0].id}")
    unfold(page)
    assert faint(page) == [] and too_wide(page) == []
