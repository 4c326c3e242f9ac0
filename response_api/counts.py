"""How much there is, for a watchdog that has no account: figures alone, and never slow.

The figures are a second old at the most; where counting takes longer than a caller should wait, it gets the last ones,
as long as those are of the last seconds: who asks once a minute waits for the count.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from threading import Lock

from huiying.contracts import CaseState
from huiying.ports import CaseQuery, Dimension, Engine
from huiying.topics import NLP, POSTS, READINGS, TRIAGE
from response_api.board import running_clocks

FRESH_SECONDS = 1.0
PATIENCE_SECONDS = 0.03
STALE_SECONDS, LONG_PATIENCE_SECONDS = 5.0, 2.0

Counts = dict[str, int]


def count(engine: Engine) -> Counts:
    """posts: versions archived or waiting; lag: records that wait for reading or triage."""
    waiting = engine.stream.lag(POSTS.name, group=NLP) + engine.stream.lag(READINGS.name, group=TRIAGE)
    everything = CaseQuery(states=frozenset(CaseState))
    return {
        "posts": sum(engine.archive.tally().values()) + waiting,
        "cases": sum(engine.cases.tally(everything, by=Dimension.STATE).values()),
        "open_clocks": _open_clocks(engine),
        "lag": waiting,
    }


def _open_clocks(engine: Engine) -> int:
    total, after = 0, ""
    while True:
        page = engine.cases.search(CaseQuery(with_running_clock=True, limit=200, after=after))
        total += sum(1 for _ in running_clocks(page.cases))
        if not page.next:
            return total
        after = page.next


class Counter:
    """Counts in one thread of its own, once for everybody who asks meanwhile."""

    def __init__(self, work: Callable[[], Counts]) -> None:
        self._work = work
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="counts")
        self._lock = Lock()
        self._running: Future[Counts] | None = None
        self._last: Counts | None = None
        self._at = 0.0

    def read(self) -> Counts:
        with self._lock:
            if self._last is not None and time.monotonic() - self._at < FRESH_SECONDS:
                return self._last
            if self._running is None:
                self._running = self._pool.submit(self._count)
            running, last = self._running, self._last
            stale = time.monotonic() - self._at > STALE_SECONDS
        patience = LONG_PATIENCE_SECONDS if stale else PATIENCE_SECONDS
        try:
            return running.result(timeout=patience if last is not None else None)
        except TimeoutError:
            assert last is not None  # noqa: S101 - without one, the wait had no end
            return last

    def _count(self) -> Counts:
        try:
            counts = self._work()
            with self._lock:
                self._last, self._at = counts, time.monotonic()
            return counts
        finally:
            with self._lock:
                self._running = None

    def close(self) -> None:
        self._pool.shutdown(wait=False)
