"""The arithmetic of training: questions, folds by event, calibration, thresholds.  Pure but for scikit-learn's own work."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from huiying.contracts import Attitude, Category
from nlp.corpus import Example
from nlp.features import COLUMNS, COUNTED, COUNTS_START, FOR_CLASSES, Features, Floats, Ints

FOLDS = 5
STRENGTH = 4.0
"""Inverse of the regularisation, by cross-validation on our own corpus: over events, and over near-miss families."""
MENTION_WEIGHT = 0.5
"""A text that only mentions the trade is half a yes: it should end up with a person."""
SHUT_OUT_WEIGHT = 0.05
"""Of a text that the gate shuts out, when relevance is learned: the model is never asked about one."""
SEEN_AT_LEAST = 2
"""Texts that an n-gram must stand in to be learned from."""
ALERT_PRECISION = 0.96
WORTH_A_LOOK = 1 / 3
"""Chance from which a text goes to the review queue: a core text lost weighs as much as two others that are looked at.

That weight was settled when an even one had been seen to lose 3 of 75 real core texts: figures on those are not of a held-out set.
"""
UNNAMED_RECALL = 0.99
"""Of those that name nothing of the trade: few texts open the gate that way, so that looking at all of them costs little."""
FOR_CLASSES_ONLY = ("classes", "other_letters")
"""Families of texts written for the classes: their mix says nothing of what concerns the trade."""
TOPICS = tuple(f"T{number:02d}" for number in range(1, 17))

_HIDDEN: Ints = np.array([COUNTS_START + COUNTED.index(name) - COLUMNS for name in FOR_CLASSES])

Marks = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """A yes-or-no question, the examples that answer it, and how much each counts."""

    name: str
    asked: Marks
    yes: Marks
    weight: Numbers
    hidden: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Columns that it is answered without, counted from the end."""


def questions(examples: Sequence[Example]) -> list[Question]:
    """Relevance first, then what is asked of relevant texts only; the class of any text that has one.

    People ask, propose and complain alike whatever it is about, and what the office enters by hand may be about anything.
    """
    relevant = np.array([example.relevance != "off" for example in examples])
    ones = np.ones(len(examples))
    classed = relevant | np.array([bool(example.categories) for example in examples])
    halves = np.array([MENTION_WEIGHT if example.relevance == "mention" else 1.0 for example in examples])

    def ask(name: str, yes: list[bool], of: Marks = relevant) -> Question:
        return Question(name, of, np.array(yes), ones)

    return [
        Question("relevance", mixed(examples), relevant, halves, _HIDDEN),
        ask("owes", [example.owes_answer for example in examples]),
        *(ask(f"attitude:{a.value}", [example.attitude is a for example in examples]) for a in Attitude),
        *(
            ask(f"category:{c.value}", [c in example.categories for example in examples], classed)
            for c in Category
        ),
        *(ask(f"topic:{code}", [example.topic == code for example in examples]) for code in TOPICS),
    ]


def mixed(examples: Sequence[Example]) -> Marks:
    """Which texts relevance is learned from."""
    return np.array([example.family not in FOR_CLASSES_ONLY for example in examples])


def as_judged(asked: Sequence[Question], passed: Marks) -> list[Question]:
    """Relevance learned from what the gate lets through above all."""
    relevance, *others = asked
    return [replace(relevance, weight=relevance.weight * np.where(passed, 1.0, SHUT_OUT_WEIGHT)), *others]


def matrix(rows: Sequence[Features], among: Marks) -> tuple[csr_matrix, Ints, Floats]:
    """One row an example over the columns worth keeping; those columns; and the scale of each, by how rare it is.

    Both are taken from the rows ``among`` them, so that other texts change nothing of what these teach.
    """
    every = np.concatenate([row.columns for row in rows])
    chosen = [row.columns for row, one in zip(rows, among, strict=True) if one]
    frequency = np.bincount(np.concatenate(chosen), minlength=COLUMNS)
    kept = np.flatnonzero((frequency >= SEEN_AT_LEAST) | (np.arange(COLUMNS) >= COUNTS_START)).astype(
        np.int64
    )
    rarity = (np.log((1.0 + len(chosen)) / (1.0 + frequency[kept])) + 1.0).astype(np.float32)
    rarity /= rarity[kept < COUNTS_START].mean()
    rarity[kept >= COUNTS_START] = 1.0
    place = np.searchsorted(kept, every).clip(max=len(kept) - 1)
    known = kept[place] == every
    example = np.repeat(np.arange(len(rows)), [len(row.columns) for row in rows])
    values = np.concatenate([row.values for row in rows])[known] * rarity[place[known]]
    return csr_matrix((values, (example[known], place[known])), shape=(len(rows), len(kept))), kept, rarity


def folds(examples: Sequence[Example]) -> npt.NDArray[np.int64]:
    """The fold of each example: by a hash of its event, so that an event is never on both sides."""
    marks = [hashlib.blake2b(example.event.encode(), digest_size=4).digest() for example in examples]
    return np.array([int.from_bytes(mark) % FOLDS for mark in marks])


def out_of_fold(rows: csr_matrix, asked: Sequence[Question], fold: npt.NDArray[np.int64]) -> Numbers:
    """The raw score of every example for every question, by a model that has not seen its event."""
    scores = np.zeros((rows.shape[0], len(asked)))
    for held in range(FOLDS):
        rest, away = fold != held, fold == held
        if away.any():
            for number, question in enumerate(asked):
                weights, bias = fit(rows, question, rest)
                scores[away, number] = rows[away] @ weights + bias
    return scores


def fit(rows: csr_matrix, question: Question, among: Marks) -> tuple[Numbers, float]:
    """Weights and bias. A question that all answer alike gets a flat answer."""
    chosen = np.flatnonzero(question.asked & among)
    yes = question.yes[chosen]
    if yes.all() or not yes.any():
        return np.zeros(rows.shape[1]), 4.0 if yes.any() else -4.0
    learner = LogisticRegression(
        C=STRENGTH,
        class_weight="balanced",
        solver="liblinear",
        dual=True,  # far fewer examples than columns
        tol=1e-2,
        random_state=0,
        max_iter=1000,
    )
    seen = rows[chosen]
    seen.data[np.isin(seen.indices, question.hidden + rows.shape[1])] = 0.0
    learner.fit(seen, yes, sample_weight=question.weight[chosen])
    return learner.coef_[0], float(learner.intercept_[0])


def calibrate(raw: Numbers, yes: Marks, weight: Numbers) -> tuple[float, float]:
    """Platt's two numbers, with his smoothed targets: each example counts once as yes and once as no."""
    many, few = float(weight[yes].sum()), float(weight[~yes].sum())
    if not many or not few:
        return 1.0, 0.0
    chance = np.where(yes, (many + 1) / (many + 2), 1 / (few + 2))
    twice = np.concatenate([raw, raw]).reshape(-1, 1)
    answers = np.concatenate([np.ones(len(raw)), np.zeros(len(raw))])
    learner = LogisticRegression(C=1e6, solver="lbfgs", max_iter=500)
    learner.fit(twice, answers, sample_weight=np.concatenate([chance * weight, (1 - chance) * weight]))
    return max(float(learner.coef_[0, 0]), 0.05), float(learner.intercept_[0])


def thresholds(
    chances: Numbers, examples: Sequence[Example], passed: Marks, named: Marks
) -> tuple[float, float, float]:
    """From where on it is an alert, a text for the review queue, and one for the queue although it names nothing.

    ``passed``: what the gate lets through without a doubt.  Alert: the lowest score above which ``ALERT_PRECISION`` concern the
    trade.  Review: ``WORTH_A_LOOK``, or for those that name nothing of the trade where ``UNNAMED_RECALL`` of the core are found.
    """
    core = np.array([example.relevance == "core" for example in examples])
    off = np.array([example.relevance == "off" for example in examples])
    review = WORTH_A_LOOK
    unnamed = min(_finding(chances[core & passed & ~named], UNNAMED_RECALL), review)
    ranked = np.argsort(-chances[passed], kind="stable")
    right = 1 - np.cumsum(off[passed][ranked]) / np.arange(1, len(ranked) + 1)
    enough = np.flatnonzero(right >= ALERT_PRECISION)
    alert = float(chances[passed][ranked][enough[-1]]) if len(enough) else 1.0
    return round(max(alert, review), 4), round(review, 4), round(unnamed, 4)


def _finding(chances: Numbers, recall: float) -> float:
    return float(np.quantile(chances, 1 - recall)) if len(chances) else 0.5


def best_cut(chances: Numbers, yes: Marks) -> float:
    """The probability from which saying yes gives the best F1."""
    best, cut = 0.0, 0.5
    for candidate in np.unique(chances.round(3)):
        said = chances >= candidate
        score = f1(said, yes)
        if score > best:
            best, cut = score, float(candidate)
    return cut


def f1(said: Marks, yes: Marks) -> float:
    total = int(said.sum()) + int(yes.sum())
    return 2 * int((said & yes).sum()) / total if total else 0.0
