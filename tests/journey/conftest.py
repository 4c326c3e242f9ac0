"""Offices for journeys: the real program over each engine in turn, and a second office of the same kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from huiying.settings import Settings, load
from tests import cluster, indices
from tests.journey.processes import Program


@pytest.fixture
def program(settings: Settings, models: Path) -> Program:
    """The commands of one office, over each engine in turn."""
    return Program.laid_out(settings.data, models, **_named(settings))


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """A second office, empty, on an engine of the same kind."""
    chosen = load(data=tmp_path / "elsewhere", engine=settings.engine, namespace=f"{settings.namespace}-b")
    yield chosen
    if chosen.engine == "distributed":
        cluster.sweep(chosen)
        indices.sweep(chosen)


@pytest.fixture
def second(elsewhere: Settings, models: Path) -> Program:
    """Its commands."""
    return Program.laid_out(elsewhere.data, models, **_named(elsewhere))


def _named(settings: Settings) -> dict[str, str]:
    return {"HUIYING_ENGINE": settings.engine, "HUIYING_NAMESPACE": settings.namespace}
