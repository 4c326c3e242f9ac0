"""The measure of near-duplicates: on our own pairs it is whole, and it tells when pairs are missed or wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from huiying.evaluation import near_duplicates
from huiying.evaluation.folder import Folder
from nlp.pipeline import Reader

NOBODY = cast(Reader, None)
"""This measure needs no reader."""


def test_on_our_own_text_what_is_nearly_the_same_is_found_and_nothing_else() -> None:
    measured = near_duplicates.measure(Folder(), NOBODY)
    recall, precision = measured.figures
    assert (recall.name, precision.name) == ("near_duplicates.recall", "near_duplicates.precision")
    assert recall.value >= 0.98
    assert precision.value >= 0.95
    assert recall.n >= 80
    assert recall.baseline is not None
    assert recall.baseline < recall.value


def test_what_a_folder_lacks_is_named(tmp_path: Path) -> None:
    measured = near_duplicates.measure(Folder(tmp_path), NOBODY)
    assert measured.figures == ()
    assert set(measured.skipped) == {near_duplicates.PAIRS, near_duplicates.DOCS}


def test_a_pair_that_shares_too_little_is_not_asked_for(tmp_path: Path) -> None:
    rows = [{"a": "人防车位只租不售业主不答应", "b": "防空警报今天上午准时试鸣", "jaccard": 0.0}]
    file = tmp_path / near_duplicates.PAIRS
    file.parent.mkdir()
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (recall,) = near_duplicates.measure(Folder(tmp_path), NOBODY).figures
    assert recall.n == 0


@pytest.mark.parametrize(
    ("one", "other", "wanted"), [("人防车位", "人防车位", 1.0), ("人防车位", "防空警报", 0.0)]
)
def test_the_share_is_reckoned_text_against_text(one: str, other: str, wanted: float) -> None:
    shingles = near_duplicates.shingles
    assert near_duplicates.jaccard(shingles(one), shingles(other)) == wanted


def test_a_simhash_of_the_same_text_is_the_same() -> None:
    assert near_duplicates.simhash("人防车位只租不售") == near_duplicates.simhash("人防车位，只租不售！")
