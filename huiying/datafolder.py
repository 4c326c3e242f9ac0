"""The folder of an office's data: laid out once, closed to other accounts, locked by the one process that may write the cases.

::

    data/  stream.db offsets.db office.db   the embedded engine
           crawler.db                       what the crawler has seen
           policy/  sources.toml            what the office edits; sources.example.toml shows how
           models/  attachments/  intake/   made by training, by hand entry, by imports
           seats/                           the distributed engine: names under which workers sit in their groups
           secret.key  run.lock
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from huiying import complaints, logs, private, tomlfile
from huiying.errors import Misconfigured
from huiying.settings import UNFINISHED, Settings

_log = logs.get("datafolder")

SOURCES = "sources.example.toml"
"""What the catalogue starts from, not among the policy files; it stays beside ``sources.toml`` to copy from."""


def lay_out(settings: Settings) -> tuple[Path, ...]:
    """Make what is absent, leave what is there. Returns the files that were copied in. Raises Misconfigured."""
    _must_be_whole(settings.data)
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (
            settings.policy,
            settings.models,
            settings.attachments,
            settings.data / "intake",
        ):
            folder.mkdir(parents=True, exist_ok=True)
        _close_to_others(settings.data)
        return (*_copy_policy(settings), *_copy_sources(settings))
    except OSError as error:
        raise Misconfigured(f"数据文件夹 {settings.data} 不能使用：{complaints.of_system(error)}") from error


def existing(settings: Settings) -> Settings:
    """The same, for a command that makes nothing of its own. Raises Misconfigured where the folder is not there."""
    if not settings.data.is_dir():
        raise Misconfigured(f"没有数据文件夹 {settings.data}。请检查 HUIYING_DATA，或先运行 huiying init。")
    _must_be_whole(settings.data)
    return settings


def _must_be_whole(data: Path) -> None:
    """Half of a backup would look like an office in which the other half never happened."""
    if (data / UNFINISHED).exists():
        raise Misconfigured(
            f"数据文件夹 {data} 的恢复没有做完，不能用。请清空它，再运行一次 huiying restore。"
        )


def _close_to_others(data: Path) -> None:
    """The folder, and the databases of an older version in it. What belongs to another account is told of and left."""
    for path in (data, *sorted(data.glob("*.db*"))):
        try:
            was = private.tighten(path)
        except FileNotFoundError:  # a journal that ended meanwhile
            continue
        except OSError as error:
            _log.warning("open_to_others", path=str(path), reason=complaints.of_system(error))
            continue
        if was:
            _log.warning("closed_to_others", path=str(path), was=was)


def replace_policy(settings: Settings, name: str, content: bytes) -> None:
    """One policy file whole, or as it was: who reads it meanwhile sees the old one or the new one."""
    path = settings.policy / name
    draft = path.with_suffix(f".{os.getpid()}.new")
    draft.write_bytes(content)
    draft.replace(path)


def secret_key(settings: Settings) -> bytes:
    """The office's own key: pseudonyms and form tokens hang on it. Made at the first start, never shown."""
    path = settings.data / "secret.key"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}.new")
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all, and never over a key that is in use.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return _existing_key(path)


@contextlib.contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Held by the process that works on this folder; a second one is told who it is. Ends with the process.

    Of the distributed engine any number of processes may share a folder: its stores bear them.
    """
    if settings.engine == "distributed":
        yield
        return
    path = settings.data / "run.lock"
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise Misconfigured(
                f"数据文件夹 {settings.data} 已有一个“回应”在运行（进程号 {file.read().strip() or '未知'}）。"
                "请先停掉它，或用 HUIYING_DATA 换一个文件夹。"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _copy_policy(settings: Settings) -> tuple[Path, ...]:
    copied = []
    for source in sorted(tomlfile.DEFAULTS.rglob("*.toml")):
        target = settings.policy / source.relative_to(tomlfile.DEFAULTS)
        if source.name != SOURCES and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            copied.append(target)
    return tuple(copied)


def _copy_sources(settings: Settings) -> tuple[Path, ...]:
    absent = tuple(path for path in (settings.sources, settings.data / SOURCES) if not path.exists())
    for path in absent:
        shutil.copyfile(tomlfile.DEFAULTS / SOURCES, path)
    return absent


def _existing_key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise Misconfigured(
            f"{path} 读不了或已损坏；它丢失后，旧的匿名编号无法再对应。请从备份恢复。"
        ) from error
    if len(key) != 32:
        raise Misconfigured(f"{path} 不完整；请从备份恢复，或确认没有数据后删除它。")
    return key
