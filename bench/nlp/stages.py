"""What each stage of a reading costs, by running one after the other over the same posts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from operator import or_
from typing import TypeVar

from bench.nlp.clock import Took, timed, together
from bench.nlp.texts import NOW
from huiying.contracts import Post, Reading
from nlp.amend import amended
from nlp.annotators import relevance
from nlp.features import extract_all
from nlp.pipeline import ASSESSORS, Reader
from nlp.sheet import lay_out_all

S = TypeVar("S")
T = TypeVar("T")
BATCH = 100


def costs(reader: Reader, posts: Sequence[Post]) -> dict[str, Took]:
    """Stage → what it took for all posts; what a stage leaves is handed to the next one."""
    took: dict[str, Took] = {}
    for at in range(0, len(posts), BATCH):
        for name, run in _costs(reader, posts[at : at + BATCH]).items():
            took[name] = together(took[name], run) if name in took else run
    return took


def _costs(reader: Reader, posts: Sequence[Post]) -> dict[str, Took]:
    took: dict[str, Took] = {}

    def stage(name: str, work: Callable[[], T]) -> T:
        made: list[T] = []
        took[name] = timed(lambda: made.append(work()), len(posts))
        return made[0]

    gate, model = reader.gate, reader.model
    stage("gate", lambda: gate.open_to([(post.title, post.text) for post in posts]))
    sheets = stage("normalise", lambda: lay_out_all(posts))
    stage("tokens", lambda: [passage.words for sheet in sheets for passage in sheet.passages])
    sheets = stage("word lists", lambda: [gate.mark(sheet) for sheet in sheets])
    features = stage("features", lambda: extract_all(sheets))
    scores = stage("model", lambda: model.score_all(features))
    judged = stage("relevance", lambda: [relevance.judge(*pair) for pair in zip(sheets, scores, strict=True)])
    assessed = [
        stage(assess.__module__.rpartition(".")[2], partial(_all, assess, scores)) for assess in ASSESSORS
    ]
    blanks = stage(
        "a blank reading", lambda: [reader.blank(*pair, NOW) for pair in zip(posts, judged, strict=True)]
    )
    readings = stage(
        "a reading begun",
        lambda: [
            amended(blank, **reduce(or_, parts)) for blank, *parts in zip(blanks, *assessed, strict=True)
        ],
    )
    stage("numbers", lambda: [passage.numbers for sheet in sheets for passage in sheet.passages])
    for annotate in reader.annotators:
        name = annotate.__module__.rpartition(".")[2] + (".settle" if annotate.__name__ == "settle" else "")
        readings = stage(name, partial(_each, annotate, sheets, readings))
    return took


def _all(step: Callable[[S], T], seen: Sequence[S]) -> list[T]:
    return [step(one) for one in seen]


def _each(step: Callable[[S, Reading], Reading], seen: Sequence[S], readings: list[Reading]) -> list[Reading]:
    return [step(*pair) for pair in zip(seen, readings, strict=True)]
