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


THUMB = 44
"""Pixels that a finger wants."""
_TOO_SMALL = """least => {
  const height = (one, part) => { const style = getComputedStyle(one, part)
    return style.content !== "none" && style.position === "absolute" ? parseFloat(style.height) : 0 }
  return [...document.querySelectorAll("a[href],button,summary,select,textarea,input:not([type=hidden])")].filter(one => {
    if (!one.checkVisibility() || one.closest(".skip, .unseen, .trap, [aria-hidden=true]")) return false
    const inText = one.matches("a") && getComputedStyle(one).display === "inline"
    const box = (one.matches("[type=checkbox],[type=radio]") && one.closest("label, td") || one).getBoundingClientRect()
    return !inText && Math.max(box.height, height(one, "::before"), height(one, "::after")) < least - .5
  }).map(one => `${Math.round(one.getBoundingClientRect().height)}: ${one.outerHTML.slice(0, 100)}`)
}"""
_TOO_FINE = """least => {
  const fine = new Set(), texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement
    if (!texts.currentNode.textContent.trim() || !one.checkVisibility() || one.closest("svg, script")) continue
    if (parseFloat(getComputedStyle(one).fontSize) < least) fine.add(one.outerHTML.slice(0, 80))
  }
  return [...fine]
}"""


def too_small(page: Page, least: int = THUMB) -> list[str]:
    """What is pressed and is lower than a finger wants, with its height; links in the midst of a text excepted."""
    page.wait_for_load_state()
    return [str(one) for one in page.evaluate(_TOO_SMALL, least)]


def too_fine(page: Page, least: int = 13) -> list[str]:
    """Texts in letters of fewer pixels."""
    page.wait_for_load_state()
    return [str(one) for one in page.evaluate(_TOO_FINE, least)]
