from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from huiying.contracts import Category
from huiying.evaluation import attitude, category, heldback
from huiying.evaluation.folder import Folder
from huiying.tomlfile import DEFAULTS
from nlp.pipeline import Reader


def test_classes_and_attitude_beat_the_plain_way_on_held_back_texts_that_are_taken_in(models: Path) -> None:
    reader = Reader.load(models, DEFAULTS, "henan")
    classes = {figure.name: figure for figure in category.measure(Folder(), reader).figures}
    moods = {
        figure.name: figure for figure in attitude.measure(Folder(), reader).figures if not figure.register
    }
    for figure in (
        classes["category.macro_f1.own@taken_in"],
        classes["category.six.macro_f1.own@taken_in"],
        moods["attitude.macro_f1.own"],
    ):
        assert figure.baseline is not None and figure.value > figure.baseline
    assert classes["category.macro_f1.own"].value < classes["category.macro_f1.own@taken_in"].value
    assert classes["category.macro_f1.own"].n > classes["category.macro_f1.own@taken_in"].n
    assert {f"category.{one}.f1.own" for one in Category} <= classes.keys()
    assert {"weibo", "news"} <= {figure.register for figure in attitude.measure(Folder(), reader).figures}


def test_a_class_that_no_row_has_does_not_count() -> None:
    yes = np.array([[True, False], [True, False]])
    said = np.array([[True, True], [False, False]])
    assert heldback.macro_f1(said, yes, np.arange(2)) == pytest.approx(2 / 3)
    assert heldback.macro_f1(said, yes, np.array([0, 0])) == 1.0
