"""By what a repeat is known again: a hash of the bare text, and a MinHash of its 4-grams for what is nearly the same."""

from __future__ import annotations

import re

import rensa

from huiying.contracts import Fingerprint, Post, Reading
from huiying.identity import digest
from nlp.amend import amended
from nlp.normalise import quick
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
    shingles = {bare[at : at + SHINGLE] for at in range(max(len(bare) - SHINGLE + 1, 1))}
    hasher = rensa.RMinHash(PERMUTATIONS, SEED)
    hasher.update(list(shingles))
    return Fingerprint(exact=digest("text", bare), minhash=tuple(hasher.digest()), length=len(bare))


def exact(post: Post) -> Fingerprint:
    """Without the MinHash: for what goes no further."""
    bare = _bare(quick(post.title), quick(post.text))
    return Fingerprint(exact=digest("text", bare), minhash=(), length=len(bare))


def _bare(title: str, text: str) -> str:
    """Words alone, without what reposting adds; a title that the text repeats counts once."""
    body = _FURNITURE.sub("", _REPOST_TAIL.sub("", _REPOST_LEAD.sub("", text)))
    head, body = _NOT_WORDS.sub("", title), _NOT_WORDS.sub("", body)
    bare = body if body.startswith(head) else head + body
    return bare or _NOT_WORDS.sub("", title + text) or title + text
