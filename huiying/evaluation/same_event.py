"""Whether two titles, or a title and another's title with its lead, speak of the same event: average precision over labelled pairs.

*Learned*: what ``triage.pairlearning`` makes of the folder's training pairs and of its unlabelled titles and leads from before the
test.  *Shipped*: the scorer that stories use, which has seen our own text alone.  *Archive*: the same lessons, with what unlabelled
texts from before the test say of how rare words are and which keep company, as ``huiying retrain`` takes it from an archive.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from huiying.evaluation.figure import Choice, Figure, Measured, resampled
from huiying.evaluation.folder import Folder, Row
from nlp import corpus
from nlp.pipeline import Reader
from triage.pairlearning import (
    ARCHIVE_LEAST,
    ARCHIVE_MOST,
    Heap,
    Pair,
    entry,
    learn,
    measured,
    shipped,
    taught,
)
from triage.pairs import Numbers, Scorer

TRAIN = "events/pairs_train.jsonl"
TEST = "events/pairs_test.jsonl"
DOCS = "events/docs.jsonl"
LATER = 0.2
K1, B = 1.2, 0.75

Told = Callable[[Row], tuple[str, str]]
"""A row's two texts."""


class Embedder(Protocol):
    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Beside:
    """What a sentence encoder sees of pairs: the cosine, once the mean of what it learned with is taken away."""

    embedder: Embedder
    mean: npt.NDArray[np.float32]

    @classmethod
    def of(cls, embedder: Embedder, texts: Sequence[str]) -> Beside:
        return cls(embedder, embedder.encode(texts).mean(0))

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> Numbers:
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        seen = self.embedder.encode(texts) - self.mean
        seen /= np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-9)
        place = {text: number for number, text in enumerate(texts)}
        return np.array([[float(seen[place[one]] @ seen[place[other]])] for one, other in pairs])


def measure(folder: Folder, reader: Reader) -> Measured:
    return measure_with(folder, None)


def measure_with(folder: Folder, embedder: Embedder | None) -> Measured:
    """With an encoder beside what is learned, where there is one."""
    halves = parted(folder)
    if halves is None:
        return Measured(skipped=(TRAIN,))
    train, test = halves
    heap = _heap(folder, train, before=min(str(row["date"]) for row in test))
    archive = _by_archive(folder, before=min(str(row["date"]) for row in test))
    figures: list[Figure] = []
    for name, told in (("same_event.ap_title", titles), ("same_event.ap_lead", title_and_lead)):
        figures += _figures(name, told, train, test, heap, embedder, archive)
    absent = tuple(name for name in (DOCS,) if folder.rows(name) is None)
    return Measured(figures=tuple(figures), skipped=absent)


def titles(row: Row) -> tuple[str, str]:
    return str(row["title1"]), str(row["title2"])


def title_and_lead(row: Row) -> tuple[str, str]:
    """The lead of a positive pair stands in both rows: one side is the bare title, as a post is."""
    return str(row["title1"]), f"{row['title2']}。{row['desc2']}"


def parted(folder: Folder) -> tuple[list[Row], list[Row]] | None:
    """Training and test pairs; no title and no lead on both sides. None where there is nothing to learn from."""
    train, test = folder.rows(TRAIN), folder.rows(TEST)
    if not train:
        return None
    if not test:
        first = sorted(str(row["date"]) for row in train)[int(len(train) * (1 - LATER))]
        train, test = (
            [row for row in train if str(row["date"]) < first],
            [row for row in train if str(row["date"]) >= first],
        )
    seen = {text for row in test for text in _texts(row)}
    return [row for row in train if seen.isdisjoint(_texts(row))], test


def _texts(row: Row) -> frozenset[str]:
    return frozenset(str(row[name]) for name in ("title1", "title2", "desc1", "desc2"))


def _heap(folder: Folder, train: Sequence[Row], *, before: str) -> Heap:
    """Unlabelled titles with their leads: nothing from the days of the test on."""
    docs = folder.rows(DOCS)
    if docs:
        return [(str(row["title"]), str(row["desc"])) for row in docs if str(row["day"]) < before]
    told = [(row[f"title{side}"], row[f"desc{side}"]) for row in train for side in "12"]
    return list(dict.fromkeys((str(title), str(lead)) for title, lead in told))


def _by_archive(folder: Folder, *, before: str) -> Scorer | None:
    """None where there are too few texts for an archive."""
    rows = [row for row in folder.rows(DOCS) or () if str(row["day"]) < before]
    told = list(dict.fromkeys(entry(str(row["title"]), str(row["desc"])) for row in rows))[-ARCHIVE_MOST:]
    if len(told) < ARCHIVE_LEAST:
        return None
    return taught((), [*told, *(entry(*one) for one in corpus.texts())])


def _figures(
    name: str,
    told: Told,
    train: Sequence[Row],
    test: Sequence[Row],
    heap: Heap,
    embedder: Embedder | None,
    archive: Scorer | None,
) -> list[Figure]:
    same = np.array([bool(row["label"]) for row in test])
    pairs = [told(row) for row in test]
    lessons = [
        Pair(one=one, other=other, same=bool(row["label"]), date=str(row["date"]), about=_texts(row))
        for row in train
        for one, other in (told(row),)
    ]
    beside = (
        Beside.of(embedder, [text for pair in lessons for text in (pair.one, pair.other)])
        if embedder
        else None
    )
    learned = learn(lessons, heap, beside=beside)
    plain = _tfidf([text for pair in lessons for text in (pair.one, pair.other)], pairs)
    both_ways = _bm25(heap, pairs)
    unlabelled = {f"{name}.shipped": shipped(), f"{name}.archive": archive}
    return [
        _figure(name, _score(learned, pairs, beside), same, plain, "TF-IDF 余弦，一至二字"),
        *(
            _figure(known, _score(scorer, pairs, None), same, both_ways, "BM25，两个方向，二字")
            for known, scorer in unlabelled.items()
            if scorer is not None
        ),
    ]


def _figure(
    name: str, scores: Numbers, same: npt.NDArray[np.bool_], plain: Numbers, plain_name: str
) -> Figure:
    place = np.unique(-scores, return_inverse=True)[1]
    plain_place = np.unique(-plain, return_inverse=True)[1]

    def precision(rows: Choice, of: Choice = place) -> float:
        return average_precision(same[rows], of[rows])

    return resampled(
        name,
        precision,
        len(same),
        baseline=precision(np.arange(len(same)), plain_place),
        baseline_name=plain_name,
    )


def average_precision(same: npt.NDArray[np.bool_], place: Choice) -> float:
    """Of pairs in ranks (0 the first, equal scores share one): the mean of the precision at every pair found. 0 without any."""
    if not same.any():
        return 0.0
    found = np.bincount(place, weights=same)
    shown = np.bincount(place)
    right, seen = found.cumsum(), shown.cumsum()
    return float((found * right / np.maximum(seen, 1)).sum() / found.sum())


def _score(scorer: Scorer, pairs: Sequence[tuple[str, str]], beside: Beside | None) -> Numbers:
    rows = measured([Pair(one=one, other=other, same=False) for one, other in pairs], scorer.background)
    return scorer.scores(rows if beside is None else np.hstack([rows, beside(pairs)]))


def _tfidf(texts: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Numbers:
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2)).fit(texts)
    one, other = (vectors.transform([pair[side] for pair in pairs]) for side in (0, 1))
    return np.asarray(one.multiply(other).sum(1)).ravel()


def _bm25(heap: Heap, pairs: Sequence[tuple[str, str]]) -> Numbers:
    texts = [text for row in heap for text in row]
    known = Counter(pair for text in texts for pair in set(_bigrams(text)))
    usual = max(sum(map(len, texts)) / max(len(texts), 1), 1.0)

    def one_way(asked: str, told: str) -> float:
        counts = Counter(_bigrams(told))
        length = K1 * (1 - B + B * len(told) / usual)
        return sum(
            math.log(1 + (len(texts) - known[pair] + 0.5) / (known[pair] + 0.5)) * counts[pair] * (K1 + 1) / (counts[pair] + length)
            for pair in set(_bigrams(asked))
            if counts[pair]
        )  # fmt: skip

    return np.array([one_way(one, other) + one_way(other, one) for one, other in pairs])


def _bigrams(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]
