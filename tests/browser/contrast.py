"""Texts of a page that are too faint on what they stand on (WCAG 1.4.3): 4.5 to 1, large ones 3 to 1."""

from __future__ import annotations

from playwright.sync_api import Page

_FAINT = """() => {
  const colour = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a] }
  const over = (top, below) => [0, 1, 2].map(n => top[n] * top[3] + below[n] * (1 - top[3])).concat(1)
  const light = ([r, g, b]) => [r, g, b].map(n => n / 255).map(n => n <= .03928 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4)
    .reduce((sum, n, at) => sum + n * [.2126, .7152, .0722][at], 0)
  const above = one => { const all = []; for (; one; one = one.parentElement) all.push(one); return all }
  const ground = one => above(one).map(each => colour(getComputedStyle(each).backgroundColor)).reverse()
    .reduce((below, top) => over(top, below), [255, 255, 255, 1])
  const faint = new Set(), texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement, style = getComputedStyle(one)
    if (!texts.currentNode.textContent.trim() || !one.checkVisibility() || one.closest("svg, [disabled]")) continue
    const shown = colour(style.color), below = ground(one), size = parseFloat(style.fontSize)
    shown[3] *= above(one).reduce((all, each) => all * getComputedStyle(each).opacity, 1)
    const [dark, bright] = [light(below), light(over(shown, below))].sort((a, b) => a - b)
    const ratio = (bright + .05) / (dark + .05), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700)
    if (ratio < (large ? 3 : 4.5)) faint.add(`${one.outerHTML.slice(0, 80)}: ${ratio.toFixed(2)}`)
  }
  return [...faint]
}"""


def faint(page: Page) -> list[str]:
    """Each with its ratio; nothing where all can be read."""
    page.wait_for_load_state()
    return [str(one) for one in page.evaluate(_FAINT)]
