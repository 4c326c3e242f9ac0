from __future__ import annotations

from nlp.annotators import terms
from tests.nlp.reading import a_sheet, annotated


def test_the_words_that_carry_a_text_come_first() -> None:
    words = annotated(terms.annotate, a_sheet("我们小区的人防车位，人防车位到底归谁，我们想知道")).terms
    assert words[0].word == "人防车位"
    assert "我们" not in {term.word for term in words}
    assert [term.weight for term in words] == sorted((term.weight for term in words), reverse=True)


def test_there_are_never_more_than_forty() -> None:
    text = "".join(f"{chr(0x4E00 + 37 * number)}{chr(0x5E00 + 11 * number)}，" for number in range(300))
    assert len(annotated(terms.annotate, a_sheet(text)).terms) <= terms.LIMIT


def test_a_text_without_words_has_none() -> None:
    assert annotated(terms.annotate, a_sheet("😀！！")).terms == ()
