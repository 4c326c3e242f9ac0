"""One sheet of a workbook as the person who opens it sees it: its lines, cell by cell in words, streamed."""

from __future__ import annotations

import math
import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache, cached_property

from huiying.errors import Misconfigured
from huiying.tables.lines import Line
from huiying.tables.numbers import Shape, plain
from huiying.tables.parts import Parts, local
from huiying.tables.remedies import RESAVE
from huiying.tables.strings import LONGEST, Strings, unescaped

MOST_LINES, MOST_COLUMNS = 1_048_576, 1_024
"""As many lines as Excel has; of its 16,384 columns those that a table of people's words can need."""
_MOST_MARKS = 200_000
_PLACE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_HYPERLINK = re.compile(r'\s*(?:_xlfn\.)?HYPERLINK\s*\(\s*"([^"]+)"', re.IGNORECASE)
_PICTURE = re.compile(r"\s*=?(?:_xlfn\.)?DISPIMG\(")
"""How WPS keeps a picture that lies in a cell."""
_NOT_COUNTED = "是公式，文件里没有存它的结果：请用 Excel 打开，保存一次再导入"
_ODD = f"写坏了，读不出：{RESAVE}"


class _Locals(dict[str, str]):
    def __missing__(self, name: str) -> str:
        self[name] = found = local(name)
        return found


@dataclass(slots=True)
class _Marks:
    """What stands behind the cells in the file and is wanted before them."""

    merged: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """By first line: column and last line of cells that are one downwards."""
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    """By line and column."""


class Sheet:
    def __init__(
        self, parts: Parts, part: str, name: str, *, hidden: bool, strings: Strings, shapes: Sequence[Shape]
    ) -> None:
        self.name = name
        self.hidden = hidden
        self._parts, self._part = parts, part
        self._strings, self._shapes = strings, shapes

    def lines(self, until: int = MOST_LINES) -> Generator[Line]:
        """Every line in which something stands, to the line ``until``. Of merged cells the value stands in the first, and is
        said again downwards; a line that has nothing else is none.
        """
        cells = _Cells(self._parts, self._strings, self._shapes, self._marks)
        walk = self._parts.steps(self._part, start=cells.start, end=cells.end, text=cells.text)
        with closing(walk):
            for _ in walk:
                yield from (line for line in cells.taken() if line.number <= until)
                if cells.line > until:
                    return

    @cached_property
    def _marks(self) -> _Marks:
        """Found by going through the whole sheet once, which also tells that no part of it is broken."""
        marks = _Marks()
        addresses = self._parts.relations(self._part)
        names = _Locals()
        count = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal count
            tag = names[name]
            if tag not in {"mergeCell", "hyperlink"}:
                return
            count += 1
            if count > _MOST_MARKS:
                raise Misconfigured(
                    f"{self._parts.name}：工作表“{self.name}”里合并的单元格或链接超过 {_MOST_MARKS:,} 处，请另存为 CSV 再导入"
                )
            first, _, last = attributes.get("ref", "").partition(":")
            line, column = _place(first)
            if tag == "mergeCell":
                bottom = _place(last or first)[0]
                if bottom > line:
                    marks.merged.setdefault(line, []).append((column, bottom))
                return
            id = next((value for key, value in attributes.items() if local(key) == "id"), "")
            if id in addresses and addresses[id].outside:
                marks.links[line, column] = addresses[id].target

        for _ in self._parts.steps(self._part, start=start):
            pass
        return marks


class _Cells:
    """What the walk through a sheet calls, and the lines that it has come to."""

    def __init__(self, parts: Parts, strings: Strings, shapes: Sequence[Shape], marks: _Marks) -> None:
        self._parts, self._strings, self._shapes, self._marks = parts, strings, shapes, marks
        self._names = _Locals()
        self._done: list[Line] = []
        self._heard = 0
        self._held: dict[int, tuple[int, str, str]] = {}
        """By column: to which line a merged cell goes, what it says, or why that cannot be read."""
        self.line = 0
        self._begin_line()
        self._begin_cell()
        self._in_line = False

    def _begin_line(self) -> None:
        self._in_line = True
        self._column = -1
        self._size = 0
        self._cells: dict[int, str] = {}
        self._unread: dict[int, str] = {}
        self._links: dict[int, str] = {}

    def _begin_cell(self) -> None:
        self._kind, self._style = "n", 0
        self._said: list[str] = []
        self._formula: list[str] = []
        self._counted = self._stored = self._aloud = False
        self._into: list[str] | None = None

    def taken(self) -> list[Line]:
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self._names[name]
        if tag == "row":
            self._begin_line()
            self.line = int(attributes.get("r", self.line + 1))
            if not 0 < self.line <= MOST_LINES:
                raise self._parts.broken()
        elif not self._in_line:
            return
        elif tag == "c":
            self._begin_cell()
            place = attributes.get("r")
            self._column = _place(place)[1] if place else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", 0))
        elif tag == "v":
            self._stored = True
            self._into = self._said
        elif tag == "f":
            self._counted = True
            self._into = self._formula
        elif tag == "t":
            self._into = None if self._aloud else self._said
        elif tag == "rPh":
            self._aloud = True

    def text(self, data: str) -> None:
        if self._into is not None and self._size <= LONGEST:
            self._size += len(data)
            self._into.append(data)

    def end(self, name: str) -> None:
        tag = self._names[name]
        if tag in {"v", "f", "t"}:
            self._into = None
        elif tag == "rPh":
            self._aloud = False
        elif tag == "c" and self._in_line:
            self._end_cell()
        elif tag == "row" and self._in_line:
            self._in_line = False
            self._end_line()

    def _end_cell(self) -> None:
        column = self._column
        if column >= MOST_COLUMNS or self._size > LONGEST:
            return
        if self._counted and _PICTURE.match("".join(self._formula)):
            return
        if self._counted and not ("".join(self._said) or (self._kind == "str" and self._stored)):
            self._unread[column] = _NOT_COUNTED
            return
        try:
            value = self._value("".join(self._said))
        except (IndexError, OverflowError, ValueError):
            self._unread[column] = _ODD
            return
        if value:
            self._cells[column] = value
        if self._formula and (found := _HYPERLINK.match("".join(self._formula))):
            self._links[column] = found[1]

    def _value(self, said: str) -> str:
        if self._kind == "s":
            value = self._strings[int(said)] if said else ""
            self._size += len(value)
            return value
        if self._kind in {"inlineStr", "str"}:
            return unescaped(said)
        if self._kind == "b":
            return "TRUE" if said.strip() in {"1", "true"} else "FALSE" if said else ""
        if self._kind == "e":
            return ""
        if self._kind == "d":
            return said.strip().replace("T", " ").removesuffix("Z")
        shape = self._shapes[self._style] if self._style < len(self._shapes) else plain
        if shape is plain and len(said) <= 15 and said.isascii() and said.isdigit():
            return said
        return _number(said, shape)

    def _end_line(self) -> None:
        number = self.line
        if self._size > LONGEST:
            self._done.append(Line(number=number, fault=f"这一行的文字超过 {LONGEST:,} 字"))
            return
        self._heard += self._size
        if self._heard > self._parts.most:
            raise self._parts.too_large()
        held = self._held = {column: one for column, one in self._held.items() if one[0] >= number}
        own = any(column not in held for column in (*self._cells, *self._unread))
        for column, (_, value, why) in held.items():
            self._cells[column] = value
            if why:
                self._unread[column] = why
        for column, last in self._marks.merged.get(number, ()):
            value, why = self._cells.get(column, ""), self._unread.get(column, "")
            if value or why:
                held[column] = (last, value, why)
        if not own:
            return
        cells = [self._cells.get(column, "") for column in range(max(self._cells, default=-1) + 1)]
        if self._marks.links:
            for column in self._cells:
                if address := self._marks.links.get((number, column)):
                    self._links[column] = address
        self._done.append(
            Line(
                number=number,
                cells=cells,
                raw="\t".join(cells),
                unread=self._unread,
                links=self._links,
            )
        )


def _number(said: str, shape: Shape) -> str:
    """Raises ValueError where it is none."""
    if not said.strip():
        return ""
    number = float(said)
    if not math.isfinite(number):
        raise ValueError(said)
    return shape(number)


def _place(place: str) -> tuple[int, int]:
    """Line, and column from 0, of a place such as B7. Raises ValueError."""
    found = _PLACE.fullmatch(place)
    if not found:
        raise ValueError(place)
    return int(found[2]), _column(found[1])


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
