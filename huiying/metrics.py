"""What this process counts of its own work, for Prometheus.  Labels are names from our code, never ids, never words.

Everything that is counted is declared here.  What the stores hold is not counted but asked for: :mod:`huiying.survey`.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from threading import Lock

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

REGISTRY = CollectorRegistry()
CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series beside each counter
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

# ------------------------------------------------------------------------------------- the stages

HANDLED = Counter(
    "huiying_handled", "Records that a group has done with and committed.", ["group"], registry=REGISTRY
)
HANDLING = Histogram(
    "huiying_handling_seconds",
    "Seconds that a group spent on a batch, from its receipt to its commit.",
    ["group"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
    registry=REGISTRY,
)
BURIED = Counter("huiying_buried", "Records that nobody could handle.", ["group"], registry=REGISTRY)
TRY_AGAIN = Counter(
    "huiying_try_again", "Rounds that failed because of the surroundings.", ["loop"], registry=REGISTRY
)
STALLED = Counter(
    "huiying_stalled",
    "Consumers that got nothing although there was something.",
    ["group"],
    registry=REGISTRY,
)
LOOP_ENDED = Counter(
    "huiying_loop_restarts", "Loops that ended and were started again.", ["loop"], registry=REGISTRY
)
LAST_ROUND = Gauge(
    "huiying_loop_last_round_timestamp_seconds",
    "When a loop of this process went round last, by this machine's clock.",
    ["loop"],
    registry=REGISTRY,
)
OPENED = Counter("huiying_cases_opened", "Cases that this process opened.", registry=REGISTRY)
RUNGS = Counter("huiying_cases_escalated", "Cases of which rungs were booked.", registry=REGISTRY)
NOTICES = Counter(
    "huiying_notices",
    "Attempts to send a notice over a channel, by what came of them: sent, delivered, owed (again later), failed.",
    ["channel", "state"],
    registry=REGISTRY,
)
EVENTS = Counter(
    "huiying_events_published", "Events of cases that were put on the stream.", registry=REGISTRY
)
LOOKS = Counter("huiying_looks", "Looks at sources.", ["ok"], registry=REGISTRY)

# ---------------------------------------------------------------------------------------- the web

REQUESTS = Counter(
    "huiying_http_requests", "Answers of the web.", ["method", "route", "status"], registry=REGISTRY
)
ANSWERING = Histogram(
    "huiying_http_request_seconds",
    "Seconds until an answer of the web began.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
LIVE = Gauge("huiying_live_clients", "Pages with an open live connection.", registry=REGISTRY)

# -------------------------------------------------------------------------------------- the clock

SKEW = Gauge(
    "huiying_clock_offset_seconds",
    "How far this machine's clock is ahead of a server's; negative: behind.",
    ["server"],
    registry=REGISTRY,
)
SKEW_WITHIN = Gauge(
    "huiying_clock_offset_uncertainty_seconds",
    "How exactly that could be measured.",
    ["server"],
    registry=REGISTRY,
)
JUMPS = Counter(
    "huiying_clock_jumps", "Times that this machine's clock was set, or the machine slept.", registry=REGISTRY
)
LAST_JUMP = Gauge(
    "huiying_clock_last_jump_seconds", "How far it went at the last of them.", registry=REGISTRY
)

BUILD = Gauge(
    "huiying_build_info", "Always 1; what is running.", ["version", "engine", "python"], registry=REGISTRY
)


def running(*, engine: str) -> None:
    """Say what is running; once, at the start."""
    BUILD.clear()
    BUILD.labels(software(), engine, platform.python_version()).set(1)


def about_to_work(group: str) -> None:
    """Show a group's figures from the start, as zeros: what appears later than its first event lacks that one."""
    for one in (HANDLED, HANDLING, BURIED, STALLED):
        one.labels(group)
    TRY_AGAIN.labels(group)


def software() -> str:
    """The version of this software; '0' where it was not installed."""
    try:
        return version("huiying")
    except PackageNotFoundError:
        return "0"


_rounds: dict[str, datetime] = {}
_turn = Lock()


def went_round(loop: str, now: datetime) -> None:
    """A loop is alive: called at each of its rounds, work or none."""
    with _turn:
        _rounds[loop] = now
    LAST_ROUND.labels(loop).set(now.timestamp())


def rounds() -> Mapping[str, datetime]:
    """Loop → when it went round last, of every loop that this process has run."""
    with _turn:
        return dict(_rounds)


def exposition(*others: Collector) -> bytes:
    """Everything as Prometheus reads it: this process's figures, then those of ``others``."""
    return b"".join(generate_latest(one) for one in (REGISTRY, *others))
