"""A broker and a node of the bench's own: on free ports, in folders of their own, gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services import elasticsearch, kafka
from services.common import Unavailable, wait_until

PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    kafka: str
    elasticsearch: str
    processes: Mapping[str, int]
    """Name → process id."""


@contextmanager
def running() -> Iterator[Servers]:
    """Both, ready to work. Raises Unavailable."""
    for service in (kafka, elasticsearch):
        service.fetch()
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as scratch:
        broker = kafka.Broker.anywhere(Path(scratch) / "kafka", thorough=True)
        node = elasticsearch.Node.anywhere(thorough=True)
        try:
            broker.start()
            node.start()
            if not wait_until(lambda: broker.ready() and node.ready(), within=PATIENCE_SECONDS):
                raise Unavailable(f"{broker.process.last_words()}\n{node.process.last_words()}")
            yield Servers(
                kafka=broker.address,
                elasticsearch=node.address,
                processes={"kafka": broker.process.pid or 0, "elasticsearch": node.process.pid or 0},
            )
        finally:
            broker.stop()
            shutil.rmtree(broker.folder, ignore_errors=True)
            node.remove()
