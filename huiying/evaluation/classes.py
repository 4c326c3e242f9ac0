"""What the intent and the field of a message are measured by: one label a message, macro-F1, two plain ways beside it."""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from huiying import settings
from huiying.evaluation import plotting
from huiying.evaluation.figure import Choice, Figure, resampled, share
from nlp import learner
from nlp.embedding import Embedder, chosen
from nlp.learner import Message

Labels = Sequence[str]
ENOUGH = 100
"""Messages from which on the plain ways do better without what stands in one message alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Messages with their labels, apart."""

    name: str
    train: Sequence[Message]
    train_labels: Labels
    test: Sequence[Message]
    test_labels: Labels


def learned(task: Task) -> tuple[list[Figure], Mapping[str, Callable[[Path], None]]]:
    """The product's own learner beside two plain ones on the same rows; again with an encoder where one is set."""
    baseline, named = max((plain(task, way), way) for way in _PLAIN)
    model = learner.fit(task.train, task.train_labels)
    chances = model.predict_proba(task.test)
    said = model.predict(task.test)
    figures = [
        macro_f1(
            f"{task.name}.macro_f1.learned", task.test_labels, said, baseline=baseline, baseline_name=named
        ),
        accuracy(f"{task.name}.accuracy.learned", task, said),
    ]
    if embedder := configured():
        again = learner.fit(task.train, task.train_labels, embedder=embedder).predict(task.test)
        without = figures[0].value
        name = f"{task.name}.macro_f1.learned_{embedder.name}"
        figures.append(
            macro_f1(name, task.test_labels, again, baseline=without, baseline_name="同一学习器，不用编码器")
        )
    best = chances.argmax(axis=1)
    right = np.array([model.classes[k] for k in best]) == np.array(task.test_labels)
    plots = {
        f"{task.name}_confusion": plotting.confusion(f"{task.name}, learned", task.test_labels, said),
        f"{task.name}_calibration": plotting.calibration(
            f"{task.name}, learned: the likeliest class", chances.max(axis=1), right
        ),
    }
    return figures, plots


def configured() -> Embedder | None:
    """The encoder of ``HUIYING_ENCODER``; None where none is set."""
    name = settings.load().encoder
    return chosen(name) if name else None


def macro_f1(name: str, truth: Labels, said: Labels, *, baseline: float | None, baseline_name: str) -> Figure:
    """The mean of the classes' F1, a rare class counting as much as a common one."""
    classes = sorted({*truth, *said})
    is_, was_said = _numbered(truth, classes), _numbered(said, classes)

    def statistic(rows: Choice) -> float:
        return _macro(is_[rows], was_said[rows], len(classes))

    return resampled(name, statistic, len(truth), baseline=baseline, baseline_name=baseline_name)


def accuracy(name: str, task: Task, said: Labels) -> Figure:
    """Beside always saying what is commonest among what was learned from."""
    commonest = Counter(task.train_labels).most_common(1)[0][0]
    n = len(task.test_labels)
    return share(
        name,
        sum(one == other for one, other in zip(task.test_labels, said, strict=True)),
        n,
        baseline=sum(label == commonest for label in task.test_labels) / n if n else None,
        baseline_name="总说最常见的一类",
    )


def plain(task: Task, way: str) -> float:
    """Macro-F1 of a plain way of learning on the same rows."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    vectoriser = TfidfVectorizer(**_PLAIN[way](), min_df=2 if len(task.train) >= ENOUGH else 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few rows leave the plain ways with less than they would like
        rows = vectoriser.fit_transform(_written(task.train))
        said = (
            LinearSVC(random_state=0)
            .fit(rows, task.train_labels)
            .predict(vectoriser.transform(_written(task.test)))
        )
    classes = sorted({*task.test_labels, *said})
    return _macro(_numbered(task.test_labels, classes), _numbered(list(said), classes), len(classes))


def _jieba() -> dict[str, object]:
    import jieba

    jieba.setLogLevel(logging.WARNING)  # it tells of its dictionary otherwise

    return {
        "tokenizer": partial(jieba.lcut, cut_all=False),
        "token_pattern": None,
        "sublinear_tf": True,
    }


def _characters() -> dict[str, object]:
    return {"analyzer": "char", "ngram_range": (1, 3), "sublinear_tf": True}


_PLAIN: Mapping[str, Callable[[], dict[str, object]]] = {
    "结巴分词 TF-IDF + LinearSVC": _jieba,
    "字 1–3 元 TF-IDF + LinearSVC": _characters,
}


def _written(messages: Sequence[Message]) -> list[str]:
    return [f"{message.title}\n{message.text}".strip() for message in messages]


def _numbered(labels: Labels, classes: Sequence[str]) -> npt.NDArray[np.int64]:
    return np.searchsorted(np.array(classes), np.array(labels)).astype(np.int64)


def _macro(truth: npt.NDArray[np.int64], said: npt.NDArray[np.int64], classes: int) -> float:
    hits = np.bincount(truth[truth == said], minlength=classes)
    both = np.bincount(truth, minlength=classes) + np.bincount(said, minlength=classes)
    there = both > 0
    return float((2 * hits[there] / both[there]).mean()) if there.any() else 0.0
