"""Which of the sixteen matters of ``policy/topics.toml`` a message is about."""

from __future__ import annotations

from huiying.contracts import TopicReading
from nlp.annotators.relevance import explained
from nlp.model import Scores

LIMIT = 3
FLOOR = 0.08
"""Below it no topic is named at all."""
SHARE = 0.5
"""Of the best score: what a further topic needs."""


def assess(scores: Scores) -> dict[str, object]:
    ranked = scores.family("topic", least=FLOOR)
    topics = tuple(
        [
            TopicReading(
                code=code,
                score=score,
                why=explained("topic", scores.grounds(f"topic:{code}", limit=3, against=2)),
            )
            for code, score in ranked[:LIMIT]
            if score >= SHARE * ranked[0][1]
        ]
    )
    return {"topics": topics}
