from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from huiying.contracts import Category, CategoryReading, Why
from huiying.errors import Misconfigured
from huiying.evaluation import intent
from huiying.evaluation.folder import Folder
from nlp.annotators.category import COMPLAINT, PLEA
from nlp.pipeline import Reader
from tests import factories


def _put(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")


def test_on_the_own_set_the_learner_beats_the_plain_ways_and_the_reader_as_shipped_is_measured(
    reader: Reader,
) -> None:
    measured = intent.measure(Folder(), reader)
    named = {figure.name: figure for figure in measured.figures}
    learned, shipped = named["intent.macro_f1.learned"], named["intent.macro_f1.shipped"]
    assert learned.n == shipped.n >= 24
    assert learned.baseline is not None and learned.value > 0.75
    assert 0 < shipped.value < 1 and shipped.baseline is not None
    assert {"intent_confusion", "intent_calibration"} == set(measured.plots or {})


def test_the_title_is_never_looked_at(reader: Reader, tmp_path: Path) -> None:
    rows = Folder().rows(intent.TRAIN) or []
    for where, title in (("a", "咨询"), ("b", "投诉")):
        _put(tmp_path / where, intent.TRAIN, [{**row, "title": title} for row in rows])
    one, other = (intent.measure(Folder(tmp_path / where), reader).figures for where in ("a", "b"))
    assert one == other


def test_a_test_file_takes_the_place_of_the_later_fifth(reader: Reader, tmp_path: Path) -> None:
    rows = Folder().rows(intent.TRAIN) or []
    _put(tmp_path, intent.TRAIN, rows[:100])
    _put(tmp_path, intent.TEST, rows[100:110])
    assert {figure.n for figure in intent.measure(Folder(tmp_path), reader).figures} == {10}


def test_without_the_file_it_is_skipped_and_named(reader: Reader, tmp_path: Path) -> None:
    measured = intent.measure(Folder(tmp_path), reader)
    assert measured.figures == () and measured.skipped == (intent.TRAIN,)


def test_a_row_without_a_label_is_named(reader: Reader, tmp_path: Path) -> None:
    _put(tmp_path, intent.TRAIN, [{"text": "请问"}])
    with pytest.raises(Misconfigured, match="第 1 条缺少 label"):
        intent.measure(Folder(tmp_path), reader)


@pytest.mark.parametrize(
    ("categories", "said"),
    [
        ((), "problem"),
        ((Category.OTHER, Category.INQUIRY), "inquiry"),
        ((Category.DIFFICULTY, Category.SUGGESTION), "problem"),
        ((Category.PETITION, Category.INQUIRY), "problem"),
    ],
)
def test_the_best_category_that_is_an_intent_is_what_the_reader_says(
    categories: tuple[Category, ...], said: str
) -> None:
    read = factories.a_reading(categories=tuple(CategoryReading(category=c, score=0.5) for c in categories))
    assert intent.intent(read) == said


def test_a_petition_that_pleads_is_a_petition_and_one_that_complains_a_problem() -> None:
    for rule, said in ((PLEA, "petition"), (COMPLAINT, "problem")):
        why = (Why(rule=rule, note="口气"),)
        read = factories.a_reading(
            categories=(CategoryReading(category=Category.PETITION, score=0.5, why=why),)
        )
        assert intent.intent(read) == said
