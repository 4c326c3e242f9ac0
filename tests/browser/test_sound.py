"""The board's two tones: off until somebody wants them, for what is urgent alone, never before the page was touched."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from huiying.contracts import EventKind
from tests.browser.conftest import PHONE, Sitting, Web
from tests.eventually import eventually
from tests.response_api import office

COUNTING = """
window.tones = 0
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when) }
"""


def tones(page: Page) -> int:
    return int(page.evaluate("window.tones"))


def tell(web: Web, number: int, kind: EventKind) -> None:
    web.publish(office.an_event(web.cases[0], number, web.clock.now(), f"第{number}件", kind))


def told(page: Page, number: int) -> None:
    expect(page.locator("#stream")).to_contain_text(f"第{number}件")


def test_the_board_sounds_for_what_is_urgent_once_somebody_wants_it(sit_down: Sitting, web: Web) -> None:
    desk = sit_down()
    desk.context.add_init_script(COUNTING)
    page = desk.open("/")
    expect(page.locator("#link.on")).to_be_attached()
    button = page.locator("#sound")
    expect(button).to_have_text("声音 关")
    tell(web, 901, EventKind.CLOCK_BROKEN)
    told(page, 901)
    assert tones(page) == 0, "it sounds though nobody asked for it"

    button.click()
    expect(button).to_have_text("声音 开")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert eventually(lambda: tones(page) == 2), "who turns it on hears what it is like"
    page.wait_for_timeout(3100)
    tell(web, 902, EventKind.GREW)
    told(page, 902)
    assert tones(page) == 2, "what can wait makes no sound"
    tell(web, 903, EventKind.CLOCK_BROKEN)
    tell(web, 904, EventKind.CLOCK_BROKEN)
    told(page, 904)
    assert tones(page) == 4, "what comes together is told once"

    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_text("声音 开")
    button.click()
    expect(button).to_have_text("声音 关")
    page.reload()
    expect(button).to_have_text("声音 关")


def test_a_telephone_and_a_browser_without_scripts_have_no_button_for_it(sit_down: Sitting) -> None:
    expect(sit_down(size=PHONE).open("/").locator("#sound")).to_be_hidden()
    expect(sit_down(script=False).open("/").locator("#sound")).to_be_hidden()
