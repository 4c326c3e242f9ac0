"""Text files of rows: JSONL, CSV or TSV in whatever encoding, line by line, where one bad line costs no other."""

from __future__ import annotations

import codecs
import csv
import json
from collections import deque
from collections.abc import Iterator
from typing import IO

from huiying.tables.lines import Line, Row

LONGEST_FIELD = 4 * 1024 * 1024
LONGEST_ROW = 200
"""Lines that one row may run over, inside quotes."""

BROKEN, _MARK = "huiying-broken", "\udcff"
"""Bytes that cannot be read become this mark, which no readable text holds."""

codecs.register_error(BROKEN, lambda error: (_MARK, getattr(error, "end", 0)))
csv.field_size_limit(LONGEST_FIELD)


def json_rows(file: IO[str]) -> Iterator[Row]:
    for number, line in enumerate(file, 1):
        text = line.strip().lstrip("\ufeff")
        if not text:
            continue
        raw, fault = _readable(text)
        values: dict[str, str] = {}
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            fault = fault or "不是完整的 JSON"
        else:
            if not isinstance(value, dict):
                fault = fault or "这一行不是一个 JSON 对象"
            elif not fault:
                values = {str(key): _plain(one) for key, one in value.items()}
        yield Row(line=number, values=values, fault=fault, raw=raw)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def split_lines(file: IO[str], delimiter: str) -> Iterator[Line]:
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _OpenQuote) as error:
            # A quote left open would swallow the rows behind it: its own line is set aside, and reading goes on below.
            yield Line(number=start, fault=_fault(error), raw=_readable(lines.give_back())[0])
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        else:
            raw, fault = _readable("\t".join(cells))
            if fault:
                cells = [_readable(cell)[0] for cell in cells]
            yield Line(number=start, cells=cells, fault=fault, raw=raw)


def _fault(error: Exception) -> str:
    if str(error).startswith("field larger"):
        return f"有一格超过 {LONGEST_FIELD // 1024 // 1024} MB"
    return "引号没有配对，分不出列"


def _readable(text: str) -> tuple[str, str]:
    """The text, and what is wrong where some of its bytes are no characters: half a row is not what was said."""
    if _MARK not in text:
        return text, ""
    return text.replace(_MARK, "\ufffd"), "这一行里有读不出的字节，编码已损坏"


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
