"""A disk that is really full, in a mount namespace of its own: what is told of it, and what can be read all the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_CHILD = """
import errno, sys
from pathlib import Path
from huiying.engines import open_engine, open_stream
from huiying.errors import TryAgain
from huiying.settings import Settings

settings = Settings(data=Path(sys.argv[1]) / "data")
engine = open_engine(settings)
engine.stream.publish("posts", [("a", b"1"), ("b", b"2")])
engine.close()
filler = open(Path(sys.argv[1]) / "filler", "wb", buffering=0)
for size in (1 << 16, 1 << 12, 1):
    while True:
        try:
            filler.write(bytes(size))
        except OSError as full:
            assert full.errno == errno.ENOSPC
            break
for attempt in (lambda: open_stream(settings), lambda: open_engine(settings)):
    try:
        attempt()
    except TryAgain as told:
        print(told)
engine = open_engine(settings, reading=True)
print(len(list(engine.stream.scan("posts"))), len(list(engine.archive.keys())))
try:
    engine.stream.publish("posts", [("c", b"3")])
except TryAgain as told:
    print(told)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> list[str]:
    """The beginning of a command that sees four megabytes at ``tmp_path``."""
    if not shutil.which("unshare"):
        pytest.skip("needs unshare")
    script = f'mount -t tmpfs -o size=4m tmpfs "{tmp_path}" && exec "$@"'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("may not mount here")
    return command


def test_a_full_disk_is_called_one_and_what_is_there_can_still_be_read(
    small_disk: list[str], tmp_path: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [*small_disk, sys.executable, "-c", _CHILD, str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "stream.db：磁盘已满，请先腾出空间",
        "stream.db：磁盘已满，请先腾出空间",
        "2 0",
        "stream.db：磁盘已满，请先腾出空间",
    ]
