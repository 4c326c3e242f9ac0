"""Where which matter is warm: topic by city, counted in posts of open cases.  Five shades, and the figure in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from huiying.contracts import Case
from response_api.house import Names

MOST_CITIES, MOST_TOPICS = 6, 7
ELSEWHERE = "其他"
UNKNOWN = "地点未知"


@dataclass(frozen=True, slots=True)
class HeatCell:
    city: str
    posts: int
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


def heat_table(cases: Sequence[Case], names: Names) -> HeatTable:
    counts: Counter[tuple[str, str]] = Counter()
    for case in cases:
        counts[case.topic, case.place.city or UNKNOWN] += case.tallies.posts
    cities = _most(Counter({city: 0 for _, city in counts}), counts, part=1, limit=MOST_CITIES)
    topics = _most(Counter({topic: 0 for topic, _ in counts}), counts, part=0, limit=MOST_TOPICS)
    folded: Counter[tuple[str, str]] = Counter()
    for (topic, city), posts in counts.items():
        if topic in topics:
            folded[topic, city if city in cities else ELSEWHERE] += posts
    columns = (*cities, ELSEWHERE) if any(city == ELSEWHERE for _, city in folded) else tuple(cities)
    top = max(folded.values(), default=0)
    return HeatTable(columns, tuple(_row(topic, columns, folded, top, names) for topic in topics))


def _most(start: Counter[str], counts: Counter[tuple[str, str]], *, part: int, limit: int) -> list[str]:
    for key, posts in counts.items():
        start[key[part]] += posts
    return [name for name, _ in sorted(start.items(), key=lambda item: (-item[1], item[0]))[:limit]]


def _row(
    topic: str, columns: Sequence[str], counts: Counter[tuple[str, str]], top: int, names: Names
) -> HeatRow:
    cells = tuple(HeatCell(city, counts[topic, city], shade(counts[topic, city], top)) for city in columns)
    return HeatRow(
        topic, names.topic_name(topic) if topic else "未归类", cells, sum(cell.posts for cell in cells)
    )


def shade(posts: int, top: int) -> int:
    """By square root, so that one hot cell does not make all others look cold."""
    return 0 if not posts else max(1, round(5 * (posts / top) ** 0.5))
