"""What the stores hold, as Prometheus reads it.  The process's own figures are :mod:`huiying.metrics`.

A server that is away is ``huiying_up 0`` and its figures are left out: old ones would lie.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from huiying import heart, metrics, survey
from huiying.contracts import OPEN_STATES, CaseState, ClockKind, Disposition
from huiying.heart import Beat
from huiying.ports import Clock, Engine, Owed
from huiying.survey import Standing, StoreFigures, StreamFigures
from response_api.house import SourceState
from response_api.looks import Look, Seen

PATIENCE_SECONDS = 3.0
"""How long a scrape waits for a look: Prometheus itself gives up after ten."""
MOST_SOURCES = 500
"""Sources of the catalogue that get a line of their own."""
SOURCE_STATES = ("ok", "failing", "silent", "waiting", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """All that the look at cases, archive and register brings."""

    figures: StoreFigures
    sources: Sequence[SourceState]
    beats: Sequence[Beat]


class Exposition:
    """One for each application: it remembers the last looks."""

    def __init__(self, engine: Engine, clock: Clock, sources: Callable[[], Sequence[SourceState]]) -> None:
        self._clock = clock

        def stores() -> Stores:
            return Stores(
                figures=survey.of_stores(engine, clock.now()),
                sources=sources(),
                beats=heart.beats(engine.register),
            )

        self._stream: Look[StreamFigures] = Look("stream", lambda: survey.of_stream(engine.stream))
        self._stores: Look[Stores] = Look("stores", stores)

    def up(self) -> Mapping[str, bool]:
        """Service → whether it answered when it was asked last, a few seconds ago at most."""
        stream = self._stream.read(patience=PATIENCE_SECONDS)
        stores = self._stores.read(patience=PATIENCE_SECONDS)
        return {"stream": stream.up, "stores": stores.up}

    def text(self) -> bytes:
        """Everything. Takes seconds at most, never raises because a server is away; not for the event loop."""
        stream = self._stream.read(patience=PATIENCE_SECONDS)
        stores = self._stores.read(patience=PATIENCE_SECONDS)
        return metrics.exposition(_Families(families(stream, stores, self._clock.now())))


class _Families(Collector):
    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = tuple(found)

    def collect(self) -> Iterable[Metric]:
        return self._found


def families(stream: Seen[StreamFigures], stores: Seen[Stores], now: datetime) -> Iterator[Metric]:
    looks: Mapping[str, Seen[Any]] = {"stream": stream, "stores": stores}
    yield _gauge("up", "1 where the service answered.", "service", {n: float(s.up) for n, s in looks.items()})
    yield _gauge(
        "survey_age_seconds", "How old its figures are.", "service", {n: s.age for n, s in looks.items()}
    )
    yield _gauge(
        "survey_seconds", "How long it took to read them.", "service", {n: s.took for n, s in looks.items()}
    )
    if stream.figures is not None:
        yield from _of_stream(stream.figures, now)
    if stores.figures is not None:
        yield from _of_stores(stores.figures.figures, now)
        yield from _of_sources(stores.figures.sources, now)
        yield from _of_beats(stores.figures.beats, now)


def _of_stream(figures: StreamFigures, now: datetime) -> Iterator[Metric]:
    ever = CounterMetricFamily(
        "huiying_stream_records", "Records that were published to a topic.", labels=["topic"]
    )
    for topic, size in figures.sizes.items():
        ever.add_metric([topic], size.ever)
    yield ever
    yield _gauge(
        "stream_kept_records",
        "Records that a topic keeps.",
        "topic",
        {topic: size.kept for topic, size in figures.sizes.items()},
    )
    lag = GaugeMetricFamily(
        "huiying_lag_records", "Records that wait for a group.", labels=["topic", "group"]
    )
    oldest = GaugeMetricFamily(
        "huiying_lag_oldest_seconds",
        "For how long the oldest of them has waited; 0 where none does.",
        labels=["topic", "group"],
    )
    for one in figures.waiting:
        lag.add_metric([one.topic, one.group], one.records)
        oldest.add_metric([one.topic, one.group], since(one.oldest, now))
    yield lag
    yield oldest
    dead = GaugeMetricFamily(
        "huiying_dead_letters",
        "Dead letters that are kept, replayed ones with them.",
        labels=["topic", "group"],
    )
    for pair, count in figures.dead.items():
        dead.add_metric(pair, count)
    yield dead


def _of_stores(figures: StoreFigures, now: datetime) -> Iterator[Metric]:
    yield _gauge(
        "cases", "Cases by state.", "state", {state.value: figures.cases.get(state, 0) for state in CaseState}
    )
    yield _one("open_cases", "Cases with which nobody has done.", _open(figures))
    yield _gauge(
        "archive_lines",
        "Post versions whose way has ended, by how; those buried wait for somebody to mend and replay them.",
        "disposition",
        {one.value: figures.lines.get(one, 0) for one in Disposition},
    )
    clocks = GaugeMetricFamily(
        "huiying_clocks", "Running clocks by kind and by how far they have come.", labels=["kind", "state"]
    )
    for kind in ClockKind:
        for state in Standing:
            clocks.add_metric([kind.value, state.value], figures.clocks.get((kind, state), 0))
    yield clocks
    yield _one("clocks_cut", "1 where there were too many clocks to count all.", float(figures.cut))
    if figures.next_due is not None:
        yield _one(
            "next_due_timestamp_seconds", "When the next clock runs out.", figures.next_due.timestamp()
        )
    yield _gauge(
        "owed_seconds",
        "For how long the oldest of what is due has been due: rungs, sendings, events; 0 where nothing is.",
        "what",
        {owed.value: since(figures.owed.get(owed), now) for owed in Owed},
    )
    yield _gauge(
        "notices_owed",
        "Notices that a channel still owes.",
        "channel",
        {channel: owed.count for channel, owed in figures.notices.items()},
    )
    yield _gauge(
        "notices_owed_oldest_seconds",
        "For how long the oldest of them has been owed.",
        "channel",
        {channel: since(owed.oldest, now) for channel, owed in figures.notices.items()},
    )
    yield _gauge(
        "notices_failed",
        "Notices that were given up, of cases with a running clock.",
        "channel",
        figures.failed,
    )


def _open(figures: StoreFigures) -> int:
    return sum(figures.cases.get(state, 0) for state in OPEN_STATES)


def _of_sources(sources: Sequence[SourceState], now: datetime) -> Iterator[Metric]:
    counts = Counter(source.state for source in sources)
    yield _gauge("sources", "Sources by health.", "state", {state: counts[state] for state in SOURCE_STATES})
    yield _gauge(
        "source_last_good_look_seconds",
        "Seconds since the last look at a source that went well.",
        "source",
        {
            source.id: since(source.last_ok_at, now)
            for source in sources[:MOST_SOURCES]
            if source.last_ok_at is not None
        },
    )


def _of_beats(beats: Sequence[Beat], now: datetime) -> Iterator[Metric]:
    yield _gauge(
        "loop_seen_seconds",
        "Seconds since a loop was last seen at work in any process.",
        "loop",
        {loop: since(at, now) for loop, at in heart.last_seen(beats).items()},
    )
    yield _one(
        "processes", "Processes seen within a minute.", sum(now - beat.at < heart.ALIVE for beat in beats)
    )


def since(at: datetime | None, now: datetime) -> float:
    """Seconds; 0 where there is no such moment, or it is still to come by our clock."""
    return max(0.0, (now - at).total_seconds()) if at else 0.0


def _gauge(name: str, said: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"huiying_{name}", said, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _one(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"huiying_{name}", said, value=value)
