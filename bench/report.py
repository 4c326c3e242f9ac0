"""What the runs came to: tables for people, and one object for a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from bench.figures import Spread, millis, ratio, table
from bench.moments import stages
from bench.road import OURS, Offer, Outcome

MOST_SECONDS = 2.0
"""p95 from publishing to the board is to stay below."""
MOST_MEMORY = 1_500_000_000
"""Bytes: all processes of the program together are to stay below."""
STILLS = 6
"""How many moments of the lag are printed."""


def head(offer: Offer) -> str:
    return (
        f"from publishing to the board: {offer.rate:,.0f} posts/s offered for {offer.seconds:g} s in an open loop "
        f"(after {offer.warm:g} s that do not count),\n{offer.relevant:.0%} relevant, half of those one story; "
        "one browser with the board open; everything on one machine"
    )


def delays(outcomes: Sequence[Outcome]) -> str:
    """Publishing to the board, one engine and size a line.

    Ratios of the p95: to the embedded engine's over as large an archive, and to the same engine's over the smaller one.
    """
    spreads = [Spread.of(one.shown - one.offered for one in outcome.way.posts) for outcome in outcomes]

    embedded = {
        one.past: spread.p95
        for one, spread in zip(outcomes, spreads, strict=True)
        if one.engine == "embedded"
    }
    first: dict[str, float] = {}
    rows = []
    for outcome, every in zip(outcomes, spreads, strict=True):
        rows.append(
            (
                named(outcome),
                str(every.count),
                *(millis(value) for value in (every.p50, every.p95, every.p99, every.most)),
                ratio(every.p95, embedded.get(outcome.past, 0.0)),
                ratio(every.p95, first.setdefault(outcome.engine, every.p95)),
                f"{outcome.rate:,.0f}/s",
                f"{outcome.drained:.1f} s",
                _kept(every.p95 < MOST_SECONDS, outcome.python < MOST_MEMORY),
            )
        )
    columns = ("on the board", "posts", "p50", "p95", "p99", "most", "to embedded", "to first size")
    return table((*columns, "read", "drained", "kept?"), rows)


def told(outcomes: Sequence[Outcome]) -> str:
    """Of those posts alone whose arrival made an event: from publishing until a board has it."""
    rows = []
    for outcome in outcomes:
        spread = Spread.of(one.heard - one.offered for one in outcome.way.posts if one.heard is not None)
        figures = (millis(value) for value in (spread.p50, spread.p95, spread.p99, spread.most))
        rows.append((named(outcome), str(spread.count), *figures))
    return table(("posts that made an event", "posts", "p50", "p95", "p99", "most"), rows)


def parts(outcomes: Sequence[Outcome]) -> str:
    """Where the time goes: p50 / p95 of each part, one engine and size a column."""
    columns = [
        {name: Spread.of(seconds) for name, seconds in stages(outcome.way.posts)} for outcome in outcomes
    ]
    rows = [
        (name, *(f"{spread.p50 * 1000:,.0f} / {spread.p95 * 1000:,.0f}" for spread in _row(columns, name)))
        for name in columns[0]
    ]
    return table(("ms, p50 / p95", *map(named, outcomes)), rows)


def costs(outcome: Outcome) -> str:
    rows = [
        (
            f"{name} (measures)" if name == OURS else name,
            f"{used.most_memory / 1e6:,.0f} MB",
            f"{used.processor / outcome.watched:.2f}",
        )
        for name, used in outcome.usage.items()
    ]
    return table((named(outcome), "most memory", "cores"), rows)


def lag(outcome: Outcome) -> str:
    """What waited, at a few moments of the run."""
    samples = outcome.samples
    chosen = samples[:: max(1, len(samples) // STILLS)]
    still = ", ".join(f"{one.at:.0f} s {one.counts['posts']:,}+{one.counts['readings']:,}" for one in chosen)
    most = max(one.counts["posts"] + one.counts["readings"] for one in samples)
    return f"{named(outcome)}: posts+readings waiting at {still}; most {most:,}"


def remarks(outcome: Outcome) -> str:
    verdict = "the ledger adds up" if outcome.book.balanced else "THE LEDGER DOES NOT ADD UP"
    return (
        f"{named(outcome)}: {outcome.found} of {outcome.meant} relevant posts in a case, {outcome.hottest} in the hottest; "
        f"{outcome.way.unshown} posts without their events on the board; all processes of the program "
        f"{outcome.python / 1e6:,.0f} MB at most; panels {outcome.panels} times, {outcome.breaks} breaks; {verdict}"
    )


def named(outcome: Outcome) -> str:
    return f"{outcome.engine} {_short(outcome.past.lines)}/{_short(outcome.past.cases)}"


def as_object(machine: Mapping[str, str], offer: Offer, outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {
        "machine": dict(machine),
        "offer": asdict(offer),
        "runs": [_run(outcome) for outcome in outcomes],
    }


def _run(outcome: Outcome) -> dict[str, object]:
    return {
        "engine": outcome.engine,
        "lines before": outcome.past.lines,
        "cases before": outcome.past.cases,
        "on the board": asdict(Spread.of(one.shown - one.offered for one in outcome.way.posts)),
        "events heard": asdict(
            Spread.of(one.heard - one.offered for one in outcome.way.posts if one.heard is not None)
        ),
        "parts": {name: asdict(Spread.of(seconds)) for name, seconds in stages(outcome.way.posts)},
        "posts a second": outcome.rate,
        "drained after": outcome.drained,
        "relevant": outcome.meant,
        "in a case": outcome.found,
        "in the hottest case": outcome.hottest,
        "not shown": outcome.way.unshown,
        "python bytes": outcome.python,
        "processes": {
            name: {"bytes": used.most_memory, "cores": used.processor / outcome.watched}
            for name, used in outcome.usage.items()
        },
        "lag": [{"at": one.at, **one.counts} for one in outcome.samples],
        "panels": outcome.panels,
        "breaks": outcome.breaks,
        "ledger": outcome.book.as_dict(),
    }


def _row(columns: Sequence[Mapping[str, Spread]], name: str) -> Iterator[Spread]:
    return (column[name] for column in columns)


def _kept(*promises: bool) -> str:
    return "yes" if all(promises) else "NO"


def _short(count: int) -> str:
    return f"{count // 1000}k" if count >= 1000 and count % 1000 == 0 else str(count)
