"""The parts of an Office file: unzipped piece by piece and within bounds, their XML walked without ever building a tree.

Nothing in the file runs, and nothing outside it is asked for.
"""

from __future__ import annotations

import lzma
import posixpath
import struct
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from huiying.errors import Misconfigured
from huiying.tables.remedies import LOCKED, RESAVE

_PIECE = 64 * 1024
_DEEPEST, _MOST_NAMES, _LONGEST_TAG = 64, 5_000, 1024 * 1024
"""Elements within each other, names of elements and attributes, bytes of one tag: what a table needs, many times over."""
_BROKEN = (
    BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, expat.ExpatError, lzma.LZMAError,
    struct.error, zlib.error,
)  # fmt: skip

_SMALL = 32 * 1024 * 1024
"""Bytes of a part that lists what the others are."""

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What a part names by an id: another part, or an address outside."""

    kind: str
    target: str
    outside: bool


class Parts:
    """Of one file, called ``name`` where something is wrong with it. No part may come to more than ``most`` bytes.

    Whatever makes the file unreadable is raised as Misconfigured.
    """

    def __init__(self, name: str, file: IO[bytes], *, most: int) -> None:
        self.name = name
        self.most = most
        self._sound: set[str] = set()
        try:
            self._zip = ZipFile(file)
        except _BROKEN as error:
            raise self.broken() from error
        self._infos: dict[str, ZipInfo] = {_plain(info.filename): info for info in self._zip.infolist()}

    def close(self) -> None:
        self._zip.close()

    def broken(self) -> Misconfigured:
        return Misconfigured(f"{self.name}：这个 Excel 文件已损坏，或者没有下载完整：{RESAVE}")

    def too_large(self) -> Misconfigured:
        size = f"{self.most // 1024 // 1024:,} MB"
        return Misconfigured(f"{self.name}：解开以后超过 {size}，不收：请分成几个文件，另存为 CSV 再导入")

    def __contains__(self, part: str) -> bool:
        return _plain(part) in self._infos

    def walk(self, part: str, *, start: Start, end: End | None = None) -> None:
        """The whole of a part that is small in every honest file."""
        if part in self and self._infos[_plain(part)].file_size > _SMALL:
            self._refuse()
        for _ in self.steps(part, start=start, end=end):
            pass

    def steps(
        self, part: str, *, start: Start, end: End | None = None, text: Text | None = None
    ) -> Generator[None]:
        """The part, piece by piece. Names come with their namespace and a blank before them."""
        try:
            yield from self._steps(_plain(part), start, end, text)
        except _BROKEN as error:
            raise self.broken() from error

    def _steps(self, part: str, start: Start, end: End | None, text: Text | None) -> Generator[None]:
        names: dict[str, str] = {}
        parser = expat.ParserCreate(namespace_separator=" ", intern=names)
        parser.buffer_text = True
        parser.buffer_size = _PIECE
        parser.StartDoctypeDeclHandler = self._refuse
        parser.CharacterDataHandler = text
        if part in self._sound:
            parser.StartElementHandler, parser.EndElementHandler = start, end
        else:
            parser.StartElementHandler, parser.EndElementHandler = self._measured(start, end)
        fed = 0
        for piece in self._pieces(part):
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG or len(names) > _MOST_NAMES:
                self._refuse()
            yield
        parser.Parse(b"", True)
        self._sound.add(part)
        yield

    def _pieces(self, part: str) -> Iterator[bytes]:
        info = self._infos.get(part)
        if info is None:
            raise self.broken()
        if info.flag_bits & 1:
            raise Misconfigured(f"{self.name}：{LOCKED}")
        if info.file_size > self.most:
            raise self.too_large()
        with self._zip.open(info) as opened:
            while piece := opened.read(_PIECE):
                yield piece

    def _measured(self, start: Start, end: End | None) -> tuple[Start, End]:
        """The same, until elements lie too deep within each other: a parser remembers each that is open."""
        depth = 0

        def begin(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                self._refuse()
            start(name, attributes)

        def finish(name: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(name)

        return begin, finish

    def _refuse(self, *_: object) -> None:
        raise Misconfigured(f"{self.name}：里面有表格用不着的写法（可能是恶意文件），不收：{RESAVE}")

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part refers to, by id; '' is the file itself. Empty where it says nothing."""
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, Relation] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if local(tag) == "Relationship":
                outside = attributes.get("TargetMode") == "External"
                target = attributes.get("Target", "")
                found[attributes.get("Id", "")] = Relation(
                    kind=posixpath.basename(attributes.get("Type", "")),
                    target=target if outside else posixpath.normpath(posixpath.join("/", folder, target)),
                    outside=outside,
                )

        if source in self:
            self.walk(source, start=start)
        return found


def local(name: str) -> str:
    """An element's or attribute's name without its namespace, of which the standard has two."""
    return name.rpartition(" ")[2]


def _plain(part: str) -> str:
    """Programs differ in slashes and capitals."""
    return part.replace("\\", "/").lstrip("/").lower()
