"""How long the courier bears with a receiver that does not take what it is given.  Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

SILENT_AFTER = 3
"""Refusals running after which a receiver counts as silent for the round."""
RESERVE_AFTER = 4
"""Attempts in vain, a little over a minute, after which the next channel is used too."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
ATTEMPTS = 17
"""Over an hour and a half in all, then a person has to see to it."""


def next_try(now: datetime, attempts: int) -> datetime:
    """After so many attempts in vain: twice as long each time, up to the longest."""
    wait: timedelta = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return now + wait
