"""A workbook (.xlsx, .xlsm as data) and the sheets that a person who opens it sees."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO

from huiying.errors import Misconfigured
from huiying.tables import numbers, strings
from huiying.tables.parts import Parts, Relation, local
from huiying.tables.remedies import LOCKED, RESAVE
from huiying.tables.sheets import Sheet

_LOCKED_PART = "EncryptedPackage".encode("utf-16-le")


class Workbook:
    """Open, until the end of :func:`opened`."""

    def __init__(self, parts: Parts, held: strings.Strings, book: _Book) -> None:
        self.epoch = numbers.EPOCHS[book.since_1904]
        shapes = numbers.shapes(parts, _target(book.relations, "styles"), self.epoch)
        self.sheets = [
            Sheet(parts, relation.target, name, hidden=hidden, strings=held, shapes=shapes)
            for name, hidden, id in book.sheets
            if (relation := book.relations.get(id)) is not None
            and relation.kind == "worksheet"
            and relation.target in parts
        ]


class _Book:
    """What the workbook's own part says."""

    def __init__(self, parts: Parts) -> None:
        part = _target(parts.relations(""), "officeDocument")
        self.relations = parts.relations(part)
        self.since_1904 = self._is_book = False
        self.sheets: list[tuple[str, bool, str]] = []
        if part in parts and not part.lower().endswith(".bin"):
            parts.walk(part, start=self._start)
        if not self._is_book:
            raise Misconfigured(f"{parts.name}：这不是 .xlsx 工作簿：{RESAVE}")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "workbook":
            self._is_book = True
        elif tag == "workbookPr":
            self.since_1904 = attributes.get("date1904", "") in {"1", "true"}
        elif tag == "sheet":
            id = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((_shown(attributes.get("name", "")), hidden, id))


@contextmanager
def opened(name: str, file: IO[bytes], *, most: int) -> Iterator[Workbook]:
    """The workbook in a file of which no part unzips to more than ``most`` bytes. Raises Misconfigured."""
    with closing(Parts(name, file, most=most)) as parts:
        book = _Book(parts)
        part = _target(book.relations, "sharedStrings")
        with closing(strings.read(parts, part) if part in parts else strings.Strings()) as held:
            yield Workbook(parts, held, book)


def _shown(name: str) -> str:
    """As a person can read it, and a terminal obeys nothing of it. Excel allows 31 characters."""
    return "".join(char if char.isprintable() else " " for char in name[:100]).strip()


def _target(relations: dict[str, Relation], kind: str) -> str:
    return next((one.target for one in relations.values() if one.kind == kind and not one.outside), "")


def old(name: str, file: IO[bytes]) -> Misconfigured:
    """What is wrong with a file of the older kind, in which a workbook with a password is kept too."""
    try:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            locked = whole.find(_LOCKED_PART) >= 0
    except (OSError, ValueError):
        file.seek(0)
        locked = _LOCKED_PART in file.read()
    return Misconfigured(f"{name}：{LOCKED if locked else f'这是老格式的表格文件（.xls 或 .et）：{RESAVE}'}")
