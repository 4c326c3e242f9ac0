from __future__ import annotations

from pathlib import Path

from huiying.evaluation import field
from huiying.evaluation.folder import Folder
from nlp.pipeline import Reader


def test_on_the_own_set_it_finds_more_than_always_saying_the_commonest(reader: Reader) -> None:
    measured = field.measure(Folder(), reader)
    named = {figure.name: figure for figure in measured.figures}
    accuracy = named["field.accuracy.learned"]
    assert accuracy.baseline is not None and accuracy.value > 1.5 * accuracy.baseline
    assert named["field.macro_f1.learned"].n >= 20


def test_without_the_file_it_is_skipped_and_named(reader: Reader, tmp_path: Path) -> None:
    assert field.measure(Folder(tmp_path), reader).skipped == (field.TRAIN,)
