"""A long row in short pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def pieces(row: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """At most ``size`` each, in order; none empty."""
    rest = iter(row)
    while piece := tuple(islice(rest, size)):
        yield piece
