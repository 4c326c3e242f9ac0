"""``make chaos``: a long stream through the whole house while its servers and workers are killed, frozen and restarted.

Three brokers that replicate, one Elasticsearch, two ``nlp``, two ``triage``, one ``web``, a receiver of notices.  Every draw
comes from the seed that is printed.  In the end each promise is looked at; exit code 1 where one is broken.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import stream_of_posts
from huiying.contracts import ClockState
from huiying.engines import open_engine, open_stream
from huiying.errors import TryAgain
from huiying.ports import Engine, Stream
from huiying.settings import Settings, load
from huiying.topics import POSTS
from nlp import train
from services.common import wait_until
from tests.chaos.servers import Servers, servers
from tests.chaos.workers import Staff
from tests.journey.house import hasten, lag, readings_of
from tests.journey.processes import Program
from tests.journey.promises import broken
from tests.journey.receiver import SECRET, Receiver, listening

STAGES = ("nlp", "nlp", "triage", "triage", "web")
RELEVANT = 0.05
TERM = timedelta(seconds=72)
"""Of every clock: most come due while something is away."""
SETTLE_SECONDS = 240.0
LOUD = (
    "loop_failed",
    "round_failed",
    "tick_failed",
    "case_failed",
    "events_failed",
    "handler_failed",
    "surprise",
)
"""Log events that no fault of the surroundings excuses."""


@dataclass(kw_only=True)
class Run:
    servers: Servers
    staff: Staff
    dice: random.Random
    began: float = field(default_factory=time.monotonic)
    faults: Counter[str] = field(default_factory=Counter)

    def say(self, what: str) -> None:
        print(f"{time.monotonic() - self.began:7.1f} s  {what}", flush=True)

    # After each fault everything is there again; Elasticsearch, which is slow to start, may still be on its way.

    def kill_broker(self) -> None:
        self._kill_brokers(1)

    def kill_two_brokers(self) -> None:
        self._kill_brokers(2)

    def _kill_brokers(self, count: int) -> None:
        chosen = self.dice.sample(self.servers.brokers, count)
        away = self.dice.uniform(3, 20)
        self.say(f"kill -9 {' and '.join(one.name for one in chosen)} for {away:.0f} s")
        for one in chosen:
            one.kill()
        time.sleep(away)
        for one in chosen:
            one.start()
        for one in chosen:
            one.wait()

    def freeze_broker(self) -> None:
        one, seconds = self.dice.choice(self.servers.brokers), self.dice.uniform(3, 20)
        self.say(f"freeze {one.name} for {seconds:.0f} s")
        one.freeze(seconds)

    def kill_elasticsearch(self) -> None:
        away = self.dice.choice([self.dice.uniform(3, 20), 75.0])
        self.servers.node.wait()
        self.say(f"kill -9 elasticsearch for {away:.0f} s")
        self.servers.node.kill()
        time.sleep(away)
        self.servers.node.start()

    def freeze_elasticsearch(self) -> None:
        seconds = self.dice.uniform(3, 40)
        self.say(f"freeze elasticsearch for {seconds:.0f} s")
        self.servers.node.freeze(seconds)

    def kill_worker(self) -> None:
        one = self.dice.choice(self.staff.posts)
        self.say(f"kill -9 {one.name}")
        self.staff.kill(one)

    def freeze_worker(self) -> None:
        one, seconds = self.dice.choice(self.staff.posts), self.dice.uniform(2, 25)
        self.say(f"freeze {one.name} for {seconds:.0f} s")
        self.staff.freeze(one, seconds)

    def kill_all_workers(self) -> None:
        self.say("kill -9 every worker")
        for one in self.staff.posts:
            self.staff.kill(one)

    def rolling_restart(self) -> None:
        self.say("rolling restart of everything")
        for server in (*self.servers.brokers, self.servers.node):
            server.wait()
            server.stop()
            server.start()
            server.wait()
        for one in self.staff.posts:
            self.staff.restart(one)

    def any_fault(self) -> None:
        kinds: dict[Callable[[], None], float] = {
            self.kill_broker: 5,
            self.kill_two_brokers: 2,
            self.freeze_broker: 2,
            self.kill_elasticsearch: 2,
            self.freeze_elasticsearch: 1,
            self.kill_worker: 5,
            self.freeze_worker: 5,
            self.kill_all_workers: 1,
        }
        fault = self.dice.choices(list(kinds), list(kinds.values()))[0]
        self.faults[fault.__name__] += 1
        fault()


@dataclass(kw_only=True)
class Crawler:
    """Publishes at a steady rate, each post again until it stands on the stream."""

    stream: Stream
    rate: float
    made: list[tuple[str, str, bool]]
    published: int = 0
    longest: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        began = time.monotonic()
        posts = list(stream_of_posts.posts(self.made, datetime.now(UTC), source="chaos"))
        while not self.over.is_set() and self.published < len(posts):
            wanted = min(len(posts), int((time.monotonic() - began) * self.rate), self.published + 500)
            if wanted == self.published:
                time.sleep(0.05)
                continue
            now = datetime.now(UTC)
            some = [
                replace(one, published_at=now, collected_at=now) for one in posts[self.published : wanted]
            ]
            asked = time.monotonic()
            while True:  # to the end of the run and beyond: what was begun is finished
                try:
                    self.stream.publish(POSTS.name, [POSTS.encode(one) for one in some])
                    break
                except TryAgain:
                    time.sleep(0.5)
            self.longest = max(self.longest, time.monotonic() - asked)
            self.published = wanted


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("CHAOS_MINUTES") or 10))
    parser.add_argument("--rate", type=float, default=20.0, help="posts a second")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("CHAOS_SEED") or 0))
    asked = parser.parse_args()
    seed = asked.seed or random.SystemRandom().randrange(1, 10**6)
    folder = Path(tempfile.mkdtemp(prefix="huiying-chaos-"))
    print(f"CHAOS_SEED={seed} CHAOS_MINUTES={asked.minutes:g}; everything lies in {folder}", flush=True)
    receiver = Receiver()
    receiver.fail_every = 7
    with listening(receiver) as hook, servers(folder) as there:
        return play(folder, there, receiver, hook, minutes=asked.minutes, rate=asked.rate, seed=seed)


def play(
    folder: Path, there: Servers, receiver: Receiver, hook: str, *, minutes: float, rate: float, seed: int
) -> int:
    os.environ.update(there.environment())
    data = folder / "office"
    train.ensure(folder / "models")
    program = Program.laid_out(
        data, folder / "models", HUIYING_WEBHOOK_URL=hook, HUIYING_WEBHOOK_SECRET=SECRET
    )
    hasten(data / "policy", hours=TERM / timedelta(hours=1))
    settings = load(data=data)
    run = Run(servers=there, staff=Staff(program=program), dice=random.Random(seed))
    for stage in STAGES:
        run.staff.hire(stage)
    threading.Thread(target=run.staff.watch, daemon=True).start()
    stream = open_stream(settings)
    made = stream_of_posts.texts(int((minutes + 1) * 60 * rate), relevant=RELEVANT, seed=seed)
    crawler = Crawler(stream=stream, rate=rate, made=made)
    source = threading.Thread(target=crawler.run, daemon=True)
    source.start()
    if not wait_until(lambda: _open_cases(settings) > 0, within=SETTLE_SECONDS):
        run.say("nobody has opened a case yet; going on all the same")
    run.began = time.monotonic()
    end = run.began + minutes * 60
    halfway = run.began + minutes * 30
    while time.monotonic() < end:
        time.sleep(run.dice.uniform(2, 12))
        run.any_fault()
        if time.monotonic() > halfway > 0:
            halfway = 0
            run.rolling_restart()
            run.faults["rolling_restart"] += 1
    there.node.wait()
    run.say("calm")
    source.join(SETTLE_SECONDS)  # it may have fallen behind while nobody took anything
    crawler.over.set()
    source.join(60)
    read = not source.is_alive() and wait_until(lambda: lag(stream) == 0, within=SETTLE_SECONDS)
    run.say(f"everything read: {read}")
    engine = open_engine(settings)
    settled = wait_until(lambda: _settled(engine), within=SETTLE_SECONDS)
    run.say(f"every notice sent: {settled}")
    run.staff.dismiss()
    promises = {
        "everything that was published is read": [] if read else [f"lag {lag(stream)}"],
        "the ledger adds up": _ledger(program, crawler.published),
        "no case is doubled, each notice arrived by its id, none was forged": [
            *broken(engine, receiver.accepted),
            *([f"{receiver.forged} forged"] if receiver.forged else []),
        ],
        "every clock that is due has fired and every notice is sent": [] if settled else _unsettled(engine),
        "the record verifies": _record(program, folder),
        "no worker ended by itself": run.staff.deserted,
        "no worker was surprised": _surprises(data.parent / "log.txt"),
    }
    cases = list(engine.cases.all())
    told = readings_of(stream)
    print(
        f"\nseed {seed}, {minutes:g} minutes, {crawler.published} posts, {len(cases)} cases,"
        f" {len(receiver.accepted)} notices ({sum(receiver.accepted.values())} deliveries)"
        f"\nfaults: {', '.join(f'{name} {count}' for name, count in run.faults.most_common())}"
        f"\nstarts that met an absent server and were repeated: {dict(run.staff.turned_away)}"
        f"\nposts read twice by nlp: {sum(count > 1 for count in told.values())} of {len(told)} that triage saw"
        f"\nlongest wait of a publish: {crawler.longest:.1f} s; rungs marked late: {_late(engine)}"
        f"\nlog: {dict(_log(data.parent / 'log.txt').most_common(12))}\n"
    )
    for promise, faults in promises.items():
        print(f"{'broken' if faults else 'kept  '}  {promise}")
        for fault in faults[:20]:
            print(f"        {fault}")
    engine.close()
    stream.close()
    return 1 if any(promises.values()) else 0


def _open_cases(settings: Settings) -> int:
    engine = open_engine(settings)
    try:
        return sum(1 for _ in engine.cases.all())
    finally:
        engine.close()


def _settled(engine: Engine) -> bool:
    try:
        return not _unsettled(engine)
    except TryAgain:
        return False


def _unsettled(engine: Engine) -> list[str]:
    found = []
    now = datetime.now(UTC)
    for case in engine.cases.all():
        if case.outbox or case.events_published < len(case.events):
            found.append(f"{case.id} owes {len(case.outbox)} notices")
        found += [
            f"{case.id} {clock.rule.name} was due at {clock.due_at} and never broke"
            for clock in case.clocks
            if clock.state is ClockState.RUNNING and clock.due_at < now and clock.broken_at is None
        ]
    return found


def _late(engine: Engine) -> int:
    return sum(event.why.startswith("迟发") for case in engine.cases.all() for event in case.events)


def _ledger(program: Program, published: int) -> list[str]:
    book = program.ledger()
    if book["balanced"] and (book["published"], book["waiting"], book["buried"]) == (published, 0, 0):
        return []
    return [f"{published} were published: {book}"]


def _record(program: Program, folder: Path) -> list[str]:
    for command in (("record", "export", str(folder / "record")), ("verify", str(folder / "record"))):
        done = program.call(*command, timeout=600)
        if done.returncode:
            return [f"huiying {' '.join(command)}: {done.stdout[-400:]}{done.stderr[-400:]}"]
    return []


def _log(path: Path) -> Counter[str]:
    return Counter(re.findall(r"\] ([a-z_]{4,}) ", path.read_text("utf-8", "replace")))


def _surprises(path: Path) -> list[str]:
    seen = _log(path)
    return [f"{event} {seen[event]} times in {path}" for event in LOUD if seen[event]]


if __name__ == "__main__":
    sys.exit(main())
