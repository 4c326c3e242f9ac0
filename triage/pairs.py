"""Whether two short texts speak of the same event: some sixty measures of what they share, weighed by what was learned.

Everything is plain arithmetic on characters and words; rareness, and which words go together, come from a
:class:`Background`.  ``triage.pairlearning`` makes backgrounds and weights, and what ships is learned there from our own text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import rjieba

from huiying import codec

LONGEST = 400
"""Characters that are looked at of one text."""
MEASURES = (
    "cosine", "shared_of_shorter", "shared_of_longer", "shared", "shared_pairs", "rarest_pair", "pairs",
    "words", "word_cosine", "rarest_word", "second_word", "third_word", "parts_of_words", "single_characters",
    "longest_run", "longest_run_share", "heaviest_run", "numbers", "numbers_differ", "with_numbers",
    "shorter", "longer_by", "first_word", "first_pair", "characters", "answers", "notices", "deaths",
)  # fmt: skip
ASSOCIATIONS = ("sense", "words_near", "words_near_least", "nearest_words")
RUN = 12

Numbers = npt.NDArray[np.float64]

_NUMBER = re.compile(r"\d{1,12}")
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Background:
    """How common grams and words are, and where the words lie that keep company with each other."""

    texts: int
    grams: Mapping[str, int]
    """Characters and pairs of them → texts that have it."""
    words: Mapping[str, int]
    places: Mapping[str, int] = field(default_factory=dict)
    """Word → row of ``vectors``; none where there was too little to learn company from."""
    vectors: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    """Of length 1: words that stand in the same texts point the same way."""

    def rarity(self, gram: str) -> float:
        return math.log((self.texts + 1) / (self.grams.get(gram, 0) + 1)) + 1

    def word_rarity(self, word: str) -> float:
        return math.log((self.texts + 1) / (self.words.get(word, 0) + 1)) + 1


@dataclass(frozen=True, slots=True)
class Sketch:
    """A text laid out against one background."""

    text: str
    grams: Mapping[str, float]
    """Gram → weight."""
    length: float
    """Of the vector that the weights are."""
    rarities: Mapping[str, float]
    words: Mapping[str, float]
    """Word → how rare."""
    first: str
    numbers: frozenset[str]
    rows: tuple[int, ...]
    """Of ``Background.vectors``."""
    sense: Numbers
    """Where all its words point together."""


def sketch(text: str, background: Background) -> Sketch:
    text = codec.clean(text[:LONGEST])
    counts: dict[str, int] = {}
    for gram in (*text, *(text[at : at + 2] for at in range(len(text) - 1))):
        counts[gram] = counts.get(gram, 0) + 1
    rarities = {gram: background.rarity(gram) for gram in counts}
    grams = {gram: (1 + math.log(count)) * rarities[gram] for gram, count in counts.items()}
    cut = words_of(text)
    known = [word for word in cut if word in background.places]
    rows = tuple(background.places[word] for word in known)
    sense = np.zeros(background.vectors.shape[1])
    if rows:
        sense = np.array([background.word_rarity(word) for word in known]) @ background.vectors[list(rows)]
    return Sketch(
        text=text,
        grams=grams,
        length=math.sqrt(sum(weight * weight for weight in grams.values())),
        rarities=rarities,
        words={word: background.word_rarity(word) for word in cut},
        first=cut[0] if cut else "",
        numbers=frozenset(_NUMBER.findall(text)),
        rows=rows,
        sense=sense,
    )


def measures(one: Sketch, other: Sketch, background: Background) -> list[float]:
    """In the order of ``MEASURES``, then of ``ASSOCIATIONS`` where the background knows any."""
    found = _measures(one, other)
    return found + _associations(one, other, background) if background.places else found


@dataclass(frozen=True, slots=True)
class Scorer:
    """What was learned. Each measure counts twice: as it is, and as the logarithm of one more than its size."""

    background: Background
    mean: Numbers
    scale: Numbers
    weights: Numbers
    bias: float

    def sketch(self, text: str) -> Sketch:
        return sketch(text, self.background)

    def score(self, one: Sketch, other: Sketch) -> float:
        """How probably both speak of one event, 0 to 1."""
        return float(self.scores(np.array([measures(one, other, self.background)]))[0])

    def scores(self, rows: Numbers) -> Numbers:
        """The probabilities of many pairs: a row of measures each, with further columns where it was learned with them."""
        raw = (twice(rows) - self.mean) / self.scale @ self.weights + self.bias
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(raw, -40, 40))), np.float64)


def twice(rows: Numbers) -> Numbers:
    return np.hstack([rows, np.log1p(np.abs(rows))])


def _measures(one: Sketch, other: Sketch) -> list[float]:
    x, y = one.text, other.text
    both = [
        gram for gram in one.grams if gram in other.grams
    ]  # never a set: sums would hang on the order of a hash
    product = sum(one.grams[gram] * other.grams[gram] for gram in both)
    rare = sum(one.rarities[gram] for gram in both)
    whole = sorted((sum(one.rarities.values()), sum(other.rarities.values())))
    pairs = [one.rarities[gram] for gram in both if len(gram) == 2]
    words = [word for word in one.words if word in other.words]
    weighty = sum(one.words[word] for word in words)
    all_words = sum(one.words.values()) * sum(other.words.values())
    rarest = [*sorted((one.words[word] for word in words if len(word) > 1), reverse=True)[:3], 0.0, 0.0, 0.0]
    longest, heaviest = _runs(one, other)
    shorter = min(len(x), len(y))
    return [
        product / (one.length * other.length) if product else 0.0,
        rare / whole[0] if rare else 0.0,
        rare / whole[1] if rare else 0.0,
        rare,
        sum(pairs),
        max(pairs, default=0.0),
        float(len(pairs)),
        weighty,
        weighty / math.sqrt(all_words) if weighty else 0.0,
        *rarest[:3],
        _parts(one, other),
        sum(one.words[word] for word in words if len(word) == 1),
        float(longest),
        longest / shorter if shorter else 0.0,
        heaviest,
        float(len(one.numbers & other.numbers)),
        float(bool(one.numbers and other.numbers) and one.numbers.isdisjoint(other.numbers)),
        float(bool(one.numbers)) + float(bool(other.numbers)),
        float(shorter),
        float(abs(len(x) - len(y))),
        float(bool(one.first) and one.first == other.first),
        float(x[:2] == y[:2]),
        float(len(set(x) & set(y))),
        *(float(any(word in x for word in told)) + float(any(word in y for word in told)) for told in _TOLD),
    ]


_TOLD = (("回应",), ("通报",), ("死", "亡", "遇难"))
"""What official answers, official notices and reports of deaths say: the titles of one event differ by just these."""


def _runs(one: Sketch, other: Sketch) -> tuple[int, float]:
    """The longest run of characters that both have, and the one that is heaviest by how rare its pairs are."""
    text, longest, heaviest = one.text, 0, 0.0
    for start in range(len(text)):
        while start + longest < len(text) and text[start : start + longest + 1] in other.text:
            longest += 1
        weight = 0.0
        for end in range(start + 2, min(start + RUN, len(text)) + 1):
            if text[start:end] not in other.text:
                break
            weight += one.rarities[text[end - 2 : end]]
            heaviest = max(heaviest, weight)
    return longest, heaviest


def _parts(one: Sketch, other: Sketch) -> float:
    """How far the words that only one has are made of characters of a word of the other: 遇难 and 遇难者."""
    left = [word for word in one.words if word not in other.words]
    right = [(frozenset(word), len(word)) for word in other.words if word not in one.words]
    total = sum(one.words.values())
    if not left or not right:
        return 0.0
    found = 0.0
    for word in left:
        letters, size = frozenset(word), len(word)
        found += one.words[word] * max(len(letters & also) / max(size, length) for also, length in right)
    return found / total


def _associations(one: Sketch, other: Sketch, background: Background) -> list[float]:
    if not one.rows or not other.rows:
        return [0.0, 0.0, 0.0, 0.0]
    lengths = float(np.linalg.norm(one.sense) * np.linalg.norm(other.sense))
    sense = float(one.sense @ other.sense) / lengths if lengths else 0.0
    near = background.vectors[list(one.rows)] @ background.vectors[list(other.rows)].T
    near[np.equal.outer(np.array(one.rows), np.array(other.rows))] = 0.0  # what both say is measured above
    here, there = _weights(one, background), _weights(other, background)
    ways = sorted((float(near.max(1) @ here / here.sum()), float(near.max(0) @ there / there.sum())))
    return [sense, ways[1], ways[0], float(near.max())]


def _weights(one: Sketch, background: Background) -> Numbers:
    return np.array([rarity for word, rarity in one.words.items() if word in background.places])


@cache
def _cutter() -> rjieba.Jieba:
    return rjieba.Jieba()


def words_of(text: str) -> tuple[str, ...]:
    """Each once, in order, without signs."""
    return tuple(
        dict.fromkeys(word for word in _cutter().cut(codec.clean(text[:LONGEST])) if _WORD.match(word))
    )
