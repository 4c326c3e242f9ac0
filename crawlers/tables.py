"""Exports as they come: JSONL, CSV or TSV in whatever encoding, read row by row and never whole."""

from __future__ import annotations

import codecs
import csv
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from crawlers import decode
from huiying import complaints
from huiying.errors import Misconfigured

LONGEST_FIELD = 4 * 1024 * 1024
LONGEST_ROW = 200
"""Lines that one row may run over, inside quotes."""
_SAMPLE = 256 * 1024
_MOST_ABOVE = 5
"""Rows that an export may have above its headings: its title across all columns, when it was made."""

_BROKEN, _MARK = "huiying-broken", "\udcff"
"""Bytes that cannot be read become this mark, which no readable text holds."""

codecs.register_error(_BROKEN, lambda error: (_MARK, getattr(error, "end", 0)))
csv.field_size_limit(LONGEST_FIELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its line in the file, and its values by heading, or why there are none."""

    line: int
    values: dict[str, str]
    fault: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    path: Path
    encoding: str
    format: str
    """jsonl, csv or tsv."""

    def rows(self) -> Iterator[Row]:
        with self.path.open(encoding=self.encoding, errors=_BROKEN, newline="") as file:
            rows = (
                _json_rows(file) if self.format == "jsonl" else _split_rows(file, self.format, self._above())
            )
            yield from map(_whole, rows)

    def _above(self) -> int:
        """How many rows stand above the headings: of several columns only one is filled in, or none."""
        with self.path.open(encoding=self.encoding, errors=_BROKEN, newline="") as file:
            reader = csv.reader(file, _dialect(self.format))
            try:
                for number, cells in enumerate(islice(reader, _MOST_ABOVE + 1)):
                    filled = sum(bool(cell.strip("\ufeff \t")) for cell in cells)
                    if filled > 1:
                        return number
                    if filled and len(cells) == 1:
                        return 0
            except csv.Error:
                return 0
        return 0

    def headings(self) -> list[str]:
        """Of the first rows together, in order."""
        found: dict[str, None] = {}
        for _, row in zip(range(50), self.rows(), strict=False):
            found.update(dict.fromkeys(row.values))
        return list(found)


def open_table(path: Path, *, encoding: str = "") -> Table:
    """Raises Misconfigured where this is no table that we read."""
    try:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE)
            file.seek(0, 2)
            whole = file.tell() <= _SAMPLE
    except OSError as error:
        raise Misconfigured(f"{path}：读不了这个文件（{complaints.of_system(error)}）") from error
    if not sample.strip():
        raise Misconfigured(f"{path}：文件是空的")
    if sample.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Misconfigured(f"{path}：这是 Excel 文件，请在 Excel 里另存为 CSV 再导入")
    chosen = encoding or detect(sample, whole=whole)
    return Table(path=path, encoding=chosen, format=_format(path, sample.decode(chosen, "replace")))


def detect(sample: bytes, *, whole: bool) -> str:
    """utf-8-sig, utf-16 or gb18030 where they fit; a guess among the rest only where none of them does."""
    if marked := decode.by_bom(sample):
        return marked
    if unmarked := _utf16_without_mark(sample):
        return unmarked
    # A sample may end inside a character; whole lines do not.
    lines = sample if whole else sample[: sample.rfind(b"\n") + 1] or sample
    for encoding in ("utf-8", "gb18030"):
        if decode.strictly(lines, encoding) is not None:
            return encoding
    # Single broken bytes in an otherwise usual file: whichever breaks less.
    name, broken = min(
        ((name, lines.decode(name, "replace").count("\ufffd")) for name in ("utf-8", "gb18030")),
        key=lambda pair: pair[1],
    )
    if broken * 50 <= len(lines):
        return name
    best = from_bytes(lines, cp_isolation=["utf_8", "gb18030", "big5", "utf_16"]).best()
    return best.encoding if best is not None else name


def _utf16_without_mark(sample: bytes) -> str:
    """Line ends and commas have a zero byte beside them, on one side only."""
    even, odd = sample[0:4000:2].count(0), sample[1:4000:2].count(0)
    if max(even, odd) * 20 < min(len(sample), 4000):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _format(path: Path, text: str) -> str:
    suffix = path.suffix.lower()
    first = text.lstrip("\ufeff \r\n").partition("\n")[0]
    if suffix in {".jsonl", ".ndjson"} or first.startswith("{"):
        return "jsonl"
    if suffix == ".json":
        raise Misconfigured(f"{path}：请改成每行一个对象的 JSONL 再导入")
    return "tsv" if suffix == ".tsv" or first.count("\t") > first.count(",") else "csv"


def _json_rows(file: IO[str]) -> Iterator[Row]:
    for number, line in enumerate(file, 1):
        text = line.strip().lstrip("\ufeff")
        if not text:
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            yield Row(line=number, values={}, fault="不是完整的 JSON", raw=text)
            continue
        if not isinstance(value, dict):
            yield Row(line=number, values={}, fault="这一行不是一个 JSON 对象", raw=text)
        else:
            yield Row(line=number, values={str(k): _plain(v) for k, v in value.items()}, raw=text)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _dialect(format: str) -> type[csv.Dialect]:
    return csv.excel_tab if format == "tsv" else csv.excel


def _split_rows(file: IO[str], format: str, above: int) -> Iterator[Row]:
    dialect = _dialect(format)
    lines = _Lines(file)
    reader = csv.reader(lines, dialect, strict=True)
    headings: list[str] | None = None
    while True:
        start = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _OpenQuote) as error:
            # A quote left open would swallow the rows behind it: its own line is set aside, and reading goes on below.
            yield Row(line=start, values={}, fault=_fault(error), raw=lines.give_back())
            reader = csv.reader(lines, dialect, strict=True)
            continue
        if above:
            above -= 1
        elif headings is None:
            headings = [cell.strip().lstrip("\ufeff").replace(_MARK, "\ufffd") for cell in cells]
        elif any(cell.strip() for cell in cells):
            yield _row(start, cells, headings)


def _fault(error: Exception) -> str:
    if str(error).startswith("field larger"):
        return f"有一格超过 {LONGEST_FIELD // 1024 // 1024} MB"
    return "引号没有配对，分不出列"


def _whole(row: Row) -> Row:
    """The row, or that some of its bytes are no characters of the file's encoding: half a row is not what was said."""
    if _MARK not in row.raw:
        return row
    fault = row.fault or "这一行里有读不出的字节，编码已损坏"
    return replace(row, values={}, fault=fault, raw=row.raw.replace(_MARK, "\ufffd"))


class _OpenQuote(Exception):
    """A field runs over more lines than any field does."""


class _Lines:
    """The lines of a file, of which those of a row that went wrong can be given back."""

    def __init__(self, file: IO[str]) -> None:
        self._file = iter(file)
        self._back: deque[str] = deque()
        self._row: list[str] = []
        self._number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self._row) >= LONGEST_ROW:
            raise _OpenQuote
        line = self._back.popleft() if self._back else next(self._file)
        self._row.append(line)
        self._number += 1
        return line.replace("\0", "")

    def begin(self) -> int:
        """A row begins; returns the number of its first line."""
        self._row.clear()
        return self._number + 1

    def give_back(self) -> str:
        """All lines of this row but the first, which is returned."""
        first, *rest = self._row
        self._back.extendleft(reversed(rest))
        self._number -= len(rest)
        return first.rstrip("\r\n")


def _row(line: int, cells: list[str], headings: list[str]) -> Row:
    raw = "\t".join(cells)
    while len(cells) > len(headings) and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != len(headings):
        return Row(line=line, values={}, fault=f"有 {len(cells)} 列，表头是 {len(headings)} 列", raw=raw)
    return Row(line=line, values=dict(zip(headings, cells, strict=True)), raw=raw)
