"""Cutting Chinese text into words: rjieba carries the stream, jieba is the reference that a test compares with."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.metadata import distribution
from itertools import accumulate
from pathlib import Path

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


@cache
def _idf() -> tuple[dict[str, float], float]:
    file = distribution("jieba").locate_file(
        "jieba/analyse/idf.txt"
    )  # importing the package would take far longer
    parts = Path(str(file)).read_text("utf-8").split()
    table = dict(zip(parts[::2], map(float, parts[1::2]), strict=True))
    return table, sorted(table.values())[len(table) // 2]


@lru_cache(maxsize=65_536)
def idf(word: str) -> float:
    """How rare a word is; words of the trade count as rare."""
    table, median = _idf()
    return table.get(word, median)


def weigh(words: Sequence[str], *, limit: int) -> list[tuple[str, float]]:
    """The heaviest words by TF-IDF, weights scaled to length one over those kept."""
    counts = Counter(words)
    scored = sorted([(-count * idf(word), word) for word, count in counts.items()])[:limit]
    norm = math.sqrt(sum(score * score for score, _ in scored)) or 1.0
    return [(word, round(-score / norm, 4)) for score, word in scored]
