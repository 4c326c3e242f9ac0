"""The real program in processes of its own, on a data folder, with whatever it should be told."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from huiying import datafolder
from huiying.settings import load

T = TypeVar("T")


@dataclass(kw_only=True)
class Program:
    """``huiying`` over one data folder."""

    data: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def laid_out(cls, data: Path, models: Path, **environment: str) -> Program:
        """A new office on a free port, with models that are trained already; what ``huiying init`` makes, without its start."""
        settings = load(data=data)
        datafolder.lay_out(settings)
        datafolder.secret_key(settings)
        shutil.copytree(models, settings.models, dirs_exist_ok=True)
        return cls(data=data, environment={"HUIYING_PORT": "0", **environment})

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A process that goes on; its output goes to ``log.txt`` beside the data."""
        log = (self.data.parent / "log.txt").open("ab")
        return subprocess.Popen(self._command(arguments), env=self._environment(), stdout=log, stderr=log)

    def call(self, *arguments: str, timeout: float = 180) -> subprocess.CompletedProcess[str]:
        """A process that ends."""
        return subprocess.run(
            self._command(arguments),
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def running(self) -> list[int]:
        """Processes of this office that are still there, by their environment."""
        mark = f"HUIYING_DATA={self.data}".encode()
        found = []
        for process in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if process.name.isdigit() and mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
        return found

    def ledger(self) -> dict[str, Any]:
        """What ``huiying account --json --missing`` says; fails where it ends otherwise than the ledger says."""
        done = self.call("account", "--json", "--missing", timeout=600)
        book: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (1 if book["missing"] else 0), done.stderr
        return book

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "huiying", *arguments]

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "HUIYING_DATA": str(self.data),
            "HUIYING_LOG_LEVEL": "WARNING",
            **self.environment,
        }


def waited(look: Callable[[], T], seconds: float = 120, *, every: float = 0.05) -> T:
    """What ``look`` returns, once that is anything."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(every)
    return seen
