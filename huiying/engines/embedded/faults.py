"""What SQLite says when it fails, told by what the caller can do about it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from huiying.complaints import disk_is_full
from huiying.errors import DiskTrouble, Misconfigured, TryAgain

FULL = "磁盘已满，请先腾出空间"
# What is the matter, and what is to be done; who waits and tries again by himself says so himself.
_PASSING = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: "磁盘读写出错，请检查磁盘",
    sqlite3.SQLITE_BUSY: "文件正被别的进程占用",
    sqlite3.SQLITE_LOCKED: "文件正被占用",
    sqlite3.SQLITE_READONLY: "文件变成只读了，请恢复写权限",
    sqlite3.SQLITE_CANTOPEN: "文件暂时打不开",
    sqlite3.SQLITE_NOMEM: "内存不足",
}
_MAY_BE_FULL = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
"""What SQLite says where it cannot make or stretch the files beside its own, whatever the reason."""
_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_BROKEN = {
    sqlite3.SQLITE_CORRUPT: "文件已损坏。请停止程序，把它连同 -wal、-shm 移到别处保存，再从备份恢复",
    sqlite3.SQLITE_NOTADB: "不是回应的数据文件。请检查 HUIYING_DATA 指向的目录，把这个文件移走",
}
_UNUSABLE = {
    sqlite3.SQLITE_CANTOPEN: "打不开。请检查 HUIYING_DATA 指向的目录是否可写",
    sqlite3.SQLITE_READONLY: "不可写。请检查文件和目录的权限",
    sqlite3.SQLITE_PERM: "没有权限。请检查文件和目录的权限",
}


def translate(error: Exception, path: Path, *, opening: bool = False) -> Exception:
    """TryAgain or Misconfigured, whichever fits; anything that is not the file's fault comes back as it is.

    While ``opening``, a file that cannot be written is a person's to mend; later it may pass.
    """
    code = _code(error)
    told: Exception
    if code in _BROKEN:
        told = Misconfigured(f"{path}：{_BROKEN[code]}")
    elif code in _MAY_BE_FULL and disk_is_full(path):
        told = DiskTrouble(f"{path.name}：{FULL}")
    elif opening and code in _UNUSABLE:
        told = Misconfigured(f"{path}：{_UNUSABLE[code]}")
    elif code in _PASSING:
        told = (DiskTrouble if code in _DISK else TryAgain)(f"{path.name}：{_PASSING[code]}")
    else:
        return error
    # A writing thread hands the error over instead of raising it, so that ``raise … from`` is out of reach there.
    told.__cause__ = error
    return told


def is_busy(error: sqlite3.Error) -> bool:
    return _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _code(error: Exception) -> int:
    """The primary result code; the extended ones only say where in SQLite it was found."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF
