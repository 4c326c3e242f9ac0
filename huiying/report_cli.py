"""``huiying report``: what a day, a week or a month came to, written as a Word file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from huiying import datafolder, export, settings
from huiying.clock import SHANGHAI, SystemClock
from huiying.engines import open_engine
from huiying.errors import Misconfigured


def report(
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件（.docx）。")],
    period: Annotated[str, typer.Option(help="day 日报、week 周报（周一起）、month 月报。")] = "day",
    day: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="期间里的哪一天，例如 2026-11-23；默认是最近一个完整的期间。"
        ),
    ] = None,
    unit: Annotated[str, typer.Option(help="哪个单位的（写单位编号）；默认是全部。")] = "",
    force: Annotated[bool, typer.Option("--force", help="文件已经有了也写，旧的被替换。")] = False,
) -> None:
    """写出日报、周报、月报。限制知悉事件只计数，不写内容；系统运行时也能用，不改动任何数据。"""
    from response_api.papers import figures, gather
    from response_api.papers.issue import Span, issue_of
    from response_api.papers.report import report_paper
    from response_api.papers.word import written
    from response_api.sight import of_unit
    from triage import policy

    if period not in set(Span):
        raise Misconfigured(f"--period 要写 {'、'.join(Span)} 中的一个，没有 {period}。")
    export.must_end(out, ".docx")
    now = SystemClock().now()
    today = now.astimezone(SHANGHAI).date()
    span = Span(period)
    shown = issue_of(span, day.date()) if day else issue_of(span, today).previous()
    if shown.first > today:
        raise Misconfigured(f"--day 不能晚于今天（{today}）。")
    chosen = datafolder.existing(settings.load())
    office = policy.load(chosen.policy)
    whose = unit or office.top()
    if not office.knows(whose):
        raise Misconfigured(f"没有编号为 {whose} 的单位。编号见 {chosen.policy / 'units.toml'}。")
    engine = open_engine(chosen, reading=True)
    try:
        facts = gather.issue_facts(engine, shown, sight=of_unit(whose, office), now=now)
    finally:
        engine.close()
    paper = report_paper(figures.report(facts, office, office.calendar), unit=office.unit_name(whose))
    with export.whole(out, force=force) as file:
        file.write(written(paper))
    print(f"{paper.title}，写到 {out}")
