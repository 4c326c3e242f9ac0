"""How often rjieba, which carries the stream, cuts a text otherwise than jieba, which is the reference."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import jieba

from huiying.evaluation.folder import OWN, Folder
from nlp import corpus, words
from nlp.normalise import quick


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    texts: int
    otherwise: int
    """Texts of which at least one word is cut differently."""
    bounds: int
    """Ends of words by the reference."""
    bounds_otherwise: int
    """Ends that only one of the two has."""

    @property
    def share(self) -> float:
        return self.otherwise / self.texts if self.texts else 0.0


def own_texts() -> list[str]:
    """The corpus and the texts of the evaluation, as the product normalises them."""
    found = [
        text
        for e in corpus.load((*corpus.LEARNED, *corpus.HELD_BACK))
        for text in (e.post.title, e.post.text)
    ]
    for path in sorted(OWN.rglob("*.jsonl")):
        rows = Folder().rows(path.relative_to(OWN).as_posix()) or []
        found += [str(row[name]) for row in rows for name in ("title", "text", "lead") if row.get(name)]
    return [quick(text) for text in dict.fromkeys(found) if text]


def between(texts: Sequence[str]) -> Parity:
    """Both know the trade's own words."""
    jieba.setLogLevel(logging.ERROR)
    reference = jieba.Tokenizer()
    for word in words.user_words():
        reference.add_word(word)
    otherwise = bounds = apart = 0
    for text in texts:
        ours, theirs = words.bounds(words.cut(text)), words.bounds(reference.lcut(text))
        otherwise += ours != theirs
        bounds += len(theirs) - 1
        apart += len(set(ours) ^ set(theirs))
    return Parity(texts=len(texts), otherwise=otherwise, bounds=bounds, bounds_otherwise=apart)
