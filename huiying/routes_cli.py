"""``huiying routes``: where a text would go, and by which rule."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huiying import complaints, datafolder, settings, tomlfile
from huiying.clock import SystemClock
from huiying.contracts import Level
from huiying.errors import Misconfigured

if TYPE_CHECKING:
    from huiying.contracts import Place

routes_cli = typer.Typer(help="分办规则：一段文字会分给谁。", no_args_is_help=True)

MOST = 200_000
"""Characters of a text."""


@routes_cli.callback()
def routes() -> None:
    """Keeps ``test`` a command of its own."""


@routes_cli.command("test")
def routes_test(
    text: Annotated[str, typer.Argument(help="要试的文字；- 是标准输入。")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="从这个文本文件里读（UTF-8、GBK）。")] = None,
    title: Annotated[str, typer.Option(help="标题。")] = "",
    place: Annotated[str, typer.Option(help="当作发生在这里（市、县、区的名字）；默认从文字里读。")] = "",
    level: Annotated[str, typer.Option(help="当作这个等级：一般、较大、重大、特别重大；默认按文字评。")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出。")] = False,
) -> None:
    """一段文字会分给谁：读出什么、哪个事项、哪里、哪条规则、谁牵头配合、通报谁，依据和理由。不留下任何数据。"""
    from huiying import dryrun
    from nlp.pipeline import Reader
    from triage import policy

    said, graded = _said(text, file), _level(level)
    chosen = datafolder.existing(settings.load())
    office, where = policy.load(chosen.policy), _place(chosen.policy, place)
    reader = Reader.load(chosen.models, chosen.policy, office.jurisdiction)
    found = dryrun.attempt(
        reader, office, SystemClock().now(), text=said, title=title, place=where, level=graded
    )
    if as_json:
        print(json.dumps(dryrun.as_dict(found, office), ensure_ascii=False))
    else:
        row = tomlfile.line_of(chosen.policy / "routes.toml", f'rule = "{found.case.route.rule}"')
        print("\n".join(dryrun.in_words(found, office, f"（routes.toml{row}）" if row else "")))


def _said(text: str, file: Path | None) -> str:
    if bool(text) == (file is not None):
        raise Misconfigured("要试的文字写一处：直接写在命令后面，用 --file 写明文件，或写 - 从标准输入读。")
    said = text
    if file is not None:
        try:
            said = _decoded(file.read_bytes(), str(file))
        except OSError as error:
            raise Misconfigured(f"{file}：读不了这个文件（{complaints.of_system(error)}）") from error
    elif text == "-":
        said = _decoded(sys.stdin.buffer.read(), "标准输入")
    if not said.strip():
        raise Misconfigured("没有可读的文字。")
    if len(said) > MOST:
        raise Misconfigured(f"{len(said)} 字，最多 {MOST} 字。")
    return said


def _decoded(data: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Misconfigured(f"{name}：不是文本，或者不是 UTF-8、GBK 编码。")


def _level(text: str) -> Level | None:
    if not text:
        return None
    if text not in set(Level):
        raise Misconfigured(f"--level 要写{'、'.join(Level)}中的一个，没有 {text}。")
    return Level(text)


def _place(policy: Path, name: str) -> Place | None:
    from response_api.placing import Places

    if not name:
        return None
    found = Places(policy).named(name)
    if found is None:
        raise Misconfigured(f"--place 没有认出 {name}，请写市、县（区）的名字，如郑州市、巩义市。")
    return found
