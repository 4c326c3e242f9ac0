"""The embedded engine: three SQLite files in the office's data folder, no server and no account.

``stream.db`` may be written by several processes; ``offsets.db`` stands apart because a reader's commits would starve
beside a busy publisher; ``office.db`` keeps cases, archive and register.
"""

from __future__ import annotations

from pathlib import Path

from huiying import complaints
from huiying.engines.embedded.archive import EmbeddedArchive
from huiying.engines.embedded.case_store import EmbeddedCaseStore
from huiying.engines.embedded.database import Database
from huiying.engines.embedded.register import EmbeddedRegister
from huiying.engines.embedded.stream import EmbeddedStream
from huiying.errors import Misconfigured
from huiying.ports import Engine


def open_engine(folder: Path, *, reading: bool = False) -> Engine:
    """All four ports over one folder, made when absent. Raises Misconfigured, TryAgain."""
    _make(folder)
    stream = EmbeddedStream(folder, reading=reading)
    try:
        office = Database(folder / "office.db", schema="office", holders=3, reading=reading)
    except BaseException:
        stream.close()
        raise
    return Engine(
        stream=stream,
        cases=EmbeddedCaseStore(office),
        archive=EmbeddedArchive(office),
        register=EmbeddedRegister(office),
    )


def open_stream(folder: Path) -> EmbeddedStream:
    """The stream alone, for a process that only publishes. Raises Misconfigured, TryAgain."""
    _make(folder)
    return EmbeddedStream(folder)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            f"{folder}：建不了数据目录（{complaints.of_system(error)}），请检查 HUIYING_DATA"
        ) from error
