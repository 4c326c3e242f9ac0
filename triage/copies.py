"""Which texts are nearly the same: candidates by MinHash bands, then the share of common 4-grams itself.

A pair that shares half of its 4-grams meets in one of the 42 bands in 996 of 1,000 cases, one that shares six tenths in all
but one of 100,000; what meets by chance is told by the 4-grams, which stand in the fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from huiying.contracts import SHINGLES, Fingerprint

ROWS = 3
"""Values a band."""
BANDS = 42
PERMUTATIONS = 128
MOST_CHECKED = 200
"""Candidates whose 4-grams are compared for one text, those whose MinHash is most alike first."""
SLACK = 0.18
"""How far below the likeness that is asked for a MinHash of 128 may lie: four standard errors."""
MOST_SHARING = 512
"""Texts that are found under one band, the latest put in: a form letter that thousands send shares them all."""

_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)

Hashes = npt.NDArray[np.uint32]


@dataclass(slots=True)
class Copies:
    """Texts by owner, each in some 5 KB beside its fingerprint, for as long as it is held."""

    _texts: dict[int, tuple[str, Fingerprint]] = field(default_factory=dict)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    """(owner, exact) → number."""
    _bands: dict[int, int | list[int]] = field(default_factory=dict)
    """A band's hash → whose texts have it."""
    _minhashes: Hashes = field(default_factory=lambda: np.zeros((64, PERMUTATIONS), np.uint32))
    """A row a number."""
    _next: int = 0

    def __len__(self) -> int:
        return len(self._texts)

    def put(self, owner: str, print: Fingerprint) -> None:
        """Twice does no harm. A text without a MinHash is none that could be found."""
        if len(print.minhash) != PERMUTATIONS or (owner, print.exact) in self._numbers:
            return
        number = self._numbers[owner, print.exact] = self._next
        self._next += 1
        self._texts[number] = owner, print
        if number == len(self._minhashes):
            self._minhashes = np.concatenate([self._minhashes, np.zeros_like(self._minhashes)])
        self._minhashes[number] = print.minhash
        for band in _bands(print.minhash):
            known = self._bands.get(band)
            if known is None:
                self._bands[band] = number
            elif isinstance(known, int):
                self._bands[band] = [known, number]
            else:
                known.append(number)
                del known[:-MOST_SHARING]

    def drop(self, owner: str, exact: str) -> None:
        number = self._numbers.pop((owner, exact), None)
        if number is None:
            return
        _, print = self._texts.pop(number)
        for band in _bands(print.minhash):
            left = [one for one in _told(self._bands.pop(band, None)) if one != number]
            if left:
                self._bands[band] = left

    def near(self, print: Fingerprint, at_least: float) -> Iterator[tuple[float, str]]:
        """Likeness and owner of the texts that are at least so alike, those whose MinHash is most alike first."""
        met = {number for band in _bands(print.minhash) for number in _told(self._bands.get(band))}
        if not met:
            return
        numbers = np.fromiter(met, np.int64, len(met))
        equal = (self._minhashes[numbers] == np.array(print.minhash, np.uint32)).sum(1)
        near = np.flatnonzero(equal >= (at_least - SLACK) * PERMUTATIONS)
        ranked = sorted(
            ((-int(equal[at]), *self._texts[int(numbers[at])]) for at in near),
            key=lambda one: (one[0], one[1], one[2].exact),
        )
        for _, owner, other in ranked[:MOST_CHECKED]:
            likeness = alike(print, other)
            if likeness >= at_least:
                yield likeness, owner


def alike(one: Fingerprint, other: Fingerprint) -> float:
    """The share of common 4-grams (Jaccard), 0 to 1.

    Exact for texts of up to SHINGLES distinct ones; of longer texts, the share within the lowest SHINGLES of both together,
    which is off by 0.016 (standard error) at the most. Of prints from before there were shingles, what the MinHash says.
    """
    if not one.shingles or not other.shingles:
        return by_minhash(one.minhash, other.minhash)
    first, second = np.frombuffer(one.shingles, "<u4"), np.frombuffer(other.shingles, "<u4")
    if len(first) < SHINGLES and len(second) < SHINGLES:
        common = _common(first, second)
        return common / (len(first) + len(second) - common)
    lowest = np.union1d(first, second)[:SHINGLES]
    both = np.intersect1d(first, second, assume_unique=True)
    return _common(lowest, both) / len(lowest)


def by_minhash(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The Jaccard similarity that two MinHashes estimate; 0 where they cannot be compared."""
    if not one or len(one) != len(other):
        return 0.0
    return sum(map(int.__eq__, one, other)) / len(one)


def _common(one: Hashes, other: Hashes) -> int:
    together = np.concatenate((one, other))
    together.sort()
    return int(np.count_nonzero(together[1:] == together[:-1]))


def _bands(minhash: tuple[int, ...]) -> list[int]:
    if len(minhash) != PERMUTATIONS:
        return []
    rows = np.array(minhash[: BANDS * ROWS], np.uint64).reshape(BANDS, ROWS)
    mixed = np.arange(BANDS, dtype=np.uint64)
    for column, factor in enumerate(_MIX):
        mixed = (mixed ^ rows[:, column]) * factor
        mixed ^= mixed >> np.uint64(31)
    return mixed.tolist()


def _told(known: int | list[int] | None) -> list[int]:
    if known is None:
        return []
    return [known] if isinstance(known, int) else known
