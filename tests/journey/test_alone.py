"""What the embedded engine owes to one process alone in its folder: who else is there, and a disk that is full."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journey.exports import FOOTBALL, export
from tests.journey.processes import Program, waited


@pytest.fixture
def program(tmp_path: Path, models: Path) -> Program:
    return Program.laid_out(tmp_path / "office", models, HUIYING_ENGINE="embedded")


def test_a_second_start_on_the_same_folder_is_told_who_is_there(program: Program) -> None:
    first = program.start("run", "--stages", "triage")
    try:
        waited(lambda: (program.data / "run.lock").exists() and (program.data / "run.lock").read_text())
        second = program.call("run", "--stages", "triage")
        assert second.returncode == 2
        assert f"进程号 {first.pid}" in second.stderr and "Traceback" not in second.stderr
    finally:
        first.terminate()
        assert first.wait(timeout=60) == 0


def test_a_full_disk_loses_nothing(program: Program, tmp_path: Path) -> None:
    file = export(tmp_path / "big.jsonl", *(f"{FOOTBALL}第{number}次" * 20 for number in range(1500)))
    size = (program.data / "stream.db").stat().st_size if (program.data / "stream.db").exists() else 0
    full = subprocess.run(
        [sys.executable, "-m", "huiying.cli", "intake", str(file)],
        env={**os.environ, "HUIYING_DATA": str(program.data)},
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size + 600_000, size + 600_000)),
        check=False,
    )
    assert full.returncode == 3, full.stderr
    assert "磁盘" in full.stderr and "Traceback" not in full.stderr
    again = program.call("intake", str(file), "--json")
    assert again.returncode == 0, again.stderr
    assert program.ledger()["published"] == 1500


def site_of(program: Program) -> tuple[object, object]:
    """What a demo remembers of its sample site; how far its time has come, it notes all along."""
    known = json.loads((program.data / "demo.json").read_text("utf-8"))
    return known["newsroom_port"], known["newsroom_started"]


def test_a_second_demo_on_the_same_folder_touches_nothing_of_the_first(program: Program) -> None:
    first = program.start("demo", "--port", "0")
    try:
        waited(lambda: (program.data / "demo-accounts.json").exists())
        catalogue, memory = (
            (program.data / "sources.toml").read_bytes(),
            site_of(program),
        )
        second = program.call("demo", "--port", "0")
        assert second.returncode == 2 and f"进程号 {first.pid}" in second.stderr
        assert (program.data / "sources.toml").read_bytes() == catalogue
        assert site_of(program) == memory
    finally:
        first.kill()
        first.wait()
    waited(lambda: not program.running())
