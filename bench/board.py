"""One engine after the other, over an archive and over one that is larger: how long from publishing to the board."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import machine, report, servers
from bench.fill import Past
from bench.road import Offer, Outcome, run
from bench.servers import Servers
from huiying import logs
from huiying.settings import Settings, load
from nlp import train
from services.common import free_port

RESULTS = Path("bench-results")
"""Where the figures are left as JSON; git does not see it."""
WARM_SECONDS = 5.0


def measure(
    *, distributed: bool, seconds: float, rate: float, relevant: float, lines: int, cases: int, times: int
) -> None:
    """Print the tables, and leave the figures in a file."""
    logs.configure(level="ERROR")
    described = machine.described()
    offer = Offer(rate=rate, seconds=seconds, warm=min(WARM_SECONDS, seconds / 4), relevant=relevant)
    print(
        f"\n{report.head(offer)}\n  " + ", ".join(f"{name} {said}" for name, said in described.items()) + "\n"
    )
    past = Past(lines=lines, cases=cases)
    pasts = [past] if times <= 1 else [past, past.times(times)]
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as scratch:
        models = Path(scratch) / "models"
        train.ensure(models)
        for outcome in _runs(Path(scratch), models, offer, pasts, distributed=distributed):
            outcomes.append(outcome)
            print(f"{report.remarks(outcome)}\n{report.lag(outcome)}\n{report.costs(outcome)}\n", flush=True)
    for part in (report.delays, report.told, report.parts):
        print(f"{part(outcomes)}\n")
    print("  name: engine, archive lines / cases before the run; kept?: p95 under 2 s, memory under 1.5 GB")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(report.as_object(described, offer, outcomes), indent=1), "utf-8")
    print(f"  figures: {path}")


def _runs(
    scratch: Path, models: Path, offer: Offer, pasts: list[Past], *, distributed: bool
) -> Iterator[Outcome]:
    for number, past in enumerate(pasts):
        settings = load(data=scratch / f"embedded-{number}", engine="embedded", port=free_port())
        yield run(settings, offer=offer, past=past, models=models, servers={})
    # Not before they are needed: beside the embedded engine they would only be in the way.
    if not distributed:
        return
    with servers.running() as there:
        for number, past in enumerate(pasts):
            settings = _on(there, scratch / f"distributed-{number}", f"bench-{number}")
            yield run(settings, offer=offer, past=past, models=models, servers=there.processes)


def _on(there: Servers, data: Path, namespace: str) -> Settings:
    return load(
        data=data,
        engine="distributed",
        kafka=there.kafka,
        elasticsearch=there.elasticsearch,
        namespace=namespace,
        port=free_port(),
    )
