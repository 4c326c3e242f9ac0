"""What the system refuses ends a command with one line that names the place, whatever command it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from huiying import datafolder, settings
from huiying.cli import main


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
