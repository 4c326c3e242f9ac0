from __future__ import annotations

import numpy as np

from nlp import corpus as shelf
from nlp import figures, learning
from nlp.model import Card


def test_what_is_doubted_is_no_alert_and_looked_at_from_there_on_alone() -> None:
    examples = [one for one in shelf.load(shelf.HELD_BACK) if one.relevance == "core"][:4]
    outputs = tuple(question.name for question in learning.questions(examples))
    card = Card(
        stamp="",
        weights_sha256="",
        outputs=outputs,
        alert=0.7,
        review=0.3,
        review_unnamed=0.3,
        cuts=dict.fromkeys(outputs, 0.5),
        figures={},
    )
    chances = np.zeros((4, len(outputs)))
    chances[:, 0] = (0.9, 0.9, 0.5, 0.5)
    everyone = np.full(4, True)
    doubted = np.array([True, False, True, False])
    measured = figures.measure(examples, chances, everyone, everyone, doubted, card)
    assert measured["报警"]["正题召回"] == "1/4 = 25.0%"
    assert measured["报警或待看"]["正题召回"] == "3/4 = 75.0%"
