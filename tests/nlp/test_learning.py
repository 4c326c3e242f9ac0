from __future__ import annotations

import numpy as np

from nlp import corpus as shelf
from nlp import learning


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
