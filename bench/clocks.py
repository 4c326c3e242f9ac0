"""``make bench-clocks``: how fast deadlines are kept, and how late rungs fire, beside APScheduler in the same run.

A schedule is a case saved with its clocks, durably.  A rung has fired once it is booked in its case and its notice stands in
the outbox, durably, by the watch as it runs.  Every row is measured in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench import machine, pending, servers
from bench.figures import Spread, millis, ratio, table
from bench.scheduler_peer import MEMORY, STORE, Scheduler
from huiying import collector, logs
from huiying.clock import Pace, SystemClock
from huiying.contracts import Case
from huiying.engines import open_engine
from huiying.ports import CaseStore, Engine
from huiying.settings import load
from services.common import Unavailable
from triage import watch
from triage.policy import Policy
from triage.watch import Watch

RESULTS = Path("bench-results")
"""Where the figures are left as JSON; git does not see it."""
BATCH = 200
STORE_MOST = 100_000
"""Jobs up to which APScheduler's store is measured."""
LEAD = 2.0
"""Seconds that the watch runs before the first rung is due."""
MOST_LAG, MOST_HERD, MOST_DISTRIBUTED, LEAST_RATIO = 0.150, 0.500, 3.0, 5.0
"""The aims: seconds of p99 and of the herd, embedded; of p99, distributed; and times APScheduler's store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured."""

    singles: int
    firing: int
    over: float
    """Seconds over which they fall due."""
    herd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One system with so many clocks pending."""

    name: str
    pending: int
    batched: float | None
    """Schedules a second in batches of 200; None where there is no such thing."""
    single: float
    steady: Spread
    """Seconds from due to booked."""
    herd: Spread
    memory: int
    """Bytes in memory (RSS) of the process that schedules and fires; servers not counted."""


class Booked:
    """A case store that notes when a case that was due has been saved."""

    def __init__(self, real: CaseStore, due: dict[str, datetime], now: Callable[[], datetime]) -> None:
        self._real = real
        self._due = due
        self._now = now
        self.lags: dict[str, float] = {}
        self.all = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def save(self, cases: Sequence[Case]) -> None:
        self._real.save(cases)
        now = self._now()
        for case in cases:
            if case.id in self._due:
                self.lags.setdefault(case.id, (now - self._due[case.id]).total_seconds())
        if len(self.lags) == len(self._due):
            self.all.set()


def ours(settings: dict[str, Any], number: int, sizes: Sizes) -> Row:
    """One engine, in this process."""
    logs.configure(level="ERROR")
    policy = pending.rules()
    model = pending.template(policy)
    engine = open_engine(load(**settings))
    collector.calm()
    every = watch.AT_ONCE if settings["engine"] == "embedded" else watch.EVERY
    start = pending.OFFICE_TIME
    try:
        later = pending.cases(
            model,
            policy,
            number=number,
            name="pending",
            first=start + timedelta(days=2),
            over=timedelta(days=30),
        )
        batched = number / _saved(engine, later) if number else None
        alone = list(
            pending.cases(
                model,
                policy,
                number=sizes.singles,
                name="single",
                first=start + timedelta(days=1),
                over=timedelta(hours=1),
            )
        )
        started = time.perf_counter()
        for case in alone:
            engine.cases.save([case])
        single = sizes.singles / (time.perf_counter() - started)
        steady = _fire(engine, policy, model, every, "steady", start, sizes.firing, sizes.over)
        herd = _fire(engine, policy, model, every, "herd", start + timedelta(hours=1), sizes.herd, 0.0)
        return Row(
            name=settings["engine"],
            pending=number,
            batched=batched,
            single=single,
            steady=steady,
            herd=herd,
            memory=machine.memory([os.getpid()]),
        )
    finally:
        engine.close()


def _saved(engine: Engine, cases: Iterator[Case]) -> float:
    """Seconds that saving them in batches takes, without what making them takes."""
    spent = 0.0
    while batch := list(islice(cases, BATCH)):
        started = time.perf_counter()
        engine.cases.save(batch)
        spent += time.perf_counter() - started
    return spent


def _fire(
    engine: Engine,
    policy: Policy,
    model: Case,
    every: timedelta,
    name: str,
    first: datetime,
    number: int,
    over: float,
) -> Spread:
    """How late so many rungs fire that fall due over ``over`` seconds from ``first``, by the watch as it runs."""
    due: dict[str, datetime] = {}
    made = pending.cases(model, policy, number=number, name=name, first=first, over=timedelta(seconds=over))

    def noted() -> Iterator[Case]:
        for case in made:
            assert case.next_rung_at is not None
            due[case.id] = case.next_rung_at
            yield case

    _saved(engine, noted())
    time.sleep(1.5)  # until a search of the distributed engine has them
    clock = SystemClock(Pace(1.0, datetime.now(UTC), first - timedelta(seconds=LEAD)))
    booked = Booked(engine.cases, due, clock.now)
    looking = threading.Thread(
        target=Watch(booked, engine.archive, policy, clock, every=every).run,  # type: ignore[arg-type]
        daemon=True,
    )
    looking.start()
    booked.all.wait(LEAD + over + 600)
    clock.stop()
    looking.join()
    if len(booked.lags) < number:
        raise SystemExit(f"only {len(booked.lags)} of {number} rungs have fired")
    return Spread.of(booked.lags.values())


def theirs(kind: str, number: int, sizes: Sizes) -> Row:
    """The peer, in this process."""
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as scratch:
        scheduler = Scheduler(kind, Path(scratch), pending=number)
        spent = scheduler.singles(sizes.singles)
        each = spent / sizes.singles
        steady = Spread.of(scheduler.fire(sizes.firing, over=sizes.over, each=each))
        herd = Spread.of(scheduler.fire(sizes.herd, over=0.0, each=each))
        memory = machine.memory([os.getpid()])
        scheduler.close()
    return Row(
        name=kind,
        pending=number,
        batched=None,
        single=sizes.singles / spent,
        steady=steady,
        herd=herd,
        memory=memory,
    )


def measure(engines: Sequence[str], numbers: Sequence[int], sizes: Sizes, *, peer: bool) -> list[Row]:
    """Every row, and print each as it comes."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as scratch:
        for engine in engines:
            with _settings(engine, Path(scratch)) as make:
                for number in numbers:
                    rows.append(_alone(ours, make(number), number, sizes))
                    print(f"  {_said(rows[-1])}", flush=True)
    for kind in (MEMORY, STORE) if peer else ():
        for number in numbers:
            if kind == MEMORY or number <= STORE_MOST:
                rows.append(_alone(theirs, kind, number, sizes))
                print(f"  {_said(rows[-1])}", flush=True)
    return rows


def _alone(work: Callable[..., Row], *how: Any) -> Row:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        return pool.submit(work, *how).result()


@contextmanager
def _settings(engine: str, scratch: Path) -> Iterator[Callable[[int], dict[str, Any]]]:
    """How to reach an engine of its own for so many pending clocks."""
    if engine == "embedded":
        yield lambda number: {"data": scratch / f"embedded-{number}", "engine": "embedded"}
        return
    with servers.running() as there:
        yield lambda number: {
            "data": scratch / f"distributed-{number}",
            "engine": "distributed",
            "kafka": there.kafka,
            "elasticsearch": there.elasticsearch,
            "namespace": f"clocks-{number}",
        }


def in_a_table(rows: Sequence[Row]) -> str:
    """Ratios are to APScheduler's store with as many pending; to its memory where the store is not measured."""
    peers = {(row.name, row.pending): row for row in rows}
    head = (
        "system",
        "pending",
        "batched/s",
        "single/s",
        "to peer",
        "lag p50",
        "p99",
        "herd p50",
        "all booked",
        "memory",
    )
    lines = []
    for row in rows:
        peer = peers.get((STORE, row.pending))
        lines.append(
            (
                row.name,
                f"{row.pending:,}",
                f"{row.batched:,.0f}" if row.batched else "-",
                f"{row.single:,.0f}",
                ratio(row.single, peer.single if peer else 0.0),
                millis(row.steady.p50),
                millis(row.steady.p99),
                millis(row.herd.p50),
                millis(row.herd.most),
                f"{row.memory / 1e6:,.0f} MB",
            )
        )
    return table(head, lines)


def aims(rows: Sequence[Row]) -> list[str]:
    """Which of the aims are met, and which are not."""
    most = max(row.pending for row in rows)
    store = {row.pending: row.single for row in rows if row.name == STORE}
    said = []
    for row in rows:
        if row.pending != most or row.name not in ("embedded", "distributed"):
            continue
        limit = MOST_LAG if row.name == "embedded" else MOST_DISTRIBUTED
        said.append(
            _verdict(
                f"{row.name} p99 at {most:,}", millis(row.steady.p99), millis(limit), row.steady.p99 <= limit
            )
        )
        if row.name == "embedded":
            met = row.herd.most <= MOST_HERD
            said.append(_verdict(f"embedded herd at {most:,}", millis(row.herd.most), millis(MOST_HERD), met))
    for row in rows:
        if row.name == "embedded" and row.pending in store:
            times = row.single / store[row.pending]
            said.append(
                _verdict(
                    f"single at {row.pending:,}", f"{times:.1f}x", f"{LEAST_RATIO:g}x", times >= LEAST_RATIO
                )
            )
    return said


def _verdict(what: str, found: str, aim: str, met: bool) -> str:
    return f"{'met' if met else 'NOT MET'}: {what}: {found}, aim {aim}"


def _said(row: Row) -> str:
    return (
        f"{row.name}, {row.pending:,} pending: lag p99 {millis(row.steady.p99)}, herd {millis(row.herd.most)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.clocks", description=__doc__)
    parser.add_argument("--engine", choices=("embedded", "distributed", "both"), default="embedded")
    parser.add_argument(
        "--pending",
        default="10000",
        help="numbers of pending clocks, with commas between: 10000,100000,1000000",
    )
    parser.add_argument("--firing", type=int, default=2000, help="rungs of the steady run")
    parser.add_argument("--over", type=float, default=4.0, help="seconds over which they fall due")
    parser.add_argument("--herd", type=int, default=10_000, help="rungs that are due at once")
    parser.add_argument("--singles", type=int, default=300, help="schedules that are made one by one")
    parser.add_argument("--short", action="store_true", help="a tenth of everything: does it run at all?")
    parser.add_argument("--no-peer", action="store_true", help="without APScheduler")
    chosen = parser.parse_args()
    sizes = Sizes(singles=chosen.singles, firing=chosen.firing, over=chosen.over, herd=chosen.herd)
    numbers = [int(number) for number in chosen.pending.split(",")]
    if chosen.short:
        sizes = replace(sizes, singles=sizes.singles // 10, firing=sizes.firing // 10, herd=sizes.herd // 10)
        numbers = [number // 10 for number in numbers]
    engines = ("embedded", "distributed") if chosen.engine == "both" else (chosen.engine,)
    described = machine.described()
    print(
        f"{sizes.firing:,} rungs over {sizes.over:g} s, then {sizes.herd:,} at once; "
        + ", ".join(f"{name} {said}" for name, said in described.items())
    )
    try:
        rows = measure(engines, numbers, sizes, peer=not chosen.no_peer)
    except Unavailable as reason:
        raise SystemExit(f"bench: {reason}") from reason
    print(f"\n{in_a_table(rows)}\n")
    print("\n".join(f"  {line}" for line in aims(rows)))
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"clocks-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    found = {
        "machine": described,
        "sizes": asdict(sizes),
        "rows": [asdict(row) for row in rows],
        "aims": aims(rows),
    }
    path.write_text(json.dumps(found, indent=1), "utf-8")
    print(f"  figures: {path}")


if __name__ == "__main__":
    main()
