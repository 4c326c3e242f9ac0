"""The whole house on servers of its own, in the order in which a bad night brings it: a worker dies, Kafka, Elasticsearch.

One long journey instead of four: workers take seconds to start and servers longer, and what one fault leaves behind is
what the next one meets.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from huiying.contracts import Case, ClockState, EventKind
from huiying.engines import open_engine
from huiying.errors import TryAgain
from huiying.ports import Engine, Stream
from huiying.settings import load
from huiying.topics import READINGS, TRIAGE
from services import elasticsearch, kafka
from services.common import free_port, wait_until
from tests import cluster
from tests.journey.house import House, balanced, hasten, lag, publish, some, until
from tests.journey.processes import Program
from tests.journey.promises import broken
from tests.journey.receiver import SECRET, Receiver, listening
from triage.escalation import PROMPT

TERM = timedelta(seconds=45)
"""Of every clock here: many come due while a server is away."""
AWAY_SECONDS = 30.0
PATIENCE = 300.0
"""Seconds for what takes a few where nothing else runs."""
RATE = 6.0
POSTS = 4_000
"""More than the journey can use up."""


@dataclass
class Servers:
    broker: kafka.Broker
    node: elasticsearch.Node


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    """Of this test alone, as it takes them away."""
    cluster.need("kafka", "elasticsearch")
    kafka.fetch()
    elasticsearch.fetch()
    broker = kafka.Broker.anywhere(tmp_path / "broker", mortal=True)
    made = Servers(broker, elasticsearch.Node.anywhere())
    for name, value in {
        "ENGINE": "distributed",
        "KAFKA": made.broker.address,
        "KAFKA_SESSION": "10",
        "ELASTICSEARCH": made.node.address,
    }.items():
        monkeypatch.setenv(f"HUIYING_{name}", value)
    try:
        for one in (made.node, made.broker):
            one.start()
        for one in (made.node, made.broker):
            assert wait_until(one.ready, within=PATIENCE), one.process.last_words()
        yield made
    finally:
        made.broker.kill()
        made.node.kill()
        made.node.remove()


@dataclass
class Crawler:
    """A steady stream, each post again until it stands there."""

    stream: Stream
    published: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        waiting = iter(some(POSTS))
        while not self.over.wait(1 / RATE):
            now = datetime.now(UTC)
            post = replace(next(waiting), published_at=now, collected_at=now)
            publish(self.stream, [post], seconds=PATIENCE)
            self.published += 1

    @contextmanager
    def at_work(self) -> Iterator[None]:
        thread = threading.Thread(target=self.run, daemon=True)
        thread.start()
        yield
        self.over.set()
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a post could not be published"


@pytest.mark.timeout(1200)
def test_a_worker_that_dies_and_servers_that_go_away_cost_time_and_nothing_else(
    servers: Servers, models: Path, tmp_path: Path
) -> None:
    receiver = Receiver()
    with listening(receiver) as hook:
        port = str(free_port())
        program = Program.laid_out(
            tmp_path / "office",
            models,
            HUIYING_PORT=port,
            HUIYING_WEBHOOK_URL=hook,
            HUIYING_WEBHOOK_SECRET=SECRET,
        )
        hasten(program.data / "policy", hours=TERM / timedelta(hours=1))
        house = House(program)
        settings = load(data=program.data)
        engine = open_engine(settings)
        board = f"http://127.0.0.1:{port}/healthz"
        try:
            crawler = Crawler(engine.stream)
            working = house.hire("triage")
            with crawler.at_work():
                for stage in ("nlp", "web"):
                    house.hire(stage)
                until(lambda: _opened(engine) > 0, PATIENCE, "no case was opened")
                house.hire("triage")  # the second watcher, and the one that stands by
                until(lambda: _healthy(board), PATIENCE, "no board")
                time.sleep(6)

                house.kill(working)
                until(lambda: _waiting(engine) > 0, PATIENCE, "nothing waited for the dead")
                until(lambda: _waiting(engine) < 3, PATIENCE, "nobody took over from the dead")
                house.hire("triage")
                until(house.all_started, PATIENCE, "a worker did not start")

                servers.broker.kill()
                time.sleep(AWAY_SECONDS)
                _all_there(house)
                servers.broker.start()
                until(lambda: _caught_up(engine), PATIENCE, "nobody reads since the broker is back")
                until(lambda: _healthy(board), PATIENCE, "the board did not come back after Kafka")

                until(lambda: _comes_due_soon(engine), PATIENCE, "no clock comes due")
                servers.node.kill()
                gone = datetime.now(UTC)
                time.sleep(AWAY_SECONDS)
                assert (lag(engine.stream) or 0) > AWAY_SECONDS * RATE / 2, "the lag did not grow"
                assert not _healthy(board)
                _all_there(house)
                servers.node.start()
                until(lambda: _healthy(board), PATIENCE, "the board did not come back after Elasticsearch")
                back = datetime.now(UTC)
            until(lambda: lag(engine.stream) == 0, PATIENCE, "somebody stopped reading")
            until(lambda: _settled(engine), PATIENCE, "a clock or a notice was left behind")
            _all_there(house)
            for worker in house.workers:
                house.dismiss(worker)
            # A rung that was reached while the last of them went home left its notice with the case: the next one carries it.
            finished = program.call("run", "--until-idle", timeout=300)
            assert finished.returncode == 0, finished.stderr
            balanced(house, crawler.published)
            assert broken(engine, receiver.accepted) == []
            assert len(receiver.accepted) > 20 and receiver.forged == 0
            _fired_late_but_marked(list(engine.cases.all()), gone, back)
        finally:
            house.tear_down()
            engine.close()


def _opened(engine: Engine) -> int:
    return sum(1 for _ in engine.cases.all())


def _comes_due_soon(engine: Engine) -> bool:
    now = datetime.now(UTC)
    soon, later = now + timedelta(seconds=5), now + timedelta(seconds=AWAY_SECONDS)
    return any(soon < clock.due_at < later for case in engine.cases.all() for clock in case.clocks)


_browser = httpx.Client(timeout=5, trust_env=False)
"""One for all: to make one costs more than to ask."""


def _healthy(address: str) -> bool:
    try:
        return _browser.get(address).status_code == 200
    except httpx.HTTPError:
        return False


def _caught_up(engine: Engine) -> bool:
    """No more waits than has just come."""
    waits = lag(engine.stream)
    return waits is not None and waits < 2 * RATE


def _waiting(engine: Engine) -> int:
    """Readings that no triage has taken in."""
    return engine.stream.lag(READINGS.name, group=TRIAGE)


def _all_there(house: House) -> None:
    ended = [worker.args for worker in house.workers if worker.poll() is not None]
    assert not ended, "a worker ended with its server"


def _settled(engine: Engine) -> bool:
    """No clock that is due is still unbroken, and nobody is owed a notice."""
    now = datetime.now(UTC)
    try:
        return not any(
            case.outbox
            or any(
                clock.state is ClockState.RUNNING and clock.broken_at is None and clock.due_at < now
                for clock in case.clocks
            )
            for case in engine.cases.all()
        )
    except TryAgain:
        return False


def _fired_late_but_marked(cases: list[Case], gone: datetime, back: datetime) -> None:
    """Clocks that came due while Elasticsearch was away broke after it was back, and whoever is told late is told so."""
    due = [
        clock for case in cases for clock in case.clocks if gone < clock.due_at < back - timedelta(seconds=5)
    ]
    assert due, "no clock came due meanwhile"
    assert all(clock.broken_at is not None and clock.broken_at >= clock.due_at for clock in due)
    for case in cases:
        for clock in case.clocks:
            if clock.broken_at is None:
                continue
            late = clock.broken_at - clock.due_at > PROMPT
            told = [
                event
                for event in case.events
                if event.kind is EventKind.CLOCK_BROKEN and event.at == clock.broken_at
            ]
            assert told and all(
                event.why.startswith("迟发") is late for event in told if clock.rule.name in event.what
            )
