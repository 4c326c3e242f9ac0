"""Which of the six handling classes of 国办发〔2016〕80号, or what else, a message is: more than one may fit."""

from __future__ import annotations

from huiying.contracts import Category, CategoryReading
from nlp.annotators.relevance import explained
from nlp.model import Scores

LIMIT = 3


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
                why=explained("category", scores.grounds(f"category:{name}", limit=3, against=2)),
            )
            for name, score in fitting[:LIMIT]
        ]
    )
    return {"categories": categories}
