from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.nlp.parity import own_texts
from nlp import normalise, numerals, pipeline, scanning
from nlp.annotators import moments
from nlp.scanning import Rule, beginnings, led, scan, standing

WORDS = st.lists(
    st.sampled_from(
        [
            *"三十百余第万3.5x 昨晚8时许月日上午点。，!?\n-至早夜晨个周一好几快",
            "12",
            "半小时前",
            "今年9月18日",
            "……",
        ]
    ),
    max_size=30,
).map("".join)


@given(WORDS)
def test_scanning_finds_what_the_expression_alone_would(text: str) -> None:
    for begin, whole in (
        (numerals._BEGIN, numerals._NUMBER),
        (normalise._PAIR, normalise._REPEATED),
        (moments.WHEN_BEGINS, moments.WHEN),
    ):
        assert _spans(scan(begin, whole, text)) == _spans(whole.finditer(text))


@pytest.mark.parametrize(
    "word", [*moments.DAYS_AGO, *moments.PARTS, "去年9月", "上个月3日", "本月3号", "这周三", "下个星期五"]
)
def test_a_time_is_looked_for_wherever_one_can_begin(word: str) -> None:
    for text in (f"{word}8点", f"他说{word} 大约八点半", f"{word}的", f"大约9点，{word}"):
        assert _spans(scan(moments.WHEN_BEGINS, moments.WHEN, text)) == _spans(moments.WHEN.finditer(text))


def _spans(found: Iterator[re.Match[str]]) -> list[tuple[int, int]]:
    return [match.span() for match in found]


def test_matches_do_not_overlap() -> None:
    assert _spans(scan(re.compile("a"), re.compile("a+"), "aaa b aa")) == [(0, 3), (6, 8)]


@given(st.lists(st.sampled_from([*"警报器声大喇叭误鸣，x"]), max_size=30).map("".join))
def test_alternatives_that_are_led_by_letters_match_the_same(text: str) -> None:
    beginnings, rest = "警报器?|警报声|大喇叭|喇叭", "[^,，]{0,3}(?:误鸣|x)?"
    assert _spans(re.finditer(led(beginnings, rest), text)) == _spans(
        re.finditer(f"(?:{beginnings}){rest}", text)
    )


def test_a_rule_never_holds_where_none_of_its_words_stands() -> None:
    assert pipeline.ASSESSORS and len(scanning._rules) > 20  # all annotators are there
    held = dict.fromkeys(range(len(scanning._rules)), 0)
    for text in own_texts():
        stands = standing(text)
        for number, rule in enumerate(scanning._rules):
            if rule.expression.search(text):
                held[number] += 1
                assert stands & rule.bit, (rule.expression.pattern, text)
    assert sum(map(bool, held.values())) > 20


def test_the_words_of_a_rule_are_those_its_alternatives_begin_with() -> None:
    assert beginnings(r"误鸣[^,|。]{0,6}|喇叭?响|量身定[做制(]|被(?:砸|淹)|死人了(?<![吓气]死人了)") == {
        "误鸣",
        "喇",
        "量身定",
        "被",
        "死人了",
    }
    with pytest.raises(ValueError, match="begins with"):
        beginnings(r"误鸣|(?:警报|喇叭)响")


def test_words_of_several_rules_are_found_in_one_pass() -> None:
    one, other = Rule("红灯笼[高低]"), Rule("[高低]红灯笼", needs="红灯笼|蓝灯笼")
    assert standing("挂起红灯笼来") & (one.bit | other.bit) == one.bit | other.bit
    assert standing("一盏蓝灯笼") & (one.bit | other.bit) == other.bit
    assert not standing("没有灯") & (one.bit | other.bit)
