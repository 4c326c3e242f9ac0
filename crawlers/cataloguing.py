"""The catalogue edited by the program: one source at a time, and nothing else in the file moves.

An office edits ``sources.toml`` by hand too, and its comments are its own: only keys whose value changed are written, a new source
comes at the end.  What came out is read again and compared with what was meant before it takes the file's place.
"""

from __future__ import annotations

import codecs
import errno
import fcntl
import json
import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, Key, Table

from crawlers import sources
from crawlers.sources import Catalogue
from huiying import complaints, tomlfile
from huiying.errors import HuiyingError
from huiying.identity import digest

Value = str | int | bool | Sequence[str]


class Unwritten(HuiyingError):
    """The file stands as it was. The message is Chinese and says what to do."""


class Overtaken(HuiyingError):
    """Somebody else wrote it since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What the file says at one moment."""

    text: str
    catalogue: Catalogue
    tables: Mapping[str, Mapping[str, Any]]
    """What is written of each source, by its id, without what is handed down."""

    def mark_of(self, id: str) -> str:
        """Changes with what is written of this source; '' where there is none."""
        return _mark(self.tables[id]) if id in self.tables else ""

    @property
    def mark(self) -> str:
        """Changes when a source comes or goes."""
        return _mark(sorted(self.tables))


def read(path: Path) -> Edition:
    """Raises Misconfigured as ``sources.load`` does: what is broken is not edited."""
    return _edition(tomlfile.raw(path), name=str(path))


def add(path: Path, table: Mapping[str, Value], *, seen: str) -> None:
    """``seen``: the mark of the file that whoever adds has looked at. Raises Overtaken, Unwritten, Misconfigured."""

    def edit(edition: Edition) -> str:
        if edition.mark != seen:
            raise Overtaken
        return added(edition.text, table)

    _rewrite(path, edit)


def change(path: Path, id: str, changes: Mapping[str, Value | None], *, seen: str = "") -> None:
    """``seen``: the mark of the source as it was looked at; '' where it does not matter. Raises as ``add``; Overtaken too where
    there is no such source any more."""

    def edit(edition: Edition) -> str:
        if id not in edition.tables or seen not in {"", edition.mark_of(id)}:
            raise Overtaken
        return changed(edition.text, id, changes)

    _rewrite(path, edit)


# ------------------------------------------------------------------------------------ text to text


def added(text: str, table: Mapping[str, Value]) -> str:
    """With one more source at the end. Raises Unwritten."""
    block, width = tomlkit.table(), max(map(len, table))
    for key, value in table.items():
        block.append(_key(key, width), tomlkit.item(_plain(value)))
    every = tomlkit.aot()
    every.append(block)
    document = tomlkit.document().append("source", every)
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    meant = tomllib.loads(text)
    meant["source"] = [*meant.get("source", ()), {key: _plain(value) for key, value in table.items()}]
    return _as_meant(text + gap + tomlkit.dumps(document), meant, like=text)


def changed(text: str, id: str, changes: Mapping[str, Value | None]) -> str:
    """With these keys of one source set, and those that are None taken out. Raises Unwritten."""
    meant = tomllib.loads(text)
    place = [one["id"] for one in meant["source"]].index(id)
    was = meant["source"][place]
    real = {key: value for key, value in changes.items() if was.get(key) != _plain(value)}
    if not real:
        return text
    document, every = _parsed(text)
    for key, value in real.items():
        _set(every.body[place], key, value)
        if value is None:
            del was[key]
        else:
            was[key] = _plain(value)
    return _as_meant(tomlkit.dumps(document), meant, like=text)


OTHERWISE = (
    "这个文件的写法网页上改不了（例如来源没有写成连着的 [[source]]），没有保存。请在服务器上改 sources.toml。"
)


def _parsed(text: str) -> tuple[tomlkit.TOMLDocument, AoT]:
    """A file that would come out otherwise than it went in, even without a change, is left alone."""
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise Unwritten(OTHERWISE) from error
    every = document.get("source")
    if not isinstance(every, AoT) or tomlkit.dumps(document) != text:
        raise Unwritten(OTHERWISE)
    return document, every


def _set(table: Table, key: str, value: Value | None) -> None:
    """In its place, with the comment behind it; what is new comes after the last key, before comments on what follows."""
    body = table.value.body
    places = {name.key: at for at, (name, _) in enumerate(body) if name is not None}
    if key not in places:
        last = max(places.values())
        name, before = body[last]
        if "\n" not in before.trivia.trail:
            before.trivia.trail += "\n"
        width = len(name.as_string()) + name.sep.find("=") - 1 if name else 0
        body.insert(last + 1, (_key(key, width), tomlkit.item(_plain(value))))
        return
    at = places[key]
    name, old = body[at]
    if value is None:
        kept = tomlkit.comment(old.trivia.comment.lstrip("# "))
        body[at : at + 1] = [(None, kept)] if old.trivia.comment else []
        return
    new = tomlkit.item(_plain(value))
    if isinstance(new, Array) and "\n" in old.as_string():
        new.multiline(True)
    for part in ("indent", "comment_ws", "comment", "trail"):
        setattr(new.trivia, part, getattr(old.trivia, part))
    body[at] = (name, new)


def _key(name: str, width: int) -> Key:
    """So that equal signs stand below each other where they did."""
    key = tomlkit.key(name)
    key.sep = " " * max(1, width - len(name) + 1) + "= "
    return key


def _as_meant(text: str, meant: Mapping[str, Any], *, like: str) -> str:
    """With line ends as the file has them. Raises Unwritten where it does not say what was meant, whatever the reason."""
    if "\r\n" in like and not re.search(r"(?<!\r)\n", like):
        text = re.sub(r"(?<!\r)\n", "\r\n", text)
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unwritten(OTHERWISE) from error
    if said != meant:
        raise Unwritten(OTHERWISE)
    return text


def _plain(value: Value | None) -> Any:
    """As TOML reads it back."""
    return list(value) if isinstance(value, tuple) else value


# ------------------------------------------------------------------------------------ the file


def _rewrite(path: Path, edit: Callable[[Edition], str]) -> None:
    """Whole, or as it was, by one at a time: who reads it meanwhile sees the old one or the new one."""
    path = path.resolve()
    with _alone_at(path):
        try:
            was = path.stat()
            before = tomlfile.raw(path)
            edition = _edition(before, name=str(path))
            text = edit(edition)
            if text == edition.text:
                return
            sources.parse(text, name=str(path))
            mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
            _replace(path, mark + text.encode(), was)
        except OSError as error:
            raise Unwritten(_why_not(path, error)) from error


@contextmanager
def _alone_at(path: Path) -> Iterator[None]:
    """Among the programs that edit it: two webs may share the folder."""
    try:
        held = path.with_name(f".{path.name}.lock").open("a", encoding="ascii")
    except OSError as error:
        raise Unwritten(_why_not(path, error)) from error
    with held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _replace(path: Path, content: bytes, was: os.stat_result) -> None:
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "read only")
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            os.fchmod(file.fileno(), stat.S_IMODE(was.st_mode))
            # A service may be forbidden even to try; where both are ours already there is nothing to do.
            own = os.fstat(file.fileno())
            if (was.st_uid, was.st_gid) != (own.st_uid, own.st_gid):
                with suppress(PermissionError):
                    os.fchown(file.fileno(), was.st_uid, was.st_gid)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # Two writes within one tick of the clock are told apart by whoever looks at the time alone.
        if draft.stat().st_mtime_ns <= was.st_mtime_ns:
            os.utime(draft, ns=(was.st_mtime_ns + 1, was.st_mtime_ns + 1))
        now = path.stat()
        if (now.st_ino, now.st_mtime_ns) != (was.st_ino, was.st_mtime_ns):
            raise Overtaken
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """So that the new name is there after a power cut too, where the file system knows of that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _why_not(path: Path, error: OSError) -> str:
    return f"写不了 {path}（{complaints.of_system(error)}），没有保存。请在服务器上查看这个文件和所在的文件夹能不能写。"


def _edition(content: bytes, *, name: str) -> Edition:
    text = tomlfile.decoded(content, name=name)
    catalogue = sources.parse(text, name=name)
    return Edition(
        text=text,
        catalogue=catalogue,
        tables={one["id"]: one for one in tomllib.loads(text).get("source", ())},
    )


def _mark(what: object) -> str:
    return digest("catalogue", json.dumps(what, sort_keys=True, ensure_ascii=False, default=str))
