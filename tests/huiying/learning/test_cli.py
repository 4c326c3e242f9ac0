"""The commands as an office gives them: what is wrong is one clear Chinese line, never a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from huiying import datafolder
from huiying.settings import load
from nlp import model

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def data(models: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    settings = load(data=folder, engine="embedded")
    datafolder.lay_out(settings)
    for name in (model.WEIGHTS, model.CARD):
        shutil.copy(models / name, settings.models / name)
    return folder


def huiying(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HUIYING_DATA": str(data), "HUIYING_ENGINE": "embedded"}
    return subprocess.run(
        [sys.executable, "-m", "huiying.cli", *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["retrain"], "还没有可以学的样例"),
        (["retrain", "--rollback"], "没有更早的模型"),
        (["suggest"], "归档里还没有可以标注的信息"),
        (["backtest"], "请写 --policy"),
        (["backtest", "--policy", "没有"], "归档里没有最近 30 天的信息"),
    ],
)
def test_what_cannot_be_done_yet_is_said_in_one_line(data: Path, arguments: list[str], said: str) -> None:
    ended = huiying(data, *arguments)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_a_data_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    for command in ("retrain", "suggest"):
        ended = huiying(tmp_path / "nowhere", command)
        assert ended.returncode == 2
        assert "没有数据文件夹" in ended.stderr
    assert not (tmp_path / "nowhere").exists()
