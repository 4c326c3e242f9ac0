"""What every room's tests may ask for."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

from huiying import collector
from huiying.engines import open_engine
from huiying.ports import Engine
from huiying.settings import Settings, load
from nlp import train
from tests import cluster
from tests.lagging import Lagging, lagging
from tests.nursery import Nursery

hypothesis.settings.register_profile(
    "the same on every machine and every time",
    derandomize=True,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("the same on every machine and every time")

ENGINES = ("embedded", "distributed")
"""Every engine that the contracts are held against."""


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules stand by now, and stay: every look of the collector at them would be in vain."""
    collector.calm()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side, one process asks the servers and the others take the files of the rest: two at once would wait in line there."""
    for item in items:
        group = "servers" if _asks_the_servers(item) else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


def _asks_the_servers(item: pytest.Item) -> bool:
    called = getattr(item, "callspec", None)
    distributed = called is not None and "distributed" in called.params.values()
    return distributed or "distributed" in item.path.parts


@pytest.fixture(scope="session", autouse=True)
def _plain_tracebacks() -> None:
    """Exceptions in the log as the program writes them: structlog's default takes a tenth of a second for each."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command that runs in this process sends its log to a standard error that ends with the test."""
    before = structlog.get_config()
    yield
    if structlog.get_config() != before:
        structlog.configure(**before)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Asked for by tests that need the servers, and by no others."""
    cluster.need("kafka", "elasticsearch")
    made = Nursery(load(engine="distributed"))
    yield made
    made.close()


@pytest.fixture(params=ENGINES)
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """Settings of one engine that nobody else uses; processes that the test starts read the same."""
    data = tmp_path / "data"
    if request.param == "embedded":
        yield load(data=data, engine="embedded")
        return
    cluster.need("kafka", "elasticsearch")
    nursery: Nursery = request.getfixturevalue("nursery")
    namespace = nursery.take()
    for name, value in (cluster.environment() | {"HUIYING_NAMESPACE": namespace}).items():
        monkeypatch.setenv(name, value)
    chosen = load(data=data, engine="distributed")
    yield chosen
    cluster.sweep(chosen)
    nursery.give_back(namespace)


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
    with (folder / "training").open("w") as lock:  # of processes side by side the others wait for the first
        fcntl.flock(lock, fcntl.LOCK_EX)
        train.ensure(folder)
    return folder


@pytest.fixture
def lagging_engine(engine: Engine) -> Iterator[Lagging]:
    """The engine with searches that show the past until ``refresh()``: what a worker must bear."""
    with lagging(engine) as trailing:
        yield trailing
