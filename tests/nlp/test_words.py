from __future__ import annotations

import math

import jieba
import pytest

from nlp import corpus, words
from nlp.normalise import quick


def test_rjieba_cuts_as_jieba_does() -> None:
    reference = jieba.Tokenizer()
    for word in words.user_words():
        reference.add_word(word)
    texts = [quick(example.post.text) for example in corpus.load((*corpus.LEARNED, *corpus.HELD_BACK))]
    same = sum([word for word, _, _ in words.tokens(text)] == list(reference.cut(text)) for text in texts)
    assert same / len(texts) >= 0.95


def test_words_of_the_trade_stay_whole() -> None:
    assert ("人防车位", 2, 6) in words.tokens("小区人防车位归谁")


def test_rare_words_weigh_more_and_weights_have_length_one() -> None:
    weighed = words.weigh(["警报", "我们", "警报"], limit=5)
    assert weighed[0][0] == "警报"
    assert math.hypot(*(weight for _, weight in weighed)) == pytest.approx(1, abs=1e-3)
