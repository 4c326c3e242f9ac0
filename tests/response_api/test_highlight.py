"""The words that decided are marked; nothing that was crawled becomes markup."""

import pytest

from huiying.contracts import Field, Span, Why
from response_api.highlight import marked


def why(text: str, word: str, note: str = "依据", weight: float = 1.0, field: Field = Field.TEXT) -> Why:
    start = text.index(word)
    return Why(
        rule="r",
        note=note,
        weight=weight,
        spans=(Span(field=field, start=start, end=start + len(word), text=word),),
    )


def test_a_deciding_word_is_marked_with_its_ground() -> None:
    text = "小区的人防门被拆了"
    assert marked(text, [why(text, "人防门")], Field.TEXT) == '小区的<mark title="依据">人防门</mark>被拆了'


def test_overlapping_words_become_one_mark_with_both_grounds() -> None:
    text = "地下人防车库被淹"
    shown = marked(text, [why(text, "人防车库", "场所"), why(text, "车库被淹", "后果")], Field.TEXT)
    assert shown == '地下<mark title="场所；后果">人防车库被淹</mark>'


def test_offsets_count_characters_beyond_the_basic_plane_as_one() -> None:
    text = "😀😀人防门𠮷被拆"
    assert "<mark" in marked(text, [why(text, "𠮷被拆")], Field.TEXT)
    assert ">𠮷被拆</mark>" in marked(text, [why(text, "𠮷被拆")], Field.TEXT)


@pytest.mark.parametrize(
    "evil",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', '=HYPERLINK("http://x")', "{{7*7}}"],
)
def test_what_was_crawled_is_never_markup_inside_or_outside_a_mark(evil: str) -> None:
    text = f"{evil}人防门{evil}"
    for grounds in ([why(text, "人防门", note=evil)], [why(text, evil)], []):
        shown = marked(text, grounds, Field.TEXT)
        assert "<script" not in shown
        assert "<img" not in shown
        assert shown.count('"') == 2 * len(grounds)


def test_a_ground_against_is_marked_as_one_and_a_span_outside_the_text_is_cut() -> None:
    text = "人防物防技防"
    assert '<mark class="against"' in marked(text, [why(text, "物防", weight=-2)], Field.TEXT)
    outside = Why(rule="r", note="n", spans=(Span(field=Field.TEXT, start=4, end=99, text=""),))
    assert marked(text, [outside], Field.TEXT) == '人防物防<mark title="n">技防</mark>'
    assert marked(text, [why(text, "物防", field=Field.TITLE)], Field.TEXT) == text
