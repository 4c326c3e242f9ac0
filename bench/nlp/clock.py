"""How long a piece of work takes: processor time of this thread beside the wall's, since the machine is shared."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """Seconds for ``texts`` texts."""

    texts: int
    cpu: float
    wall: float

    @property
    def rate(self) -> float:
        """Texts a second of processor time."""
        return self.texts / self.cpu if self.cpu else 0.0

    @property
    def micros(self) -> float:
        """Microseconds of processor time a text."""
        return self.cpu / self.texts * 1e6 if self.texts else 0.0


def timed(work: Callable[[], object], texts: int) -> Took:
    """One run."""
    wall, cpu = time.perf_counter(), time.thread_time()
    work()
    return Took(texts=texts, cpu=time.thread_time() - cpu, wall=time.perf_counter() - wall)


def together(one: Took, other: Took) -> Took:
    return Took(texts=one.texts + other.texts, cpu=one.cpu + other.cpu, wall=one.wall + other.wall)


def in_turns(works: dict[str, tuple[Callable[[], object], int]], seconds: float) -> dict[str, Took]:
    """Each piece of work in turn, over and over, so that all of them meet the same load; at least once each.

    ``works``: name → the work and how many texts it takes in.
    """
    took: dict[str, Took] = {}
    started = time.perf_counter()
    while not took or time.perf_counter() - started < seconds:
        for name, (work, texts) in works.items():
            run = timed(work, texts)
            took[name] = together(took[name], run) if name in took else run
    return took
