"""What the system refuses ends a command with one line that names the place, whatever command it is."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from huiying import datafolder, settings
from huiying.cli import main
from tests.huiying.commands import run
from tests.huiying.tables.books import book


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "data"))
    datafolder.lay_out(settings.load())
    return tmp_path / "data"


def ended(monkeypatch: pytest.MonkeyPatch, *words: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["huiying", *words])
    with pytest.raises(SystemExit) as found:
        main()
    return found.value.code


@pytest.mark.parametrize("words", [("run", "--until-idle"), ("backup", "{tmp}/copy")])
def test_a_place_that_cannot_be_used_is_named_in_one_line(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:  # fmt: skip
    """A folder where a file belongs: the super-user is refused too."""
    (data / "run.lock").mkdir()
    assert ended(monkeypatch, *(word.format(tmp=tmp_path) for word in words)) == 2
    told = capsys.readouterr().err.splitlines()
    assert told == [
        f"{data / 'run.lock'}：用不了（这是文件夹，不是文件）。请检查这个位置和它的权限，再运行一次。"
    ]


def test_a_backup_to_where_nothing_can_be_made_is_one_line(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (data.parent / "file").write_text("x")
    assert ended(monkeypatch, "backup", str(data.parent / "file" / "copy")) == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert "路径里有一段不是文件夹" in told


@pytest.mark.parametrize("words", [("verify",), ("roster", "import"), ("record", "export"), ("restore",)])
def test_the_reason_is_told_in_chinese(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    (data.parent / "file").write_text("x")
    assert ended(monkeypatch, *words, str(data.parent / "file" / "inside")) == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert "路径里有一段不是文件夹" in told and os.strerror(20) not in told


def test_a_ticket_that_the_next_days_export_repeats_is_taken_in_once(data: Path) -> None:
    row = "工单编号,诉求标题,诉求内容,受理时间,所属区县\nA1,人防车位,车位又涨价了,2026-11-03,某区\n"
    for day, told in (("monday", "收入 1 条"), ("tuesday", "收入 0 条，重复或早已收过 1 条")):
        file = data.parent / f"{day}.csv"
        file.write_text(row + "\n" * (day == "tuesday"), "utf-8")
        assert told in run("intake", str(file), "--mapping", "12345")


def test_a_sheet_of_a_workbook_is_taken_in_by_its_name(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    head = ("编号", "内容")
    file = book(
        data.parent / "工单.xlsx", {"周一": [head, ("1", "甲")], "周二": [head, ("2", "乙"), ("3", "丙")]}
    )
    told = run("intake", str(file), "--sheet", "周二")
    assert "共 2 行，收入 2 条" in told and "工作表“周二”" in told and "没有读" not in told
    assert json.loads(run("intake", str(file), "--json"))["unread_sheets"] == ["周二"]
    assert ended(monkeypatch, "intake", str(file), "--sheet", "周三") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("工作表“周三”没有；看得见的有：周一、周二")
