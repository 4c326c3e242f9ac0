"""Percentiles, and tables of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Of a number of seconds: how many there are, and how they lie. All 0 where there are none."""

    count: int
    p50: float
    p95: float
    p99: float
    most: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Spread:
        ranked = sorted(seconds)
        return cls(
            count=len(ranked),
            p50=percentile(ranked, 50),
            p95=percentile(ranked, 95),
            p99=percentile(ranked, 99),
            most=ranked[-1] if ranked else 0.0,
        )


def percentile(ranked: Sequence[float], share: float) -> float:
    """The value that ``share`` per cent of a ranked sequence do not exceed (nearest rank, none is made up); 0 of nothing."""
    if not ranked:
        return 0.0
    return ranked[max(0, math.ceil(len(ranked) * share / 100) - 1)]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns under their heads: the first to the left, all others to the right."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def millis(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


def ratio(of: float, to: float) -> str:
    """How many times ``to`` is in ``of``; a dash where there is nothing to compare with."""
    return f"{of / to:.2f}x" if to else "-"
