"""What a person's hands do on the pages of people's part: press a step, fill in what it asks for, write a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Page, expect

from triage.publishing import Part


def unfold(page: Page) -> None:
    """Open whatever a phone has folded, from the top to the bottom."""
    page.wait_for_load_state()
    for _ in range(100):
        folded = page.locator("main .toggle:not([open]) > summary:visible")
        if not folded.count():
            return
        folded.first.click()
    raise AssertionError("what is folded does not open")


def press(page: Page, name: str) -> None:
    """Open the step where it asks for something, and take it where it does not; returns with the page that comes of it."""
    page.wait_for_load_state()  # before its styles have come, all is seen that they hide
    desk = page.locator("#desk")
    others = desk.locator(".toggle:has(+ .others):not([open]) > summary:visible")
    if others.count():
        others.click()
    step = desk.locator("details.deed > summary", has_text=re.compile(f"^{name}$"))
    at_once = desk.get_by_role("button", name=name, exact=True)
    expect(step.or_(at_once).first).to_be_visible()
    if step.count():
        step.click()
        return
    with page.expect_navigation():
        at_once.click()


def send(page: Page, name: str, **fields: str) -> None:
    """Fill in the open form and send it; returns with the page that comes back."""
    form = page.locator("details.deed[open] form")
    for field, value in fields.items():
        box = form.locator(f"[name={field}]")
        if box.evaluate("element => element.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    with page.expect_navigation():
        form.get_by_role("button", name=name, exact=True).click()


def write_out(page: Page, title: str, words: Mapping[Part, str]) -> None:
    """Fill in the sheet of a draft and save it; returns with the page that comes back."""
    page.fill("[name=title]", title)
    for part, text in words.items():
        page.fill(f"textarea[name={part.value}]", text)
    with page.expect_navigation():
        page.get_by_role("button", name="保存").click()
