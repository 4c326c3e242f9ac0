"""Whether work is quick, whatever else the machine does meanwhile: others' work is not counted, and one good try is enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import islice

TRIES = 5


def within(seconds: float, tries: Iterable[Callable[[], object]]) -> bool:
    """Whether one of the first few takes no longer of this thread's processor time; none is made after it.

    Into any try may fall what the process has to do now and then: to look through its memory, to load what is needed first.
    """
    return any(_took(act) < seconds for act in islice(tries, TRIES))


def _took(act: Callable[[], object]) -> float:
    started = time.thread_time()
    act()
    return time.thread_time() - started
