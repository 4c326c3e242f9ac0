"""What a paper is made of, before anybody knows of a file format: a head, sections of text and tables, blanks for people.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """``level`` 1 is 一、, 2 is （一）: the numbers stand in the text."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One paragraph, or several where there are line ends in it; ``label`` leads in, in bold."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A table with a head of its own; ``shares`` says how wide each column is beside the others."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One line of a form. Where ``lines`` is set, so much room is left for people to write in."""

    name: str
    value: str = ""
    lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A table of names and values."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blanks:
    """What only people can write, side by side on one line, each with a ruled blank."""

    names: tuple[str, ...]


Block = Heading | Text | Rows | Form | Blanks


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePaper:
    kind: str
    """舆情快报, 转办函: what the office calls such a paper."""
    title: str
    unit: str
    """Whose paper it is, by name."""
    made_at: datetime
    number: str = ""
    """How its number reads, with the blank that people fill in: 第{}期. '' where it has none."""
    masthead: bool = False
    """Its kind stands over it in large red characters, with number, unit and day below."""
    urgent: bool = False
    """It says to the minute when it was made, and is to stand on one page."""
    notices: tuple[str, ...] = ()
    """What a reader has to know first: that it is restricted, that a file was erased."""
    to: str = ""
    """Of a letter, whom it is for."""
    blocks: tuple[Block, ...] = ()
    signed: bool = False
    """It ends with unit and day."""


_NUMERALS = "一二三四五六七八九十"


def sections(*parts: tuple[str, tuple[Block, ...]]) -> tuple[Block, ...]:
    """Named parts with their numbers, 一、 and so on; those without a block are left out."""
    there = [(name, blocks) for name, blocks in parts if blocks]
    return tuple(
        block
        for number, (name, blocks) in zip(_NUMERALS, there, strict=False)
        for block in (Heading(text=f"{number}、{name}"), *blocks)
    )
