"""One digest over many entries, and a short proof that one of them is among them (the tree of RFC 6962).  Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf(entry: bytes) -> bytes:
    """What stands for an entry in the tree."""
    return hashlib.sha256(b"\x00" + entry).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The digest over all of them, in this order."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = _half(len(leaves))
    return _node(root(leaves[:half]), root(leaves[half:]))


def path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """What has to be known, beside the leaf itself, to work out the root again: from the leaf upwards."""
    if len(leaves) == 1:
        return ()
    half = _half(len(leaves))
    if index < half:
        return (*path(leaves[:half], index), root(leaves[half:]))
    return (*path(leaves[half:], index - half), root(leaves[:half]))


def climb(start: bytes, index: int, size: int, way: Sequence[bytes]) -> bytes:
    """The root that follows from a leaf and its path. Raises ValueError where there can be no such path."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    if size == 1:
        if way:
            raise ValueError("the path is too long")
        return start
    if not way:
        raise ValueError("the path is too short")
    half = _half(size)
    if index < half:
        return _node(climb(start, index, half, way[:-1]), way[-1])
    return _node(way[-1], climb(start, index - half, size - half, way[:-1]))


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _half(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1
