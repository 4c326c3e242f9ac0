"""``huiying sources``: whether the catalogue holds together, and what one source would bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from huiying import datafolder, settings, tomlfile
from huiying.clock import SHANGHAI

if TYPE_CHECKING:
    from crawlers.sources import Source

sources_cli = typer.Typer(help="采集源目录：检查，试采一个来源。", no_args_is_help=True)

SECONDS = 60.0


@sources_cli.command("check")
def check(
    file: Annotated[Path | None, typer.Argument(help="默认是数据文件夹里的 sources.toml。")] = None,
) -> None:
    """检查来源目录，逐条说明。"""
    from crawlers import columns, sources

    path = file or settings.load().sources
    lines = sources.check(path)
    folder = path.parent / "policy"
    catalogue = sources.load(path).source
    mapped = [one for one in catalogue if one.mapping]
    tomlfile.refuse(tomlfile.faults(*(partial(columns.of_source, one, folder) for one in mapped)))
    print("\n".join([*_nowhere(catalogue, folder), *lines]))


def _nowhere(catalogue: Iterable[Source], folder: Path) -> Iterator[str]:
    """Sources in use whose region is no place that is known: what says nothing of a place would not be taken to be from there."""
    from nlp import gazetteer

    there = [one for one in catalogue if one.enabled and one.region]
    places = gazetteer.load(folder if folder.is_dir() else tomlfile.DEFAULTS) if there else None
    for one in there:
        if places and not any(mention.spots for mention in places.find(one.region)):
            yield f"提醒：{one.id} 的 region“{one.region}”不在 {gazetteer.FILE} 里，它的信息没写地点时，不会按来源所在地归地"


@sources_cli.command("try")
def try_one(
    source: Annotated[str, typer.Argument(help="来源编号（目录里的 id），停用的也可以。")],
    seconds: Annotated[float, typer.Option(min=1, max=600, help="最多看多少秒。")] = SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出。")] = False,
) -> None:
    """试采一个来源：看一遍，列出会收到什么。什么也不收入，不留痕迹。没有读到时以 1 结束。"""
    from huiying.sourcetrial import look

    found = look(datafolder.existing(settings.load()), source, seconds=seconds)
    if as_json:
        print(msgspec.json.encode(found).decode())
    else:
        print(
            f"{found.source}　{found.name}：{'读到了' if found.ok else '没有读到'}{f'，{found.problem}' if found.problem else ''}"
        )
        print(
            f"看到 {found.seen} 条，会收 {found.posts} 条，其中与本办有关 {found.ours} 条{'；到时间了，没有看完' if found.stopped else ''}。"
        )
        for number, one in enumerate(found.taken, 1):
            mark = "" if one.ours is None else "　有关" if one.ours else "　无关"
            print(f"{number:>3}. {one.title or '（无标题）'}{mark}")
            told = f"，{one.method}，把握 {one.confidence:.2f}" if one.confidence is not None else ""
            when = datetime.fromisoformat(one.published).astimezone(SHANGHAI) if one.published else None
            print(
                f"     {f'{when:%Y-%m-%d %H:%M}' if when else '发布时间未知'}　{one.length} 字{told}　{one.url}"
            )
            print(f"     {' '.join(one.text.split())[:80]}")
    if not found.ok:
        raise typer.Exit(1)
