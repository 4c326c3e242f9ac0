"""统计与考核 as a page shows it: every figure with what it is of, and a name under which its cases can be asked for.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from huiying import requests
from huiying.contracts import Authority, CaseState
from response_api.house import Names
from response_api.ticket_view import WENT
from response_api.words import LEVELS, STATES, LevelMark
from triage.ending import Ending
from triage.performance import ClockRow, Performance, Spread, TicketRow
from triage.scoring import Scoring

ENDINGS = {
    Ending.KEPT: "按时",
    Ending.MISSED: "逾期",
    Ending.RUNNING: "未到期",
    Ending.SPARED: "免除、取消",
    Ending.CORRECTED: "更正",
}


PUT_OFF = "延过期"
RESTRICTED_APART = "另有限制知悉事件 {} 件，不分单位列"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A count, and where its cases are shown; '' where there is nothing to show."""

    count: int
    show: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    name: str
    value: str
    note: str
    show: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    name: str
    authority: str
    cells: tuple[Cell, ...]
    """In the order of ``ENDINGS``."""
    on_time: str
    hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLine:
    name: str
    authority: str
    total: int
    cells: tuple[Cell, ...]
    """In the order of ``WENT``."""
    owed: Cell
    extended: Cell
    on_time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    name: str
    matters: Cell
    closed: int
    kept: int
    missed: Cell
    booked: Cell
    corrected: Cell
    on_time: str
    hours: str
    scored: Cell
    score: str
    grade: str
    vetoed: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsView:
    tiles: tuple[Tile, ...]
    levels: tuple[tuple[LevelMark, Cell], ...]
    states: tuple[tuple[str, Cell], ...]
    clocks: tuple[ClockLine, ...]
    tickets: tuple[TicketLine, ...]
    units: tuple[UnitLine, ...]
    untold: int
    """Matters of which the reader may not learn who leads."""
    flags: tuple[tuple[str, bool, Cell], ...]
    """Name, whether it vetoes, which."""
    cut: bool


def stats_view(figures: Performance, names: Names, rules: Scoring) -> StatsView:
    return StatsView(
        tiles=tuple(_tiles(figures)),
        levels=tuple(
            (mark, _cell(figures.levels[level], f"level:{level.value}")) for level, mark in LEVELS.items()
        ),
        states=tuple(
            (STATES[state], _cell(ids, f"state:{state.value}"))
            for state in CaseState
            if (ids := figures.states[state])
        ),
        clocks=tuple(_clock(row) for row in figures.clocks),
        tickets=tuple(ticket_line(row) for row in figures.tickets),
        units=tuple(
            UnitLine(
                name=names.unit_name(row.unit),
                matters=_cell(row.cases, f"unit:{row.unit}"),
                closed=row.closed,
                kept=row.kept,
                missed=_cell(row.missed, f"late:{row.unit}"),
                booked=_cell(row.booked, f"booked:{row.unit}"),
                corrected=_cell(row.corrected, f"corrected:{row.unit}"),
                on_time=share(row.on_time, row.kept, row.kept + len(row.missed)),
                hours=hours(row.hours),
                scored=_cell(row.scored, f"scored:{row.unit}"),
                score="" if row.score is None else f"{row.score:.1f}",
                grade=row.grade,
                vetoed=_cell(row.vetoed, f"vetoed:{row.unit}"),
            )
            for row in figures.units
        ),
        untold=len(figures.untold),
        flags=tuple(
            (flag.name, flag.veto, _cell(figures.flagged.get(flag.key, ()), f"flag:{flag.key}"))
            for flag in rules.flag
        ),
        cut=figures.cut,
    )


def shown(
    figures: Performance, asked: str, names: Names, rules: Scoring
) -> tuple[str, tuple[str, ...]] | None:
    """What the cases behind a figure are called, and their ids, none twice; None where nobody knows such a figure."""
    found = {key: (title, ids) for key, title, ids in _lists(figures, names, rules)}.get(asked)
    return (found[0], tuple(dict.fromkeys(found[1]))) if found else None


def _lists(figures: Performance, names: Names, rules: Scoring) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield "all", "全部事件", figures.cases
    yield "answered", "已公开回应", figures.answered
    yield "rebounds", "发布后反弹", figures.rebounds
    yield "regraded", "人改过等级", figures.regraded
    yield "dismissed", "不予受理", figures.dismissed
    yield "scored", "已评分", figures.scored
    yield "unscored", "办结待评估、待观察", figures.open_scores
    for level, ids in figures.levels.items():
        yield f"level:{level.value}", f"{level.value}舆情", ids
    for state, ids in figures.states.items():
        yield f"state:{state.value}", STATES[state], ids
    for row in figures.clocks:
        for ending, word in ENDINGS.items():
            yield _key(row, ending), f"{row.name}（{row.authority}）{word}", row.cases.get(ending, ())
    for kind in figures.tickets:
        title = f"{requests.NAMES[kind.request]}工单（{kind.authority}）"
        for went, word in WENT.items():
            yield _key_of(kind, went), f"{title}{word}", kind.cases.get(went, ())
        yield _key_of(kind, "owed"), f"{title}还没有答复", kind.owed
        yield _key_of(kind, "extended"), f"{title}{PUT_OFF}", kind.extended
    for unit in figures.units:
        name = names.unit_name(unit.unit)
        yield f"unit:{unit.unit}", name, unit.cases
        yield f"late:{unit.unit}", f"{name}，法定时限逾期", unit.missed
        yield f"booked:{unit.unit}", f"{name}，法定时限逾期计入发现和定级", unit.booked
        yield f"corrected:{unit.unit}", f"{name}，法定时限逾期经更正", unit.corrected
        yield f"scored:{unit.unit}", f"{name}，已评分", unit.scored
        yield f"vetoed:{unit.unit}", f"{name}，一票否决", unit.vetoed
    for flag in rules.flag:
        yield f"flag:{flag.key}", flag.name, figures.flagged.get(flag.key, ())


def _tiles(figures: Performance) -> Iterator[Tile]:
    law = [row for row in figures.clocks if row.authority is Authority.STATUTORY]
    kept, missed = (sum(row.count(ending) for row in law) for ending in (Ending.KEPT, Ending.MISSED))
    on_time = kept / (kept + missed) if kept + missed else None
    open_ones = sum(
        len(ids)
        for state, ids in figures.states.items()
        if state not in (CaseState.CLOSED, CaseState.DISMISSED)
    )
    yield Tile(name="事件", value=str(len(figures.cases)), note=f"其中未办结 {open_ones} 件", show="all")
    yield Tile(
        name="法定时限按时率",
        value="—" if on_time is None else f"{on_time:.1%}",
        note=f"{kept} 项按时，{missed} 项逾期" if on_time is not None else "还没有到期的法定时限",
    )
    yield Tile(
        name="首次公开回应",
        value=took(figures.answer.median) if figures.answer else "—",
        note=hours(figures.answer, median=False) if figures.answer else "还没有公开回应的",
        show="answered" if figures.answered else "",
    )
    yield Tile(
        name="发现用时",
        value=took(figures.lag.median) if figures.lag else "—",
        note=hours(figures.lag, median=False) if figures.lag else "没有写明发布时间的信息",
    )
    yield Tile(
        name="发布后反弹",
        value=str(len(figures.rebounds)),
        note=f"在已公开回应的 {len(figures.answered)} 件里",
        show="rebounds" if figures.rebounds else "",
    )
    yield Tile(
        name="评分中位数",
        value=f"{figures.scores.median:.0f}" if figures.scores else "—",
        note=f"得分已定 {len(figures.scored)} 件，未定 {len(figures.open_scores)} 件",
        show="unscored" if figures.open_scores else "scored" if figures.scored else "",
    )


def _clock(row: ClockRow) -> ClockLine:
    return ClockLine(
        name=row.name,
        authority=row.authority.value,
        cells=tuple(_cell(row.cases.get(ending, ()), _key(row, ending)) for ending in ENDINGS),
        on_time=share(row.on_time, row.count(Ending.KEPT), row.ended),
        hours=hours(row.hours),
    )


def ticket_line(row: TicketRow) -> TicketLine:
    """Also for reports."""
    return TicketLine(
        name=requests.NAMES[row.request],
        authority=row.authority.value,
        total=row.total,
        cells=tuple(_cell(row.cases.get(went, ()), _key_of(row, went)) for went in WENT),
        owed=_cell(row.owed, _key_of(row, "owed")),
        extended=_cell(row.extended, _key_of(row, "extended")),
        on_time=share(row.on_time, row.kept, row.ended),
    )


def _key_of(row: TicketRow, which: str) -> str:
    return f"ticket:{row.authority.name.lower()}:{row.request.value}:{which}"


def _key(row: ClockRow, ending: Ending) -> str:
    return f"clock:{row.authority.name.lower()}:{row.kind.value}:{ending.value}"


def _cell(ids: tuple[str, ...], show: str) -> Cell:
    return Cell(count=len(ids), show=show if ids else "")


def share(value: float | None, part: int, whole: int) -> str:
    """92.3%（12/13）; — where there is nothing to have a share of."""
    return "—" if value is None else f"{value:.1%}（{part}/{whole}）"


def hours(spread: Spread | None, *, median: bool = True) -> str:
    if spread is None:
        return "—"
    middle = f"中位 {took(spread.median)}，" if median else ""
    return f"{middle}九成不超过 {took(spread.ninety)}（{spread.n} 件）"


def took(hours: float) -> str:
    """25 分钟, 3.5 小时, 2.1 天: one number, rounded down as a clock shows it."""
    if hours < 1:
        return f"{int(hours * 60 + 1e-6)} 分钟"
    return f"{hours:.1f} 小时" if hours < 72 else f"{hours / 24:.1f} 天"
