"""Percentiles are values that were measured, and tables line up."""

from __future__ import annotations

import pytest

from bench.figures import Spread, millis, percentile, ratio, table


@pytest.mark.parametrize(("share", "value"), [(50, 50.0), (95, 95.0), (99, 99.0), (100, 100.0), (1, 1.0)])
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(share: float, value: float) -> None:
    assert percentile([float(n) for n in range(1, 101)], share) == value


def test_of_few_values_the_high_percentiles_are_the_largest() -> None:
    assert Spread.of([0.3, 0.1]) == Spread(count=2, p50=0.1, p95=0.3, p99=0.3, most=0.3)


def test_of_nothing_there_is_nothing() -> None:
    assert Spread.of([]) == Spread(count=0, p50=0.0, p95=0.0, p99=0.0, most=0.0)


def test_names_stand_to_the_left_and_figures_to_the_right() -> None:
    drawn = table(("name", "p50"), [("a", "1,000 ms"), ("longer", "5 ms")])
    assert drawn.splitlines() == ["name         p50", "a       1,000 ms", "longer      5 ms"]


def test_figures_are_told_in_milliseconds_and_as_ratios() -> None:
    assert (millis(1.2345), ratio(3.0, 1.5), ratio(3.0, 0.0)) == ("1,234 ms", "2.00x", "-")
