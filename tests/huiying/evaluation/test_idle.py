from __future__ import annotations

from pathlib import Path

from huiying.evaluation import idle
from huiying.evaluation.folder import Folder
from nlp.pipeline import Reader


def test_on_the_own_set_the_rule_is_better_than_counting_words_and_loses_nobody(reader: Reader) -> None:
    measured = idle.measure(Folder(), reader)
    error, lost = measured.figures
    assert (error.n, lost.n) == (80, 40)
    assert error.baseline is not None and lost.baseline is not None
    assert error.value <= 0.15 < error.baseline
    assert lost.value <= 0.05 < lost.baseline
    assert len((measured.lists or {})["闲谈判断与标注不符"]) == round(error.value * error.n)


def test_a_folder_without_such_texts_says_so(reader: Reader, tmp_path: Path) -> None:
    assert idle.measure(Folder(tmp_path), reader).skipped == (idle.TEXTS,)
