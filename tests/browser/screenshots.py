"""Pictures of a running system, as an office sees it: the wall screen and a phone.

    python -m tests.browser.screenshots --base http://127.0.0.1:8080 --login zhiban --password … --out docs/images

Looks only: it signs in, reads pages, and hands nothing in.  Ends with 1 where a page reported an error to the browser.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from response_api.words import LEVELS
from tests.browser.layout import too_wide

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONGEST = 2600
SIZES = {"": (1920, 1080), "-phone": (390, 844)}


@dataclass(frozen=True)
class Visit:
    base: str
    login: str
    password: str
    out: Path


def main(arguments: Sequence[str]) -> int:
    troubles = look(_read(arguments))
    print("\n".join(troubles) or "no page had anything to complain about")
    return 1 if troubles else 0


def look(visit: Visit) -> list[str]:
    """Take every picture in every size into ``visit.out``; returns what the browser complained about."""
    visit.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        troubles = [
            trouble
            for name, (width, height) in SIZES.items()
            for trouble in _look(browser, visit, name, width, height)
        ]
        browser.close()
    return troubles


def _read(arguments: Sequence[str]) -> Visit:
    parser = argparse.ArgumentParser(prog="tests.browser.screenshots", description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8080")
    parser.add_argument("--login", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    given = parser.parse_args(arguments)
    return Visit(given.base.rstrip("/"), given.login, given.password, given.out)


def _look(browser: Browser, visit: Visit, name: str, width: int, height: int) -> list[str]:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    troubles: list[str] = []
    page.on(
        "console", lambda said: troubles.append(f"{page.url}: {said.text}") if said.type == "error" else None
    )
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.goto(f"{visit.base}/login")
    _shoot(page, visit.out / f"login{name}.png")
    page.fill("input[name=login]", visit.login)
    page.fill("input[name=password]", visit.password)
    page.click("main button[type=submit]")
    page.wait_for_selector("#link.on", timeout=20_000)
    page.wait_for_timeout(3500)
    troubles += _overflow(page)
    _shoot(page, visit.out / f"board{name}.png", whole=bool(name))
    for path, picture in (("/cases", "cases"), ("/posts/new", "hand"), (_gravest(page, visit), "case")):
        if path:
            page.goto(f"{visit.base}{path}")
            _shoot(page, visit.out / f"{picture}{name}.png", whole=bool(name))
            troubles += _overflow(page)
    context.close()
    return troubles


def look_at(
    browser: Browser, base: str, pages: Mapping[str, str], out: Path, *, sign_in: tuple[str, str] | None
) -> list[str]:
    """The same for pages by name, in every size, for one person or (None) for the public, without JavaScript then."""
    troubles: list[str] = []
    for size, (width, height) in SIZES.items():
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            java_script_enabled=sign_in is not None,
        )
        page = context.new_page()
        if sign_in is not None:
            page.goto(f"{base}/login")
            page.fill("input[name=login]", sign_in[0])
            page.fill("input[name=password]", sign_in[1])
            page.click("main button[type=submit]")
            page.wait_for_load_state()
        for name, path in pages.items():
            page.goto(f"{base}{path}")
            _shoot(page, out / f"{name}{size}.png", whole=True)
            troubles += _overflow(page)
        context.close()
    return troubles


def _gravest(page: Page, visit: Visit) -> str | None:
    """Address of the most spoken of among the cases of the highest level; None where there is no case."""
    for level in LEVELS:
        page.goto(f"{visit.base}/cases?{urlencode({'level': level.value})}")
        rows = [
            (int(row.locator("[data-name=信息]").inner_text()), row.locator("a").first.get_attribute("href"))
            for row in page.locator("table.list tbody tr").all()
        ]
        if rows:
            return max(rows, key=lambda row: row[0])[1]
    return None


def _shoot(page: Page, path: Path, *, whole: bool = False) -> None:
    """What a screen shows; ``whole``: what comes with scrolling too, as far as a picture may go."""
    if not whole:
        page.screenshot(path=path)
        return
    size = page.viewport_size or {"width": 390, "height": 844}
    height = min(LONGEST, page.evaluate("document.documentElement.scrollHeight"))
    page.screenshot(
        path=path, full_page=True, clip={"x": 0, "y": 0, "width": size["width"], "height": height}
    )


def _overflow(page: Page) -> list[str]:
    return [f"{page.url}: {', '.join(wide)}"] if (wide := too_wide(page)) else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
