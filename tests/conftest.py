"""What every room's tests may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from huiying.engines import open_engine
from huiying.ports import Engine
from huiying.settings import Settings, load
from nlp import train
from tests.lagging import Lagging, lagging


def _embedded(folder: Path) -> Settings:
    return load(data=folder, engine="embedded")


ENGINES: dict[str, Callable[[Path], Settings]] = {"embedded": _embedded}
"""Every engine that the contracts are held against: how a test's own one is set up."""


@pytest.fixture(params=ENGINES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of one engine that nobody else uses."""
    return ENGINES[request.param](tmp_path / "data")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """Each engine in turn, empty."""
    opened = open_engine(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def models(request: pytest.FixtureRequest) -> Path:
    """The models as shipped: trained once, and again only when corpus, word lists or code have changed."""
    assert request.config.cache is not None
    folder = request.config.cache.mkdir("models")
    train.ensure(folder)
    return folder


@pytest.fixture
def lagging_engine(engine: Engine) -> Iterator[Lagging]:
    """The engine with searches that show the past until ``refresh()``: what a worker must bear."""
    with lagging(engine) as trailing:
        yield trailing
