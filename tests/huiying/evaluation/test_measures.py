from __future__ import annotations

from pathlib import Path

import pytest

from huiying.errors import Misconfigured
from huiying.evaluation.figure import Figure, Measured, share
from huiying.evaluation.folder import Folder
from huiying.evaluation.measures import MEASURES, take
from nlp.pipeline import Reader


def given(path: Path) -> Folder:
    """A folder in which there is something."""
    (path / "some.jsonl").write_text("{}\n", "utf-8")
    return Folder(path)


def _two(_folder: Folder, _reader: Reader) -> Measured:
    return Measured(figures=(share("two", 1, 2),), lists={"看错的": ("甲",)}, skipped=("a.jsonl",))


def _absent(_folder: Folder, _reader: Reader) -> Measured:
    return Measured(skipped=("a.jsonl", "b.jsonl"))


def _raises(_folder: Folder, _reader: Reader) -> Measured:
    raise KeyError("label")


def _wrong_file(_folder: Folder, _reader: Reader) -> Measured:
    raise Misconfigured("第 3 行不是 JSON")


def test_figures_lists_and_what_is_absent_are_put_together(tmp_path: Path, reader: Reader) -> None:
    taken = take(given(tmp_path), reader, (_absent, _two))
    assert [figure.name for figure in taken.figures] == ["two"]
    assert taken.skipped == ("a.jsonl", "b.jsonl")
    assert taken.lists == {"看错的": ("甲",)}


def test_a_measure_that_breaks_is_told_and_the_others_still_count(tmp_path: Path, reader: Reader) -> None:
    taken = take(given(tmp_path), reader, (_raises, _two))
    assert [figure.name for figure in taken.figures] == ["two"]
    assert "KeyError" in taken.broken["test_measures"]


def test_a_file_that_is_wrong_ends_it(tmp_path: Path, reader: Reader) -> None:
    with pytest.raises(Misconfigured, match="第 3 行"):
        take(given(tmp_path), reader, (_two, _wrong_file))


def test_a_folder_in_which_there_is_nothing_to_measure_is_told_so(tmp_path: Path, reader: Reader) -> None:
    with pytest.raises(Misconfigured, match="没有可以评测的文件"):
        take(Folder(tmp_path), reader, (_absent, _two))


def test_two_figures_of_one_name_are_a_fault_of_ours(tmp_path: Path, reader: Reader) -> None:
    with pytest.raises(ValueError, match="two figures are called two"):
        take(given(tmp_path), reader, (_two, _two))


def test_rows_of_registers_stand_beside_the_whole(tmp_path: Path, reader: Reader) -> None:
    def registers(_folder: Folder, _reader: Reader) -> Measured:
        return Measured(
            figures=(
                Figure(name="x", value=0.5, n=4, low=0.1, high=0.9),
                Figure(name="x", value=1.0, n=2, low=0.2, high=1.0, register="微博"),
            )
        )

    assert [figure.key for figure in take(given(tmp_path), reader, (registers,)).figures] == ["x", "x@微博"]


def test_every_measure_is_in_the_list_once() -> None:
    assert len({measure.__module__ for measure in MEASURES}) == len(MEASURES)
