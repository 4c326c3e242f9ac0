"""Learns to read from the project's own corpus, and says honestly how well: in seconds, the same every time.

Scores are made outside their own event, calibrated on those, and the two relevance thresholds are chosen on them too.
The held-back files are only ever measured.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlp import corpus as shelf
from nlp import lexicon, model, versions
from nlp.corpus import Example
from nlp.features import Features, extract
from nlp.gate import Gate, doubt, names_something
from nlp.sheet import lay_out

if TYPE_CHECKING:
    from nlp import learning
    from nlp.taught import Taught

_CODE = (
    "normalise",
    "scanning",
    "lexicon",
    "words",
    "sheet",
    "gate",
    "features",
    "model",
    "learning",
    "taught",
    "train",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainReport:
    """What was learned from how much, and how well it does on texts it had not seen."""

    stamp: str
    seconds: float
    figures: Mapping[str, object]

    def as_dict(self) -> dict[str, object]:
        return {"stamp": self.stamp, "seconds": round(self.seconds, 1), **self.figures}

    def in_words(self) -> str:
        return "\n".join([f"模型 {self.stamp}，用时 {self.seconds:.1f} 秒", *_lines(self.figures, "")])


def stamp(corpus: Path = shelf.FOLDER) -> str:
    """Of everything that a model depends on."""
    code = b"".join((Path(__file__).parent / f"{name}.py").read_bytes() for name in _CODE)
    parts = (shelf.version(corpus), lexicon.version(), hashlib.sha256(code).hexdigest())
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:12]


def ensure(models: Path) -> bool:
    """Train where there is no model, or where corpus, word lists or code have changed. True: it trained."""
    card = model.read_card(versions.current(models))
    if card is not None and card.stamp == stamp():
        return False
    # What people taught an older reader is learned again by ``huiying retrain``: its weights mean nothing to this one.
    versions.reset(models)
    card = model.read_card(models)
    if card is None or card.stamp != stamp():
        train(models)
    return True


def train(models: Path, *, corpus: Path = shelf.FOLDER, taught: Sequence[Taught] = ()) -> TrainReport:
    """Learn, measure, save to ``models``. ``taught``: what people said, to learn from beside the corpus."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):  # small matrices: threads only wait for each other
        return _train(models, corpus, taught)


def _train(models: Path, corpus: Path, taught: Sequence[Taught]) -> TrainReport:
    from nlp import figures  # brings scikit-learn, which reading does without

    started = time.perf_counter()
    gate = Gate(lexicon.load())
    own = shelf.load(shelf.LEARNED, corpus)
    lesson = _Lesson([*own, *(one.example for one in taught)], gate)
    learned, chances = _learn(lesson, stamp(corpus), taught)
    report: dict[str, object] = {
        "学习": figures.counts(own) | ({"人工样例": len(taught)} if taught else {}),
        "门槛": {
            "报警": learned.card.alert,
            "待看": learned.card.review,
            "待看（没点名）": learned.card.review_unnamed,
        },
        "交叉验证": figures.measure(
            own,
            chances[: len(own)],
            lesson.passed[: len(own)],
            lesson.named[: len(own)],
            lesson.doubted[: len(own)],
            learned.card,
        ),
    }
    test = _Lesson(shelf.load(shelf.HELD_BACK, corpus), gate)
    if test.examples:
        seen = np.array([learned.score(row).chance for row in test.features])
        report["留出测试"] = figures.counts(test.examples) | figures.measure(
            test.examples, seen, test.passed, test.named, test.doubted, learned.card
        )
    model.save(model.with_figures(learned, report), models)
    return TrainReport(stamp=learned.card.stamp, seconds=time.perf_counter() - started, figures=report)


class _Lesson:
    """Examples, and what the gate and the features make of them."""

    def __init__(self, examples: Sequence[Example], gate: Gate) -> None:
        self.examples = examples
        sheets = [gate.mark(lay_out(e.post)) for e in examples]
        self.features: list[Features] = [extract(sheet) for sheet in sheets]
        self.passed = np.array(gate.open_to([(e.post.title, e.post.text) for e in examples]), dtype=bool)
        self.named = np.array([names_something(sheet) for sheet in sheets], dtype=bool)
        self.doubted = np.array([bool(doubt(sheet)) for sheet in sheets], dtype=bool)


def _learn(
    lesson: _Lesson, name: str, taught: Sequence[Taught]
) -> tuple[model.Model, np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    """The model of all examples, and the calibrated out-of-fold probabilities that its thresholds come from."""
    from nlp import learning
    from nlp.taught import answered, digest

    asked = learning.as_judged(answered(learning.questions(lesson.examples), taught), lesson.passed)
    rows, columns, rarity = learning.matrix(lesson.features, learning.mixed(lesson.examples))
    raw = learning.out_of_fold(rows, asked, learning.folds(lesson.examples))
    platt = []
    for number, question in enumerate(asked):
        among = question.asked & lesson.passed
        platt.append(learning.calibrate(raw[among, number], question.yes[among], question.weight[among]))
    slopes = np.array(platt)
    chances = 1.0 / (1.0 + np.exp(-(slopes[:, 0] * raw + slopes[:, 1])))
    judged = asked[0].asked
    alert, review, unnamed = learning.thresholds(
        chances[judged, 0],
        [one for one, chosen in zip(lesson.examples, judged, strict=True) if chosen],
        (lesson.passed & ~lesson.doubted)[judged],
        lesson.named[judged],
    )
    everyone = np.full(len(lesson.examples), True)
    fitted = [learning.fit(rows, question, everyone) for question in asked]
    weights = np.stack([coefficients for coefficients, _ in fitted], axis=1)
    card = model.Card(
        stamp=name,
        taught=digest(taught),
        weights_sha256="",
        outputs=tuple(question.name for question in asked),
        alert=alert,
        review=review,
        review_unnamed=unnamed,
        cuts={q.name: _cut(q, chances[:, number], asked[0]) for number, q in enumerate(asked)},
        figures={},
    )
    bias = np.array([intercept for _, intercept in fitted], dtype=np.float32)
    learned = model.Model(card, columns, rarity, weights.astype(np.float32), bias, slopes.astype(np.float32))
    return learned, chances


def _cut(
    question: learning.Question,
    chances: np.ndarray[tuple[int], np.dtype[np.float64]],
    relevance: learning.Question,
) -> float:
    """Chosen on what it will be asked of: of classes too, relevant texts alone."""
    from nlp import learning

    among = question.asked if question is relevance else question.asked & relevance.yes
    return learning.best_cut(chances[among], question.yes[among])


def _lines(figures: Mapping[str, object], indent: str) -> list[str]:
    lines: list[str] = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            lines += [f"{indent}{name}：", *_lines(value, indent + "  ")]
        else:
            lines.append(f"{indent}{name}：{value}")
    return lines
