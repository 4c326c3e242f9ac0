from __future__ import annotations

from math import log

import numpy as np
import pytest

from nlp.features import (
    BUCKETS,
    COLUMNS,
    COUNTED,
    COUNTS_START,
    FLAGS,
    GRAMS,
    Features,
    extract,
    extract_all,
    only_a_place,
)
from nlp.gate import opened_by
from tests.nlp.reading import a_sheet


def test_columns_are_distinct_ascending_and_in_range() -> None:
    row = extract(a_sheet("人防车位只租不售" * 40, title="人防车位"))
    assert (np.diff(row.columns) > 0).all()
    assert row.columns[0] >= 0 and row.columns[-1] < COLUMNS


def test_the_same_words_in_title_and_text_are_different_features() -> None:
    both = extract(a_sheet("另说", title="人防车位"))
    assert (both.columns < BUCKETS).any()
    text = extract(a_sheet("人防车位"))
    assert (text.columns >= BUCKETS).all()


def test_a_title_without_a_text_is_read_as_the_text() -> None:
    title, text = extract(a_sheet("", title="商丘试鸣防空警报")), extract(a_sheet("商丘试鸣防空警报"))
    grams = [row.columns[row.columns < COUNTS_START].tolist() for row in (title, text)]
    assert grams[0] == grams[1]


def test_in_a_long_text_only_words_near_the_hit_and_at_the_ends_are_counted() -> None:
    far = extract(a_sheet("甲" * 500 + "战时记者" + "乙" * 500 + "人防车位" + "丙" * 500 + "丁" * 200))
    near = extract(a_sheet("甲" * 1000 + "战时记者" + "人防车位" + "丙" * 500 + "丁" * 200))
    wartime = COUNTS_START + COUNTED.index("wartime")
    assert wartime not in far.columns and wartime in near.columns


def test_a_stretch_weighs_the_same_however_long_the_text() -> None:
    for text in ("人防车位", "人防车位归谁，" * 60):
        row = extract(a_sheet(text))
        window = row.values[(row.columns >= BUCKETS) & (row.columns < 2 * BUCKETS)]
        assert np.linalg.norm(window) <= GRAMS + 0.001


def _in_window(row: Features) -> set[int]:
    return set(row.columns[(row.columns >= BUCKETS) & (row.columns < 2 * BUCKETS)].tolist())


def test_what_lies_far_from_every_hit_is_not_in_the_window() -> None:
    near = extract(a_sheet("甲" * 200 + "人防车位" + "乙" * 200))
    far = extract(a_sheet("甲" * 200 + "人防车位" + "乙" * 150 + "丙丁戊" + "乙" * 200))
    assert _in_window(near) == _in_window(far)


def test_a_name_that_shows_the_way_is_only_a_place_and_what_is_said_of_it_is_not() -> None:
    def place(text: str) -> bool:
        return only_a_place(opened_by(a_sheet(text)))

    assert place("人防办斜对面那家面馆换老板了")
    assert place("在民防大厦站等车，国动办门口新开了书店")
    assert not place("人防办三天没人接电话，就在路口那栋楼里")
    assert not place("人防办门口贴着通知，人防车位一律不许卖")
    assert not place("防空警报附近没人听见")
    assert not place("小区旁边新开了面馆")


def test_an_empty_text_has_flags_alone() -> None:
    assert (extract(a_sheet("")).columns >= COUNTS_START).all()


def test_rows_of_many_sheets_are_those_of_each_alone() -> None:
    sheets = [a_sheet(text) for text in ("人防车位归谁", "", "防空警报响了，" * 200, "x")] * 20
    for together, sheet in zip(extract_all(sheets), sheets, strict=True):
        alone = extract(sheet)
        assert (together.columns == alone.columns).all() and (together.values == alone.values).all()
        assert all(
            together.grams.places(column) == alone.grams.places(column)
            for column in alone.columns[:40].tolist()
        )


def test_n_grams_end_with_their_piece() -> None:
    row = extract(a_sheet("人防", title="车"))
    grams = [row.columns // BUCKETS == stretch for stretch in (0, 1, 2)]
    assert [int(of.sum()) for of in grams] == [1, 3, 3]  # 车; 人, 防, 人防


def test_a_word_list_is_counted_once_for_each_word_and_no_further_than_many() -> None:
    column = COUNTS_START + COUNTED.index("foreign_war")
    values = [
        float(row.values[row.columns == column][0]) if column in row.columns else 0.0
        for row in (extract(a_sheet("人防车位" + "，".join(["乌克兰"] * many))) for many in (0, 1, 4, 5, 9))
    ]
    assert values == pytest.approx([0.0, log(2) / log(6), log(5) / log(6), 1.0, 1.0])


def test_two_lists_make_a_flag_only_where_their_words_stand_close() -> None:
    flag = COUNTS_START + len(COUNTED) + FLAGS.index("garage×wartime")
    assert flag in extract(a_sheet("车库归国家")).columns
    assert flag not in extract(a_sheet("车库很小，" + "又说了别的话，" * 12 + "归国家")).columns


def test_an_n_gram_can_be_shown_where_it_stands() -> None:
    row = extract(a_sheet("人防门外人防门"))
    places = {
        (passage.text[start:end], start)
        for column in row.columns.tolist()
        for passage, start, end in row.grams.places(column)
    }
    assert {("人防门", 0), ("人防门", 4), ("外", 3)} <= places
