"""By what a repeat is known again: a hash of the bare text, and its 4-grams, as hashes and as a MinHash of them."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import numpy.typing as npt
import rensa

from huiying.contracts import SHINGLES, Fingerprint, Post, Reading
from huiying.identity import digest
from nlp.amend import amended
from nlp.normalise import TITLE, quick
from nlp.sheet import Sheet

PERMUTATIONS = 128
SEED = 1
"""Both stand in every stored fingerprint: changing them makes the old ones incomparable."""
SHINGLE = 4
_GRAM = np.dtype(f"<U{SHINGLE}")

NONE = Fingerprint(exact="", minhash=(), length=0)
"""Before a text is read."""

_REPOST_TAIL = re.compile(r"//@[^:\s]{1,30}:.*$", re.DOTALL)
_REPOST_LEAD = re.compile(r"^\s*(?:转发微博|轉發微博|repost|【?转(?:发|载)?】?|转:|回复@[^:]{1,30}:)[\s:,]*")
_FURNITURE = re.compile(r"https?://\S+|@[^\s:,@]{1,30}|\[[^\[\]]{1,8}\]")
_PLANES = 0x40000
"""Characters from there on are no letters in Unicode."""


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    return amended(reading, fingerprint=full(sheet.title.text, sheet.body.text))


def full(title: str, text: str) -> Fingerprint:
    """Of normalised title and text."""
    bare = _bare(title, text)
    letters = _codes(bare)
    if len(letters) < SHINGLE:  # what there is, filled up with zeros
        letters = np.pad(letters, (0, SHINGLE - len(letters)))
    hasher = rensa.RMinHash(PERMUTATIONS, SEED)
    hasher.update(_grams(letters))
    return Fingerprint(
        exact=digest("text", bare),
        minhash=tuple(hasher.digest()),
        length=len(bare),
        shingles=_hashes(letters),
    )


def _grams(letters: npt.NDArray[np.uint32]) -> list[str]:
    """Every 4-gram of these characters, read from one stretch of memory in which they overlap."""
    grams: list[str] = np.ndarray(len(letters) - SHINGLE + 1, _GRAM, letters, strides=(4,)).tolist()
    return grams


def exact(post: Post) -> Fingerprint:
    """Without the MinHash: for what goes no further."""
    bare = _bare(quick(post.title[:TITLE]), quick(post.text))
    return Fingerprint(exact=digest("text", bare), minhash=(), length=len(bare))


_FACTORS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64
)
"""Odd, one a place in the 4-gram. They stand in every stored fingerprint."""
_TURN, _HALF = np.uint64(29), np.uint64(32)


def _hashes(letters: npt.NDArray[np.uint32]) -> bytes:
    """One 32-bit hash a distinct 4-gram, ascending: two of a thousand fall together in one text of ten thousand."""
    last = len(letters) - SHINGLE + 1
    turned = np.multiply.outer(_FACTORS, letters.astype(np.uint64))
    mixed = turned[0, :last]
    for place in range(SHINGLE):
        if place:
            mixed ^= turned[place, place : place + last]
        mixed *= _FACTORS[0]
        mixed ^= mixed >> _TURN
    hashes = (mixed >> _HALF).astype("<u4")
    hashes.sort()
    distinct = np.empty(last, np.bool_)
    distinct[0] = True
    np.not_equal(hashes[1:], hashes[:-1], out=distinct[1:])
    return hashes[distinct][:SHINGLES].tobytes()


def _bare(title: str, text: str) -> str:
    """Words alone, without what reposting adds; a title that the text repeats counts once."""
    lead = _REPOST_LEAD.match(text)
    body = text[lead.end() :] if lead else text
    if "//@" in body:
        body = _REPOST_TAIL.sub("", body)
    if "@" in body or "[" in body or "://" in body:
        body = _FURNITURE.sub("", body)
    head, body = _letters(title), _letters(body)
    bare = body if body.startswith(head) else head + body
    return bare or _letters(title + text) or title + text


def _letters(text: str) -> str:
    """Without punctuation and blanks."""
    if not text:
        return ""
    codes = _codes(text)
    return codes[_letter_table().take(codes, mode="clip")].tobytes().decode("utf-32-le")


@cache
def _letter_table() -> npt.NDArray[np.bool_]:
    """Which characters are letters or digits; the last entry stands for all that follow."""
    return np.array([chr(code).isalnum() for code in range(_PLANES + 1)])


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
