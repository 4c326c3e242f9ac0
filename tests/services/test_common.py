"""Starting and stopping a server: exactly what was started, and nothing else."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services import common
from services.common import (
    SIDE_BY_SIDE,
    Process,
    Unavailable,
    accepts,
    alone,
    cache,
    free_port,
    run,
    wait_until,
)

SLEEPER = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(600)",
]

DYING = """
import ctypes, threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
print("here", flush=True)
ctypes.CDLL(None).pthread_exit(None)
"""
"""Its first thread has ended, another has not."""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def started(process: Process, command: list[str]) -> int:
    process.start(command)
    assert wait_until(lambda: "here" in process.last_words(), within=20)
    assert process.pid is not None
    return process.pid


def test_a_process_is_started_found_again_and_stopped(tmp_path: Path) -> None:
    pid = started(Process(folder=tmp_path / "it"), SLEEPER)
    later = Process(folder=tmp_path / "it")
    assert later.pid == pid
    assert os.getsid(pid) == pid, "Ctrl-C where it was started must not reach it"
    assert later.stop()
    assert Process(folder=tmp_path / "it").pid is None
    assert not later.stop(), "there was nothing left to stop"
    assert not Path(f"/proc/{pid}").exists()


def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    process = Process(folder=tmp_path)
    pid = started(process, DEAF)
    assert process.stop(within=0.5)
    assert not Path(f"/proc/{pid}").exists()


def test_one_that_dies_slowly_lives_while_it_may_hold_its_ports(tmp_path: Path) -> None:
    process = Process(folder=tmp_path)
    pid = started(process, [sys.executable, "-c", DYING])
    assert wait_until(lambda: ") Z " in Path(f"/proc/{pid}/stat").read_text("utf-8"), within=20)
    assert process.pid == pid
    assert process.stop(how=signal.SIGKILL)
    assert not Path(f"/proc/{pid}").exists()


def test_a_stranger_with_a_recycled_id_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(SLEEPER, stdout=subprocess.DEVNULL)
    try:
        (tmp_path / "process.json").write_text(json.dumps({"pid": stranger.pid, "born": "1"}))
        process = Process(folder=tmp_path)
        assert process.pid is None
        assert not process.stop()
        time.sleep(0.2)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_command_that_fails_says_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="no such jar"):
        run([sys.executable, "-c", "raise SystemExit('no such jar')"], cwd=tmp_path, what="fetching")
    with pytest.raises(Unavailable, match="mvn-of-nowhere is not installed"):
        run(["mvn-of-nowhere"], cwd=tmp_path, what="fetching")


def test_downloads_lie_outside_the_repository(tmp_path: Path) -> None:
    assert cache() == tmp_path / "cache" / "huiying" / "services"


def test_two_who_start_the_same_service_do_so_one_after_the_other() -> None:
    script = "from services.common import alone\nwith alone('it'): print('mine', flush=True)"
    with alone("it"):
        other = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(1)
    assert other.communicate(timeout=20)[0] == "mine\n"


def test_a_free_port_is_given_to_one_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, one, other = free_port(), free_port(), free_port()
    drawn = iter([taken, one, one, other])
    monkeypatch.setattr(common, "_given", set())
    monkeypatch.setattr(secrets, "choice", lambda _: next(drawn))
    with socket.create_server(("127.0.0.1", taken)):
        assert (free_port(), free_port()) == (one, other)


def test_test_processes_side_by_side_draw_from_ports_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    for worker in ("gw0", "gw1"):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        drawn.append({free_port() % SIDE_BY_SIDE for _ in range(5)})
    assert len(drawn[0]) == len(drawn[1]) == 1
    assert drawn[0] != drawn[1]


def test_a_port_that_nobody_listens_on_does_not_accept() -> None:
    assert not accepts(f"127.0.0.1:{free_port()}")
    assert not accepts("127.0.0.1:none")


def test_a_folder_in_memory_is_empty_at_every_start_and_goes_with_its_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(common, "ROOM", 0)
    name = f"test-{secrets.token_hex(4)}"
    folder = common.memory(name)
    assert folder is not None
    (folder / "record").touch()
    again = common.memory(name)
    assert again == folder and not list(folder.iterdir())
    common.forget(name)
    assert not folder.exists()
    common.forget(name)


def test_without_room_in_memory_files_lie_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "ROOM", 1 << 62)
    assert common.memory("test-none") is None
