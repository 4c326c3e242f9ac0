from __future__ import annotations

import numpy as np

from nlp import corpus as shelf
from nlp import learning
from nlp.corpus import Example
from nlp.features import COUNTED, COUNTS_START, FOR_CLASSES, Features, extract_all
from nlp.sheet import lay_out
from tests.nlp.reading import the_gate


def test_what_the_gate_shuts_out_hardly_counts_for_relevance_and_fully_for_the_rest() -> None:
    examples = shelf.load(shelf.LEARNED)[:40]
    plain = learning.questions(examples)
    passed = np.arange(len(examples)) % 2 == 0
    relevance, *others = learning.as_judged(plain, passed)
    assert np.allclose(relevance.weight[passed], plain[0].weight[passed])
    assert np.allclose(relevance.weight[~passed], plain[0].weight[~passed] * learning.SHUT_OUT_WEIGHT)
    assert others == plain[1:]


def test_alerts_are_right_as_often_as_they_must_be_and_an_even_chance_is_looked_at() -> None:
    examples = shelf.load(shelf.LEARNED)
    core = np.array([one.relevance == "core" for one in examples])
    off = np.array([one.relevance == "off" for one in examples])
    generator = np.random.default_rng(0)
    chances = np.clip(np.where(off, 0.3, 0.7) + generator.normal(0, 0.2, len(examples)), 0, 1)
    everyone = np.full(len(examples), True)
    alert, review, unnamed = learning.thresholds(chances, examples, everyone, everyone)
    assert (~off)[chances >= alert].mean() >= learning.ALERT_PRECISION
    assert (~off)[chances >= alert - 0.05].mean() < learning.ALERT_PRECISION
    assert unnamed <= review < 0.5 < alert
    few = np.where(core, 0.2, 0.0)
    assert learning.thresholds(few, examples, everyone, ~everyone)[2] == 0.2


def _lesson() -> tuple[list[Example], list[Features]]:
    examples = shelf.load(shelf.LEARNED)[::6]
    return examples, extract_all([the_gate().mark(lay_out(one.post)) for one in examples])


def test_texts_written_for_the_classes_change_nothing_of_what_relevance_learns() -> None:
    examples, rows = _lesson()
    kept = learning.mixed(examples)
    assert 0 < (~kept).sum() < len(examples)
    without = [one for one, keep in zip(examples, kept, strict=True) if keep]
    answers = []
    for some, of in (
        (examples, rows),
        (without, [row for row, keep in zip(rows, kept, strict=True) if keep]),
    ):
        matrix, columns, _ = learning.matrix(of, learning.mixed(some))
        weights, bias = learning.fit(matrix, learning.questions(some)[0], np.full(len(some), True))
        answers.append((columns, weights, bias))
    (columns, weights, bias), (bare_columns, bare_weights, bare_bias) = answers
    assert (columns == bare_columns).all() and (weights == bare_weights).all() and bias == bare_bias


def test_relevance_is_blind_to_the_lists_that_are_for_the_classes() -> None:
    examples, rows = _lesson()
    matrix, columns, _ = learning.matrix(rows, learning.mixed(examples))
    everyone = np.full(len(examples), True)
    asked = {one.name: one for one in learning.questions(examples)}
    lists = np.isin(columns, [COUNTS_START + COUNTED.index(name) for name in FOR_CLASSES])
    assert lists.sum() == len(FOR_CLASSES)
    assert not learning.fit(matrix, asked["relevance"], everyone)[0][lists].any()
    assert learning.fit(matrix, asked["category:major"], everyone)[0][lists].any()


def test_a_letter_about_something_else_teaches_its_class_and_nothing_of_topic_or_mood() -> None:
    examples = [one for one in shelf.load(shelf.LEARNED) if one.family == "other_letters"]
    asked = {one.name: one for one in learning.questions(examples)}
    assert asked["category:petition"].asked.all() and asked["category:petition"].yes.any()
    assert not asked["attitude:negative"].asked.any() and not asked["topic:T01"].asked.any()
