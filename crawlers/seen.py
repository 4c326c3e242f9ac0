"""What the crawler has published and when it looked where.  Its own small file, so that a second look adds nothing.

Marks follow publishing: a crash in between publishes again, under the same id and version, and loses nothing.
Holds ids, addresses and validators; no text and no names.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from huiying import private
from huiying.complaints import disk_is_full
from huiying.contracts import PostKey
from huiying.errors import DiskTrouble, TryAgain

_SCHEMA = """
CREATE TABLE IF NOT EXISTS posts (id TEXT, version TEXT, PRIMARY KEY (id, version)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (
    source TEXT, url TEXT, link TEXT NOT NULL, first_at REAL NOT NULL, checked_at REAL NOT NULL, tries INTEGER NOT NULL,
    etag TEXT NOT NULL, modified TEXT NOT NULL, shape TEXT NOT NULL, again INTEGER NOT NULL,
    PRIMARY KEY (source, url)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, rows INTEGER NOT NULL, rejected INTEGER NOT NULL) WITHOUT ROWID;
"""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One address that has been asked for. ``tries`` counts failures in a row; ``again``: it may be edited."""

    url: str
    """Canonical: what it is known by."""
    link: str
    """As the site writes it: what is asked for."""
    first_at: datetime
    checked_at: datetime
    tries: int = 0
    etag: str = ""
    modified: str = ""
    shape: str = ""
    """How pages of the source were read then: a validator says nothing once they are read differently."""
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDone:
    rows: int
    rejected: int


def next_look(page: Page, every: timedelta) -> datetime:
    """When a page is worth asking for again: soon while it is young, seldom later; backing off while it fails."""
    if page.tries:
        return page.checked_at + max(every, min(_DAY, every * (1 << min(page.tries, 12))))
    return page.checked_at + max(every, (page.checked_at - page.first_at) / 8)


class Seen:
    """May be used from any thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        private.touch(path)
        self._lock = threading.Lock()
        self._path = path
        try:
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise self._trouble() from error

    def _trouble(self) -> TryAgain:
        kind, reason = TryAgain, "请检查磁盘和文件权限"
        if disk_is_full(self._path):
            kind, reason = DiskTrouble, "磁盘已满，请先腾出空间"
        return kind(f"采集记录 {self._path.name} 暂时用不了：{reason}")

    @contextlib.contextmanager
    def _open(self) -> Iterator[None]:
        """One transaction. Faults of the disk are for trying again: nothing is marked that was not done."""
        with self._lock:
            try:
                self._db.execute("BEGIN")
                yield
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                raise self._trouble() from error
            finally:
                with contextlib.suppress(sqlite3.Error):
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")

    def unpublished(self, keys: Sequence[PostKey]) -> set[PostKey]:
        """Those of these that have not been marked."""
        with self._open():
            known = "SELECT 1 FROM posts WHERE id = ? AND version = ?"
            return {key for key in keys if not self._db.execute(known, (key.id, key.version)).fetchone()}

    def mark(self, keys: Iterable[PostKey]) -> None:
        """These are on the stream."""
        with self._open():
            self._db.executemany(
                "INSERT OR IGNORE INTO posts VALUES (?, ?)", [(k.id, k.version) for k in keys]
            )

    def page(self, source: str, url: str) -> Page | None:
        with self._open():
            row = self._db.execute(_PAGE + "AND url = ?", (source, url)).fetchone()
        return _page(row) if row else None

    def pages_again(self, source: str, *, since: datetime) -> list[Page]:
        """Pages first seen since that may have been edited, or that failed and may be tried again."""
        with self._open():
            rows = self._db.execute(
                _PAGE + "AND again = 1 AND first_at > ? ORDER BY checked_at", (source, since.timestamp())
            ).fetchall()
        return [_page(row) for row in rows]

    def mark_pages(self, source: str, pages: Iterable[Page]) -> None:
        rows = [
            (source, p.url, p.link, p.first_at.timestamp(), p.checked_at.timestamp(), p.tries, p.etag, p.modified,
             p.shape, int(p.again))
            for p in pages
        ]  # fmt: skip
        with self._open():
            self._db.executemany("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def forget_pages(self, *, before: datetime) -> None:
        """Drop addresses that nobody has asked for since."""
        with self._open():
            self._db.execute("DELETE FROM pages WHERE checked_at < ?", (before.timestamp(),))

    def file(self, id: str) -> FileDone | None:
        with self._open():
            row = self._db.execute("SELECT rows, rejected FROM files WHERE id = ?", (id,)).fetchone()
        return FileDone(rows=row[0], rejected=row[1]) if row else None

    def mark_file(self, id: str, done: FileDone) -> None:
        with self._open():
            self._db.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (id, done.rows, done.rejected))

    def close(self) -> None:
        with self._lock:
            self._db.close()


_PAGE = (
    "SELECT url, link, first_at, checked_at, tries, etag, modified, shape, again FROM pages WHERE source = ? "
)


def _page(row: tuple[str, str, float, float, int, str, str, str, int]) -> Page:
    url, link, first_at, checked_at, tries, etag, modified, shape, again = row
    return Page(
        url=url,
        link=link,
        first_at=datetime.fromtimestamp(first_at, UTC),
        checked_at=datetime.fromtimestamp(checked_at, UTC),
        tries=tries,
        etag=etag,
        modified=modified,
        shape=shape,
        again=bool(again),
    )
