"""The name under which a worker sits in a group, the same again after a restart.

A broker that knows a member by name gives it its partitions back at once, where an unknown one would wait until the
dead one's session ends.  A name belongs to a data folder and to a numbered seat in it, held by a lock that the kernel
gives up when its holder dies.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from huiying import complaints
from huiying.engines.filelock import FileLock
from huiying.errors import Misconfigured


@dataclass(frozen=True)
class Seat:
    name: str
    _lock: FileLock

    def leave(self) -> None:
        self._lock.release()


class Seats:
    def __init__(self, folder: Path) -> None:
        self._folder = folder / "seats"
        # Two machines may hold copies of one folder: the host's name stands in the member's name too.
        host = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:80]
        self._house = f"{host}-{_mark(self._folder)}"

    def take(self, group: str) -> Seat:
        """The first free seat. Raises TryAgain where its file cannot be opened."""
        for number in count():
            lock = FileLock(self._folder / f"{group}.{number}.lock")
            if lock.take():
                return Seat(f"{self._house}-{number}", lock)
        raise AssertionError  # count() does not end


def _mark(folder: Path) -> str:
    """What tells this folder from every other one, made at its first use."""
    path = folder / "mark"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"mark.{os.getpid()}.{secrets.token_hex(4)}"
        if not path.exists():
            draft.write_text(secrets.token_hex(4), "ascii")
            # A link appears whole or not at all, and never over a mark that is in use.
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text("ascii").strip()
    except OSError as error:
        raise Misconfigured(
            f"{folder}：不能使用（{complaints.of_system(error)}），请检查 HUIYING_DATA"
        ) from error
