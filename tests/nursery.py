"""Indices made ahead, for tests on the distributed engine: a test takes a namespace that stands ready and gives it back used.

Elasticsearch makes and drops the indices of many namespaces in little more time than those of one, and while tests are at
work on others.  A test whose matter is how indices come about takes a namespace of its own (:mod:`tests.indices`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from huiying.engines.distributed.faults import told
from huiying.engines.distributed.layout import Layout
from huiying.engines.distributed.link import Link
from huiying.engines.distributed.stores import open_link
from huiying.errors import TryAgain
from huiying.settings import Settings
from tests import indices
from tests.eventually import eventually

AHEAD = 8
"""Namespaces that stand ready, or are on their way."""
HANDS = 3
"""Of them are made at once: more would keep the tests waiting."""
LITTER = 16
"""Namespaces that are dropped at once."""


PATIENCE = 180
"""Seconds for which a busy machine may keep a namespace from being ready."""


class Nursery:
    """One for a session of tests; ``close`` drops whatever was made."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="nursery")
        self._ready: SimpleQueue[str] = SimpleQueue()
        self._coming = 0
        self._used: list[str] = []

    def take(self) -> str:
        """A namespace that nobody else uses, with its indices; without them where making them failed: then the test will."""
        indices.quicken()
        while self._coming <= AHEAD:
            self._coming += 1
            self._hands.submit(self._make, indices.a_namespace())
        self._coming -= 1
        return self._ready.get()

    def give_back(self, namespace: str) -> None:
        """It is dropped before long."""
        self._used.append(namespace)
        if len(self._used) == LITTER:
            self._hands.submit(self._drop, self._used)
            self._used = []

    def close(self) -> None:
        self._hands.shutdown(wait=True)
        while not self._ready.empty():
            self._used.append(self._ready.get())
        self._drop(self._used)

    def _make(self, namespace: str) -> None:
        try:
            link = open_link(self._settings)
            try:
                eventually(lambda: _made(link, namespace), seconds=PATIENCE)
            finally:
                link.close()
        finally:
            self._ready.put(namespace)

    def _drop(self, namespaces: list[str]) -> None:
        if not namespaces:
            return
        link = open_link(self._settings)
        try:
            there = link.client.indices.get_alias(index=",".join(f"{name}-*" for name in namespaces))
            if there:
                link.client.indices.delete(index=sorted(there), ignore_unavailable=True)
        finally:
            link.close()


def _made(link: Link, namespace: str) -> bool:
    """Whether its indices stand and answer; asked again where the server could not say in time."""
    try:
        Layout(link, namespace).make_ready()
        with told(link.address):
            health = link.client.cluster.health(index=f"{namespace}-*", level="indices")
    except TryAgain:
        return False
    # The colour does not say it: an index is yellow before its shard has a place.
    return all(one["active_primary_shards"] == one["number_of_shards"] for one in health["indices"].values())
