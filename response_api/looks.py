"""Looks at the stores that somebody waits for, but not for long: one at a time, in a thread, for everybody who asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from huiying import logs
from huiying.errors import HuiyingError

T = TypeVar("T")

_log = logs.get("looks")

FRESH_SECONDS = 5.0
SHARE = 20
"""A look that takes long is repeated less often: never does looking take more than a twentieth of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[T]):
    """What the last look brought."""

    up: bool
    """It did bring something. Before the first one is done: False."""
    figures: T | None = None
    """None where it failed."""
    age: float = 0.0
    """Seconds since then."""
    took: float = 0.0


class Look(Generic[T]):
    """May be read from any thread."""

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        self._name, self._work = name, work
        self._turn = threading.Condition()
        self._running = False
        self._seen: Seen[T] = Seen(up=False)
        self._at: float | None = None

    def read(self, *, patience: float) -> Seen[T]:
        """The last look where it is fresh; else a new one, or the last where that takes more than these seconds."""
        with self._turn:
            if not self._fresh():
                if not self._running:
                    self._running = True
                    threading.Thread(target=self._look, name=f"look-{self._name}", daemon=True).start()
                self._turn.wait_for(lambda: not self._running, timeout=patience)
            age = 0.0 if self._at is None else time.monotonic() - self._at
            seen = self._seen
        return Seen(up=seen.up, figures=seen.figures, age=age, took=seen.took)

    def _fresh(self) -> bool:
        if self._at is None:
            return False
        return time.monotonic() - self._at < max(FRESH_SECONDS, SHARE * self._seen.took)

    def _look(self) -> None:
        began = time.monotonic()
        figures: T | None = None
        try:
            figures = self._work()
        except HuiyingError as trouble:
            _log.warning("look_failed", at=self._name, reason=str(trouble))
        except Exception:
            _log.exception("look_failed", at=self._name)
        with self._turn:
            self._at = time.monotonic()
            # What failed is looked at again soon, however long it took to fail.
            took = self._at - began if figures is not None else 0.0
            self._seen = Seen(up=figures is not None, figures=figures, took=took)
            self._running = False
            self._turn.notify_all()
