from __future__ import annotations

import numpy as np

from nlp.features import BUCKETS, COLUMNS, COUNTS_START, Features, extract
from tests.nlp.reading import a_sheet


def test_columns_are_distinct_ascending_and_in_range() -> None:
    row = extract(a_sheet("人防车位只租不售" * 40, title="人防车位"))
    assert (np.diff(row.columns) > 0).all()
    assert row.columns[0] >= 0 and row.columns[-1] < COLUMNS


def test_the_same_words_in_title_and_text_are_different_features() -> None:
    title = extract(a_sheet("", title="人防车位"))
    assert (title.columns[title.columns < COUNTS_START] < BUCKETS).all()
    text = extract(a_sheet("人防车位"))
    assert (text.columns >= BUCKETS).all()


def test_a_stretch_is_as_long_as_one_however_long_the_text() -> None:
    for text in ("人防车位", "人防车位归谁，" * 60):
        row = extract(a_sheet(text))
        window = row.values[(row.columns >= BUCKETS) & (row.columns < 2 * BUCKETS)]
        assert np.linalg.norm(window) <= 1.0001


def _in_window(row: Features) -> set[int]:
    return set(row.columns[(row.columns >= BUCKETS) & (row.columns < 2 * BUCKETS)].tolist())


def test_what_lies_far_from_every_hit_is_not_in_the_window() -> None:
    near = extract(a_sheet("甲" * 200 + "人防车位" + "乙" * 200))
    far = extract(a_sheet("甲" * 200 + "人防车位" + "乙" * 150 + "丙丁戊" + "乙" * 200))
    assert _in_window(near) == _in_window(far)


def test_an_empty_text_has_flags_alone() -> None:
    assert (extract(a_sheet("")).columns >= COUNTS_START).all()
