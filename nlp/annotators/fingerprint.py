"""By what a repeat is known again: a hash of the bare text, and its 4-grams, as hashes and as a MinHash of them."""

from __future__ import annotations

import re

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

NONE = Fingerprint(exact="", minhash=(), length=0)
"""Before a text is read."""

_REPOST_TAIL = re.compile(r"//@[^:\s]{1,30}:.*$", re.DOTALL)
_REPOST_LEAD = re.compile(r"^\s*(?:转发微博|轉發微博|repost|【?转(?:发|载)?】?|转:|回复@[^:]{1,30}:)[\s:,]*")
_FURNITURE = re.compile(r"https?://\S+|@[^\s:,@]{1,30}|\[[^\[\]]{1,8}\]")
_NOT_WORDS = re.compile(r"[\W_]+")


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    return amended(reading, fingerprint=full(sheet.title.text, sheet.body.text))


def full(title: str, text: str) -> Fingerprint:
    """Of normalised title and text."""
    bare = _bare(title, text)
    hasher = rensa.RMinHash(PERMUTATIONS, SEED)
    grams = _grams(bare)
    hasher.update(grams.view(f"<U{SHINGLE}").ravel().tolist())
    return Fingerprint(
        exact=digest("text", bare),
        minhash=tuple(hasher.digest()),
        length=len(bare),
        shingles=_hashes(grams),
    )


def _grams(bare: str) -> npt.NDArray[np.uint32]:
    """Every 4-gram, a row each, or what there is, filled up with zeros."""
    letters = np.frombuffer(bare.encode("utf-32-le", "surrogatepass"), "<u4")
    if len(letters) < SHINGLE:
        letters = np.pad(letters, (0, SHINGLE - len(letters)))
    last = len(letters) - SHINGLE + 1
    grams = np.empty((last, SHINGLE), "<u4")
    for place in range(SHINGLE):
        grams[:, place] = letters[place : place + last]
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


def _hashes(grams: npt.NDArray[np.uint32]) -> bytes:
    """One 32-bit hash a distinct 4-gram, ascending: two of a thousand fall together in one text of ten thousand."""
    last = len(grams)
    mixed = np.zeros(last, np.uint64)
    for letters, factor in zip(grams.T.astype(np.uint64), _FACTORS, strict=True):
        mixed ^= letters * factor
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
    body = _REPOST_LEAD.sub("", text)
    if "//@" in body:
        body = _REPOST_TAIL.sub("", body)
    if "@" in body or "[" in body or "://" in body:
        body = _FURNITURE.sub("", body)
    head, body = _NOT_WORDS.sub("", title), _NOT_WORDS.sub("", body)
    bare = body if body.startswith(head) else head + body
    return bare or _NOT_WORDS.sub("", title + text) or title + text
