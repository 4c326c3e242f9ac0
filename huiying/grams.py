"""The 4-grams of a text as hashes: by them a repeat is known again, wherever the two texts were read.  Pure."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

SHINGLE = 4
_PLANES = 0x40000
"""Characters from there on are no letters in Unicode."""
_FACTORS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64
)
"""Odd, one a place in the 4-gram. They stand in every stored fingerprint."""
_TURN, _HALF = np.uint64(29), np.uint64(32)


def letters(text: str) -> str:
    """Without punctuation and blanks."""
    if not text:
        return ""
    found = codes(text)
    return found[_letter_table().take(found, mode="clip")].tobytes().decode("utf-32-le")


@cache
def _letter_table() -> npt.NDArray[np.bool_]:
    """Which characters are letters or digits; the last entry stands for all that follow."""
    return np.array([chr(code).isalnum() for code in range(_PLANES + 1)])


def codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def whole(text: str) -> npt.NDArray[np.uint32]:
    """The characters of a bare text, of a very short one filled up with zeros to one 4-gram."""
    found = codes(text)
    return np.pad(found, (0, SHINGLE - len(found))) if len(found) < SHINGLE else found


def hashes(found: npt.NDArray[np.uint32], most: int) -> bytes:
    """One 32-bit hash a distinct 4-gram, ascending, the lowest ``most``: two of a thousand fall together in one text of ten
    thousand."""
    last = len(found) - SHINGLE + 1
    turned = np.multiply.outer(_FACTORS, found.astype(np.uint64))
    mixed = turned[0, :last]
    for place in range(SHINGLE):
        if place:
            mixed ^= turned[place, place : place + last]
        mixed *= _FACTORS[0]
        mixed ^= mixed >> _TURN
    sorted_ = (mixed >> _HALF).astype("<u4")
    sorted_.sort()
    distinct = np.empty(last, np.bool_)
    distinct[0] = True
    np.not_equal(sorted_[1:], sorted_[:-1], out=distinct[1:])
    return sorted_[distinct][:most].tobytes()
