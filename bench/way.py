"""Posts a second from intake to board, the delay on the way, and where the time goes; beside the peer, in one run."""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.peer import Peer
from bench.stream_of_posts import posts, texts
from huiying import app as roof
from huiying import ledger, logs
from huiying.clock import SystemClock
from huiying.contracts import Disposition, Post, PostKey
from huiying.settings import Settings
from huiying.topics import POSTS
from triage.courier import Courier
from triage.notifiers.console import Console
from triage.watch import Watch

BATCH = 100


def measure(*, posts: int, relevant: float, paced: float, rate: float) -> None:
    """Print the table. ``relevant`` is a share, ``paced`` seconds, ``rate`` posts a second."""
    logs.configure(level="ERROR")
    print(
        f"{posts} posts, {relevant:.0%} relevant, half of those one story; one process, batches of {BATCH}\n"
    )
    with tempfile.TemporaryDirectory() as scratch:
        made = texts(posts, relevant=relevant)
        ours = _throughput(made, Path(scratch) / "way")
        theirs = Peer().work(made, Path(scratch) / "peer.db")
        print(f"\n  the whole way            {ours:9.0f} posts/s")
        print(f"  peer: relevance alone    {theirs:9.0f} posts/s   (jieba + TF-IDF + LinearSVC into SQLite)")
        print(f"  ratio                    {ours / theirs:9.2f}\n")
        _paced(relevant, paced, rate, Path(scratch) / "paced")


def _throughput(made: list[tuple[str, str, bool]], data: Path) -> float:
    """Stage by stage, so that each one's cost is its own; posts/s over the sum."""
    clock = SystemClock()
    with _quiet(data, clock) as house:
        waiting = list(posts(made, clock.now(), source="bench"))
        reading, stories = house.reading(), house.stories()
        watch, courier = house.watch(), house.courier()
        stages: list[tuple[str, Callable[[], object]]] = [
            ("intake: publish, durable", lambda: _publish(house, waiting)),
            ("nlp: read, archive, publish", reading.run_until_idle),
            ("triage: stories, cases, archive", stories.run_until_idle),
            ("watch and courier: notices, events", lambda: _deliver(watch, courier, clock)),
        ]
        seconds = {name: _timed(stage) for name, stage in stages}
        total = sum(seconds.values())
        for name, spent in seconds.items():
            print(f"  {name:<36}{spent:7.2f} s {spent / total:6.0%}   {len(made) / spent:9.0f} posts/s")
        book = ledger.take(house.engine)
        print(_kept(house, waiting, [meant for *_, meant in made]))
        if not book.balanced:
            raise SystemExit("the ledger does not add up: " + book.in_words())
        return len(made) / total


def _kept(house: roof.House, waiting: list[Post], meant: list[bool]) -> str:
    """What was taken up, of the posts that speak of the office and of those that do not."""
    ended = dict(house.engine.archive.keys())
    up = [ended[post.key] in {Disposition.ATTACHED, Disposition.DUPLICATE} for post in waiting]
    right = sum(kept for kept, asked in zip(up, meant, strict=True) if asked)
    return (
        f"  kept as relevant or worth a look: {right} of {sum(meant)} meant to be, "
        f"and {sum(up) - right} of {len(meant) - sum(meant)} others"
    )


def _paced(relevant: float, seconds: float, rate: float, data: Path) -> None:
    """Offer posts at a steady rate to the running house; how long until the line, and for matters the case, is there."""
    clock = SystemClock()
    made = texts(int(seconds * rate), relevant=relevant)
    with _quiet(data, clock) as house:
        loops = house.loops({roof.Stage.NLP, roof.Stage.TRIAGE})
        threads = [threading.Thread(target=loop, daemon=True) for loop in loops.values()]
        for thread in threads:
            thread.start()
        _warm_up(house)
        sent: dict[PostKey, float] = {}
        arrived: dict[PostKey, tuple[float, Disposition]] = {}
        offering = threading.Thread(target=_offer, args=(house, made, rate, sent), daemon=True)
        offering.start()
        while offering.is_alive() or len(arrived) < len(sent):
            _note_arrivals(house, sent, arrived)
        clock.stop()
        for thread in threads:
            thread.join(timeout=10)
    _report_delays(sent, arrived, rate)


@contextmanager
def _quiet(data: Path, clock: SystemClock) -> Iterator[roof.House]:
    """The house with its console written to nowhere: notices are rendered and booked, nobody reads them."""
    with roof.opened(Settings(data=data), clock) as house, Path(os.devnull).open("w") as nowhere:
        yield replace(house, channels={"console": Console(nowhere.write)})


def _offer(
    house: roof.House, made: list[tuple[str, str, bool]], rate: float, sent: dict[PostKey, float]
) -> None:
    started = time.perf_counter()
    for number, post in enumerate(posts(made, datetime.now(UTC), source="paced")):
        time.sleep(max(0.0, started + number / rate - time.perf_counter()))
        sent[post.key] = time.perf_counter()
        house.engine.stream.publish(POSTS.name, [POSTS.encode(post)])


def _note_arrivals(
    house: roof.House, sent: dict[PostKey, float], arrived: dict[PostKey, tuple[float, Disposition]]
) -> None:
    time.sleep(0.01)
    there = house.engine.archive.get([key for key in list(sent) if key not in arrived][:400])
    seen = time.perf_counter()
    for key, line in there.items():
        arrived[key] = (seen - sent[key], line.disposition)


def _report_delays(
    sent: dict[PostKey, float], arrived: dict[PostKey, tuple[float, Disposition]], rate: float
) -> None:
    every = [delay for delay, _ in arrived.values()]
    cases = [delay for delay, kind in arrived.values() if kind is not Disposition.IRRELEVANT]
    for name, delays in (("all posts", every), ("posts in a case", cases)):
        cuts = statistics.quantiles(delays, n=100)
        print(
            f"  paced at {rate:.0f}/s, {name:<16} n={len(delays):<6} "
            f"p50 {cuts[49] * 1000:6.0f} ms   p95 {cuts[94] * 1000:6.0f} ms   p99 {cuts[98] * 1000:6.0f} ms"
        )
    print("  delay: from handing a post to the stream until its line (and its case before it) can be read")


def _warm_up(house: roof.House) -> None:
    first = next(posts(texts(1, relevant=1.0, seed=99), datetime.now(UTC), source="warm"))
    house.engine.stream.publish(POSTS.name, [POSTS.encode(first)])
    while first.key not in house.engine.archive.get([first.key]):
        time.sleep(0.05)


def _publish(house: roof.House, waiting: list[Post]) -> None:
    for start in range(0, len(waiting), BATCH):
        house.engine.stream.publish(
            POSTS.name, [POSTS.encode(post) for post in waiting[start : start + BATCH]]
        )


def _deliver(watch: Watch, courier: Courier, clock: SystemClock) -> None:
    while watch.tick(clock.now()) + courier.tick(clock.now()):
        pass


def _timed(stage: Callable[[], object]) -> float:
    started = time.perf_counter()
    stage()
    return time.perf_counter() - started
