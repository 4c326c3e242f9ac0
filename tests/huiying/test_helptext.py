"""The help of every command is Chinese from its first word to its last, and says all of what was written for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from inspect import cleandoc

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from huiying.cli import cli
from huiying.helptext import wrapped
from tests.huiying.commands import run


def every(command: object, *path: str) -> Iterator[tuple[tuple[str, ...], TyperCommand | TyperGroup]]:
    assert isinstance(command, TyperCommand | TyperGroup)
    yield path, command
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from every(inner, *path, name)


COMMANDS = dict(every(get_command(cli)))
ENGLISH = re.compile(
    "usage|options|commands|arguments|show this|completion for|default|required|<(?:str|int|bool|path)", re.I
)


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def test_there_are_as_many_as_the_office_has() -> None:
    assert {("run",), ("record", "export"), ("clock", "what-if"), ("sources", "try")} < set(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_its_help_is_chinese_and_whole(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    told, command = run(*path, "--help"), COMMANDS[path]
    assert told.startswith("用法：") and "\n选项：\n" in told and "显示这份说明" in told
    assert not ENGLISH.search(told), ENGLISH.search(told)
    assert max(map(columns, told.splitlines())) <= 60
    flat = "".join(told.split())
    for text in (command.help or "", *(getattr(one, "help", None) or "" for one in _own(command))):
        assert "".join(cleandoc(text).split()) in flat


def _own(command: TyperCommand | TyperGroup) -> list[object]:
    return [
        one
        for one in command.params
        if not getattr(one, "hidden", False) and "completion" not in str(one.name)
    ]


def test_limits_and_what_holds_by_itself_are_said() -> None:
    told = run("simulate", "--help")
    assert "--days <整数>" in told and "（1 到 366，默认 30）" in told
    assert "（必须写）" in "".join(run("clock", "what-if", "--help").split())


def test_a_switch_has_no_opposite_that_does_nothing() -> None:
    assert "--no-" not in run("run", "--help") + run("crawl", "--help")


def test_a_line_breaks_neither_a_word_nor_before_a_stop() -> None:
    assert wrapped("看 https://example.org/a。", 8) == ["看", "https://example.org/a。"]
    assert wrapped("一二三四，五", 8) == ["一二三", "四，五"]
    assert wrapped("一二三（四五）", 8) == ["一二三", "（四五）"]
    assert wrapped("", 8) == []
