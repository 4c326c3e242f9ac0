"""What an office's own learner sees of a message: hashed grams of its title, text, words, ends and of where it asks for something.

Digits are levelled to 0 and the letter of a place named only by one (A市, B7县) to @: neither says what a message wants.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

import numpy as np
import numpy.typing as npt

from nlp import words
from nlp.normalise import quick

BITS = 20
BUCKETS = 1 << BITS
"""Buckets of one block."""
BLOCKS = ("title", "title_words", "chars", "words", "cues", "cue_words", "opening", "ending")
LENGTH = 2_000
"""Characters that are looked at of one text: its beginning and end where it is longer."""

OPENING, ENDING = 140, 100
"""Characters that a text opens and ends with: there it says what it wants, in between what has happened."""

_CUE = re.compile(
    "请|希望|望|建议|咨询|投诉|举报|反映|能否|是否|应该|可以|要求|恳|求|呼吁|盼|谢|何时|什么|怎么|如何|为什么"
)
CUES = 200
"""Cues of one text that count."""
_BEFORE, _AFTER = 4, 6
"""Characters on either side of a cue."""
_SPACE = re.compile(r"\s+")
_SENTENCE = re.compile(r"[^。!?;\n]+[。!?;\n]?")
_LETTER = re.compile(r"[a-z]\d{0,3}(?=[市县区州省])")
_DIGITS = re.compile(r"\d+")

Ints = npt.NDArray[np.int64]


def columns(title: str, text: str) -> Ints:
    """One column an occurrence, block after block: ``block * BUCKETS`` and the bucket. Takes any text."""
    head, body = _level(title), _level(text)
    asked = list(_asked(body))
    parts = (
        grams([head], (1, 2, 3)),
        _words([head]),
        grams([head, body], (1, 2, 3)),
        _words([head, body]),
        grams(asked, (1, 2, 3)),
        _words(asked),
        grams([body[:OPENING]], (1, 2, 3)),
        grams([body[-ENDING:]], (1, 2, 3)),
    )
    return np.concatenate([part % BUCKETS + block * BUCKETS for block, part in enumerate(parts)])


def _asked(body: str) -> Iterator[str]:
    """Each sentence's stretches round its cues, end to end: as one text a sentence."""
    left = CUES
    for sentence in _SENTENCE.findall(body):
        found = list(islice(_CUE.finditer(sentence), left))
        left -= len(found)
        if found:
            yield "".join(sentence[max(0, cue.start() - _BEFORE) : cue.end() + _AFTER] for cue in found)


def _level(written: str) -> str:
    text = _SPACE.sub(" ", quick(written)).strip()
    text = _DIGITS.sub("0", _LETTER.sub("@", text))
    return text if len(text) <= LENGTH else text[: LENGTH // 2] + text[-LENGTH // 2 :]


def _words(texts: Sequence[str]) -> Ints:
    found: list[str] = []
    for text in texts:
        cut = [word for word, _, _ in words.tokens(text) if not word.isspace()]
        found += [*cut, *(f"{one} {two}" for one, two in pairwise(cut))]
    return _hashed(found)


def _hashed(pieces: Sequence[str]) -> Ints:
    return np.array([zlib.crc32(piece.encode()) for piece in pieces], dtype=np.int64)


def grams(texts: Sequence[str], sizes: Sequence[int]) -> Ints:
    """Every gram of ``sizes``; none reaches from one text into the next."""
    joined = "\0".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    found = [np.zeros(0, dtype=np.int64)]
    for size in sizes:
        count = len(codes) - size + 1
        if count <= 0:
            continue
        state = np.full(count, 0x9E3779B97F4A7C15 + size, dtype=np.uint64)
        apart = np.zeros(count, dtype=np.bool_)
        for offset in range(size):
            part = codes[offset : count + offset]
            apart |= part == 0
            state = (state ^ part) * np.uint64(0xFF51AFD7ED558CCD)
            state ^= state >> np.uint64(33)
        found.append((state[~apart] & np.uint64(0x7FFFFFFFFFFFFFFF)).astype(np.int64))
    return np.concatenate(found)
