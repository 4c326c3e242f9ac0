"""Whether work is quick, and how it grows, whatever else the machine does meanwhile: others' work is not counted, and one
good try is enough.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import islice

TRIES = 5


def within(
    seconds: float, tries: Iterable[Callable[[], object]], *, by: Callable[[], float] = time.thread_time
) -> bool:
    """Whether one of the first few takes no longer; none is made after it. ``by``: this thread's processor time alone, or
    another clock where somebody else does the work.

    Into any try may fall what the process has to do now and then: to look through its memory, to load what is needed first.
    """
    return any(_took(act, by) < seconds for act in islice(tries, TRIES))


def growth(made: Callable[[int], Callable[[], object]], size: int, *, times: int = 8) -> float:
    """How many times as long ``times`` as much takes: about ``times`` where work grows with its size, its square where
    each part is held against every other. ``made``: of a size, what is to be done.

    Less than a fifth of a millisecond counts as that much: below it a clock tells nothing.
    """
    small, large = (
        min(_took(act, time.thread_time) for act in [made(much)] * TRIES) for much in (size, times * size)
    )
    return max(large, LEAST) / max(small, LEAST)


LEAST = 0.0002
"""Seconds."""


def _took(act: Callable[[], object], by: Callable[[], float]) -> float:
    started = by()
    act()
    return by() - started
