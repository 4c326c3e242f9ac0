from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from nlp import normalise, numerals
from nlp.annotators import occurred
from nlp.scanning import scan

WORDS = st.lists(
    st.sampled_from(
        [*"三十百余第万3.5x 昨晚8时许月日上午点。，!?\n-至", "12", "半小时前", "今年9月18日", "……"]
    ),
    max_size=30,
).map("".join)


@given(WORDS)
def test_scanning_finds_what_the_expression_alone_would(text: str) -> None:
    for begin, whole in (
        (numerals._BEGIN, numerals._NUMBER),
        (normalise._PAIR, normalise._REPEATED),
        (occurred._WHEN_BEGINS, occurred._WHEN),
        (occurred._AGO_BEGINS, occurred._AGO),
    ):
        assert _spans(scan(begin, whole, text)) == _spans(whole.finditer(text))


def _spans(found: Iterator[re.Match[str]]) -> list[tuple[int, int]]:
    return [match.span() for match in found]


def test_matches_do_not_overlap() -> None:
    assert _spans(scan(re.compile("a"), re.compile("a+"), "aaa b aa")) == [(0, 3), (6, 8)]
