"""``huiying retention``: what will be erased and by which rule, and the list of what was."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from huiying import complaints, datafolder, retention, settings
from huiying.clock import SHANGHAI, SystemClock
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from huiying.ports import Engine
from huiying.settings import Settings

retention_cli = typer.Typer(help="保管期限：什么到期，清除了什么。", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出。")]
DAY = ["%Y-%m-%d"]


@retention_cli.command("due")
def due(
    days: Annotated[int, typer.Option(min=0, max=36_600, help="看今后多少天。")] = 30,
    as_json: Json = False,
) -> None:
    """列出案卷什么时候期满、依据哪一条、会不会清除。不改动任何数据。"""
    from triage import policy
    from triage.erasure import Erasure

    with _office() as (chosen, engine):
        terms = retention.load(chosen.policy)
        erasure = Erasure(engine, policy.load(chosen.policy), terms, chosen.attachments)
        found = erasure.upcoming(SystemClock().now(), within=timedelta(days=days))
    if as_json:
        told = [
            {"case": one.case.id, "at": one.at.isoformat(), "rule": one.rule, "kept_by": one.kept_by}
            for one in found
        ]
        print(json.dumps(told, ensure_ascii=False))
        return
    for one in found:
        what = f"不清除：{one.kept_by}" if one.kept_by else "清除"
        print(f"{one.at.astimezone(SHANGHAI):%Y-%m-%d}  {one.case.id}  {what}  {one.rule}  {one.case.title}")
    print(f"今后 {days} 天期满 {len(found)} 卷，其中清除 {sum(not one.kept_by for one in found)} 卷。")


@retention_cli.command("certificate")
def certificate(
    file: Annotated[Path, typer.Argument(help="写到哪个文件（CSV，可用表格软件打开）。")],
    since: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="从哪天起，例如 2026-01-01。")
    ] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=DAY, help="到哪天为止（含）。")] = None,
    force: Annotated[bool, typer.Option("--force", help="文件已经有了也写，旧的被替换。")] = False,
) -> None:
    """写出案卷销毁清单：哪些案卷何时、依据哪一条清除了什么。出自办理记录，可与 huiying record export 对照。"""
    from triage import destruction, policy

    if file.exists() and not force:
        raise Misconfigured(f"{file} 已经有了。请换一个文件名，或加 --force 替换它。")
    first = since.date() if since else date.min
    last = until.date() if until else SystemClock().now().astimezone(SHANGHAI).date()
    if first > last:
        raise Misconfigured("--from 不能晚于 --to。")
    with _office() as (chosen, engine):
        rows = list(destruction.rows(engine.cases.all(), policy.load(chosen.policy), first, last))
    sheet = io.StringIO(newline="")
    csv.writer(sheet).writerows([destruction.COLUMNS, *rows])
    try:
        file.write_text(sheet.getvalue(), "utf-8-sig", newline="")
    except OSError as error:
        raise Misconfigured(f"{file} 写不了（{complaints.of_system(error)}）") from error
    print(f"案卷销毁清单：{len(rows)} 行，写到 {file}")


@contextmanager
def _office() -> Iterator[tuple[Settings, Engine]]:
    chosen = datafolder.existing(settings.load())
    engine = open_engine(chosen, reading=True)
    try:
        yield chosen, engine
    finally:
        engine.close()
