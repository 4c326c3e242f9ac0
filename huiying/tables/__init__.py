"""Tables as offices have them: an Excel workbook, CSV, TSV or JSONL, read row by row and never whole."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from huiying import complaints
from huiying.errors import Misconfigured
from huiying.tables import delimited
from huiying.tables.days import COUNTED_FROM, dated
from huiying.tables.encodings import detect
from huiying.tables.lines import Fits, Line, Row, below, find, headings
from huiying.tables.remedies import RESAVE

if TYPE_CHECKING:
    from huiying.tables.sheets import Sheet
    from huiying.tables.workbook import Workbook


MOST_UNZIPPED = 4 * 1024 * 1024 * 1024
"""Bytes of one part of a workbook."""
_SAMPLE = 256 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How a .xlsx begins; how an .xls does, an .et, and a .xlsx with a password."""
_TAG = re.compile("<[!?A-Za-z]")
_DELIMITERS = {"csv": ",", "tsv": "\t", "ssv": ";"}
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
"""What a spreadsheet writes where it has no value."""
_HEADED_WITHIN = 100
"""Lines of a sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Can be read as often as wanted while it is open."""

    name: str
    format: str
    """xlsx, jsonl, csv, tsv or ssv."""
    encoding: str = ""
    """'' for a workbook."""
    sheet: str = ""
    also: tuple[str, ...] = ()
    """Other sheets that would have fitted."""
    columns: tuple[str, ...] = ()
    """The headings, of a table that has a line of them."""
    line: int = 0
    """Where they stand."""
    read: Callable[[str, str], Iterator[Row]]

    def rows(self, *, time: str = "", url: str = "") -> Iterator[Row]:
        """``time``: under this heading a bare number may be a day. ``url``: under this one stands where a cell leads."""
        return self.read(time, url)

    def headings(self) -> list[str]:
        """Of the first rows together, in order."""
        found: dict[str, None] = {}
        for _, row in zip(range(50), self.rows(), strict=False):
            found.update(dict.fromkeys(row.values))
        return list(found)


@contextmanager
def open_table(
    source: Path | bytes,
    *,
    name: str = "",
    fits: Fits = lambda _: False,
    encoding: str = "",
    sheet: str = "",
    ragged: bool = False,
    most: int = MOST_UNZIPPED,
) -> Iterator[Table]:
    """``name``: what messages call it. ``fits``: which headings are looked for, above everything and among the sheets of a
    workbook, unless ``sheet`` says which one. ``ragged``: a line may end before its last columns.

    Raises Misconfigured where this is no table that we read.
    """
    name = name or (str(source) if isinstance(source, Path) else "表格")
    try:
        file = _open(source)
        sample = file.read(_SAMPLE)
    except OSError as error:
        raise Misconfigured(f"{name}：读不了这个文件（{complaints.of_system(error)}）") from error
    with file:
        if not sample.strip():
            raise Misconfigured(f"{name}：文件是空的")
        if sample.startswith((_ZIP, _OLE)):
            # Only here: the library behind it takes a while to load.
            from huiying.tables import workbook

            if sample.startswith(_OLE):
                raise workbook.old(name, file)
            with workbook.opened(name, file, most=most) as book:
                yield _of_workbook(book, name, sheet, fits)
            return
    if sheet:
        raise Misconfigured(f"{name}：这不是 Excel 工作簿，没有工作表，请去掉 --sheet")
    yield _of_text(source, name, sample, encoding, fits, ragged=ragged)


def _open(source: Path | bytes) -> IO[bytes]:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


# ------------------------------------------------------------------------------------------------ text


def _of_text(
    source: Path | bytes, name: str, sample: bytes, encoding: str, fits: Fits, *, ragged: bool
) -> Table:
    chosen = encoding or detect(sample, whole=len(sample) < _SAMPLE)
    text = sample.decode(chosen, "replace").replace("\0", "").lstrip("\ufeff \r\n")
    if not text.strip():
        raise Misconfigured(f"{name}：不是 UTF-8 或 GBK 的文字：{RESAVE}")
    if _TAG.match(text):
        raise Misconfigured(f"{name}：这其实是网页或 XML，只是名字像表格：{RESAVE}")
    format = _format(Path(name), text)

    def opened() -> IO[str]:
        return io.TextIOWrapper(_open(source), chosen, delimited.BROKEN, newline="")

    if format == "jsonl":

        def rows(_time: str, _url: str) -> Iterator[Row]:
            with opened() as file:
                yield from delimited.json_rows(file)

        return Table(name=name, format=format, encoding=chosen, read=rows)

    def lines() -> Generator[Line]:
        with opened() as file:
            yield from delimited.split_lines(file, _DELIMITERS[format])

    with closing(lines()) as first:
        header = find(first, fits)
    grid = _Grid(lines, header, COUNTED_FROM, straight=not ragged)
    return Table(
        name=name, format=format, encoding=chosen, columns=grid.columns, line=grid.line, read=grid.rows
    )


def _format(path: Path, text: str) -> str:
    suffix = path.suffix.lower()
    first = text.partition("\n")[0]
    if suffix in {".jsonl", ".ndjson"} or first.startswith("{"):
        return "jsonl"
    if suffix == ".json":
        raise Misconfigured(f"{path}：请改成每行一个对象的 JSONL 再导入")
    if suffix == ".tsv":
        return "tsv"
    return max(_DELIMITERS, key=lambda format: first.count(_DELIMITERS[format]))


# -------------------------------------------------------------------------------------------- workbook


def _of_workbook(book: Workbook, name: str, wanted: str, fits: Fits) -> Table:
    visible = [sheet for sheet in book.sheets if not sheet.hidden]
    if wanted:
        chosen = [sheet for sheet in visible if sheet.name == wanted.strip()]
        if not chosen:
            hidden = any(sheet.name == wanted.strip() for sheet in book.sheets)
            why = "是隐藏的，请取消隐藏再导入" if hidden else "没有；看得见的有：" + _named(visible)
            raise Misconfigured(f"{name}：工作表“{wanted}”{why}")
        visible = chosen
    headers = [(sheet, _header(sheet, fits)) for sheet in visible]
    filled = [(sheet, header) for sheet, header in headers if header is not None]
    if not filled:
        raise Misconfigured(f"{name}：没有一个看得见的工作表有内容")
    fitting = [pair for pair in filled if fits(headings(pair[1]))]
    sheet, header = (fitting or filled)[0]
    grid = _Grid(sheet.lines, header, book.epoch)
    return Table(
        name=f"{name} 的工作表“{sheet.name}”",
        format="xlsx",
        sheet=sheet.name,
        also=tuple(other.name for other, _ in fitting[1:]),
        columns=grid.columns,
        line=grid.line,
        read=grid.rows,
    )


def _header(sheet: Sheet, fits: Fits) -> Line | None:
    with closing(sheet.lines(until=_HEADED_WITHIN)) as lines:
        return find(lines, fits)


def _named(sheets: Sequence[Sheet]) -> str:
    return "、".join(sheet.name for sheet in sheets) or "（一个也没有）"


# ------------------------------------------------------------------------------------- lines into rows


class _Grid:
    """Lines under headings. ``straight``: as many cells in each line as there are headings."""

    def __init__(
        self,
        lines: Callable[[], Generator[Line]],
        header: Line | None,
        epoch: datetime,
        *,
        straight: bool = False,
    ) -> None:
        self._lines, self._header, self._epoch, self._straight = lines, header, epoch, straight
        self.columns = headings(header) if header else ()
        self._places = {name: at for at, name in enumerate(self.columns)}
        self.line = header.number if header else 0

    def rows(self, time: str, url: str) -> Iterator[Row]:
        with closing(self._lines()) as lines:
            if self._header is None:
                yield from (_broken(line, line.fault) for line in lines if line.fault)
                return
            for line in below(lines, self._header):
                yield self._row(line, time, url)

    def _row(self, line: Line, time: str, url: str) -> Row:
        if line.fault:
            return _broken(line, line.fault)
        cells, wide = list(line.cells), len(self.columns)
        while len(cells) > wide and (not self._straight or not cells[-1].strip()):
            cells.pop()
        if self._straight and len(cells) != wide:
            return _broken(line, f"有 {len(cells)} 列，表头是 {wide} 列")
        cells.extend([""] * (wide - len(cells)))
        values = {
            name: "" if cell in _ERRORS else cell for name, cell in zip(self.columns, cells, strict=True)
        }
        if time and time in values:
            values[time] = dated(values[time].strip(), self._epoch)
        if url and (link := line.links.get(self._places.get(url, -1))):
            values[url] = link
        unread = {self.columns[at]: why for at, why in line.unread.items() if at < wide}
        return Row(line=line.number, values=values, raw=line.raw, unread=unread)


def _broken(line: Line, fault: str) -> Row:
    return Row(line=line.number, values={}, fault=fault, raw=line.raw)


__all__ = ["Fits", "Row", "Table", "open_table"]
