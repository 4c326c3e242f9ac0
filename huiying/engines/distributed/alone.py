"""One at a time over the whole cluster: an index that only one can make, which says when its maker was last at work.  For what
moves the register itself, in which all else agrees (``triage/lease.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from elasticsearch import ApiError

from huiying.engines.distributed.faults import kind as kind_of
from huiying.engines.distributed.faults import told
from huiying.engines.distributed.link import Link
from huiying.errors import TryAgain

STALE = timedelta(minutes=5)
"""Whoever has said nothing for so long is dead."""
SAID_EVERY = 30.0
"""Seconds."""


@contextmanager
def alone(link: Link, name: str) -> Iterator[Callable[[], None]]:
    """Yields what is to be called while the work goes on. Raises TryAgain where another is at it."""
    _take(link, name)
    said = time.monotonic()

    def go_on() -> None:
        nonlocal said
        if time.monotonic() - said >= SAID_EVERY:
            said = time.monotonic()
            with told(link.address):
                link.client.indices.put_mapping(index=name, meta=_now())

    try:
        yield go_on
    finally:
        with told(link.address):
            link.client.indices.delete(index=name, ignore_unavailable=True)


def _take(link: Link, name: str) -> None:
    for last in (False, True):
        with told(link.address):
            try:
                one = {"number_of_shards": 1, "number_of_replicas": 0}
                link.client.indices.create(index=name, settings=one, mappings={"_meta": _now()})
                return
            except ApiError as error:
                if kind_of(error) != "resource_already_exists_exception":
                    raise
        if last or not _is_stale(link, name):
            break
        with told(link.address):
            link.client.indices.delete(index=name, ignore_unavailable=True)
    minutes = int(STALE.total_seconds() // 60)
    raise TryAgain(
        f"另一处正在做这件事（{name}）。等它做完；它已经中断的，{minutes} 分钟以后再运行一次，什么也没有改动"
    )


def _is_stale(link: Link, name: str) -> bool:
    with told(link.address):
        answer = link.client.options(ignore_status=404).indices.get_mapping(index=name)
    meta = answer.get(name, {}).get("mappings", {}).get("_meta", {})
    at = meta.get("at")
    return at is None or datetime.now(UTC) - datetime.fromisoformat(at) > STALE


def _now() -> dict[str, str]:
    return {"at": datetime.now(UTC).isoformat()}
