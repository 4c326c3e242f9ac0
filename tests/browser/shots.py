"""The pictures of the documents, made anew: a demo of its own, a little life, every page in every size.

    python -m tests.browser.shots

All pictures come to ``build/shots``; those that documents show are copied to ``docs/images``.  Ends with 1 where a
page reported an error to the browser or is wider than its screen.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from huiying.contracts import Role
from services.common import free_port
from tests.browser.hands import press, send, write_out
from tests.browser.screenshots import CHROMIUM, FLAGS, Visit, look, look_at
from tests.triage.people import WORDS

CHECKOUT = Path(__file__).resolve().parents[2]
ALL = CHECKOUT / "build" / "shots"
SHOWN = CHECKOUT / "docs" / "images"
OF_DOCUMENTS = (
    "board.png",
    "board-phone.png",
    "case.png",
    "hand.png",
    "statement.png",
    "outcome.png",
    "leader-phone.png",
)

LIFE_SECONDS = 75
PATIENCE_SECONDS = 240
"""For the first case; the models are trained before it."""


@dataclass(frozen=True)
class Demo:
    """A running demo in a folder that goes when it ends."""

    data: Path
    log: Path
    base: str
    process: subprocess.Popen[bytes]

    def cases(self) -> int:
        """How many there are; 0 as long as nobody answers."""
        with (
            contextlib.suppress(OSError, ValueError),
            urllib.request.urlopen(f"{self.base}/healthz", timeout=3) as answer,
        ):
            return int(json.load(answer).get("cases", 0))
        return 0

    def account(self, role: Role) -> tuple[str, str]:
        accounts = json.loads((self.data / "demo-accounts.json").read_text("utf-8"))
        return next((login, password) for login, password, which in accounts if which == role.value)


def main() -> int:
    if not Path(CHROMIUM).exists():
        print(
            f"no Chromium at {CHROMIUM}: apt-get install chromium fonts-noto-cjk, or name another in CHROMIUM"
        )
        return 2
    with _demo() as demo:
        _wait_for_life(demo)
        login, password = demo.account(Role.DUTY)
        troubles = look(Visit(demo.base, login, password, ALL))
        troubles += _look_at_a_matter(demo)
    SHOWN.mkdir(parents=True, exist_ok=True)
    for name in OF_DOCUMENTS:
        shutil.copyfile(ALL / name, SHOWN / name)
    print("\n".join(troubles) or f"pictures stand in {ALL}, those of the documents in {SHOWN}")
    return 1 if troubles else 0


def _look_at_a_matter(demo: Demo) -> list[str]:
    """One matter is taken from the alert to its answer, each step by the person whose it is, and looked at."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        case, statement = _answered(browser, demo)
        handled = look_at(
            browser,
            demo.base,
            {"inbox": "/inbox", "desk": case, "statement": statement},
            ALL,
            sign_in=demo.account(Role.HANDLER),
        )
        leader = look_at(browser, demo.base, {"leader": "/leader"}, ALL, sign_in=demo.account(Role.LEADER))
        auditor = look_at(browser, demo.base, {"record": "/record"}, ALL, sign_in=demo.account(Role.AUDITOR))
        pages = {"public": "/public", "outcome": f"/public{case}"}
        public = look_at(browser, demo.base, pages, ALL, sign_in=None)
        browser.close()
    return [*handled, *leader, *auditor, *public]


def _answered(browser: Browser, demo: Demo) -> tuple[str, str]:
    """Paths of a case that was answered, and of its statement."""

    def sit_down(role: Role) -> Page:
        page = browser.new_context(locale="zh-CN").new_page()
        page.goto(f"{demo.base}/login")
        login, password = demo.account(role)
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password)
        page.click("main button[type=submit]")
        page.wait_for_load_state()
        return page

    duty, handler = sit_down(Role.DUTY), sit_down(Role.HANDLER)
    duty.goto(f"{demo.base}/cases?{urlencode({'topic': 'T01', 'state': 'flagged'})}")
    case = duty.locator("table.list tbody a[href]").first.get_attribute("href") or ""
    duty.goto(demo.base + case)
    press(duty, "确认")
    press(duty, "交办")
    send(duty, "交办", note="请抓紧核实")
    handler.goto(demo.base + case)
    press(handler, "签收")
    press(handler, "研判")
    send(handler, "研判", category="difficulty", finding="经现场核对，情况基本属实。")
    handler.goto(f"{demo.base}{case}/statements/new?kind=answer")
    write_out(handler, "关于人防车位租售问题的回应", WORDS)
    statement = handler.url.partition("?")[0].removeprefix(demo.base)
    press(handler, "送审")
    for role, step in ((Role.SECRECY, "审查通过"), (Role.SIGNER, "签发"), (Role.SPOKESPERSON, "发布")):
        page = sit_down(role)
        page.goto(demo.base + statement)
        press(page, step)
        send(page, step)
    return case, statement


@contextlib.contextmanager
def _demo() -> Iterator[Demo]:
    web, newsroom = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="huiying-shots-", ignore_cleanup_errors=True) as folder:
        data, log = Path(folder) / "data", Path(folder) / "log.txt"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "huiying.cli", "demo", "--port", str(newsroom)],
                cwd=CHECKOUT,
                env={**os.environ, "HUIYING_DATA": str(data), "HUIYING_PORT": str(web)},
                stdout=out,
                stderr=out,
            )
        try:
            yield Demo(data, log, f"http://127.0.0.1:{web}", process)
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for_life(demo: Demo) -> None:
    """Until the board has something to show: a first case, and as much again as a visitor would wait."""
    print("starting a demo and letting it live for a while ...", flush=True)
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not demo.cases():
        if demo.process.poll() is not None or time.monotonic() > give_up:
            sys.exit(f"the demo brought no case:\n{demo.log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(1)
    time.sleep(LIFE_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
