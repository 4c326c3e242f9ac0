"""Examples that people gave, beside the project's own corpus: each answers some of the questions, with a weight of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nlp.corpus import Example
from nlp.learning import Question

RELEVANCE = "relevance"
"""One of the four families of what people can say of a text, beside topic, category and attitude: what stands before the colon of
a question's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """``example`` holds guesses where people said nothing: ``weights`` says which families count, and how much.

    A text of the project's own corpus counts 1.
    """

    example: Example
    weights: Mapping[str, float]


def answered(asked: Sequence[Question], taught: Sequence[Taught]) -> list[Question]:
    """The questions, with the last ``len(taught)`` examples asked only what people answered."""
    if not taught:
        return list(asked)
    return [_answered(question, taught) for question in asked]


def digest(taught: Sequence[Taught]) -> str:
    """Of what was learned from: eight hexadecimal digits, '' for nothing."""
    if not taught:
        return ""
    lines = sorted(
        f"{one.example.post.id} {one.example.post.version} {one.example.relevance} {one.example.topic} "
        f"{sorted(one.example.categories)} {one.example.attitude} {sorted(one.weights.items())}"
        for one in taught
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


def _answered(question: Question, taught: Sequence[Taught]) -> Question:
    family = question.name.partition(":")[0]
    own = len(question.asked) - len(taught)
    given = np.array([one.weights.get(family, 0.0) for one in taught])
    relevant = np.array([one.example.relevance != "off" for one in taught])
    asked = (given > 0) & (relevant | (family == RELEVANCE))
    return replace(
        question,
        asked=np.concatenate([question.asked[:own], asked]),
        weight=np.concatenate([question.weight[:own], np.where(given > 0, given, 1.0)]),
    )
