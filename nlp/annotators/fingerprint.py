"""By what a repeat is known again: a hash of the bare text, and its 4-grams, as hashes and as a MinHash of them."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import rensa

from huiying import grams
from huiying.contracts import SHINGLES, Fingerprint, Post, Reading
from huiying.grams import SHINGLE
from huiying.identity import digest
from nlp.amend import amended
from nlp.normalise import TITLE, quick
from nlp.sheet import Sheet

PERMUTATIONS = 128
SEED = 1
"""Both stand in every stored fingerprint: changing them makes the old ones incomparable."""
_GRAM = np.dtype(f"<U{SHINGLE}")

NONE = Fingerprint(exact="", minhash=(), length=0)
"""Before a text is read."""

_REPOST_TAIL = re.compile(r"//@[^:\s]{1,30}:.*$", re.DOTALL)
_REPOST_LEAD = re.compile(r"^\s*(?:转发微博|轉發微博|repost|【?转(?:发|载)?】?|转:|回复@[^:]{1,30}:)[\s:,]*")
_FURNITURE = re.compile(r"https?://\S+|@[^\s:,@]{1,30}|\[[^\[\]]{1,8}\]")


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    return amended(reading, fingerprint=full(sheet.title.text, sheet.body.text))


def full(title: str, text: str) -> Fingerprint:
    """Of normalised title and text."""
    bare = _bare(title, text)
    letters = grams.whole(bare)
    hasher = rensa.RMinHash(PERMUTATIONS, SEED)
    hasher.update(_grams(letters))
    return Fingerprint(
        exact=digest("text", bare),
        minhash=tuple(hasher.digest()),
        length=len(bare),
        shingles=grams.hashes(letters, SHINGLES),
    )


def _grams(letters: npt.NDArray[np.uint32]) -> list[str]:
    """Every 4-gram of these characters, read from one stretch of memory in which they overlap."""
    found: list[str] = np.ndarray(len(letters) - SHINGLE + 1, _GRAM, letters, strides=(4,)).tolist()
    return found


def exact(post: Post) -> Fingerprint:
    """Without the MinHash: for what goes no further."""
    bare = _bare(quick(post.title[:TITLE]), quick(post.text))
    return Fingerprint(exact=digest("text", bare), minhash=(), length=len(bare))


def _bare(title: str, text: str) -> str:
    """Words alone, without what reposting adds; a title that the text repeats counts once."""
    lead = _REPOST_LEAD.match(text)
    body = text[lead.end() :] if lead else text
    if "//@" in body:
        body = _REPOST_TAIL.sub("", body)
    if "@" in body or "[" in body or "://" in body:
        body = _FURNITURE.sub("", body)
    head, body = grams.letters(title), grams.letters(body)
    bare = body if body.startswith(head) else head + body
    return bare or grams.letters(title + text) or title + text
