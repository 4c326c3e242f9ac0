"""Elasticsearch dies as in a power cut and comes back: what was acknowledged is there, who waited goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from huiying.contracts import ArchiveLine
from huiying.engines.distributed.stores import open_stores
from huiying.errors import RevisionConflict, TryAgain
from huiying.settings import load
from services.common import wait_until
from services.elasticsearch import Node
from tests import cluster
from tests.factories import a_case, a_line


@dataclass
class Seen:
    """What the worker was told."""

    revision: int = 0
    lines: list[ArchiveLine] = field(default_factory=list)
    troubles: int = 0


@pytest.fixture
def node() -> Iterator[Node]:
    cluster.need("elasticsearch")
    started = Node.anywhere()
    try:
        started.start()
        assert wait_until(started.ready, within=150), started.process.last_words()
        yield started
    finally:
        started.remove()


def test_nothing_that_was_acknowledged_is_lost_and_work_goes_on_when_it_is_back(
    node: Node, tmp_path: Path
) -> None:
    cases, archive, register = open_stores(
        load(data=tmp_path, engine="distributed", elasticsearch=node.address)
    )
    case = a_case()
    seen = Seen()
    done = threading.Event()

    def work() -> None:
        revision = 0
        while not done.is_set():
            line = a_line()
            try:
                revision += 1
                cases.save([replace(case, revision=revision)])
                seen.revision = revision
                archive.put([line])
                seen.lines.append(line)
            except TryAgain:
                seen.troubles += 1
                time.sleep(0.1)
            except RevisionConflict:  # our own save had arrived, its answer had not
                pass

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert wait_until(lambda: seen.revision > 20, within=30)
        node.kill()
        assert wait_until(lambda: seen.troubles > 3, within=30)
        before = seen.revision
        node.start()
        assert wait_until(node.ready, within=150), node.process.last_words()
        assert wait_until(lambda: seen.revision > before + 20, within=60)
    finally:
        done.set()
        worker.join()
    assert cases.get(case.id).revision >= seen.revision
    lines = seen.lines
    assert len(lines) > 20
    assert archive.get([line.post for line in lines]) == {line.post: line for line in lines}
    assert {line.post for line in lines} <= set(dict(archive.keys()))
    for store in (cases, archive, register):
        store.close()
