"""How often the garbage collector looks: cases and readings are thousands of small objects, and none of them stands in a circle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (100_000, 50, 50)
"""New objects before a look at the youngest, more than a batch of readings holds, and looks before one at the older and at all.
As Python comes (700), reading one case sets off a look; most of the time of reading many went into that."""


def calm() -> None:
    """For a process that is built: what stands by now is left out of every look, which would stop all open streams."""
    gc.collect()
    _settle()


@contextmanager
def undisturbed() -> Iterator[None]:
    """While much is loaded, nothing of which is rubbish: looking for some would take a third of a start. What was loaded stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    _settle()


def _settle() -> None:
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
