"""试采 from the web: the command ``huiying sources try``, in a process of its own, one at a time.

The crawler's reactor runs once a process, and a page that makes it stall must not hold up the web.
What it collects lies in a folder of this side's, which goes even where the process had to be ended by force.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

import msgspec

from huiying import logs
from huiying.errors import HuiyingError

SECONDS = 45
"""That a look may take; whatever was found by then is shown."""
PATIENCE = 45
"""More than that until the process is ended: to start, to read what was found, to end."""

_log = logs.get("web")


class Busy(HuiyingError):
    """Somebody else is trying a source."""


class Failed(HuiyingError):
    """It gave no answer; the message is Chinese."""


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """One post that would be taken in."""

    title: str
    text: str
    """How it begins."""
    length: int
    published: str
    """ISO, or '' where nobody could tell."""
    url: str
    method: str
    """How title, time and text were found; '' where they came as such."""
    confidence: float | None
    ours: bool | None
    """Whether it is the office's business; None where no model is at hand."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a look found, and what the command prints with ``--json``."""

    source: str
    name: str
    ok: bool
    problem: str
    """What went wrong, in Chinese, or ''."""
    seen: int
    """Items that were there."""
    posts: int
    ours: int
    stopped: bool
    """It took too long: there is more than was looked at."""
    taken: tuple[Tried, ...]
    """The first few."""


class Trials:
    def __init__(self, data: Path) -> None:
        self._data = data
        self._one = Lock()

    def run(self, source: str) -> Outcome:
        """Raises Busy, Failed."""
        if not self._one.acquire(blocking=False):
            raise Busy("另一位正在试采，请过一会儿再试。")
        try:
            return self._run(source)
        finally:
            self._one.release()

    def _run(self, source: str) -> Outcome:
        command = [
            sys.executable, "-m", "huiying.cli", "sources", "try", source, "--seconds", str(SECONDS), "--json"
        ]  # fmt: skip
        try:
            with tempfile.TemporaryDirectory(prefix="huiying-trial-") as folder:
                done = subprocess.run(
                    command,
                    env=self._environment(folder),
                    capture_output=True,
                    timeout=SECONDS + PATIENCE,
                    check=False,
                )
        except (subprocess.TimeoutExpired, OSError) as error:
            _log.warning("trial_failed", source=source, reason=type(error).__name__)
            raise Failed("试采没有按时结束，请稍后再试，或在服务器上运行 huiying sources try。") from error
        try:
            return msgspec.json.decode(done.stdout, type=Outcome)
        except msgspec.MsgspecError as error:
            _log.warning("trial_failed", source=source, code=done.returncode)
            raise Failed("试采没有给出结果，请在服务器上运行 huiying sources try 看原因。") from error

    def _environment(self, folder: str) -> Mapping[str, str]:
        own = {"HUIYING_DATA": str(self._data.resolve()), "HUIYING_METRICS": "", "TMPDIR": folder}
        return {**os.environ, **own}
