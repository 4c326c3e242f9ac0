"""What ``--help`` shows, in Chinese and whole: nothing is cut short, and a line ends where the screen does."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from inspect import cleandoc
from pathlib import Path
from typing import Protocol

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

_KINDS: dict[object, str] = {int: "<整数>", float: "<数字>", Path: "<位置>"}
"""What is written behind an option; of all others ``<文字>``."""
_OWN = {
    "install_completion": "给现在用的命令行装上自动补全。",
    "show_completion": "打印自动补全的脚本，可以改过再装。",
}
"""Options that Typer brings, with words of its own in English."""
_HELP = ("--help", "显示这份说明。")
_PIECES = re.compile(r"[（“《「]*(?:[!-~]+|.)[，。；：、！？）”》」…]*")
"""What no line breaks apart: a word or address in Latin letters, or one character, with the signs that open and end it."""
_LEFT = 2
_GAP = 3
_WIDEST = 100
"""Columns: a longer line is hard to read, however wide the screen."""


class _Asked(Protocol):
    """What is needed of Typer's context: which command the page is about, as it was typed."""

    @property
    def command_path(self) -> str: ...


class _Command(TyperCommand):
    def format_help(self, ctx: _Asked, _formatter: object) -> None:
        typer.echo("\n".join(_page(self, ctx.command_path, {})))


class _Group(TyperGroup):
    def format_help(self, ctx: _Asked, _formatter: object) -> None:
        briefs = {name: _brief(one.help or "") for name, one in self.commands.items() if not one.hidden}
        typer.echo("\n".join(_page(self, ctx.command_path, briefs)))


def in_chinese(app: typer.Typer) -> typer.Typer:
    """The same commands, each with its help in Chinese. To be called once all of them are there."""
    app.info.cls = _Group
    for command in app.registered_commands:
        command.cls = _Command
    for group in app.registered_groups:
        if group.typer_instance is not None:
            in_chinese(group.typer_instance)
    return app


def _page(command: TyperCommand | TyperGroup, path: str, commands: dict[str, str]) -> Iterator[str]:
    """Its lines. ``commands``: of a group, each with what it does in a sentence."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    arguments = [one for one in command.params if isinstance(one, TyperArgument) and not one.hidden]
    options = [one for one in command.params if isinstance(one, TyperOption) and not one.hidden]
    usage = [path, "[选项]", *map(_spelled, arguments), *(["命令 …"] if commands else [])]
    yield f"用法：{' '.join(usage)}"
    for paragraph in cleandoc(command.help or "").split("\n\n"):
        yield ""
        yield from wrapped("".join(paragraph.splitlines()), width)
    yield from _section("参数", [(_spelled(one), _told(one)) for one in arguments], width)
    yield from _section("选项", [*((_spelled(one), _told(one)) for one in options), _HELP], width)
    yield from _section("命令", list(commands.items()), width)


def _section(heading: str, rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    if not rows:
        return
    yield from ("", f"{heading}：")
    column = _LEFT + max(_columns(name) for name, _ in rows) + _GAP
    for name, words in rows:
        first, *others = wrapped(words, max(width - column, 2)) or [""]
        yield f"{' ' * _LEFT}{name}{' ' * (column - _LEFT - _columns(name))}{first}".rstrip()
        for line in others:
            yield " " * column + line


def _spelled(param: TyperArgument | TyperOption) -> str:
    """As it is typed."""
    if isinstance(param, TyperArgument):
        name = f"{param.name}{' …' if param.nargs != 1 else ''}"
        return name if param.required else f"[{name}]"
    names = ", ".join((*param.opts, *param.secondary_opts))
    return names if param.is_flag else f"{names} {_KINDS.get(param.type_descriptor.annotation, '<文字>')}"


def _told(param: TyperArgument | TyperOption) -> str:
    words = _OWN.get(param.name or "", param.help or "")
    remarks = []
    if param.required and isinstance(param, TyperOption):
        remarks.append("必须写")
    if param.min is not None and param.max is not None:
        remarks.append(f"{param.min} 到 {param.max}")
    elif param.min is not None:
        remarks.append(f"不小于 {param.min}")
    if (
        isinstance(param.default, str | int | float)
        and not isinstance(param.default, bool)
        and param.default != ""
    ):
        remarks.append(f"默认 {param.default}")
    return f"{words}（{'，'.join(remarks)}）" if remarks else words


def _brief(words: str) -> str:
    """The first sentence."""
    return f"{cleandoc(words).partition('。')[0]}。"


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many columns, but for a single piece that is longer than a line."""
    lines = [""]
    for piece in _with_spaces(_PIECES.findall(text)):
        if lines[-1] and _columns((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines if line.strip()]


def _with_spaces(pieces: Iterable[str]) -> Iterator[str]:
    """A space belongs to the piece before it."""
    held = ""
    for piece in pieces:
        if piece.isspace():
            held += piece
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def _columns(text: str) -> int:
    """On a screen; signs that are wide only among Chinese (…, “) are taken for wide."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
