"""``huiying evaluate`` as a person gives it, in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huiying.evaluation.folder import OWN
from tests.journey.processes import Program


@pytest.fixture
def program(tmp_path: Path, models: Path) -> Program:
    return Program.laid_out(tmp_path / "office", models)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The own set's fields alone."""
    made = tmp_path / "texts" / "citizen_messages"
    made.mkdir(parents=True)
    own = OWN / "citizen_messages" / "labelled_field.jsonl"
    (made / "labelled_field.jsonl").write_bytes(own.read_bytes())
    return made.parent


def test_json_alone_is_on_standard_output_and_what_is_absent_on_the_other(
    program: Program, folder: Path
) -> None:
    done = program.call("evaluate", "--data", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told["field.macro_f1.learned"]) == {"value", "n", "low", "high", "baseline"}
    assert "intent.macro_f1.learned" not in told
    assert "跳过：没有 citizen_messages/intent_train.jsonl" in done.stderr.splitlines()


def test_pictures_are_drawn_where_they_are_asked_for(program: Program, folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = program.call("evaluate", "--data", str(folder), "--plots", str(tmp_path / "plots"))
    assert done.returncode == 0, done.stderr
    assert "field.macro_f1.learned" in done.stdout and "跳过" in done.stderr
    assert (tmp_path / "plots" / "field_confusion.png").stat().st_size > 1000


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        ("nowhere", "没有文件夹"),
        ("empty", "没有可以评测的文件"),
        ("broken", "第 1 行不是 JSON"),
    ],
)
def test_a_bad_folder_is_one_clear_line(program: Program, tmp_path: Path, prepare: str, told: str) -> None:
    path = tmp_path / "given"
    if prepare != "nowhere":
        (path / "citizen_messages").mkdir(parents=True)
    if prepare == "broken":
        (path / "citizen_messages" / "labelled_field.jsonl").write_text("{oh no")
    done = program.call("evaluate", "--data", str(path))
    assert done.returncode == 2
    assert told in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == ""
