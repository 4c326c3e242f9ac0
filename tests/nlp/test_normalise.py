from __future__ import annotations

import unicodedata
from itertools import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.normalise import LIMIT, join, normalise, normalise_all, parts, quick
from tests.quick import within

MIXED = st.text(
    st.one_of(
        st.sampled_from(
            list("人防車庫警報ＡＢ１２，。！！…—<b>&amp;\u200b\u0301\u0327ﾊﾟ가각ﬁ㎡①\n\t \ud800İßΣ")
        ),
        st.characters(),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("人防車庫", "人防车库"),
        ("ＲＦ办", "rf办"),
        ("人\u200b防\u200d车位", "人防车位"),
        ("凭什么！！！！", "凭什么!"),
        ("人<b>防</b>门", "人防门"),
        ("一行<br/>两行", "一行 两行"),
        ("A&amp;B&#20154;防", "a&b人防"),
        ("看 https://a.cn/x @某人 #话题#", "看 https://a.cn/x @某人 #话题#"),
        ("响\x00了\x07", "响了"),
        ("上\r\n\r\n下", "上\n下"),
        ("", ""),
    ],
)
def test_a_text_is_written_one_way(written: str, read: str) -> None:
    assert quick(written) == read
    assert normalise(written).text == read


@given(MIXED)
def test_the_quick_way_and_the_way_with_offsets_say_the_same(written: str) -> None:
    assert quick(written) == normalise(written).text


def test_a_letter_stands_for_all_the_marks_that_it_took_in() -> None:
    assert normalise("e\u0301人ﾊﾟ").original_span(0, 1) == (0, 2)
    assert normalise("e\u0301人ﾊﾟ").original_span(2, 3) == (3, 5)


@given(MIXED)
def test_offsets_go_forward_and_stay_inside_the_original(written: str) -> None:
    read = normalise(written)
    assert len(read.text) == len(read.starts) == len(read.ends)
    assert list(read.starts) == sorted(read.starts)
    assert all(0 <= start < end <= len(written) for start, end in zip(read.starts, read.ends, strict=True))


@given(st.text(st.sampled_from(list("人防車庫ＡＢ１２，。？ﬁ㎡①国é")), max_size=40), st.data())
def test_every_span_comes_back_to_what_was_written(written: str, data: st.DataObject) -> None:
    read = normalise(written)
    if not read.text:
        return
    start = data.draw(st.integers(0, len(read.text) - 1))
    end = data.draw(st.integers(start + 1, len(read.text)))
    first, last = read.original_span(start, end)
    folded = unicodedata.normalize("NFKC", written[first:last]).casefold()
    assert read.text[start:end] in quick(folded) or quick(folded) in read.text[start:end]


@pytest.mark.parametrize(
    "flood",
    ["一" * 1_000_000, "\u200b" * 1_000_000, "a" + "\u0315" * 9_000 + "\u0334" * 9_000, "&lt;" * 250_000, "<b" * 500_000, "！" * 1_000_000],
)  # fmt: skip
def test_a_flood_is_cut_short_in_time(flood: str) -> None:
    assert len(normalise(flood).text) <= LIMIT
    assert within(0.2, repeat(lambda: normalise(flood)))


@given(
    st.lists(
        st.one_of(MIXED, st.sampled_from(["a  \n b", "\n\n", "……", "。。。", "\ue000", "é", "x" * 700])),
        max_size=8,
    )
)
def test_many_at_once_are_written_as_each_would_be(written: list[str]) -> None:
    assert sorted(join(written).parts()) == [(number, quick(text)) for number, text in enumerate(written)]


@given(st.lists(st.one_of(MIXED, st.sampled_from(["防空警报", "\u200b防", "。。", "\ue000"])), max_size=12))
def test_many_at_once_know_the_way_back_as_each_would(written: list[str]) -> None:
    for one, alone in zip(normalise_all(written), map(normalise, written), strict=True):
        assert one.text == alone.text
        assert [*one.starts] == [*alone.starts] and [*one.ends] == [*alone.ends]


def test_none_at_all_can_be_joined() -> None:
    assert list(join([]).parts()) == []


@given(MIXED)
def test_the_way_back_leads_to_characters_that_stand_for_each_other(text: str) -> None:
    done = normalise(text)
    assert done.text == quick(text)
    assert len(done.starts) == len(done.ends) == len(done.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(done.starts, done.ends, strict=True))


def test_a_long_text_is_read_at_both_ends_and_where_it_first_names_the_trade() -> None:
    text = "甲" * 20_000 + "人防工程" + "乙" * 20_000
    assert [text[start:end].strip("甲乙") for start, end in parts(text)] == ["", "人防工程", ""]
    assert sum(end - start for start, end in parts(text)) == LIMIT
    assert parts("甲" * 20_000) == [(0, 5_000), (19_000, 20_000)]
    assert parts("人防" + "甲" * 20_000)[0] == (0, 5_000)


def test_the_way_back_holds_across_the_parts() -> None:
    text = "甲" * 20_000 + "人防工程" + "乙" * 20_000
    level = normalise(text)
    assert level.text == quick(text)
    at = level.text.index("人防工程")
    assert level.original_span(at, at + 4) == (20_000, 20_004)
    assert level.original_span(0, len(level.text)) == (0, LIMIT)
