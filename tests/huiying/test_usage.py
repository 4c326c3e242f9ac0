"""A command that is typed wrongly ends with one line in Chinese, code 2, and where the right way stands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from huiying.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "data"))


def typed(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr(sys, "argv", ["huiying", *words.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nosuch", "没有命令 nosuch。写法见 huiying --help"),
        ("report --out a.docx --day 明天", "--day 要写成 2026-11-23 这样的日期（"),
        ("policy nosuch", "没有命令 nosuch。写法见 huiying policy --help"),
        ("account --nosuch", "没有选项 --nosuch。写法见 huiying account --help"),
        ("account --missin", "没有选项 --missin（相近的：--missing）。写法见 huiying account --help"),
        ("intake", "缺少 file（Excel、CSV、TSV 或 JSONL 文件）。写法见 huiying intake --help"),
        ("clock what-if --level 重大", "缺少选项 --start（假设的起算时间"),
        ("account here there", "多写了 here there。写法见 huiying account --help"),
        ("roster show --unit", "选项 --unit 后面要写内容。写法见 huiying"),
        ("account --json=1", "选项 --json 后面不写内容。写法见 huiying"),
        ("simulate --days many", "--days 要写整数（模拟多少天）"),
        ("simulate --days 0", "--days 不能小于 1（模拟多少天）"),
        ("simulate --days 999", "--days 不能大于 366（模拟多少天）"),
        ("demo --speed fast", "--speed 要写数字（"),
        ("demo --port 99999", "--port 不能大于 65535（样板网站的端口"),
        ("run --stages=", "--stages 里有不认识的环节：（空的）"),
        ("run --stages ,", "--stages 里有不认识的环节：,"),
        ("run --until-idle --stages nlp", "--until-idle 处理全部积压"),
    ],
)
def test_what_is_typed_wrongly_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str, said: str
) -> None:
    typed(monkeypatch, words)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(said) and told.err.count("\n") == 1


def test_a_command_without_words_shows_its_help_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "dead")
    told = capsys.readouterr()
    assert "死信" in told.out and told.err == ""
