"""While the program still loads: who wants it to end is obeyed at once, and without a word.

What is loaded takes seconds and keeps nothing that would have to be put in order.  An exception would not do: in the middle
of an import it may come out as another one, or be lost.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def nothing_to_tidy() -> Iterator[None]:
    """Within it Ctrl+C and SIGTERM end the process on the spot, with 130 and 143. What is ignored stays ignored (nohup)."""
    before = {number: signal.getsignal(number) for number in ENDING}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tidily(number: int, _frame: FrameType | None) -> None:
    """A handler for afterwards: everything that is open is closed on the way out."""
    raise SystemExit(128 + number)


def _leave(number: int, _frame: FrameType | None) -> None:
    os._exit(128 + number)
