"""A namespace of one's own on the running Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from huiying.engines.distributed.layout import Layout
from huiying.engines.distributed.link import Link
from huiying.engines.distributed.stores import open_link
from huiying.settings import Settings, load
from tests import cluster, indices


@pytest.fixture
def chosen(tmp_path: Path) -> Iterator[Settings]:
    """Settings of the distributed engine under a name that nobody else uses."""
    cluster.need("elasticsearch")
    indices.quicken()
    settings = load(data=tmp_path / "data", engine="distributed", namespace=indices.a_namespace())
    yield settings
    indices.sweep(settings)


@pytest.fixture
def link(chosen: Settings) -> Iterator[Link]:
    opened = open_link(chosen)
    yield opened
    opened.close()


@pytest.fixture
def layout(link: Link, chosen: Settings) -> Layout:
    """Its indices made."""
    made = Layout(link, chosen.namespace)
    made.make_ready()
    return made
