"""What only says again what the office published: its own word elsewhere, a copy or report of it, praise.  Pure.

None of it raises anything by itself.  Which posts it is follows from the post, what was published before it was read, and nothing
else: sums that are worked out again from the archive come out the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from huiying import grams
from huiying.contracts import (
    SHINGLES,
    Attitude,
    Channel,
    Post,
    Reading,
    Tier,
    Told,
)

MOST_TOLD = 3
MOST_GRAMS = 2048
REPORT = 0.5
"""Share of a post's 4-grams that are the statement's, or of the statement's that are in the post, from which what does not complain
repeats or reports it …"""
NEWS = 0.25
"""… and from which plain news does, which asks nothing of anybody."""
COPY = 0.5
"""What reads as a complaint is a copy where it holds so much of the statement, and next to nothing of its own."""
OWN = 12
"""4-grams: where it came from, who edited it."""
LEAST = 12
"""4-grams in common: fewer are a name and a place."""


class Echo(StrEnum):
    COPY = "copy"
    """A copy or a report of a statement: it says nothing that is not known."""
    OFFICIAL = "official"
    """An office's own page. What it tells of harm and of orders counts, as ever."""
    PRAISE = "praise"


def official(post: Post) -> bool:
    """Whether an office speaks."""
    return post.tier is Tier.GOVERNMENT or post.channel is Channel.GOVERNMENT


def told(at: datetime, texts: Iterable[str]) -> Told:
    """A statement of these words; none where they are not public."""
    bare = "".join(grams.letters(unicodedata.normalize("NFKC", text).casefold()) for text in texts)
    return Told(at=at, grams=grams.hashes(grams.whole(bare), MOST_GRAMS) if bare else b"")


def latest(*known: Told) -> tuple[Told, ...]:
    """As many as are kept, each once."""
    return tuple(sorted(dict.fromkeys(known), key=lambda one: one.at))[-MOST_TOLD:]


def echo_of(known: Sequence[Told], reading: Reading) -> Echo | None:
    """What of the kind it is; None where it speaks for itself."""
    before = [one for one in known if one.at <= reading.read_at]
    if not before:
        return None
    if any(_repeats(reading, one) for one in before):
        return Echo.COPY
    if official(reading.post):
        return Echo.OFFICIAL
    return Echo.PRAISE if reading.attitude is Attitude.POSITIVE else None


def _repeats(reading: Reading, one: Told) -> bool:
    post, statement = _hashes(reading.fingerprint.shingles, SHINGLES), _hashes(one.grams, MOST_GRAMS)
    # Of a text that has more of them the lowest are kept: up to there they are all there are.
    shown = min(post.shown, statement.shown)
    here, there = post.known[post.known <= shown], statement.known[statement.known <= shown]
    common = int(np.isin(here, there, assume_unique=True).sum())
    if common < LEAST:
        return False
    of_post, of_statement = common / len(here), common / len(there)
    if reading.attitude is Attitude.NEGATIVE:
        return of_statement >= COPY and len(here) - common <= OWN
    return max(of_post, of_statement) >= REPORT or (of_post >= NEWS and not reading.owes_answer)


@dataclass(frozen=True, slots=True)
class _Hashes:
    known: npt.NDArray[np.uint32]
    shown: int


def _hashes(kept: bytes, most: int) -> _Hashes:
    known = np.frombuffer(kept, "<u4")
    return _Hashes(known, int(known[-1]) if len(known) >= most else 0xFFFFFFFF)
