"""Whether a page must be moved sideways: a fault of its layout on every screen."""

from __future__ import annotations

from playwright.sync_api import Page

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
