from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from huiying.contracts import ClockState, Recomputed, ResponseClock
from tests.factories import NOW, a_clock
from triage.ending import BOOKED, Ending, ending, extension, is_booked, late_before

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


def extended(at: timedelta, *, before: tuple[str, ...] = (), **changes: Any) -> ResponseClock:
    """Due two hours after NOW, put off by a day at NOW + ``at``."""
    was = NOW + timedelta(hours=2)
    until = was + timedelta(days=1)
    move = Recomputed(at=NOW + at, was=was, now=until, reason="主要负责人决定延长")
    return a_clock(
        due_at=until, extended_to=until, recomputed=(move,), working=(*before, extension(move)), **changes
    )


def test_what_was_put_off_only_after_it_had_run_out_stays_missed() -> None:
    done: dict[str, Any] = {"state": ClockState.MET, "met_at": NOW + timedelta(hours=5)}
    in_time, late = timedelta(hours=1), timedelta(hours=3)
    assert ending(extended(in_time, **done), LATE) is Ending.KEPT
    assert ending(extended(late, **done), LATE) is Ending.MISSED
    assert ending(extended(in_time), LATE) is Ending.RUNNING
    assert ending(extended(late), LATE) is Ending.MISSED
    assert late_before(extended(late)) == timedelta(hours=1)


def test_a_calendar_that_counts_other_days_takes_a_breach_back() -> None:
    move = Recomputed(at=LATE, was=NOW, now=LATE + timedelta(days=1), reason="2027 年放假安排有更正")
    done = a_clock(due_at=move.now, recomputed=(move,), state=ClockState.MET, met_at=LATE)
    assert ending(done, LATE) is Ending.KEPT


def test_what_had_run_out_before_anybody_could_know_is_detections_until_a_new_term_is_missed() -> None:
    booked = f"起算时已逾期（已过 12小时）：{BOOKED}"
    assert not is_booked(a_clock(), LATE)
    assert is_booked(a_clock(working=(booked,)), LATE)
    given = extended(timedelta(hours=3), before=(booked,))
    assert ending(given, LATE) is Ending.MISSED and is_booked(given, LATE)
    assert not is_booked(given, NOW + timedelta(days=3))
