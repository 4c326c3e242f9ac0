"""The lines of a table as they stand in a file: which of them holds the headings, and where the rows begin and end.  Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

Fits = Callable[[Sequence[str]], bool]
"""Whether these are headings under which the reader finds what it needs."""

ABOVE = 30
"""Lines among which the headings are looked for."""
_LONGEST = 40
"""Characters in a cell of a sum: whoever wrote more wrote words."""
_SUM = re.compile(r"[合总共小] ?计 ?[:：]? ?[\d,.]* ?[件条个宗行]?")
_FIGURE = re.compile(r"[\d,.]* ?%? ?[件条个宗行]?")
"""Of words whose blanks were folded: a run of them must not be shared out among neighbours in every way there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its number in the file, and its cells, or why there are none."""

    number: int
    cells: Sequence[str] = ()
    fault: str = ""
    raw: str = ""
    unread: Mapping[int, str] = field(default_factory=dict)
    """Why a cell cannot be read, by its place."""
    links: Mapping[int, str] = field(default_factory=dict)
    """Where a cell leads, by its place."""

    @property
    def filled(self) -> int:
        return sum(bool(cell.strip()) for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its line in the file, and its values by heading, or why there are none."""

    line: int
    values: dict[str, str]
    fault: str = ""
    raw: str = ""
    unread: Mapping[str, str] = field(default_factory=dict)
    """Why a value cannot be read, by heading: whoever needs that value cannot use the row."""


def headings(line: Line) -> tuple[str, ...]:
    """Without the line breaks with which narrow columns are headed."""
    return tuple(_on_one_line(cell.strip().lstrip("\ufeff")) for cell in line.cells)


def _on_one_line(cell: str) -> str:
    return "".join(part.strip() for part in cell.replace("\r", "\n").split("\n"))


def find(lines: Iterable[Line], fits: Fits) -> Line | None:
    """The line of the headings: the first that fits, and of those that follow each other the last, as headings of two storeys
    are merged; where none fits, the first that is about as full as its neighbours. None where nothing is filled.
    """
    first = [line for line in islice(lines, ABOVE) if line.filled]
    fitting = [fits(headings(line)) for line in first]
    if True in fitting:
        at = fitting.index(True)
        while at + 1 < len(first) and fitting[at + 1]:
            at += 1
        return first[at]
    most = max((line.filled for line in first), default=0)
    return next((line for line in first if line.filled * 2 >= most), None)


def below(lines: Iterable[Line], header: Line) -> Iterator[Line]:
    """What stands under the headings, and every line that is broken: no empty lines, and no sum at the end."""
    held: Line | None = None
    for line in lines:
        if line.number <= header.number and (line.cells or not line.fault):
            continue
        if not (line.filled or line.unread or line.fault):
            continue
        if held is not None:
            yield held
            held = None
        if _is_sum(line):
            held = line
        else:
            yield line


def _is_sum(line: Line) -> bool:
    """合计, and beside it nothing but figures."""
    words = [cell.strip() for cell in line.cells if cell.strip()]
    return (
        not line.fault
        and bool(words)
        and _is(_SUM, words[0])
        and all(_is(_FIGURE, word) for word in words[1:])
    )


def _is(kind: re.Pattern[str], word: str) -> bool:
    return len(word) <= _LONGEST and bool(kind.fullmatch(" ".join(word.split())))
