"""How often the garbage collector looks: a case is thousands of small objects, and none of them stands in a circle."""

from __future__ import annotations

import gc

THRESHOLDS = (20_000, 20, 50)
"""New objects before a look at the youngest, and looks before one at the older and at all.  As Python comes (700), reading one
case sets off a look; most of the time of reading many went into that."""


def calm() -> None:
    """For a process that reads many cases, once it is built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
