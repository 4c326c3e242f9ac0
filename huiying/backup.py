"""A copy of everything that an office keeps, in plain files, through the ports: from either engine, into either engine.

::

    backup/  manifest.json     what is in it, with the digest of every file; written last
             cases.jsonl.gz    one case a line
             lines.jsonl.gz    one archive line a line, in the order in which they were put
             register.jsonl.gz accounts, texts, the health of sources; nothing that ends with the day
             stream.jsonl.gz   records that a group has yet to handle, the events of cases, dead letters
             files/            the data folder without what the engine keeps there: key, policy, catalogue, attachments

Of what a group has handled, the end stands in the archive; it is not copied from the stream.  So a restored stream starts
with exactly the work that was left, and its groups at the first record.

Nobody may write meanwhile: the embedded engine's folder is locked by the caller; on the distributed one the counts are
compared before and after.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec

from huiying import codec, complaints
from huiying.contracts import ArchiveLine, Case
from huiying.errors import Misconfigured
from huiying.ports import PASSING, Engine, Entry, Record
from huiying.settings import UNFINISHED
from huiying.topics import CASE_EVENTS, HEALTH, NLP, POSTS, READINGS, SOURCE_CHECKS, TRIAGE

FORMAT = 1
MANIFEST = "manifest.json"
FILES = "files"
LAST = "last-backup"
"""In the data folder: when it was copied last."""
AT_ONCE = 200
_SHARED = ((POSTS, NLP), (READINGS, TRIAGE), (SOURCE_CHECKS, HEALTH))
_ENGINES_OWN = ("stream.db", "offsets.db", "office.db", "run.lock", "seats", ".sources.toml.")
"""Names in the data folder that begin so belong to an engine or to a running process; models are trained anew."""
_LEFT_OUT = (*_ENGINES_OWN, "models")

M = TypeVar("M")


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One record of the stream, as it is copied."""

    topic: str
    key: str
    value: bytes


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    format: int
    engine: str
    """What it was copied from."""
    at: datetime
    counts: dict[str, int]
    digests: dict[str, str]
    """Path → SHA-256, in hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    counts: Mapping[str, int]
    files: int

    def in_words(self) -> str:
        return "\n".join(
            [*(f"{_WORDS[name]} {count}" for name, count in self.counts.items()), f"文件 {self.files}"]
        )


_WORDS = {"cases": "事件", "lines": "归档", "register": "登记项", "stream": "信息流（待处理、经过、死信）"}


# --------------------------------------------------------------------------------------------- out


def backup(engine: Engine, data: Path, target: Path, *, kind: str, at: datetime) -> Report:
    """Copy everything into an empty or absent folder. Raises Misconfigured, TryAgain.

    ``kind`` names the engine in the manifest.
    """
    if target.resolve().is_relative_to(data.resolve()):
        raise Misconfigured(f"备份不能放在数据文件夹 {data} 里面：它会和数据一起丢。请写到别的地方")
    _must_be_empty(target, "备份要写进一个空文件夹")
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)  # the office's key is in it, and what people said
    before = _pulse(engine)
    # The stream first: what is handled after that look is only handled again.
    counts = {
        "stream": _write(target / "stream.jsonl.gz", _records(engine)),
        "register": _write(target / "register.jsonl.gz", _register_of(engine)),
        "cases": _write(target / "cases.jsonl.gz", engine.cases.all()),
        "lines": _write(target / "lines.jsonl.gz", engine.archive.all()),
    }
    files = _copy_files(data, target / FILES)
    if _pulse(engine) != before:
        raise Misconfigured(
            f"备份期间还有程序在写入，{target} 不完整。请先停掉采集、处理和网页，删除这个文件夹，再备份"
        )
    manifest = Manifest(
        format=FORMAT,
        engine=kind,
        at=at,
        counts=counts,
        digests={path.relative_to(target).as_posix(): _digest(path) for path in _files_of(target)},
    )
    _write_safely(target / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return Report(counts=counts, files=files)


def book(data: Path, at: datetime) -> None:
    """Note in the data folder that a backup was made, for ``huiying check``."""
    _write_safely(data / LAST, at.isoformat().encode())


def last(data: Path) -> datetime | None:
    """When the last backup of this data folder was made; None where nobody knows."""
    try:
        return datetime.fromisoformat((data / LAST).read_text("ascii").strip())
    except (OSError, ValueError):
        return None


def _records(engine: Engine) -> Iterator[Kept]:
    for topic, group in _SHARED:
        yield from map(_kept, engine.stream.backlog(topic.name, group=group))
        yield from map(_kept, engine.stream.scan(topic.dead(group).name))
    yield from map(_kept, engine.stream.scan(CASE_EVENTS.name))


def _register_of(engine: Engine) -> Iterator[Entry]:
    return (entry for entry in engine.register.all() if not entry.kind.startswith(PASSING))


def _kept(record: Record) -> Kept:
    return Kept(topic=record.topic, key=record.key, value=record.value)


def _pulse(engine: Engine) -> tuple[object, ...]:
    """What would beat if anybody wrote: looked at before and after."""
    lags = tuple(engine.stream.lag(topic.name, group=group) for topic, group in _SHARED)
    return (
        lags,
        engine.stream.end(CASE_EVENTS.name),
        sum(1 for _ in engine.archive.keys()),  # noqa: SIM118  a port, not a dict
        [(case.id, case.revision) for case in engine.cases.all()],
        [(entry.kind, entry.id, entry.revision) for entry in engine.register.all()],
    )


def _copy_files(data: Path, target: Path) -> int:
    target.mkdir()
    copied = 0
    for path in sorted(data.rglob("*")) if data.is_dir() else ():
        inside = path.relative_to(data)
        if path.is_file() and not inside.parts[0].startswith(_LEFT_OUT):
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target / inside)
            copied += 1
    return copied


# ---------------------------------------------------------------------------------------------- in


def restore(engine: Engine, data: Path, source: Path) -> Report:
    """Bring a backup into an engine and a data folder that hold nothing. Raises Misconfigured, TryAgain.

    Look with :func:`must_fit` before the engine is opened: opening one makes files.
    """
    manifest = must_fit(source)
    if not _is_new(engine):
        raise Misconfigured("这里已经有数据，恢复只能进空的数据文件夹和空的命名空间。请另选一个，或先清空")
    unfinished = data / UNFINISHED
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_safely(unfinished, source.resolve().as_posix().encode())
    found = {
        "cases": _read(source / "cases.jsonl.gz", Case, engine.cases.save),
        "lines": _read(source / "lines.jsonl.gz", ArchiveLine, engine.archive.put),
        "register": _read(source / "register.jsonl.gz", Entry, lambda some: _register(engine, some)),
        "stream": _read(source / "stream.jsonl.gz", Kept, lambda some: _publish(engine, some)),
    }
    if found != manifest.counts:
        raise Misconfigured(f"{source} 的内容与清单对不上：{found}，应为 {manifest.counts}")
    files = 0
    for path in _files_of(source / FILES):
        target = data / path.relative_to(source / FILES)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
        files += 1
    unfinished.unlink()
    return Report(counts=manifest.counts, files=files)


def must_fit(source: Path) -> Manifest:
    """The manifest of a backup that is whole. Raises Misconfigured."""
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise Misconfigured(f"{source} 不是完整的备份（没有 {MANIFEST}）") from error
    except OSError as error:
        raise Misconfigured(f"{source / MANIFEST} 读不了（{complaints.of_system(error)}）") from error
    except msgspec.MsgspecError as error:
        raise Misconfigured(f"{source / MANIFEST} 已损坏，不能从这里恢复。请换一份备份") from error
    if manifest.format > FORMAT:
        raise Misconfigured(f"{source} 是更新的回应版本做的备份（格式 {manifest.format}），请升级程序再恢复")
    there = {path.relative_to(source).as_posix(): path for path in _files_of(source) if path.name != MANIFEST}
    wrong = sorted(there.keys() ^ manifest.digests.keys())
    wrong += [
        name
        for name in there.keys() & manifest.digests.keys()
        if _digest(there[name]) != manifest.digests[name]
    ]
    if wrong:
        raise Misconfigured(f"{source} 已损坏或不完整：{'、'.join(wrong[:5])}。请用另一份备份")
    return manifest


def must_be_new(data: Path) -> None:
    """Nothing stands in the data folder but what opening an engine leaves there: a refused run does not refuse the next.
    Raises Misconfigured.
    """
    _must_be_empty(data, "恢复只能进一个空的数据文件夹", but=frozenset({"seats"}))


def _is_new(engine: Engine) -> bool:
    return (
        next(iter(engine.cases.all()), None) is None
        and next(iter(engine.archive.all()), None) is None
        and next(iter(engine.register.all()), None) is None
        and next(_records(engine), None) is None
    )


def _register(engine: Engine, entries: Iterable[Entry]) -> None:
    for entry in entries:
        engine.register.put(entry.kind, entry.id, entry.value, expect=0)


def _publish(engine: Engine, records: Iterable[Kept]) -> None:
    by_topic: dict[str, list[tuple[str, bytes]]] = {}
    for record in records:
        by_topic.setdefault(record.topic, []).append((record.key, record.value))
    for topic, some in by_topic.items():
        engine.stream.publish(topic, some)


# ------------------------------------------------------------------------------------------- files


def _write(path: Path, values: Iterable[object]) -> int:
    count = 0
    with path.open("wb") as file:
        with gzip.GzipFile(fileobj=file, mode="wb", mtime=0, compresslevel=6) as packed:
            for value in values:
                packed.write(codec.encode(value))
                packed.write(b"\n")
                count += 1
        _settle(file)
    return count


def _read(path: Path, type: type[M], take: Callable[[tuple[M, ...]], None]) -> int:
    decoder = msgspec.json.Decoder(type)
    count = 0
    with gzip.open(path) as packed:
        for some in _in_batches(decoder.decode(line) for line in packed):
            take(some)
            count += len(some)
    return count


def _in_batches(values: Iterable[M]) -> Iterator[tuple[M, ...]]:
    batch: list[M] = []
    for value in values:
        batch.append(value)
        if len(batch) == AT_ONCE:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)


def _write_safely(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(content)
        _settle(file)
    draft.rename(path)


def _settle(file: BinaryIO | Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _must_be_empty(folder: Path, what: str, *, but: frozenset[str] = frozenset()) -> None:
    try:
        taken = folder.exists() and (
            not folder.is_dir() or any(one.name not in but for one in folder.iterdir())
        )
    except OSError as error:
        raise Misconfigured(f"{folder} 读不了（{complaints.of_system(error)}）") from error
    if taken:
        raise Misconfigured(f"{what}，{folder} {'不是空的' if folder.is_dir() else '是一个文件'}")
