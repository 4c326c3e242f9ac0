"""One hand, at night: what happened, how long is left and what to do now stand on the first screen, the rest is folded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from huiying.contracts import Case, Role
from tests.browser.conftest import PHONE, WALL, Sitting, Web
from tests.browser.hands import press, send
from tests.browser.layout import too_fine, too_small, too_wide
from tests.factories import a_case, a_clock

A4 = (794, 1123)
LONGEST = 2400
"""Pixels that a matter comes to while nobody has opened anything."""
PAGES = {
    Role.DUTY: ("/", "/cases", "/inbox", "/posts", "/posts/new", "/notices", "/reports", "/rules", "/stats", "/roster", "/handover", "/me"),
    Role.LEADER: ("/leader",),
    Role.ADMIN: ("/people", "/sources"),
    Role.AUDITOR: ("/audit", "/record"),
    None: ("/login", "/public", "/public/privacy"),
}  # fmt: skip


@pytest.fixture
def case(web: Web) -> Case:
    """Running out, in words that have no place to break."""
    now = web.clock.now()
    made = a_case(
        title="锦绣花园人防车位" + "a" * 120, lead="市民来电" * 80, clocks=(a_clock(started_at=now),)
    )
    web.engine.cases.save([replace(made, detected_at=now)])
    return made


def on_first_screen(page: Page, *parts: str) -> None:
    """Seen without scrolling, and not under the bar."""
    bar = page.locator(".ways").bounding_box()
    assert bar and page.evaluate("scrollY") == 0
    for part in parts:
        box = page.locator(part).first.bounding_box()
        assert box and box["height"] > 0 and box["y"] + box["height"] <= bar["y"], part


def test_the_first_screen_says_what_happened_how_long_is_left_and_what_to_do(
    sit_down: Sitting, web: Web, case: Case
) -> None:
    desk = sit_down(Role.DUTY, size=PHONE)
    for matter in (case, web.cases[0]):
        page = desk.open(f"/cases/{matter.id}")
        on_first_screen(page, "h1", ".pressing .count", ".turn", "#act-confirm button")
        assert page.evaluate("document.documentElement.scrollHeight") < LONGEST
        assert too_wide(page) == []
        page.close()
    assert desk.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_a_folded_panel_opens_by_its_heading_and_by_what_points_into_it(
    sit_down: Sitting, web: Web, script: bool
) -> None:
    page = sit_down(Role.DUTY, size=PHONE, script=script).open(f"/cases/{web.cases[0].id}")
    severity, timeline = page.locator("#severity > .body"), page.locator("#timeline > .body")
    expect(severity).to_be_hidden()
    page.locator("#severity > .toggle > summary").focus()
    page.keyboard.press("Enter")
    expect(severity).to_be_visible()
    expect(timeline).to_be_hidden()
    page.locator(".jump a[href='#timeline']").click()
    expect(timeline).to_be_visible()
    expect(page.locator("#timeline > h2")).to_be_in_viewport()
    page.goto(f"{web.base}/cases/{web.cases[0].id}#e1")
    expect(page.locator("#e1")).to_be_in_viewport()


def test_what_was_opened_by_a_link_is_closed_by_hand_and_opened_again(sit_down: Sitting, web: Web) -> None:
    page = sit_down(Role.DUTY, size=PHONE).open(f"/cases/{web.cases[0].id}")
    jump, body = page.locator(".jump a[href='#posts']"), page.locator("#posts > .body")
    jump.click()
    expect(body).to_be_visible()
    page.locator("#posts > .toggle > summary").click()
    expect(body).to_be_hidden()
    jump.click()
    expect(body).to_be_visible()


def test_a_folded_panel_has_its_name_and_says_that_it_is_folded(sit_down: Sitting, web: Web) -> None:
    page = sit_down(Role.DUTY, size=PHONE).open(f"/cases/{web.cases[0].id}")
    for id in ("clocks", "why", "severity", "posts", "timeline"):
        expect(page.locator(f"#{id} > h2")).to_be_visible()
        name = page.locator(f"#{id} > h2").inner_text()
        expect(page.locator(f"#{id} > .toggle > summary")).to_have_accessible_name(" ".join(name.split()))


def test_a_form_among_the_other_steps_takes_the_whole_width(sit_down: Sitting, web: Web) -> None:
    page = sit_down(Role.DUTY, size=PHONE).open(f"/cases/{web.cases[0].id}")
    press(page, "降级")
    box = page.locator("#act-lower textarea").bounding_box()
    assert box and box["width"] > 300
    assert too_wide(page) == []
    page.evaluate("document.querySelector('#act-lower form').noValidate = true")
    send(page, "降级", level="", reason="来电人13812345678")
    assert page.locator("#act-lower .fault").count() == 2
    expect(page.locator("#act-lower .fault").first).to_be_in_viewport()
    expect(page.locator("#act-lower select")).to_be_focused()


def test_nothing_is_folded_on_a_wide_screen_and_on_paper(sit_down: Sitting, web: Web) -> None:
    for size, media in ((WALL, "screen"), (A4, "print"), (PHONE, "print")):
        page = sit_down(Role.DUTY, size=size).open(f"/cases/{web.cases[0].id}")
        page.emulate_media(media=media)  # type: ignore[arg-type]
        bodies = page.locator(".fold > .body").all()
        assert len(bodies) > 6
        assert all(one.is_visible() for one in bodies), (size, media)
        expect(page.locator(".fold > .toggle").first).to_be_hidden()


def test_on_paper_there_is_nothing_to_press(sit_down: Sitting, web: Web) -> None:
    for path in ("/cases", "/", f"/cases/{web.cases[0].id}"):
        page = sit_down(Role.DUTY, size=A4).open(path)
        page.emulate_media(media="print")
        pressed = page.locator("nav a, form.filter, button, select, input, .toggle")
        assert [one for one in pressed.all() if one.is_visible()] == [], path


@pytest.mark.parametrize("role", PAGES)
def test_everything_is_large_enough_for_a_thumb_and_for_weak_eyes(
    sit_down: Sitting, web: Web, case: Case, role: Role | None
) -> None:
    desk = sit_down(role, size=PHONE)
    paths = [*PAGES[role], *([f"/cases/{web.cases[0].id}"] if role is Role.DUTY else [])]
    for path in paths:
        page = desk.open(path)
        assert too_small(page) == [], path
        assert too_fine(page) == [], path
        assert too_wide(page) == [], path
        page.close()


def test_a_row_is_pressed_wherever_one_likes_and_its_button_still_is_one(sit_down: Sitting, web: Web) -> None:
    page = sit_down(Role.DUTY, size=PHONE).open("/inbox")
    row = page.locator(".tray .list tr", has=page.locator(".press button")).first
    link = row.locator(".title a").first.get_attribute("href") or ""
    with page.expect_navigation():
        row.locator("td[data-name=牵头]").click(force=True)
    assert link.split("#")[0] in page.url
    page.goto(f"{web.base}/inbox")
    with page.expect_navigation():
        page.locator(".press button").first.click()
    expect(page.locator("#done")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_the_rest_of_the_ways_lies_behind_one_press(sit_down: Sitting, web: Web, script: bool) -> None:
    page = sit_down(Role.DUTY, size=PHONE, script=script).open("/cases")
    ways = page.get_by_role("navigation", name="主导航")
    expect(ways.get_by_role("link", name="交接班")).to_be_hidden()
    ways.locator("summary").click()
    expect(ways.get_by_role("link", name="交接班")).to_be_in_viewport(ratio=1)
    if script:
        page.keyboard.press("Escape")
        expect(ways.get_by_role("link", name="交接班")).to_be_hidden()
        ways.locator("summary").click()
    ways.get_by_role("link", name="交接班").click()
    expect(page.locator("h1")).to_contain_text("交接班")
    expect(page.locator(".ways summary")).to_have_class("here")
