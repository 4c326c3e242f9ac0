"""Whether a page must be moved sideways, or hides the end of a text: faults of its layout."""

from __future__ import annotations

from playwright.sync_api import Page

_CUT_OFF = """() => [...document.querySelectorAll("main *")].filter(one => {
  const style = getComputedStyle(one), box = one.getBoundingClientRect()
  return style.overflowX === "hidden" && box.width > 1 && box.height > 1
    && one.innerText && one.scrollWidth > one.clientWidth + 1 && !one.closest("details.repost")
}).map(one => one.innerText.slice(0, 60))"""
_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= room) return []
  const wide = [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > room + 1)
  return [`${document.documentElement.scrollWidth} pixels of ${room}`, ...wide.slice(0, 5).map(one => one.outerHTML.slice(0, 120))]
}"""


def too_wide(page: Page) -> list[str]:
    """What reaches over the right edge of the screen, its width first; nothing where all fits.

    Waits until the page has loaded: before its stylesheet has come, a page has another layout.
    """
    page.wait_for_load_state()
    return [str(one) for one in page.evaluate(_TOO_WIDE)]


def cut_off(page: Page) -> list[str]:
    """Texts that end in dots for want of room; the one line that a folded repost shows of itself excepted."""
    page.wait_for_load_state()
    return [str(one) for one in page.evaluate(_CUT_OFF)]
