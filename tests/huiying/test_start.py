"""Whoever stops the program while it starts is obeyed at once, and told nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from huiying.start import nothing_to_tidy, tidily
from tests.journey.processes import Program, waited

NOISE = re.compile(r"Traceback|Exception ignored|KeyboardInterrupt|Error")


def catches(process: subprocess.Popen[bytes], number: signal.Signals) -> bool:
    """Whether it has a handler of its own for this signal by now: python comes without one for SIGTERM."""
    status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    (caught,) = re.findall(r"SigCgt:\s*([0-9a-f]+)", status)
    return bool(int(caught, 16) >> (number - 1) & 1)


def as_a_shell_tells_it(code: int) -> int:
    """``python -m`` ends itself by SIGINT where KeyboardInterrupt came out of an ``exec`` of text, as where a dataclass is being made,
    whatever was made of it further out; a shell tells 130 of both."""
    return 128 + signal.SIGINT if code == -signal.SIGINT else code


@pytest.fixture
def begun(tmp_path: Path, models: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """A process that has just begun to load. What it prints stands in log.txt."""
    program = Program.laid_out(tmp_path / "data", models)
    started: list[subprocess.Popen[bytes]] = []

    def begin(*words: str) -> subprocess.Popen[bytes]:
        # A shell that starts the tests in the background has it ignored, which would go down to the program.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            started.append(program.start(*words))
        finally:
            signal.signal(signal.SIGINT, before)
        waited(lambda: catches(started[-1], signal.SIGTERM), 30, every=0.001)
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.mark.parametrize("words", [("run",), ("demo", "--port", "0")], ids=["run", "demo"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
@pytest.mark.parametrize("after", [0.0, 0.4, 1.0, 2.0])
def test_a_program_that_is_stopped_while_it_starts_says_nothing(
    begun: Callable[..., subprocess.Popen[bytes]], tmp_path: Path,
    words: tuple[str, ...], number: signal.Signals, after: float,
) -> None:  # fmt: skip
    process = begun(*words)
    time.sleep(after)
    process.send_signal(number)
    code = as_a_shell_tells_it(process.wait(timeout=60))
    printed = (tmp_path / "log.txt").read_text("utf-8")
    assert NOISE.findall(printed) == [], printed
    assert code in ({0, 128 + number} if "值班台" in printed else {128 + number}), printed
    waited(lambda: not Program(data=tmp_path / "data").running(), 30)


def test_what_is_ignored_stays_ignored_and_what_was_there_comes_back() -> None:
    before, there = signal.signal(signal.SIGINT, signal.SIG_IGN), signal.getsignal(signal.SIGTERM)
    try:
        with nothing_to_tidy():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) not in (there, signal.SIG_DFL)
        assert signal.getsignal(signal.SIGTERM) is there
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_caught_on_the_way_while_loading(number: signal.Signals) -> None:
    """Where an import would swallow an exception, or make another one of it."""
    code = f"""
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from huiying.start import nothing_to_tidy
with nothing_to_tidy():
    try:
        os.kill(os.getpid(), {int(number)})
    except BaseException:
        pass
print("went on")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, b"", b"")


def test_afterwards_everything_is_closed_on_the_way_out() -> None:
    before = signal.signal(signal.SIGTERM, tidily)
    closed = False
    try:
        with pytest.raises(SystemExit) as ended:
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(1)
            finally:
                closed = True
        assert ended.value.code == 143
    finally:
        signal.signal(signal.SIGTERM, before)
    assert closed
