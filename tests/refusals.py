"""What a person is told who gives a command with settings that cannot work."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from pydantic import SecretStr

from huiying.settings import Settings

SOON_SECONDS = 40


def refused(settings: Settings, *command: str) -> str:
    """The one line that ``huiying …`` ends with, soon, with code 2 and without a traceback."""
    settings.data.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "huiying.cli", *command],
        env={**os.environ, **environment(settings)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    took = time.monotonic() - started
    lines = done.stderr.splitlines()
    assert (done.returncode, len(lines)) == (2, 1), done.stderr
    assert took < SOON_SECONDS, f"{took:.1f} s"
    return lines[0]


def environment(settings: Settings) -> dict[str, str]:
    """The variables that give these settings to a process."""
    values = {name: _bare(value) for name, value in settings.model_dump().items()}
    return {f"HUIYING_{name.upper()}": value for name, value in values.items()}


def _bare(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return "" if value is None else str(value)
