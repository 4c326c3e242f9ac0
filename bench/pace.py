"""An open loop: when each post is offered follows from its number alone, never from how fast anybody takes it."""

from __future__ import annotations


def offered_at(number: int, rate: float) -> float:
    """Seconds after the start at which post ``number`` (from 0) is offered."""
    return number / rate


def due(elapsed: float, rate: float, *, total: int) -> int:
    """How many posts of ``total`` should have been offered ``elapsed`` seconds after the start.

    Who was held up offers everything that is due at once: a slow engine is not spared what it was too slow for.
    """
    return min(total, max(0, int(elapsed * rate) + 1))
