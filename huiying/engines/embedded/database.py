"""One SQLite file: a writing thread that commits what is waiting together, and readers that never block it.

Every commit is synchronous=FULL, so a job that returned survives a power cut.  Grouping makes that affordable: a sync
is dear (0.3 ms), what it covers is nearly free.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from huiying import identity, private
from huiying.complaints import disk_is_full
from huiying.engines.embedded.faults import is_busy, translate
from huiying.errors import Misconfigured, TryAgain

T = TypeVar("T")

VERSION = 6
"""Of the schemas beside this file and of what stands in their documents; raise it with every change of either that an older
program could not read, and migrate in :func:`_prepare`."""
GROUP = 64
"""Most jobs of one transaction. More would make the first of them wait without making the sync cheaper."""
PATIENCE_SECONDS = 10.0
"""How long a writer waits for another process to finish its transaction."""
IDLE_READERS = 8
"""Reading connections that are kept open between uses."""


@dataclass(slots=True)
class _Job(Generic[T]):
    run: Callable[[sqlite3.Connection], T]
    settled: Future[T] = field(default_factory=Future)
    result: T | None = None
    error: Exception | None = None

    def settle(self) -> None:
        if self.error is not None:
            self.settled.set_exception(self.error)
        else:
            self.settled.set_result(self.result)  # type: ignore[arg-type]


class Database:
    """Closed once every holder has closed it."""

    def __init__(self, path: Path, *, schema: str, holders: int = 1, reading: bool = False) -> None:
        """``reading``: for a caller that writes nothing, and must see what is there on a full disk too."""
        self.path = path
        self._holders = holders
        self._closed = False
        self._lock = threading.Lock()
        self._idle: deque[sqlite3.Connection] = deque()
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._frozen: TryAgain | None = None
        try:
            self._writer = _open_writer(path, schema)
        except TryAgain as full:
            if not (reading and path.exists() and disk_is_full(path)):
                raise
            self._frozen, self._writer = full, sqlite3.connect(":memory:", check_same_thread=False)
        self._thread = threading.Thread(target=self._work, name=f"write {path.name}", daemon=True)
        self._thread.start()

    def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run in the writing thread; returns once it is on the disk.

        What the job raises is raised here, and its own changes are undone; others of the same transaction stand.
        """
        waiting = _Job(job)
        with self._lock:
            if self._closed:
                raise TryAgain(f"{self.path.name} 已经关闭")
            if self._frozen:
                raise self._frozen
            self._jobs.put(waiting)
        return waiting.settled.result()

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one moment of the file, for this block only."""
        try:
            connection = self._take()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("COMMIT")
                self._give_back(connection)
        except sqlite3.Error as error:
            raise translate(error, self.path) from error

    def empty_journal(self) -> None:
        """What the journal still holds goes into the file, and the journal is cut to nothing: older pages lie in it. Where a
        reader needs them it is left for the next time."""
        connection = sqlite3.connect(self.path, timeout=PATIENCE_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise translate(error, self.path) from error
        finally:
            connection.close()

    def close(self) -> None:
        with self._lock:
            self._holders -= 1
            if self._holders != 0:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        while self._idle:
            self._idle.pop().close()
        self._writer.close()

    # ------------------------------------------------------------------------------------ reading

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                raise TryAgain(f"{self.path.name} 已经关闭")
            if self._idle:
                return self._idle.pop()
        return _open_reader(self.path, frozen=self._frozen is not None)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < IDLE_READERS:
                self._idle.append(connection)
                return
        connection.close()

    # ------------------------------------------------------------------------------------ writing

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs = [first]
            stop = False
            while len(jobs) < GROUP and not stop:
                try:
                    following = self._jobs.get_nowait()
                except Empty:
                    break
                if following is None:
                    stop = True
                else:
                    jobs.append(following)
            self._commit_together(jobs)
            if stop:
                return

    def _commit_together(self, jobs: list[_Job[Any]]) -> None:
        try:
            self._begin()
            for job in jobs:
                self._attempt(job)
            self._writer.execute("COMMIT")
        except Exception as error:
            self._undo()
            for job in jobs:
                job.error = translate(error, self.path)
        for job in jobs:
            job.settle()

    def _begin(self) -> None:
        # SQLite's own busy handler backs off to 100 ms and starves beside a busy process; a short even wait does not.
        patience = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > patience:
                    raise
            time.sleep(0.0005)

    def _attempt(self, job: _Job[Any]) -> None:
        self._writer.execute("SAVEPOINT job")
        try:
            job.result = job.run(self._writer)
        except Exception as error:
            if not self._writer.in_transaction:  # a full disk takes the whole transaction with it
                raise
            self._writer.execute("ROLLBACK TO job")
            job.error = translate(error, self.path)
        self._writer.execute("RELEASE job")

    def _undo(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")


def _open_writer(path: Path, schema: str) -> sqlite3.Connection:
    private.touch(path)  # the journals beside it get its mode
    try:
        connection = sqlite3.connect(
            path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection, path, schema)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise translate(error, path, opening=True) from error
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, schema: str) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise Misconfigured(
            f"{path}：这个文件是更新的回应版本（格式 {version}）建的，本版本只认到格式 {VERSION}，请升级程序"
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    connection.execute("PRAGMA cache_size = -32768")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    if version < VERSION:
        if schema == "office":
            _add_events_owed(connection)
            _add_answers(connection)
            _add_addresses(connection)
            _add_answering(connection)
        script = Path(__file__).with_name(f"{schema}.sql").read_text("utf-8")
        fill = ""
        if schema == "office" and version:
            fill = (_TAGS_OF_OLD if version < 3 else "") + (_RESTRICTED_OF_OLD if version < 6 else "")
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{script}\n{fill}\nPRAGMA user_version = {VERSION};\nCOMMIT;"
        )
    connection.execute("PRAGMA busy_timeout = 0")


def _add_events_owed(connection: sqlite3.Connection) -> None:
    """Format 2 knows the events that a case owes apart from its notices; before, one time stood for both."""
    columns = {column for _, column, *_ in connection.execute("PRAGMA table_info(cases)")}
    if columns and "next_event_at" not in columns:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ALTER TABLE cases ADD COLUMN next_event_at INTEGER")
        connection.execute("UPDATE cases SET next_event_at = next_send_at")
        connection.execute("COMMIT")


def _add_answers(connection: sqlite3.Connection) -> None:
    """Format 3 knows what was answered, and finds cases by those who have part in them (``case_tags``)."""
    columns = {column for _, column, *_ in connection.execute("PRAGMA table_info(cases)")}
    if columns and "published_at" not in columns:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ALTER TABLE cases ADD COLUMN published_at INTEGER")
        connection.execute("ALTER TABLE cases ADD COLUMN handled_as TEXT NOT NULL DEFAULT ''")
        connection.execute("COMMIT")


def _add_addresses(connection: sqlite3.Connection) -> None:
    """Format 5 finds lines by where their post stands."""
    columns = {column for _, column, *_ in connection.execute("PRAGMA table_info(lines)")}
    if columns and "address" not in columns:
        connection.create_function("address", 1, identity.address, deterministic=True)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ALTER TABLE lines ADD COLUMN address TEXT NOT NULL DEFAULT ''")
        connection.execute(
            "UPDATE lines SET address = address(coalesce(json_extract(CAST(doc AS TEXT), '$.body.url'), "
            "json_extract(CAST(doc AS TEXT), '$.reading.post.url'))) FROM line_documents d WHERE d.n = lines.n"
        )
        connection.execute("COMMIT")


def _add_answering(connection: sqlite3.Connection) -> None:
    """Format 5 finds what was dropped by what it answers, and cases without a clock by id."""
    columns = {column for _, column, *_ in connection.execute("PRAGMA table_info(lines)")}
    if columns and "reply_to" not in columns:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DROP INDEX IF EXISTS cases_next_due")
        connection.execute("ALTER TABLE lines ADD COLUMN reply_to TEXT")
        connection.execute(
            "UPDATE lines SET reply_to = (SELECT json_extract(CAST(d.doc AS TEXT), '$.body.reply_to') "
            "FROM line_documents d WHERE d.n = lines.n) WHERE disposition = 'irrelevant'"
        )
        connection.execute("COMMIT")


_TAGS_OF_OLD = """
INSERT OR IGNORE INTO case_tags (tag, n) SELECT 'unit:' || unit, n FROM cases;
INSERT OR IGNORE INTO case_tags (tag, n) SELECT 'unit:' || helper.value, d.n
  FROM case_documents d, json_each(CAST(d.doc AS TEXT), '$.route.assist') helper;
"""

_RESTRICTED_OF_OLD = """
INSERT OR IGNORE INTO case_tags (tag, n) SELECT 'restricted', n FROM case_documents
  WHERE json_extract(CAST(doc AS TEXT), '$.route.restricted');
"""


def _open_reader(path: Path, *, frozen: bool = False) -> sqlite3.Connection:
    """``frozen``: where no file can be made beside this one. What a journal still holds must be read through it."""
    journal = path.with_name(f"{path.name}-wal")
    alone = frozen and not (journal.exists() and journal.stat().st_size)
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if alone else ''}",
        uri=True,
        timeout=PATIENCE_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA cache_size = -8192")
    return connection
