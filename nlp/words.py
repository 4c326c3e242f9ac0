"""Cutting Chinese text into words: rjieba carries the stream, jieba is the reference that a test compares with."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import distribution
from itertools import accumulate, count
from pathlib import Path

import numpy as np
import rjieba

from nlp import lexicon

USER_WORD_LISTS = ("phrases",)


@cache
def user_words() -> tuple[str, ...]:
    """Words of the trade that the dictionary lacks."""
    lists = lexicon.load()
    return tuple(word for name in USER_WORD_LISTS for word in lists[name] if len(word) > 1)


@cache
def cutter() -> rjieba.Jieba:
    jieba = rjieba.Jieba()
    for word in user_words():
        jieba.add_word(word, None, None)
    return jieba


def cut(text: str) -> list[str]:
    """Words that together are the text."""
    found: list[str] = cutter().cut(text)
    return found


def bounds(cut: Sequence[str]) -> list[int]:
    """Where words that follow one another start and end."""
    return list(accumulate(map(len, cut), initial=0))


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Words with the characters where they start and end."""
    cut: list[tuple[str, int, int]] = cutter().tokenize(text)
    return cut


def kind(word: str) -> str:
    """Its part of speech, as jieba's dictionary names it: n, v, ns …"""
    ((_, tag),) = cutter().tag(word)[:1]
    return str(tag)


@cache
def _idf() -> tuple[dict[str, float], float]:
    file = distribution("jieba").locate_file(
        "jieba/analyse/idf.txt"
    )  # importing the package would take far longer
    parts = Path(str(file)).read_text("utf-8").split()
    table = dict(zip(parts[::2], map(float, parts[1::2]), strict=True))
    values, half = np.fromiter(table.values(), np.float64, len(table)), len(table) // 2
    values.partition(half)
    return table, float(values[half])


class _Rarity(dict[str, float]):
    """How rare the words are that texts are made of: a few thousand that recur, beside a table that no cache of a processor holds."""

    def __missing__(self, word: str) -> float:
        table, median = _idf()
        if len(self) >= MANY:
            self.clear()
        self[word] = rare = table.get(word, median)
        return rare


MANY = 30_000
"""Words that are kept at hand."""
_rarity = _Rarity()


def idf(word: str) -> float:
    """How rare a word is; words of the trade count as rare."""
    return _rarity[word]


def weigh(counted: Mapping[str, int], *, limit: int) -> list[tuple[str, float]]:
    """The heaviest words by TF-IDF, from how often each stands there; weights scaled to length one over those kept."""
    return _heaviest([(-times * _rarity[word], word) for word, times in counted.items()], limit)


def _heaviest(scored: list[tuple[float, str]], limit: int) -> list[tuple[str, float]]:
    scored.sort()
    del scored[limit:]
    norm = math.sqrt(sum([score * score for score, _ in scored])) or 1.0
    # to four places; a quarter of what round(…, 4) takes, which goes by way of decimal digits
    return [(word, round(-score / norm * 10_000) / 10_000) for score, word in scored]


class Telling:
    """Weighs the words of a text that tell something: none of those that ``empty`` names, no single character, no punctuation.

    They are numbered, for numbers are counted far quicker than words that were just cut.
    """

    def __init__(self, empty: Collection[str]) -> None:
        self._empty = frozenset(empty)
        self._known = _Numbers(self._empty)

    def weigh(self, said: Iterable[str], *, limit: int) -> list[tuple[str, float]]:
        """:func:`weigh` of these words."""
        known = self._known
        if len(known) >= MANY:  # another thread may still count by the old numbers
            known = self._known = _Numbers(self._empty)
        counted = Counter(map(known.__getitem__, said))
        counted.pop(NOTHING, None)
        scores = known.scores
        return _heaviest(
            [
                scores[number] if times == 1 else (scores[number][0] * times, scores[number][1])
                for number, times in counted.items()
            ],
            limit,
        )


class _Numbers(dict[str, int]):
    """Word → its number."""

    def __init__(self, empty: frozenset[str]) -> None:
        self.scores: dict[int, tuple[float, str]] = {}
        """By number, what a word said once is scored."""
        self._empty = empty
        self._next = count()

    def __missing__(self, word: str) -> int:
        number = NOTHING
        if _TELLING.fullmatch(word) and word not in self._empty:
            number = next(self._next)
            self.scores[number] = -idf(word), word
        return self.setdefault(word, number)


NOTHING = -1
"""The number of all words that tell nothing."""
_TELLING = re.compile(r"[\u4e00-\u9fff]{2,}|[a-z]{2,}|\d{2,}")
