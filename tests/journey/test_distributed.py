"""Kafka under the whole house, in processes of their own: readers come, go and die, the broker goes away and comes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from huiying.engines import open_stream
from huiying.settings import Settings, load
from services import kafka
from services.common import wait_until
from tests import cluster, indices
from tests.journey.house import House, balanced, begun, lag, publish, readings_of, some, until
from tests.journey.processes import Program


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    cluster.need("kafka", "elasticsearch")
    for name, value in (cluster.environment() | {"HUIYING_ENGINE": "distributed"}).items():
        monkeypatch.setenv(name, value)
    indices.quicken()
    settings = load(data=tmp_path / "office")
    yield settings
    indices.sweep(settings)
    cluster.sweep(settings)


@pytest.fixture
def house(chosen: Settings, models: Path) -> Iterator[House]:
    house = House(Program.laid_out(chosen.data, models))
    yield house
    house.tear_down()


@pytest.mark.timeout(400)
def test_readers_that_come_and_go_lose_nothing_and_double_nothing(house: House, chosen: Settings) -> None:
    stream = open_stream(chosen)
    posts = some(2_400)
    house.hire("triage")
    first = house.hire("nlp")
    publish(stream, posts[:400])
    until(lambda: begun(stream, 400), 120, "nobody began to read")
    for number in range(400, len(posts), 200):
        publish(stream, posts[number : number + 200])
        if number == 600:
            second = house.hire("nlp")
        if number == 1_000:
            house.hire("nlp")
        if number == 1_400:
            house.dismiss(first)
        if number == 1_800:
            house.dismiss(second)
        time.sleep(2)
    until(lambda: lag(stream) == 0, 150, "somebody stopped reading")
    balanced(house, len(posts))
    told = readings_of(stream)
    assert len(told) > 100
    assert set(told.values()) == {1}, "a post was read twice"
    stream.close()


@pytest.mark.timeout(400)
def test_a_reader_that_is_killed_loses_nothing(house: House, chosen: Settings) -> None:
    stream = open_stream(chosen)
    posts = some(1_200)
    house.hire("triage")
    readers = [house.hire("nlp") for _ in range(2)]
    publish(stream, posts[:600])
    until(lambda: begun(stream, 600), 120, "nobody began to read")
    publish(stream, posts[600:])
    house.kill(readers[0])
    until(lambda: lag(stream) == 0, 150, "nobody took over from the dead")
    balanced(house, len(posts))
    stream.close()


@pytest.mark.timeout(400)
def test_a_broker_that_is_gone_for_twenty_seconds_costs_time_and_nothing_else(
    chosen: Settings, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kafka.fetch()
    broker = kafka.Broker.anywhere(tmp_path / "broker", mortal=True)
    monkeypatch.setenv("HUIYING_KAFKA", broker.address)
    broker.start()
    assert wait_until(broker.ready, within=120), broker.process.last_words()
    house = House(Program.laid_out(chosen.data, models))
    try:
        stream = open_stream(load(data=chosen.data))
        posts = some(1_000)
        workers = [house.hire(stage) for stage in ("triage", "nlp")]
        publish(stream, posts[:300])
        until(lambda: begun(stream, 300), 120, "nobody began to read")
        broker.kill()
        gone = time.monotonic()
        assert lag(stream) is None
        crawler = threading.Thread(target=publish, args=(stream, posts[300:]), daemon=True)
        crawler.start()
        time.sleep(max(0.0, 20 - (time.monotonic() - gone)))
        assert all(worker.poll() is None for worker in workers), "a worker ended with the broker"
        broker.start()
        assert wait_until(broker.ready, within=120), broker.process.last_words()
        crawler.join(150)
        assert not crawler.is_alive(), "what came meanwhile could not be published"
        until(lambda: lag(stream) == 0, 150, "nobody reads any more")
        assert all(worker.poll() is None for worker in workers)
        balanced(house, len(posts))
        stream.close()
    finally:
        house.tear_down()
        broker.kill()
