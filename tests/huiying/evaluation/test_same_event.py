"""The measure of same-event pairs: the test is later than what is learned from, and no text stands on both sides."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.metrics import average_precision_score

from huiying.evaluation import same_event
from huiying.evaluation.folder import OWN, Folder
from nlp.pipeline import Reader

NOBODY = cast(Reader, None)


def put(folder: Path, name: str, rows: Sequence[object]) -> None:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")


def test_on_our_own_pairs_every_figure_has_its_name_its_baseline_and_its_interval() -> None:
    measured = same_event.measure(Folder(), NOBODY)
    assert [figure.name for figure in measured.figures] == [
        "same_event.ap_title",
        "same_event.ap_title.shipped",
        "same_event.ap_lead",
        "same_event.ap_lead.shipped",
    ]
    for figure in measured.figures:
        assert figure.baseline is not None
        assert figure.low <= figure.value <= figure.high
    assert measured.figures[2].value > 0.9


def test_the_later_fifth_is_the_test_and_shares_no_text_with_the_rest() -> None:
    halves = same_event.parted(Folder())
    assert halves is not None
    train, test = halves
    assert max(row["date"] for row in train) < min(row["date"] for row in test)
    told = [{row[name] for row in side for name in ("title1", "title2", "desc1", "desc2")} for side in halves]
    assert told[0].isdisjoint(told[1])


def test_a_test_file_of_its_own_is_preferred_and_what_it_shares_is_not_learned(tmp_path: Path) -> None:
    rows = Folder(OWN).rows(same_event.TRAIN)
    assert rows is not None
    put(tmp_path, same_event.TRAIN, rows)
    put(tmp_path, same_event.TEST, rows[:5])
    halves = same_event.parted(Folder(tmp_path))
    assert halves is not None
    assert halves[1] == rows[:5]
    assert len(halves[0]) < len(rows) - 4


def test_without_pairs_there_is_nothing_to_measure(tmp_path: Path) -> None:
    assert same_event.measure(Folder(tmp_path), NOBODY).skipped == (same_event.TRAIN,)


def test_average_precision_is_what_scikit_learn_says() -> None:
    draw = np.random.default_rng(3)
    same, scores = draw.random(300) < 0.3, draw.integers(0, 40, 300).astype(float)
    place = np.unique(-scores, return_inverse=True)[1]
    assert same_event.average_precision(same, place) == pytest.approx(average_precision_score(same, scores))


class Counting:
    """Sees how often each character stands in a text."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        seen = np.zeros((len(texts), 64), np.float32)
        for row, text in enumerate(texts):
            for letter in text:
                seen[row, ord(letter) % 64] += 1
        return seen


def test_an_encoder_is_learned_with_where_there_is_one() -> None:
    plain = same_event.measure(Folder(), NOBODY).figures[2]
    with_encoder = same_event.measure_with(Folder(), Counting()).figures[2]
    assert with_encoder.name == plain.name
    assert with_encoder.baseline == plain.baseline
    assert 0.8 < with_encoder.value <= 1.0


def test_what_unlabelled_texts_say_is_measured_where_there_are_enough_and_from_before_the_test_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = Folder(OWN).rows(same_event.TRAIN)
    assert rows is not None
    put(tmp_path, same_event.TRAIN, rows)
    monkeypatch.setattr(same_event, "ARCHIVE_LEAST", 60)
    early = [{"day": "2025-01-01", "title": f"第{n}号公告", "desc": f"第{n}号公告全文"} for n in range(60)]
    late = [{**row, "day": "2999-01-01"} for row in early]
    names = {}
    for name, docs in (("late", late), ("early", early)):
        put(tmp_path, same_event.DOCS, docs)
        names[name] = [figure.name for figure in same_event.measure(Folder(tmp_path), NOBODY).figures]
    assert not any(name.endswith(".archive") for name in names["late"])
    assert [name for name in names["early"] if name.endswith(".archive")] == [
        "same_event.ap_title.archive",
        "same_event.ap_lead.archive",
    ]
