"""Learns from pairs of texts which measures tell the same event, and from a heap of texts which words keep company.

What ships is learned from our own pairs, with jieba's table for how rare words are (:func:`shipped`).  An office's own is learned
from those, from what its people have joined and told apart, and from the texts of its archive (:func:`taught`).  Both start from
the belief that what shares many rare words is one event: a few hundred pairs of one hand teach its turns of phrase too, and where
they alone decide, other texts are ranked worse than by the shared words alone.

What a background learned from the texts of a pair itself would flatter that pair, so each half of the pairs, by date, is measured
with the company that words keep outside it.  Needs SciPy; scoring does not.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from huiying import codec
from triage.pairs import MEASURES, Background, Numbers, Scorer, measures, sketch, twice, words_of

WORD_TEXTS = 5
"""Texts that a word must stand in to have company."""
LEAST_TEXTS = 2000
"""With fewer texts nothing is said of what keeps company."""
DIMENSIONS = 64
STRENGTH = 7e-5
"""Inverse of the regularisation, a pair: the fewer pairs, the less is believed of them."""
BELIEVED = ("shared_of_shorter", "shared_of_longer", "word_cosine")
"""The measures that tell one event from another before anything is learned."""
BELIEF = 0.5
"""What each of them weighs then, a standard deviation."""
CAUTION = 280.0
"""How firmly the belief is held: as strong a pull as so many pairs have whose measures are spread like those learned from."""
OURS = 0.2
"""How much a pair of our own counts, where one of the folder's counts 1 and one that people made 2: it was made up."""
ROUNDS = 30
HALVES = 2

Beside = Callable[[Sequence[tuple[str, str]]], Numbers]
"""Further columns for pairs of texts, such as the nearness that a sentence encoder sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    one: str
    other: str
    same: bool
    date: str = ""
    about: frozenset[str] = frozenset()
    """Texts of the heap that belong to these two: whole titles and leads."""
    weight: float = 1.0


Heap = Sequence[tuple[str, str]]
"""Title and lead of unlabelled texts."""


def background(heap: Heap, *, company: bool = True, least: int = 1) -> Background:
    """``least``: texts that a gram or a word must stand in to be remembered."""
    grams, words, texts = Counter[str](), Counter[str](), 0
    said: list[frozenset[str]] = []
    for title, lead in heap:
        for text in filter(None, (title, lead)):
            texts += 1
            grams.update({*text, *(text[at : at + 2] for at in range(len(text) - 1))})
        told = _words(title, lead)
        said.append(told)
        words.update(told)
    # A word is counted over whole texts, a gram over titles and leads: both as shares of the same number.
    share = texts / max(len(heap), 1)
    scaled = {word: round(count * share) for word, count in words.items() if count >= least}
    kept = {gram: count for gram, count in grams.items() if count >= least}
    known = Background(texts=texts, grams=kept, words=scaled)
    return _with_company(known, said) if company and len(heap) >= LEAST_TEXTS else known


def learn(
    pairs: Sequence[Pair],
    heap: Heap,
    *,
    beside: Beside | None = None,
    known: Background | None = None,
    cautious: bool = False,
) -> Scorer:
    """``known``: the background, where it is not to be learned from the heap. ``cautious``: what ``BELIEVED`` says is held to
    until pairs say otherwise, else nothing is believed beforehand. Raises ValueError where all pairs are alike."""
    if len({pair.same for pair in pairs}) < 2:
        raise ValueError("pairs of both kinds are needed")
    whole = known or background(heap)
    rows = _apart(pairs, heap, whole) if whole.places else measured(pairs, whole)
    if beside is not None:
        rows = np.hstack([rows, beside([(pair.one, pair.other) for pair in pairs])])
    wide = twice(rows)
    mean, scale = wide.mean(0), wide.std(0)
    scale[scale < 1e-9] = 1.0
    same = np.array([pair.same for pair in pairs], float)
    counts = np.array([pair.weight for pair in pairs])
    belief = np.zeros(wide.shape[1])
    if cautious:
        belief[[MEASURES.index(name) for name in BELIEVED]] = BELIEF
    pull = CAUTION if cautious else 1.0 / (STRENGTH * float(counts.sum()))
    weights, bias = _regress((wide - mean) / scale, same, counts, belief, pull)
    return Scorer(background=whole, mean=mean, scale=scale, weights=weights, bias=bias)


def _words(title: str, lead: str) -> frozenset[str]:
    return frozenset(words_of(f"{title}。{lead}"))


def measured(pairs: Sequence[Pair], known: Background) -> Numbers:
    """A row a pair."""
    laid = {text: sketch(text, known) for text in {t for pair in pairs for t in (pair.one, pair.other)}}
    return np.array([measures(laid[pair.one], laid[pair.other], known) for pair in pairs])


def _apart(pairs: Sequence[Pair], heap: Heap, whole: Background) -> Numbers:
    """The rows, each half's company learned without the texts of that half."""
    dates = sorted({pair.date for pair in pairs})
    half = {date: number * HALVES // len(dates) for number, date in enumerate(dates)}
    rows: list[tuple[int, Numbers]] = []
    for number in range(HALVES):
        mine = [place for place, pair in enumerate(pairs) if half[pair.date] == number]
        own = frozenset[str]().union(*(pairs[place].about for place in mine))
        rest = [(title, lead) for title, lead in heap if title not in own and lead not in own]
        said = [_words(title, lead) for title, lead in rest]
        other = _with_company(whole, said) if own else whole
        rows += zip(mine, measured([pairs[place] for place in mine], other), strict=True)
    return np.array([row for _, row in sorted(rows, key=lambda pair: pair[0])])


def _with_company(known: Background, said: Sequence[frozenset[str]]) -> Background:
    """Words by the words that they stand with more often than chance has it (positive PMI), in few dimensions."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import svds

    counts = Counter(word for words in said for word in words if len(word) > 1)
    places = {word: row for row, word in enumerate(sorted(w for w, n in counts.items() if n >= WORD_TEXTS))}
    if len(places) <= DIMENSIONS:
        return known
    where = [(row, places[word]) for row, words in enumerate(said) for word in words if word in places]
    index = np.array(where, np.int32).T
    stands = csr_matrix((np.ones(len(where), np.float32), index), shape=(len(said), len(places)))
    together = (stands.T @ stands).tocoo()
    often = np.asarray(stands.sum(0)).ravel()
    surprise = np.log(together.data * len(said) / (often[together.row] * often[together.col]))
    kept = (surprise > 0) & (together.row != together.col) & (together.data >= 2)
    table = csr_matrix(
        (surprise[kept].astype(np.float32), (together.row[kept], together.col[kept])), shape=together.shape
    )
    left, sizes, _ = svds(table, k=DIMENSIONS, random_state=0)
    vectors = left * np.sqrt(sizes)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths < 1e-12] = 1.0
    return Background(
        texts=known.texts,
        grams=known.grams,
        words=known.words,
        places=places,
        vectors=(vectors / lengths).astype(np.float64),
    )


def _regress(
    rows: Numbers, same: Numbers, counts: Numbers, belief: Numbers, pull: float
) -> tuple[Numbers, float]:
    """Logistic regression with a square penalty on what departs from the belief, by Newton's method: the same numbers on every
    machine's every run."""
    wide = np.hstack([rows, np.ones((len(rows), 1))])
    penalty = np.append(np.full(rows.shape[1], pull), 1e-6)
    believed = np.append(belief, 0.0)
    weights = np.zeros(wide.shape[1])
    for _ in range(ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(wide @ weights, -30, 30)))
        slope = wide.T @ (counts * (chance - same)) + penalty * (weights - believed)
        curve = (wide * (counts * chance * (1 - chance))[:, None]).T @ wide + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-8:
            break
    return weights[:-1], float(weights[-1])


LESSONS = Path(__file__).parent / "lessons" / "same_event.jsonl"
OPENING = 120
"""Characters of a text that a heap holds: what it is about stands at its beginning."""
ARCHIVE_LEAST, ARCHIVE_MOST = 5_000, 10_000
"""Texts of an archive, the newest: with fewer jieba's table knows better, more say little more."""
REMEMBERED = 3
"""Texts of a heap in which a gram or a word must stand: a name that is said once is not kept."""
DICTIONARY_TEXTS = 100_000
"""What jieba's table of rareness is read as: so many texts."""
_CODE = ("pairs", "pairlearning")


@cache
def shipped() -> Scorer:
    """What stories use until an office has taught them more: learned in a moment from our own pairs."""
    return taught(())


def taught(pairs: Sequence[Pair], heap: Heap = ()) -> Scorer:
    """What our own pairs and these teach together; ``heap`` in place of jieba's table, where there is one."""
    known = background(heap, least=REMEMBERED) if heap else by_dictionary()
    return learn([*own_pairs(), *strangers(), *pairs], heap, known=known, cautious=True)


def entry(title: str, text: str) -> tuple[str, str]:
    """A text as a heap holds it."""
    return codec.clean(title[:OPENING]), codec.clean(text[:OPENING])


def own_pairs() -> list[Pair]:
    rows = [json.loads(line) for line in LESSONS.read_text("utf-8").splitlines()]
    return [
        Pair(one=row["one"], other=row["other"], same=row["same"], date=row["date"], weight=OURS)
        for row in rows
    ]


def strangers() -> list[Pair]:
    """Each text of our own pairs with three of other days: the pairs themselves differ by little, and most texts by all."""
    days: dict[str, list[str]] = {}
    for pair in own_pairs():
        for text in (pair.one, pair.other):
            days.setdefault(text, []).append(pair.date)
    told = list(days)
    return [
        Pair(one=one, other=other, same=False, date=days[one][0], weight=OURS)
        for part in (1, 2, 3)
        for one, other in zip(
            told, told[len(told) * part // 4 :] + told[: len(told) * part // 4], strict=True
        )
        if set(days[one]).isdisjoint(days[other])
    ]


@cache
def stamp() -> str:
    """Of all that a scorer depends on beside an office's pairs: numbers that were learned under another one mean nothing here."""
    state = hashlib.sha256()
    for name in _CODE:
        state.update((Path(__file__).parent / f"{name}.py").read_bytes())
    state.update(LESSONS.read_bytes())
    return state.hexdigest()[:12]


@cache
def by_dictionary() -> Background:
    lines = files("jieba").joinpath("analyse", "idf.txt").read_text("utf-8").splitlines()
    told = ((word, float(value)) for word, _, value in (line.rpartition(" ") for line in lines))
    words = {word: round(DICTIONARY_TEXTS * math.exp(1 - rarity)) for word, rarity in told}
    return Background(
        texts=DICTIONARY_TEXTS,
        grams={word: count for word, count in words.items() if len(word) <= 2},
        words=words,
    )
