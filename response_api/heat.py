"""Where which matter is warm: topic by city, counted in open cases.  Five shades, and the figure in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from response_api.house import Names

MOST_CITIES = 6
ELSEWHERE = "其他"
UNKNOWN = "不明"


@dataclass(frozen=True, slots=True)
class HeatCell:
    city: str
    cases: int
    shade: int
    """0 (nothing) to 5 (the warmest)."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    topic: str
    name: str
    cells: tuple[HeatCell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class HeatTable:
    cities: tuple[str, ...]
    rows: tuple[HeatRow, ...]


def heat_table(heat: Mapping[tuple[str, str], int], names: Names) -> HeatTable:
    """From (topic, city) → cases; '' is what is not known."""
    counts = {(topic, city or UNKNOWN): cases for (topic, city), cases in heat.items()}
    cities = _most(counts, part=1)[:MOST_CITIES]
    topics = _most(counts, part=0)
    folded: Counter[tuple[str, str]] = Counter()
    for (topic, city), cases in counts.items():
        folded[topic, city if city in cities else ELSEWHERE] += cases
    columns = (*cities, ELSEWHERE) if any(city == ELSEWHERE for _, city in folded) else tuple(cities)
    top = max(folded.values(), default=0)
    return HeatTable(columns, tuple(_row(topic, columns, folded, top, names) for topic in topics))


def _most(counts: Mapping[tuple[str, str], int], *, part: int) -> list[str]:
    sums: Counter[str] = Counter()
    for key, cases in counts.items():
        sums[key[part]] += cases
    return sorted(sums, key=lambda name: (-sums[name], name))


def _row(
    topic: str, columns: Sequence[str], counts: Counter[tuple[str, str]], top: int, names: Names
) -> HeatRow:
    cells = tuple(HeatCell(city, counts[topic, city], shade(counts[topic, city], top)) for city in columns)
    return HeatRow(
        topic, names.topic_name(topic) if topic else "未归类", cells, sum(cell.cases for cell in cells)
    )


def shade(cases: int, top: int) -> int:
    """By square root, so that one hot cell does not make all others look cold."""
    return 0 if not cases else max(1, round(5 * (cases / top) ** 0.5))
