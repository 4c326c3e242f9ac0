"""For or against, and whether anybody is owed an answer: an office's own notice raises no matter."""

from __future__ import annotations

from dataclasses import replace

from huiying.contracts import Attitude, Reading
from nlp.model import Scores

OWES = 0.5


def annotate(scores: Scores, reading: Reading) -> Reading:
    attitude = Attitude(scores.family("attitude")[0][0])
    return replace(reading, attitude=attitude, owes_answer=scores.of("owes") >= OWES)
