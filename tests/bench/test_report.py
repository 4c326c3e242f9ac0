"""What the tables say of runs."""

from __future__ import annotations

from bench import report
from bench.fill import Past
from bench.machine import Sample, Usage
from bench.moments import Moments, Way
from bench.road import Outcome
from huiying.ledger import Ledger

SMALL = Past(lines=20_000, cases=200)


def an_outcome(engine: str, past: Past, delay: float, python: int = 500_000_000) -> Outcome:
    one = Moments(offered=0.0, taken=0.1, read=0.2, judged=0.3, kept=0.4, told=0.5, heard=delay, shown=delay)
    return Outcome(
        engine=engine,
        past=past,
        way=Way(posts=(one,), unshown=0),
        meant=1,
        found=1,
        hottest=1,
        rate=1000.0,
        drained=0.5,
        samples=[
            Sample(at=float(n), counts={"posts": n, "readings": 0}, memory=python) for n in range(1, 13)
        ],
        usage={"nlp": Usage(most_memory=python, processor=6.0)},
        watched=12.0,
        python=python,
        panels=3,
        breaks=0,
        book=Ledger(
            published=1,
            irrelevant=0,
            duplicate=0,
            attached=1,
            buried=0,
            withheld=0,
            waiting=0,
            older=0,
            missing=(),
        ),
    )


def test_each_run_stands_beside_the_other_engine_and_beside_the_smaller_archive() -> None:
    runs = [
        an_outcome("embedded", SMALL, 0.5),
        an_outcome("embedded", SMALL.times(10), 0.6),
        an_outcome("distributed", SMALL, 1.0),
        an_outcome("distributed", SMALL.times(10), 1.5),
    ]
    rows = [line.split() for line in report.delays(runs).splitlines()[1:]]
    assert [row[:2] for row in rows][-1] == ["distributed", "200k/2k"]
    assert [(row[11], row[12]) for row in rows] == [
        ("1.00x", "1.00x"),
        ("1.00x", "1.20x"),
        ("2.00x", "1.00x"),
        ("2.50x", "1.50x"),
    ]


def test_a_run_that_is_too_slow_or_too_large_is_marked() -> None:
    runs = [
        an_outcome("embedded", SMALL, 1.9),
        an_outcome("embedded", SMALL, 2.1),
        an_outcome("embedded", SMALL, 1.9, python=1_600_000_000),
    ]
    assert [line.split()[-1] for line in report.delays(runs).splitlines()[1:]] == ["yes", "NO", "NO"]


def test_the_lag_is_told_at_a_few_moments_with_its_peak() -> None:
    told = report.lag(an_outcome("embedded", SMALL, 1.0))
    assert told.startswith("embedded 20k/200: ") and "1 s 1+0, 3 s 3+0" in told and told.endswith("most 12")


def test_a_process_shows_its_memory_and_its_share_of_a_core() -> None:
    assert report.costs(an_outcome("embedded", SMALL, 1.0)).splitlines()[1].split() == [
        "nlp",
        "500",
        "MB",
        "0.50",
    ]
