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
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from huiying.contracts import Role
from tests.browser.screenshots import CHROMIUM, Visit, look

CHECKOUT = Path(__file__).resolve().parents[2]
ALL = CHECKOUT / "build" / "shots"
SHOWN = CHECKOUT / "docs" / "images"
OF_DOCUMENTS = ("board.png", "board-phone.png", "case.png", "hand.png")

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
    SHOWN.mkdir(parents=True, exist_ok=True)
    for name in OF_DOCUMENTS:
        shutil.copyfile(ALL / name, SHOWN / name)
    print("\n".join(troubles) or f"pictures stand in {ALL}, those of the documents in {SHOWN}")
    return 1 if troubles else 0


@contextlib.contextmanager
def _demo() -> Iterator[Demo]:
    web, newsroom = _free_ports(2)
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


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


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
