"""Waiting for what an engine may show a little later: searches trail writes on some of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], *, until: Callable[[T], bool] = bool, seconds: float = 10.0) -> T:
    """What ``look`` returns once ``until`` holds; the last answer where it never does, for the assertion to show."""
    patience = time.monotonic() + seconds
    while True:
        seen = look()
        if until(seen) or time.monotonic() > patience:
            return seen
        time.sleep(0.02)
