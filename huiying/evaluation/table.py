"""Figures as a person reads them, in one table, and as a program does."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from huiying.evaluation.figure import Figure
from huiying.evaluation.measures import Taken

_HEAD = ("名称", "数值", "条数", "95% 区间", "对照")
_LONGEST = 200
"""Characters of one listed text."""


def as_dict(taken: Taken) -> dict[str, dict[str, float | int | None]]:
    """``{name: {value, n, low, high, baseline}}``; a row of one register is ``name@register``."""
    return {figure.key: figure.as_dict() for figure in taken.figures}


def in_words(taken: Taken) -> str:
    """The table, then every list under its heading."""
    lines = _aligned([_HEAD, *(_cells(figure) for figure in taken.figures)])
    for title, texts in taken.lists.items():
        lines += ["", f"{title}（{len(texts)}）", *(f"  {_short(text)}" for text in texts)]
    return "\n".join(lines)


def remarks(taken: Taken) -> list[str]:
    """What is not in the table: files that are absent, measures that broke."""
    return [
        *(f"跳过：没有 {name}" for name in taken.skipped),
        *(f"没有测成：{name}\n{trace}" for name, trace in taken.broken.items()),
    ]


def _cells(figure: Figure) -> tuple[str, ...]:
    against = "—"
    if figure.baseline is not None:
        against = f"{_number(figure.baseline)}  {figure.baseline_name}".rstrip()
    return (
        f"  {figure.register}" if figure.register else figure.name,
        _number(figure.value),
        str(figure.n),
        f"{_number(figure.low)} – {_number(figure.high)}",
        against,
    )


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(_width(row[column]) for row in rows) for column in range(len(_HEAD))]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _short(text: str) -> str:
    plain = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"
