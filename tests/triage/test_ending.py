from __future__ import annotations

from datetime import timedelta

import pytest

from huiying.contracts import ClockState
from tests.factories import NOW, a_clock
from triage.ending import Ending, ending

EARLY, LATE = NOW + timedelta(hours=1), NOW + timedelta(hours=3)


@pytest.mark.parametrize(
    ("state", "after", "expected"),
    [
        (ClockState.MET, EARLY, Ending.KEPT),
        (ClockState.MET, NOW + timedelta(hours=2), Ending.KEPT),
        (ClockState.MET, LATE, Ending.MISSED),
        (ClockState.WAIVED, EARLY, Ending.SPARED),
        (ClockState.WAIVED, LATE, Ending.MISSED),
        (ClockState.CANCELLED, EARLY, Ending.SPARED),
        (ClockState.CANCELLED, LATE, Ending.MISSED),
    ],
)
def test_what_ended_late_is_missed_however_it_ended(
    state: ClockState, after: object, expected: Ending
) -> None:
    assert ending(a_clock(state=state, met_at=after), LATE) is expected


def test_what_runs_is_missed_once_it_is_over() -> None:
    assert ending(a_clock(), EARLY) is Ending.RUNNING
    assert ending(a_clock(), LATE) is Ending.MISSED
