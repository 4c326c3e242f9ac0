"""What our own held-back texts say and what is read in them: nobody has real labels for handling classes or attitude."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import jieba
import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from huiying.contracts import Reading, Verdict
from nlp import corpus
from nlp.corpus import Example
from nlp.pipeline import Reader

BASELINE = "jieba TF-IDF + LinearSVC"
jieba.setLogLevel(logging.WARNING)  # it tells of its dictionary otherwise
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class HeldBack:
    """Texts that concern the trade and were never learned from, with the whole product's readings of them."""

    examples: list[Example]
    readings: list[Reading]


def read(reader: Reader) -> HeldBack:
    examples = [one for one in corpus.load(corpus.HELD_BACK) if one.relevance != "off"]
    return HeldBack(examples, reader.read([one.post for one in examples], _NOW))


def taken_in(held: HeldBack) -> HeldBack:
    """Without the texts that were thought irrelevant."""
    kept = [
        (example, reading)
        for example, reading in zip(held.examples, held.readings, strict=True)
        if reading.relevance.verdict is not Verdict.IRRELEVANT
    ]
    return HeldBack([example for example, _ in kept], [reading for _, reading in kept])


def plainly(examples: Sequence[Example], yes: Sequence[Sequence[bool]], asked: Sequence[Example]) -> Marks:
    """The plain way: a yes or no of each class for each text asked, learned from the same texts as the product."""
    vectors = TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None)
    known = vectors.fit_transform([_whole(one) for one in examples])
    new = vectors.transform([_whole(one) for one in asked])
    columns = []
    for answers in np.array(yes, dtype=bool).T:
        if answers.all() or not answers.any():
            columns.append(np.full(len(asked), bool(answers.any())))
            continue
        learner = LinearSVC(class_weight="balanced", random_state=0).fit(known, answers)
        columns.append(learner.predict(new).astype(bool))
    return np.stack(columns, axis=1)


def macro_f1(said: Marks, yes: Marks, chosen: npt.NDArray[np.int64]) -> float:
    """The mean F1 of the classes that occur among the ``chosen`` rows, which may repeat."""
    said, yes = said[chosen], yes[chosen]
    hits = (said & yes).sum(axis=0)
    total = said.sum(axis=0) + yes.sum(axis=0)
    present = yes.any(axis=0)
    return float((2 * hits[present] / np.maximum(total[present], 1)).mean()) if present.any() else 0.0


def _whole(example: Example) -> str:
    return f"{example.post.title}\n{example.post.text}"
