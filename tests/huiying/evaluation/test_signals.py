from __future__ import annotations

import json
from pathlib import Path

from huiying.contracts import SignalKind
from huiying.evaluation import signals
from huiying.evaluation.folder import Folder
from nlp.pipeline import Reader


def test_the_own_sentences_are_read_better_than_by_a_word(reader: Reader) -> None:
    figures = {figure.name: figure for figure in signals.measure(Folder(), reader).figures}
    assert figures["signals.right"].value >= 0.95
    assert figures["signals.held_back"].value >= 0.85
    for figure in figures.values():
        assert figure.baseline is not None and figure.baseline < figure.value


def test_every_kind_that_is_measured_is_there_and_is_not() -> None:
    rows = Folder().rows(signals.FILE) or []
    for kind in signals._PLAIN:
        says = [row["says"] for row in rows if row["signal"] == kind]
        assert any(says) and not all(says), kind


def test_how_many_which_step_and_whether_at_all_are_each_told(tmp_path: Path, reader: Reader) -> None:
    rows = [
        {"text": "车库里3人死亡", "signal": "deaths", "says": 3},
        {"text": "车库里3人死亡", "signal": "deaths", "says": 2},
        {"text": "听说淹死人了", "signal": "deaths", "says": True},
        {"text": "业主们堵在售楼部门口", "signal": "offline_action", "says": "under_way"},
        {"text": "今天开会", "signal": str(SignalKind.CROWD), "says": False},
    ]
    file = tmp_path / signals.FILE
    file.parent.mkdir()
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    measured = signals.measure(Folder(tmp_path), reader)
    (figure,) = measured.figures
    assert (figure.name, figure.value, figure.n) == ("signals.right", 0.8, 5)
    assert measured.lists == {"信号：与标注不同": ("deaths 2｜车库里3人死亡",)}


def test_a_folder_without_the_file_is_skipped(tmp_path: Path, reader: Reader) -> None:
    assert signals.measure(Folder(tmp_path), reader).skipped == (signals.FILE,)
