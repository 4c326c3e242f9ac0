"""A server on this machine: where its files lie, how it is started, how one knows that it is ready, how it ends.

Everything is kept outside the repository, in ``$XDG_CACHE_HOME/huiying/services`` (``~/.cache/…``).  What was started is
known by its process id *and* the moment it started, so that a stop never hits a stranger with a recycled id.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

HASTY = "-XX:TieredStopAtLevel=1"
"""For a Java that compiles quickly rather than well: better code costs a server half of the work of its first minutes."""

ROOM = 2 << 30
"""Bytes of memory without which files do not lie there: containers often have 64 MB of it."""
FIRST_PORT, LAST_PORT = 20_000, 32_768
SIDE_BY_SIDE = 16
"""Test processes that may draw ports at once without drawing the same."""
_given: set[int] = set()
"""Ports that :func:`free_port` has named."""


class Unavailable(Exception):
    """A service cannot be had here; the message says what to do."""


class Service(Protocol):
    """What ``python -m services`` needs of one service."""

    name: str

    def fetch(self) -> None:
        """Have its files in the cache; quick where they are there already. Raises Unavailable."""
        ...

    def start(self, *, in_memory: bool = False) -> str:
        """Start it unless it runs, do not wait for it; returns its address. Raises Unavailable.

        ``in_memory``: empty, over files that lie in memory and go when it is stopped.
        """
        ...

    def ready(self, address: str) -> bool:
        """Whether it answers."""
        ...

    def running(self) -> bool:
        """Whether the process that we started is alive."""
        ...

    def last_words(self) -> str:
        """The end of its log."""
        ...

    def stop(self) -> bool:
        """End what :meth:`start` started, and only that; whether there was anything to end."""
        ...


def cache() -> Path:
    """The folder of all services, made when absent."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "huiying" / "services"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def memory(name: str) -> Path | None:
    """An empty folder of memory for one service; None where this machine has no room for it."""
    room = Path("/dev/shm")
    if not room.is_dir() or shutil.disk_usage(room).free < ROOM:
        return None
    forget(name)
    folder = _of_memory(name)
    folder.mkdir(mode=0o755)
    return folder


def forget(name: str) -> None:
    """What of a service lies in memory."""
    shutil.rmtree(_of_memory(name), ignore_errors=True)


def _of_memory(name: str) -> Path:
    return Path("/dev/shm") / f"huiying-{os.geteuid()}-{name}"


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """One at a time on this machine: two who bring up the same service at once get one."""
    with (cache() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, kw_only=True)
class Process:
    """One server process, remembered in ``<folder>/process.json``, speaking into ``<folder>/output.log``."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "output.log"

    @property
    def pid(self) -> int | None:
        """Its id while it is alive."""
        try:
            noted = json.loads(self._note.read_text("ascii"))
        except (OSError, ValueError):
            return None
        pid = int(noted["pid"])
        return pid if _born(pid) == noted["born"] else None

    def start(
        self, command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        """In a session of its own: it outlives the one who started it, and Ctrl-C there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                command,
                cwd=cwd or self.folder,
                env=None if env is None else {**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._note.write_text(json.dumps({"pid": child.pid, "born": _born(child.pid)}), "ascii")

    def stop(self, *, within: float = 30.0, how: signal.Signals = signal.SIGTERM) -> bool:
        """Whether it was alive. Asks with SIGTERM, insists with SIGKILL."""
        pid = self.pid
        if pid is not None:
            self.signal(how)
            if not wait_until(lambda: not _alive(pid), within=within):
                self.signal(signal.SIGKILL)
                wait_until(lambda: not _alive(pid), within=10)
        self._note.unlink(missing_ok=True)
        return pid is not None

    def signal(self, number: signal.Signals) -> None:
        """To it alone what it can heed; to all that it has started what cannot be heeded (SIGKILL, SIGSTOP, SIGCONT)."""
        if (pid := self.pid) is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if number in {signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT}:
                os.killpg(pid, number)
            else:
                os.kill(pid, number)

    def last_words(self, lines: int = 15) -> str:
        """The end of its log, for the message that says it did not start."""
        try:
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])
        except OSError:
            return ""

    @property
    def _note(self) -> Path:
        return self.folder / "process.json"


def wait_until(look: Callable[[], bool], *, within: float) -> bool:
    """Whether it came true in time."""
    patience = time.monotonic() + within
    while not look():
        if time.monotonic() > patience:
            return False
        time.sleep(0.1)
    return True


def accepts(address: str) -> bool:
    """Whether ``host:port`` takes connections."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1):
            return True
    except (OSError, ValueError):
        return False


def find_java(minimum: int) -> Path:
    """The lowest Java runtime here that is new enough. Raises Unavailable."""
    homes = [Path(home) for home in (os.environ.get("ES_JAVA_HOME"), os.environ.get("JAVA_HOME")) if home]
    if java := shutil.which("java"):
        homes.append(Path(java).resolve().parent.parent)
    homes += sorted(Path("/usr/lib/jvm").glob("*")) + sorted(Path("/opt").glob("*jdk*"))
    found = {version: home for home in reversed(homes) if (version := _java_version(home))}
    fitting = [version for version in found if version >= minimum]
    if not fitting:
        there = ", ".join(str(version) for version in sorted(found)) or "none"
        raise Unavailable(
            f"needs Java {minimum} or newer (found: {there}). Install one, or set JAVA_HOME to where it is."
        )
    return found[min(fitting)] / "bin" / "java"


def run(command: Sequence[str], *, cwd: Path, what: str, env: Mapping[str, str] | None = None) -> str:
    """The output of a command that must succeed. Raises Unavailable with its last words."""
    try:
        done = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **(env or {})}
        )
    except FileNotFoundError as error:
        raise Unavailable(f"{what}: {command[0]} is not installed") from error
    if done.returncode:
        raise Unavailable(f"{what} failed:\n{(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout


def free_port() -> int:
    """A port that nothing listens on now; never the same twice, as whoever asked for the one before may not listen yet.

    Not one of those that the system gives to connections that go out (from 32768 on): such a one may be taken again before
    the server listens.  Test processes side by side draw from ports of their own.
    """
    mine = range(FIRST_PORT + _among(), LAST_PORT, SIDE_BY_SIDE)
    while True:
        port = secrets.choice(mine)
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port


def _among() -> int:
    """Which of the test processes that run side by side this is, from 0."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % SIDE_BY_SIDE


def _java_version(home: Path) -> int | None:
    if not (home / "bin" / "java").exists():
        return None
    try:
        said = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text("utf-8", "replace"), re.M)
    except OSError:
        return None
    return int(said.group(1)) if said else None


def _born(pid: int) -> str:
    """When the process started, in ticks since boot; '' where there is none, nor a thread that still holds its ports."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    state, threads, born = fields[0], int(fields[17]), fields[19]
    return "" if state == "Z" and threads <= 1 else born


def _alive(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # were it our own child, it would stay a zombie
    return bool(_born(pid))
