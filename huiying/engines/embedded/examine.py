"""Whether the three files are whole, as far as SQLite itself can tell."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from huiying.engines.embedded.faults import translate
from huiying.errors import Misconfigured
from huiying.finding import Finding, good, misconfigured, notice, wrong

FILES = ("stream.db", "offsets.db", "office.db")
QUICK_BYTES = 256 << 20
"""Larger files are gone through only when asked to be thorough: reading takes about a second for this much."""


def examine(folder: Path, *, thorough: bool) -> Iterator[Finding]:
    """One finding for each file."""
    for name in FILES:
        yield _file(folder / name, thorough=thorough)


def _file(path: Path, *, thorough: bool) -> Finding:
    name = f"sqlite.{path.stem}"
    if not path.exists():
        return notice(name, f"{path.name} 还没有，第一次运行时建立")
    size = path.stat().st_size
    told = f"{path.name}，{size / (1 << 20):.1f} MB"
    if size > QUICK_BYTES and not thorough:
        return notice(name, f"{told}，文件较大，没有检查完整性", "在空闲时运行 huiying check --full")
    try:
        fault = _quick_check(path)
    except Exception as error:
        trouble = translate(error, path, opening=True)
        if isinstance(trouble, Misconfigured):
            return misconfigured(name, str(trouble))
        return wrong(name, f"{path.name} 检查不了（{trouble}）", "检查磁盘和文件权限")
    if fault:
        return misconfigured(
            name, f"{path.name} 已损坏（{fault}）", "停止程序，把它连同 -wal、-shm 移到别处保存，再从备份恢复"
        )
    return good(name, f"{told}，完整")


def _quick_check(path: Path) -> str:
    """What SQLite finds first; '' where it finds nothing."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)
    try:
        (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.close()
    return "" if said == "ok" else str(said)
