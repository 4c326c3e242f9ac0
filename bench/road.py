"""From publishing to the board at a steady rate: the real program in processes of its own, and somebody's open board.

Nothing is built into the program for this: the moments of a post are those that its reading, its archive line and its
events carry, and those at which they could be seen from outside.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bench import pace
from bench.client import Board, session
from bench.fill import Past, fill
from bench.machine import Sample, Usage, Watch
from bench.moments import UP, Seen, Way, way
from bench.stream_of_posts import posts, texts
from huiying import datafolder, ledger
from huiying.contracts import ArchiveLine, CaseEvent, PostKey
from huiying.engines import open_engine
from huiying.errors import TryAgain
from huiying.ports import Engine
from huiying.settings import Settings
from huiying.topics import CASE_EVENTS, NLP, POSTS, READINGS, TRIAGE, Topic
from nlp.pipeline import Reader
from services.common import Unavailable, wait_until
from triage import policy

M = TypeVar("M")

STAGES: Mapping[str, tuple[str, ...]] = {
    "embedded": ("nlp,triage,web",),
    "distributed": ("nlp", "triage,web"),
}
"""What each process runs. The embedded engine is one process; of the other, reading has one of its own."""
TICK_SECONDS = 0.02
LOOK_SECONDS = 0.025
"""How often it is looked for what can be read by id: that moment is known no better."""
START_SECONDS = 90.0
DRAIN_SECONDS = 180.0
OURS = "bench"
"""The process that measures: it offers the posts, as crawlers would, and has the board open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is offered, in an open loop."""

    rate: float
    """Posts a second."""
    seconds: float
    warm: float
    """Seconds at the same rate before anything counts."""
    relevant: float
    """Share of posts that speak of the office; half of those tell one story."""

    @property
    def uncounted(self) -> int:
        return round(self.rate * self.warm)

    @property
    def total(self) -> int:
        return self.uncounted + round(self.rate * self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    engine: str
    past: Past
    way: Way
    meant: int
    """Counted posts that speak of the office."""
    found: int
    """Those of them that are in a case."""
    hottest: int
    """Counted posts of the case that got most."""
    rate: float
    """Posts a second whose reading was committed while they were offered."""
    drained: float
    """Seconds from the last offer until nothing waited for anybody."""
    samples: Sequence[Sample]
    usage: Mapping[str, Usage]
    watched: float
    """Seconds of the samples and of the processor time."""
    python: int
    """Most bytes in memory of all processes of the program together."""
    panels: int
    """How often the board's panels came anew."""
    breaks: int
    """How often the open board had to connect again."""
    book: ledger.Ledger


def run(
    settings: Settings,
    *,
    offer: Offer,
    past: Past,
    models: Path,
    servers: Mapping[str, int],
    stages: Sequence[str] = (),
) -> Outcome:
    """One engine, once, over an empty data folder and namespace. ``servers``: name → process id, to be watched too."""
    datafolder.lay_out(settings)
    shutil.copytree(models, settings.models, dirs_exist_ok=True)
    rules = policy.load(settings.policy, channels=("console",))
    engine = open_engine(settings)
    try:
        reader = Reader.load(settings.models, settings.policy, rules.jurisdiction)
        fill(engine, past, reader, rules, datetime.now(UTC))
        token = session(engine.register, rules.top(), datetime.now(UTC))
        with _program(settings, stages or STAGES[settings.engine]) as processes:
            return _measured(engine, settings, offer, past, token, processes, servers)
    finally:
        engine.close()


def _measured(
    engine: Engine,
    settings: Settings,
    offer: Offer,
    past: Past,
    token: str,
    processes: Mapping[str, int],
    servers: Mapping[str, int],
) -> Outcome:
    made = texts(offer.total, relevant=offer.relevant)
    board, observer, offering = Board(settings.port, token), _Observer(engine), _Offering(engine, offer, made)
    if not board.listening.wait(START_SECONDS):
        raise Unavailable("the board does not answer")
    observer.start()
    _wait_for_readers(engine)

    def waiting() -> dict[str, int]:
        return {
            "posts": engine.stream.lag(POSTS.name, group=NLP),
            "readings": engine.stream.lag(READINGS.name, group=TRIAGE),
        }

    offering.start()
    offering.warm.wait()
    watch = Watch(
        processes={**processes, **servers, OURS: os.getpid()},
        sum_of=frozenset(processes),
        alone=frozenset({OURS}),
        counts=waiting,
    )
    before = waiting()["posts"]
    offering.join()
    left = waiting()["posts"]
    ended = time.time()
    if not wait_until(lambda: not any(waiting().values()), within=DRAIN_SECONDS):
        print("  what was offered is not worked off", file=sys.stderr)
    drained = time.time() - ended
    watched = watch.stop()
    observer.settle(board)
    board.stop()
    seen = Seen(
        offered=offering.counted,
        read=observer.read,
        kept=observer.kept,
        events=observer.events,
        shown=board.seen,
    )
    up = {key: line for key, (line, _) in observer.kept.items() if line.disposition in UP}
    return Outcome(
        engine=settings.engine,
        past=past,
        way=way(seen),
        meant=len(offering.meant),
        found=len(offering.meant & up.keys()),
        hottest=max(Counter(up[key].case_id for key in offering.counted if key in up).values(), default=0),
        rate=(len(offering.counted) + before - left) / offer.seconds,
        drained=drained,
        samples=watch.samples,
        usage=watch.usage,
        watched=watched,
        python=max(sample.memory for sample in watch.samples),
        panels=len(board.pulses),
        breaks=board.breaks,
        book=ledger.take(engine),
    )


def _wait_for_readers(engine: Engine) -> None:
    """Until a post has come through: loading models and joining groups is no part of the way. Raises Unavailable."""
    [first] = posts(texts(1, relevant=1.0, seed=99), datetime.now(UTC), source=f"{OURS}-first")
    engine.stream.publish(POSTS.name, [POSTS.encode(first)])
    if not wait_until(lambda: first.key in engine.archive.get([first.key]), within=START_SECONDS):
        raise Unavailable("nobody reads what is published")


class _Offering:
    """Publishes, as crawlers would: in small batches, again until they stand there."""

    def __init__(self, engine: Engine, offer: Offer, made: Sequence[tuple[str, str, bool]]) -> None:
        self._engine, self._offer, self._made = engine, offer, made
        self.counted: dict[PostKey, float] = {}
        self.meant: set[PostKey] = set()
        self.warm = threading.Event()
        """What is offered from now on counts."""
        self._thread = threading.Thread(target=self._run, name="offer", daemon=True)
        self.start, self.join = self._thread.start, self._thread.join

    def _run(self) -> None:
        offer, number = self._offer, 0
        stream = posts(self._made, datetime.now(UTC), source=OURS)
        started, at = time.perf_counter(), time.time()
        while number < offer.total:
            due = pace.due(time.perf_counter() - started, offer.rate, total=offer.total)
            records = []
            for (_, _, meant), post in zip(self._made[number:due], stream, strict=False):
                records.append(POSTS.encode(post))
                if number >= offer.uncounted:
                    self.counted[post.key] = at + pace.offered_at(number, offer.rate)
                    if meant:
                        self.meant.add(post.key)
                number += 1
            self._publish(records)
            if number >= offer.uncounted:
                self.warm.set()
            time.sleep(TICK_SECONDS)

    def _publish(self, records: Sequence[tuple[str, bytes]]) -> None:
        while True:
            try:
                return self._engine.stream.publish(POSTS.name, records)
            except TryAgain:
                time.sleep(TICK_SECONDS)


@dataclass(eq=False)
class _Observer:
    """Notes what can be seen from outside."""

    engine: Engine
    read: dict[PostKey, tuple[float, float]] = field(default_factory=dict)
    kept: dict[PostKey, tuple[ArchiveLine, float]] = field(default_factory=dict)
    events: dict[int, tuple[CaseEvent, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=work, daemon=True)
            for work in (self._note_readings, self._note_events, self._note_lines)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def settle(self, board: Board) -> None:
        """Stop, once every reading has its line and the board every event, or nothing more comes."""

        def there() -> bool:
            return self.read.keys() <= self.kept.keys() and self.events.keys() <= board.seen.keys()

        wait_until(there, within=10)
        time.sleep(1)  # the events of the last rounds
        wait_until(there, within=10)
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _note_readings(self) -> None:
        for _, reading, at in self._follow(READINGS):
            self.read.setdefault(reading.post.key, (reading.read_at.timestamp(), at))

    def _note_events(self) -> None:
        for position, event, at in self._follow(CASE_EVENTS):
            self.events.setdefault(position, (event, at))

    def _note_lines(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            if waiting := [key for key in list(self.read) if key not in self.kept]:
                with contextlib.suppress(TryAgain):
                    there = self.engine.archive.get(waiting[:400])
                    at = time.time()
                    self.kept.update({key: (line, at) for key, line in there.items()})

    def _follow(self, topic: Topic[M]) -> Iterator[tuple[int, M, float]]:
        tail = self.engine.stream.tail(topic.name, after=None)
        try:
            while not self._stopped.is_set():
                with contextlib.suppress(TryAgain):
                    records = tail.poll(limit=500, wait=timedelta(milliseconds=100))
                    at = time.time()
                    for record in records:
                        yield record.position, topic.decode(record.value), at
        finally:
            tail.close()


@contextlib.contextmanager
def _program(settings: Settings, stages: Sequence[str]) -> Iterator[Mapping[str, int]]:
    """``huiying run`` for each set of stages; name → process id. Raises Unavailable where one does not come up."""
    started: dict[str, subprocess.Popen[bytes]] = {}
    with (settings.data / "log.txt").open("ab") as log:
        try:
            for chosen in stages:
                command = [sys.executable, "-m", "huiying.cli", "run", "--stages", chosen]
                started[chosen] = subprocess.Popen(
                    command, env=_environment(settings), stdout=log, stderr=log
                )
            if not wait_until(lambda: _answers(settings.address), within=START_SECONDS):
                raise Unavailable(f"huiying did not come up:\n{_last_words(settings)}")
            yield {name: process.pid for name, process in started.items()}
        finally:
            for process in started.values():
                process.terminate()
            for process in started.values():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=30)
                process.kill()


def _environment(settings: Settings) -> dict[str, str]:
    chosen = {"data", "engine", "kafka", "elasticsearch", "namespace", "port", "kafka_session"}
    named = {f"HUIYING_{name.upper()}": str(getattr(settings, name)) for name in chosen}
    return {**os.environ, **named, "HUIYING_LOG_LEVEL": "WARNING"}


def _answers(address: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/healthz", timeout=2):
        return True
    return False


def _last_words(settings: Settings) -> str:
    return "\n".join((settings.data / "log.txt").read_text("utf-8", "replace").splitlines()[-15:])
