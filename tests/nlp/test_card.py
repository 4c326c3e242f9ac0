from __future__ import annotations

from nlp import card, corpus


def test_the_data_card_says_what_the_corpus_holds() -> None:
    assert card.table() in (corpus.FOLDER / "README.md").read_text("utf-8")


def test_the_corpus_is_as_large_and_as_wide_as_it_must_be() -> None:
    examples = corpus.load((*corpus.LEARNED, *corpus.HELD_BACK))
    assert len(examples) >= 1_500
    assert {f"T{number:02d}" for number in range(1, 17)} <= {example.topic for example in examples}
    assert {"news", "official", "weibo", "forum", "complaint", "sarcasm", "dialect", "typo"} <= {
        example.register for example in examples
    }
