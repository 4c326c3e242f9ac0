"""Numbers as people write them."""

from __future__ import annotations

import pytest

from huiying.amounts import counted, figure
from huiying.contracts import SignalKind


@pytest.mark.parametrize(
    "amount,told",
    [
        (0, "0"),
        (3, "3"),
        (2.5, "2.5"),
        (9999, "9999"),
        (10_000, "1万"),
        (12_500, "1.25万"),
        (2_600_000, "260万"),
        (2_630_000, "263万"),
        (130_000_000, "1.3亿"),
        (1e9, "10亿"),
        (123_456_789, "1.2346亿"),
    ],
)
def test_a_number_is_told_as_people_write_it(amount: float, told: str) -> None:
    assert figure(amount) == told


def test_what_is_counted_has_its_unit() -> None:
    assert counted(SignalKind.LOSS, 2_600_000) == "260万元"
    assert counted(SignalKind.DEATHS, 3) == "3人"
    assert counted(SignalKind.HOUSEHOLDS, 120) == "120户"
