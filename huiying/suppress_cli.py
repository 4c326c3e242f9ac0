"""``huiying suppress``: what is on the list of what somebody objected to, and whether an address is."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from huiying import datafolder, identity, settings, suppression
from huiying.clock import SHANGHAI
from huiying.errors import Misconfigured
from huiying.office_cli import Json, _engine
from huiying.suppression import Suppression, What

suppress_cli = typer.Typer(
    help="依异议不再收入的名单：只有加密的摘要，没有网址和作者。", no_args_is_help=True
)

NAMES = {What.PLACE: "网址", What.POST: "信息", What.AUTHOR: "作者"}


@suppress_cli.command("list")
def suppress_list(as_json: Json = False) -> None:
    """名单里有什么：种类、何时、因哪件异议，和摘要。"""
    with _engine(reading=True) as engine:
        found = list(Suppression(engine.register, b"").all())
    if as_json:
        rows = [
            {"digest": digest, "what": one.what, "at": one.at.isoformat(), "objection": one.objection}
            for digest, one in found
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return
    for digest, one in found:
        at = f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        print(f"{at}　{NAMES[one.what]}　异议 {one.objection[:8] or '—'}　{digest[:16]}")
    print(f"共 {len(found)} 项。")


@suppress_cli.command("check")
def suppress_check(
    address: Annotated[str, typer.Argument(help="帖子的网址，以 http:// 或 https:// 开头。")],
    floor: Annotated[int | None, typer.Option(help="论坛帖子的第几楼；不写就看整个网址。", min=0)] = None,
    as_json: Json = False,
) -> None:
    """这个网址的内容是不是不再收入。是以 0 结束，不是以 1 结束。"""
    if not address.startswith(("http://", "https://")) or not identity.address(address):
        raise Misconfigured("网址要完整，以 http:// 或 https:// 开头，请从浏览器的地址栏复制。")
    with _engine(reading=True) as engine:
        sieve = Suppression(engine.register, datafolder.secret_key(settings.load()))
        marks = [suppression.place(address, None)]
        marks += [suppression.place(address, floor)] if floor is not None else []
        out = any(sieve.has(mark) for mark in marks)
    where = "这个网址" if floor is None else f"这个网址的第 {floor} 楼"
    if as_json:
        print(json.dumps({"address": address, "floor": floor, "suppressed": out}, ensure_ascii=False))
    else:
        print(f"{where}在名单上，不再收入。" if out else f"{where}不在名单上。")
    raise typer.Exit(0 if out else 1)
