"""The last 24 hours as stacked columns: negative, neutral, positive, told apart by pattern as well as by colour.

Only geometry: the template draws it as SVG, so that it stands without JavaScript and prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.contracts import Attitude
from response_api import times
from response_api.words import ATTITUDES

WIDTH, HEIGHT = 640, 232
LEFT, RIGHT, TOP, BOTTOM = 40, 6, 10, 26
STACK = (Attitude.NEGATIVE, Attitude.NEUTRAL, Attitude.POSITIVE)


@dataclass(frozen=True, slots=True)
class Block:
    attitude: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    blocks: tuple[Block, ...]
    label: str
    """Under the axis; '' for most columns."""
    middle: float
    told: str
    """What the column says, for a pointer and for a screen reader."""


@dataclass(frozen=True, slots=True)
class Line:
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: int
    negative: int
    summary: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def hourly_chart(hourly: Mapping[tuple[str, str], int], now: datetime, hours: int = 24) -> Chart:
    starts = [
        now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=back)
        for back in range(hours - 1, -1, -1)
    ]
    counts = [
        {attitude: hourly.get((start.strftime("%Y-%m-%dT%H"), attitude.value), 0) for attitude in STACK}
        for start in starts
    ]
    top = axis_top(max(sum(count.values()) for count in counts))
    step = (WIDTH - LEFT - RIGHT) / hours
    columns = tuple(
        _column(start, count, LEFT + index * step, step, top)
        for index, (start, count) in enumerate(zip(starts, counts, strict=True))
    )
    total = sum(sum(count.values()) for count in counts)
    negative = sum(count[Attitude.NEGATIVE] for count in counts)
    return Chart(
        columns=columns,
        lines=tuple(Line(_y(top * part / 4, top), f"{top * part // 4}") for part in range(5)),
        total=total,
        negative=negative,
        summary=f"近 24 小时相关信息 {total} 条，其中负面 {negative} 条",
    )


def axis_top(highest: int) -> int:
    """A round number at or above, that four equal steps divide."""
    size = 4
    while True:
        for factor in (1, 2, 3, 5):
            if size * factor >= highest:
                return size * factor
        size *= 10 if size == 4 else 2


def _column(start: datetime, count: Mapping[Attitude, int], x: float, step: float, top: int) -> Column:
    blocks: list[Block] = []
    below = 0
    for attitude in STACK:
        if count[attitude]:
            upper, lower = _y(below + count[attitude], top), _y(below, top)
            blocks.append(
                Block(
                    attitude.value,
                    round(x + step * 0.14, 1),
                    upper,
                    round(step * 0.72, 1),
                    round(lower - upper, 1),
                )
            )
            below += count[attitude]
    hour = times.local(start).hour
    said = "，".join(f"{ATTITUDES[attitude]} {count[attitude]}" for attitude in STACK)
    return Column(
        tuple(blocks),
        f"{hour:02d}时" if hour % 4 == 3 else "",
        round(x + step / 2, 1),
        f"{hour:02d} 时：{said}",
    )


def _y(value: float, top: int) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)
