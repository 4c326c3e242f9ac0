from __future__ import annotations

from itertools import repeat

import numpy as np
import pytest

from nlp import traits
from tests.quick import within


def _block(columns: traits.Ints, name: str) -> set[int]:
    number = traits.BLOCKS.index(name)
    return {int(column) for column in columns if column // traits.BUCKETS == number}


def test_a_title_counts_on_its_own_and_with_the_text_and_asks_for_nothing() -> None:
    columns = traits.columns("建议修路灯", "")
    assert all(_block(columns, name) for name in ("title", "title_words", "chars", "words"))
    assert not any(_block(columns, name) for name in ("cues", "cue_words"))
    assert not any(_block(traits.columns("", "建议修路灯"), name) for name in ("title", "title_words"))


def test_digits_and_pseudonyms_of_places_tell_nothing() -> None:
    one, other = traits.columns("", "A市B7县3号楼停水12天"), traits.columns("", "K市L1县8号楼停水 30天")
    assert _block(one, "words") & _block(other, "words") == _block(one, "words")


def test_only_where_something_is_asked_for_the_cues_have_anything() -> None:
    assert not _block(traits.columns("", "昨天下雨了。"), "cues")
    assert _block(traits.columns("", "昨天下雨了。建议修一下排水。"), "cues") == _block(
        traits.columns("", "前天很晴朗。建议修一下排水。"), "cues"
    )


def test_opening_and_ending_are_the_ends_of_the_text_whatever_lies_between_and_whatever_the_title() -> None:
    start, end = "村口的路灯坏了半年" + "甲" * traits.OPENING, "丙" * traits.ENDING + "望早日修好"
    one, other = traits.columns("", f"{start}乙{end}"), traits.columns("请求修灯", f"{start}丁丁丁{end}")
    for name in ("opening", "ending"):
        assert _block(one, name) and _block(one, name) == _block(other, name)
        assert not _block(traits.columns("请求修灯", ""), name)


def test_grams_do_not_reach_from_one_text_into_the_next() -> None:
    assert set(traits.grams(["甲", "乙"], (1, 2))) == set(traits.grams(["乙"], (1,))) | set(
        traits.grams(["甲"], (1,))
    )


def test_the_same_text_falls_into_the_same_columns_in_every_process() -> None:
    assert traits.grams(["人防"], (2,)).tolist() == [2765561300453250008]


@pytest.mark.parametrize(
    "awkward",
    [
        "",
        "😀😀",
        "请" * 1_000_000,
        "\ud800请\udfff",
        "请​问",
        "\x00\x07请",
        "<b>请问</b>&nbsp;",
        "?!。" * 5000,
    ],
    ids=["empty", "emoji", "a million", "surrogates", "invisible", "control", "markup", "marks"],
)
def test_nothing_that_comes_in_raises_or_takes_long(awkward: str) -> None:
    found = traits.columns(awkward, awkward)
    assert within(0.2, repeat(lambda: traits.columns(awkward, awkward)))
    assert found.dtype == np.int64 and (found < len(traits.BLOCKS) * traits.BUCKETS).all()
