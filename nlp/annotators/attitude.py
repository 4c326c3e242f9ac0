"""For or against, and whether anybody is owed an answer: a notice, plain news or thanks raise no matter."""

from __future__ import annotations

from huiying.contracts import Attitude, Category, Reading, SignalKind
from nlp.amend import amended
from nlp.annotators.relevance import explained
from nlp.model import Scores
from nlp.sheet import Sheet

OWES = 0.5
_RAISED = frozenset(
    {
        SignalKind.DEATHS,
        SignalKind.INJURIES,
        SignalKind.MISSING,
        SignalKind.CROWD,
        SignalKind.OFFLINE_ACTION,
        SignalKind.SIREN_UNPLANNED,
        SignalKind.CORRUPTION,
        SignalKind.SAFETY,
        SignalKind.RUMOUR,
        SignalKind.SECRET,
    }
)
"""Signals that make a matter of any text, however calmly it is told."""


def assess(scores: Scores) -> dict[str, object]:
    attitude = Attitude(scores.family("attitude")[0][0])
    why = explained("attitude", scores.grounds(f"attitude:{attitude.value}", limit=3, against=2))
    return {"attitude": attitude, "attitude_why": why, "owes_answer": scores.of("owes") >= OWES}


def settle(sheet: Sheet, reading: Reading) -> Reading:
    """Last of all, when categories and signals are known: what asks for nothing and reports no harm owes nothing."""
    told_only = tuple(found.category for found in reading.categories) == (Category.OTHER,)
    raised = any(signal.kind in _RAISED and signal.amount != 0 for signal in reading.signals)
    if told_only and reading.attitude is not Attitude.NEGATIVE and not raised:
        return amended(reading, owes_answer=False)
    return reading
