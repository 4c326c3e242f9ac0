"""``huiying stats``: how the matters of a period were dealt with, as figures, as JSON or as a workbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huiying import complaints, datafolder, export, settings
from huiying.clock import SHANGHAI, SystemClock
from huiying.engines import open_engine
from huiying.errors import Misconfigured

if TYPE_CHECKING:
    from triage.performance import Performance, Spread

MOST = 1_000_000


def stats(
    since: Annotated[
        str, typer.Option("--from", help="从哪天起，例如 2026-11-01；默认是截止那个月的 1 日。")
    ] = "",
    until: Annotated[str, typer.Option("--to", help="到哪天为止（含）；默认是今天。")] = "",
    unit: Annotated[str, typer.Option(help="只算这个单位及下级承办的（编号见 policy/units.toml）。")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出。")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="另外写成 Excel 文件（.xlsx）。")] = None,
    force: Annotated[bool, typer.Option("--force", help="文件已经有了也写，旧的被替换。")] = False,
) -> None:
    """统计与考核：一段时间里发现的事件，时限守住了多少、用了多久、各单位得多少分。限制知悉事件只计入总数，不写内容；不加 --unit 时不分单位列。"""
    from response_api.period import between
    from response_api.sight import is_sealed, of_unit
    from response_api.stats_sheet import workbook
    from response_api.stats_view import PUT_OFF, RESTRICTED_APART, stats_view
    from response_api.ticket_view import WENT
    from triage import policy, scoring
    from triage.appraisal import Appraiser
    from triage.texts import Texts

    now = SystemClock().now()
    period = between(since, until, now.astimezone(SHANGHAI).date())
    if out:
        export.must_end(out, ".xlsx")
    if out and out.exists() and not force:
        raise Misconfigured(f"{out} 已经有了。请换一个文件名，或加 --force 替换它。")
    chosen = datafolder.existing(settings.load())
    office, rules = policy.load(chosen.policy), scoring.load(chosen.policy)
    if unit and not office.knows(unit):
        raise Misconfigured(f"没有单位 {unit}，编号见 policy/units.toml。")
    engine = open_engine(chosen, reading=True)
    try:
        appraiser = Appraiser(cases=engine.cases, texts=Texts(engine.register), policy=office, rules=rules)
        leads = office.subtree(unit) if unit else frozenset[str]()
        whose = unit or office.top()
        sight = of_unit(whose, office)
        found = appraiser.of(
            period.since,
            period.until,
            now,
            leads=leads,
            told=lambda case: bool(unit) or not is_sealed(case, sight),  # one unit's file tells of one unit
            most=MOST,
        )
        view = stats_view(found.figures, office, rules)
        about = f"{office.unit_name(whose)}，{period} 发现的事件"
        if out:
            made = workbook(view, found.matters, office, sight, about=about, now=now)
            try:
                out.write_bytes(made)
            except OSError as error:
                raise Misconfigured(f"{out} 写不了（{complaints.of_system(error)}）") from error
    finally:
        engine.close()
    if as_json:
        print(json.dumps(in_json(found.figures), ensure_ascii=False))
        return
    print(about)
    for tile in view.tiles:
        print(f"  {tile.name}：{tile.value}（{tile.note}）")
    for clock in view.clocks:
        counts = "、".join(str(cell.count) for cell in clock.cells)
        print(f"  {clock.name}（{clock.authority}）按时、逾期、未到期、免除或取消：{counts}；按时率 {clock.on_time}；{clock.hours}")  # fmt: skip
    for kind in view.tickets:
        counts = "、".join(
            f"{word} {cell.count}" for word, cell in zip(WENT.values(), kind.cells, strict=True)
        )
        print(f"  {kind.name}工单（{kind.authority}）{kind.total} 件：{counts}；按期率 {kind.on_time}；还没有答复 {kind.owed.count}，{PUT_OFF} {kind.extended.count}")  # fmt: skip
    for row in view.units:
        told = f"得分 {row.score}，{row.grade}" if row.score else "还没有评分"
        print(f"  {row.name}：事件 {row.matters.count}，法定时限按时率 {row.on_time}，{told}")
    if view.untold:
        print(f"  {RESTRICTED_APART.format(view.untold)}")
    if out:
        print(f"已写到 {out}")


def in_json(figures: Performance) -> dict[str, Any]:
    """Shares 0 to 1, times in hours, scores 0 to 100; null where there is nothing to measure."""
    from triage.tickets import Went

    return {
        "from": figures.since.isoformat(),
        "to": figures.until.isoformat(),
        "matters": len(figures.cases),
        "levels": {level.value: len(ids) for level, ids in figures.levels.items()},
        "states": {state.value: len(ids) for state, ids in figures.states.items() if ids},
        "clocks": [
            {
                "kind": row.kind.value,
                "authority": row.authority.name.lower(),
                "name": row.name,
                **{ending.value: len(ids) for ending, ids in row.cases.items()},
                "on_time": row.on_time,
                "hours": _spread(row.hours),
            }
            for row in figures.clocks
        ],
        "tickets": [
            {
                "request": kind.request.value,
                "authority": kind.authority.name.lower(),
                "total": kind.total,
                **{went.value: kind.count(went) for went in Went},
                "owed": len(kind.owed),
                "extended": len(kind.extended),
                "on_time": kind.on_time,
            }
            for kind in figures.tickets
        ],
        "detection_hours": _spread(figures.lag),
        "answer_hours": _spread(figures.answer),
        "answered": len(figures.answered),
        "rebounds": len(figures.rebounds),
        "regraded": len(figures.regraded),
        "dismissed": len(figures.dismissed),
        "score": _spread(figures.scores),
        "unscored": len(figures.open_scores),
        "flags": {key: len(ids) for key, ids in figures.flagged.items()},
        "restricted": len(figures.untold),
        "units": [
            {
                "unit": row.unit,
                "matters": len(row.cases),
                "closed": row.closed,
                "kept": row.kept,
                "missed": len(row.missed),
                "booked_to_detection": len(row.booked),
                "corrected": len(row.corrected),
                "on_time": row.on_time,
                "answer_hours": _spread(row.hours),
                "scored": len(row.scored),
                "score": row.score,
                "grade": row.grade,
                "vetoed": len(row.vetoed),
            }
            for row in figures.units
        ],
        "cut": figures.cut,
    }


def _spread(spread: Spread | None) -> dict[str, float] | None:
    return {"n": spread.n, "median": spread.median, "p90": spread.ninety} if spread else None
