from __future__ import annotations

from bench.nlp import texts


def test_the_same_texts_come_every_time() -> None:
    assert texts.background(50) == texts.background(50)
    assert texts.candidates(20) == texts.candidates(20)


def test_candidates_have_the_length_that_was_asked_for() -> None:
    assert {len(post.text) for post in texts.candidates(20, length=350)} == {350}
    assert texts.mean_length(texts.candidates(20, length=0)) < 150


def test_background_has_short_and_long_posts() -> None:
    lengths = [len(post.text) for post in texts.background(400)]
    assert min(lengths) < 30 and max(lengths) > 300
