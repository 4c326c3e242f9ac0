"""One measured number: of how many, how sure, and what the plain way of doing it gets on the same texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

RESAMPLES = 1000
LEVEL = 0.95

Numbers = npt.NDArray[np.float64]
Choice = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """``low`` and ``high`` bound a 95 % interval; ``baseline`` is None where nobody has a plainer way."""

    name: str
    value: float
    n: int
    low: float
    high: float
    baseline: float | None = None
    baseline_name: str = ""
    register: str = ""
    """The kind of text (news, Weibo, citizens' messages…); empty for all of them."""

    @property
    def key(self) -> str:
        return f"{self.name}@{self.register}" if self.register else self.name

    def as_dict(self) -> dict[str, float | int | None]:
        return {
            "value": self.value,
            "n": self.n,
            "low": self.low,
            "high": self.high,
            "baseline": self.baseline,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one module has to say."""

    figures: tuple[Figure, ...] = ()
    lists: Mapping[str, tuple[str, ...]] | None = None
    """Texts to be looked at one by one, such as every false alarm, under a heading."""
    skipped: tuple[str, ...] = ()
    """Files that the folder lacks."""
    plots: Mapping[str, Callable[[Path], None]] | None = None
    """File name without ending → draws that PNG."""


def share(name: str, hits: int, n: int, *, baseline: float | None = None, baseline_name: str = "") -> Figure:
    """A proportion with its Clopper-Pearson interval. ``n`` of 0 gives 0 within [0, 1]."""
    low = float(beta.ppf((1 - LEVEL) / 2, hits, n - hits + 1)) if hits else 0.0
    high = float(beta.ppf((1 + LEVEL) / 2, hits + 1, n - hits)) if hits < n else 1.0
    return Figure(
        name=name,
        value=hits / n if n else 0.0,
        n=n,
        low=low,
        high=high,
        baseline=baseline,
        baseline_name=baseline_name,
    )


def resampled(
    name: str,
    statistic: Callable[[Choice], float],
    n: int,
    *,
    baseline: float | None = None,
    baseline_name: str = "",
) -> Figure:
    """A statistic of ``n`` rows with its bootstrap interval. ``statistic`` gets the row numbers to count, with repeats."""
    draw = np.random.default_rng(0)
    again = [statistic(draw.integers(0, n, n)) for _ in range(RESAMPLES)] if n else [0.0, 1.0]
    low, high = np.quantile(again, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(
        name=name,
        value=float(statistic(np.arange(n))) if n else 0.0,
        n=n,
        low=float(low),
        high=float(high),
        baseline=baseline,
        baseline_name=baseline_name,
    )
