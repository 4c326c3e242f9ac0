"""Kafka under the whole house, in processes of their own: readers come, go and die, the broker goes away and comes back."""

from __future__ import annotations

import json
import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huiying.contracts import Post
from huiying.engines import open_stream
from huiying.errors import TryAgain
from huiying.ports import Stream
from huiying.settings import Settings, load
from huiying.topics import NLP, POSTS, READINGS, TRIAGE, post_key
from services import kafka
from services.common import wait_until
from tests import cluster, indices
from tests.factories import a_post
from tests.journey.processes import Program

CORPUS = Path(__file__).resolve().parents[2] / "nlp" / "corpus"


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


class House:
    """Workers in processes of their own, on one data folder."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._workers: list[subprocess.Popen[bytes]] = []

    def hire(self, stage: str) -> subprocess.Popen[bytes]:
        worker = self.program.start("run", "--stages", stage)
        self._workers.append(worker)
        return worker

    def dismiss(self, worker: subprocess.Popen[bytes]) -> None:
        """It finishes its batch and leaves."""
        worker.terminate()
        assert worker.wait(30) == 0

    def tear_down(self) -> None:
        for worker in self._workers:
            worker.kill()
            worker.wait()


def some(count: int) -> list[Post]:
    """Live posts: our own corpus again and again, each under an id of its own; a fifth speaks of the office."""
    lines = [
        json.loads(line)
        for name in ("matters", "near_misses")
        for line in (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    dice = random.Random(7)
    now = datetime.now(UTC)
    posts = []
    for number in range(count):
        row = dice.choice(lines)
        if number % 5:
            row = {"title": f"第{number}场球赛", "text": f"昨晚的第{number}场球赛踢成了平局。"}
        post = a_post(native_id=f"live-{number}", title=row["title"], text=row["text"])
        posts.append(replace(post, published_at=now, collected_at=now))
    return posts


def publish(stream: Stream, posts: list[Post]) -> None:
    """As a crawler does: again, until it stands there."""
    records = [POSTS.encode(post) for post in posts]
    deadline = time.monotonic() + 120
    while True:
        try:
            return stream.publish(POSTS.name, records)
        except TryAgain:
            assert time.monotonic() < deadline
            time.sleep(0.5)


def lag(stream: Stream) -> int | None:
    """What waits for somebody; None while nobody can say."""
    try:
        return stream.lag(POSTS.name, group=NLP) + stream.lag(READINGS.name, group=TRIAGE)
    except TryAgain:
        return None


def until(look: Callable[[], bool], seconds: float, why: str) -> None:
    assert wait_until(look, within=seconds), why


def readings_of(stream: Stream) -> Counter[tuple[str, str]]:
    keys = (post_key(READINGS.name, record.value) for record in stream.scan(READINGS.name))
    return Counter((key.id, key.version) for key in keys if key)


def balanced(house: House, published: int) -> None:
    book = house.program.ledger()
    assert book["balanced"] and book["missing"] == [], book
    assert (book["published"], book["waiting"], book["buried"]) == (published, 0, 0), book


@pytest.mark.timeout(400)
def test_readers_that_come_and_go_lose_nothing_and_double_nothing(house: House, chosen: Settings) -> None:
    stream = open_stream(chosen)
    posts = some(2_400)
    house.hire("triage")
    first = house.hire("nlp")
    publish(stream, posts[:400])
    until(lambda: (lag(stream) or 400) < 400, 120, "nobody began to read")
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
    until(lambda: (lag(stream) or 600) < 600, 120, "nobody began to read")
    publish(stream, posts[600:])
    readers[0].kill()
    readers[0].wait()
    until(lambda: lag(stream) == 0, 150, "nobody took over from the dead")
    balanced(house, len(posts))
    stream.close()


@pytest.mark.timeout(400)
def test_a_broker_that_is_gone_for_twenty_seconds_costs_time_and_nothing_else(
    chosen: Settings, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kafka.fetch()
    broker = kafka.Broker.anywhere(tmp_path / "broker")
    monkeypatch.setenv("HUIYING_KAFKA", broker.address)
    broker.start()
    assert wait_until(broker.ready, within=60), broker.process.last_words()
    house = House(Program.laid_out(chosen.data, models))
    try:
        stream = open_stream(load(data=chosen.data))
        posts = some(1_000)
        workers = [house.hire(stage) for stage in ("triage", "nlp")]
        publish(stream, posts[:300])
        until(lambda: (lag(stream) or 300) < 300, 120, "nobody began to read")
        broker.kill()
        gone = time.monotonic()
        assert lag(stream) is None
        crawler = threading.Thread(target=publish, args=(stream, posts[300:]), daemon=True)
        crawler.start()
        time.sleep(max(0.0, 20 - (time.monotonic() - gone)))
        assert all(worker.poll() is None for worker in workers), "a worker ended with the broker"
        broker.start()
        assert wait_until(broker.ready, within=60), broker.process.last_words()
        until(lambda: (lag(stream) or 0) > 0, 60, "what came meanwhile was never waiting")
        crawler.join(60)
        assert not crawler.is_alive()
        until(lambda: lag(stream) == 0, 150, "nobody reads any more")
        assert all(worker.poll() is None for worker in workers)
        balanced(house, len(posts))
        stream.close()
    finally:
        house.tear_down()
        broker.kill()
