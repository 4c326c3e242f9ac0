"""The table says how many times the peer's store ours is, and the aims say what they found, met or not."""

from __future__ import annotations

from bench.clocks import Row, aims, in_a_table
from bench.figures import Spread
from bench.scheduler_peer import STORE


def row(name: str, *, pending: int = 1000, single: float = 100.0, lag: float = 0.1, herd: float = 0.4) -> Row:
    return Row(
        name=name,
        pending=pending,
        batched=None,
        single=single,
        steady=Spread.of([lag]),
        herd=Spread.of([herd]),
        memory=1_000_000,
    )


def test_the_ratio_is_to_the_store_with_as_many_pending() -> None:
    rows = [row("embedded", single=700.0), row(STORE), row("embedded", pending=9, single=700.0)]
    first, _, third = in_a_table(rows).splitlines()[1:]
    assert "7.00x" in first
    assert "7.00x" not in third


def test_an_aim_that_is_missed_says_so() -> None:
    good = aims([row("embedded", single=700.0), row(STORE), row("distributed", lag=2.9)])
    assert [line.split(":")[0] for line in good] == ["met"] * 4
    bad = aims([row("embedded", lag=0.2, herd=0.6, single=400.0), row(STORE), row("distributed", lag=3.1)])
    assert [line.split(":")[0] for line in bad] == ["NOT MET"] * 4
