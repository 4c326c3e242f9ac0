"""试采 in a process of its own, over loopback: whatever becomes of that process, nothing of what it collected stays."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from huiying import datafolder, settings
from huiying.engines import open_engine
from response_api.source_trial import Failed, Trials
from tests.huiying.test_sourcetrial import CATALOGUE


def the_trial() -> int:
    """The process that this one has started to try a source."""
    own = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((one / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[1])
            words = (one / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended meanwhile
        if parent == os.getpid() and b"try" in words:
            own.append(int(one.name))
    (pid,) = own
    return pid


def test_a_trial_that_is_ended_by_force_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "tmp"
    there.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(there))
    monkeypatch.setenv("TMPDIR", str(there))
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "data"))
    office = settings.load()
    datafolder.lay_out(office)
    open_engine(office).close()
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as web:
        silent.settimeout(60)
        port = str(silent.getsockname()[1])
        office.sources.write_text(CATALOGUE.replace("{port}", port), "utf-8")
        trial = web.submit(Trials(office.data).run, "news")
        asking, _ = silent.accept()
        with asking:
            assert list(there.rglob("crawler.db")), "it is collecting"
            os.kill(the_trial(), signal.SIGKILL)
            with pytest.raises(Failed):
                trial.result()
    assert not list(there.iterdir())
