"""Which of the six handling classes of 国办发〔2016〕80号, or what else, a message is: more than one may fit."""

from __future__ import annotations

from collections.abc import Sequence

from huiying.contracts import Category, CategoryReading, Why
from nlp import making
from nlp.annotators.relevance import explained
from nlp.features import ENDS_LENGTH
from nlp.model import Scores
from nlp.sheet import Passage, first_spans

LIMIT = 3
PLEA, COMPLAINT = "petition.plea", "petition.complaint"
"""Which kind of petition it is: somebody asks that a thing be done for him, or says what others do wrong."""
_NOTES = {PLEA: "求办事的话多，投诉的话少", COMPLAINT: "投诉的话多，或与求办事的话一样多"}


def assess(scores: Scores) -> dict[str, object]:
    """Every class above its own cut, best first; the best one in any case."""
    ranked = scores.family("category")
    cuts = scores.model.card.cuts
    fitting = [(name, score) for name, score in ranked if score >= cuts[f"category:{name}"]] or ranked[:1]
    categories = tuple(
        [
            CategoryReading(
                category=Category(name),
                score=score,
                why=(
                    *(kind(scores.features.grams.passages) if name == Category.PETITION else ()),
                    *explained("category", scores.grounds(f"category:{name}", limit=3, against=2)),
                ),
            )
            for name, score in fitting[:LIMIT]
        ]
    )
    return {"categories": categories}


def kind(passages: Sequence[Passage]) -> tuple[Why, ...]:
    """Plea or complaint: whichever has more words at the beginning and the end, where people say what they want."""
    pleas, complaints = _at_the_ends(passages, "pleads"), _at_the_ends(passages, "accuses")
    rule, words = (PLEA, pleas) if len(pleas) > len(complaints) else (COMPLAINT, complaints)
    spans = first_spans(words)
    return (making.why(rule, _NOTES[rule], 0.0, spans),) if spans else ()


def _at_the_ends(passages: Sequence[Passage], name: str) -> list[tuple[Passage, int, int]]:
    return [
        (passage, start, end)
        for passage in passages
        for _, _, start, end in passage.hits((name,))
        if start < ENDS_LENGTH or start >= len(passage.text) - ENDS_LENGTH
    ]
