from __future__ import annotations

import math

import pytest

from bench.nlp import parity
from nlp import words


def test_rjieba_cuts_as_jieba_does() -> None:
    same = parity.between(parity.own_texts()[::3])
    assert same.texts > 1000
    assert same.share <= 0.01


def test_words_that_are_cut_together_are_the_text() -> None:
    text = "  小区人防车位，归谁？\n50号 abc"
    assert "".join(words.cut(text)) == text
    assert words.bounds(["人防", "门"]) == [0, 2, 3] and words.bounds([]) == [0]


def test_words_of_the_trade_stay_whole() -> None:
    assert ("人防车位", 2, 6) in words.tokens("小区人防车位归谁")


@pytest.mark.parametrize(
    ("word", "kind"), [("医院", "n"), ("郑州", "ns"), ("反映", "v"), ("昨天", "t"), ("因为", "c")]
)
def test_a_word_is_of_the_kind_that_the_dictionary_says(word: str, kind: str) -> None:
    assert words.parts_of_speech(word) == [(word, kind)]


def test_rare_words_weigh_more_and_weights_have_length_one() -> None:
    weighed = words.weigh({"警报": 2, "我们": 1}, limit=5)
    assert weighed[0][0] == "警报"
    assert math.hypot(*(weight for _, weight in weighed)) == pytest.approx(1, abs=1e-3)


def test_how_rare_a_word_is_does_not_hang_on_what_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["警报", "我们", "人防车位", "警报", "小区", "我们"]
    known = [words.idf(word) for word in asked]
    assert known[0] == words._idf()[0]["警报"]
    words._rarity.clear()
    monkeypatch.setattr(words, "MANY", 2)
    assert [words.idf(word) for word in asked] == known and len(words._rarity) <= 2


def test_words_that_tell_nothing_weigh_nothing_and_the_others_what_they_would_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = ["我们", "警报", "响", "警报", "，", "5", "小区", "ab", "警报", "车库", "2026"]
    telling = words.Telling({"我们"})
    counted = {"警报": 3, "小区": 1, "ab": 1, "车库": 1, "2026": 1}
    assert telling.weigh(said, limit=4) == words.weigh(counted, limit=4)
    monkeypatch.setattr(words, "MANY", 2)
    assert telling.weigh(said, limit=9) == words.weigh(counted, limit=9)
    assert telling.weigh(["，"], limit=9) == [] and len(telling._known) == 1


def test_words_have_parts_of_speech_and_are_known_or_not() -> None:
    assert dict(words.parts_of_speech("通知郑州市")) == {"通知": "v", "郑州市": "ns"}
    assert words.is_word("人防办") and words.is_word("通知") and not words.is_word("交天君")
