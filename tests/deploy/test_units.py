"""The systemd units of deploy/systemd/: systemd reads them, and they keep the office to its own folders."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from huiying.settings import Settings
from tests.journey.composed import ROOT

UNITS = ROOT / "deploy" / "systemd"
PROGRAM = "/opt/huiying/.venv/bin/huiying"


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        reason = "no systemd-analyze: apt-get install systemd"
        pytest.fail(reason) if os.environ.get("HUIYING_REQUIRE_SERVICES") == "1" else pytest.skip(reason)
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """As they stand there, with a program that exists here."""
    for unit in UNITS.iterdir():
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace(PROGRAM, "/bin/true"), "utf-8")
    return [str(path) for path in sorted(tmp_path.iterdir())]


def test_systemd_has_nothing_to_say_against_them(units: list[str]) -> None:
    done = analyze("verify", *units)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["huiying.service", "huiying-backup.service"])
def test_little_is_left_open(units: list[str], name: str) -> None:
    """systemd's own count, from 0 (nothing) to 10 (everything); 5 is what it calls medium."""
    (unit,) = (path for path in units if path.endswith(f"/{name}"))
    done = analyze("security", "--offline=yes", "--threshold=40", unit)
    assert done.returncode == 0, done.stdout[-300:]


def test_every_setting_in_them_is_one() -> None:
    known = {f"HUIYING_{name.upper()}" for name in Settings.model_fields}
    text = "".join(unit.read_text("utf-8") for unit in UNITS.iterdir())
    assert {name.removesuffix("_FILE") for name in re.findall(r"HUIYING_[A-Z_]+", text)} <= known
