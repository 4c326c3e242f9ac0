"""Whether work is quick, whatever else the machine does meanwhile: others' work is not counted, and one good try is enough."""

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


def _took(act: Callable[[], object], by: Callable[[], float]) -> float:
    started = by()
    act()
    return by() - started
