"""Hours kept and missed, in words that can be checked."""

from datetime import datetime, timedelta

import pytest

from huiying.contracts import ClockState, Recomputed
from response_api.public_clocks import public_clocks, summary, verdict
from tests.factories import NOW, a_case, a_clock
from triage.ending import Ending, extension

HOUR = timedelta(hours=1)
DUE = NOW + timedelta(hours=2)
LATER = DUE + timedelta(hours=3)


@pytest.mark.parametrize(
    ("state", "ended", "now", "said"),
    [
        (ClockState.MET, DUE, LATER, (Ending.KEPT, "按时")),
        (ClockState.MET, LATER, LATER, (Ending.MISSED, "逾期 3小时")),
        (ClockState.RUNNING, None, NOW, (Ending.RUNNING, "进行中")),
        (ClockState.RUNNING, None, LATER, (Ending.MISSED, "逾期 3小时，仍未完成")),
        (ClockState.WAIVED, NOW, LATER, (Ending.SPARED, "已免除")),
        (ClockState.WAIVED, LATER, LATER, (Ending.MISSED, "已免除，此前已逾期 3小时")),
        (ClockState.CANCELLED, NOW, LATER, (Ending.SPARED, "已取消")),
        (ClockState.CANCELLED, LATER, LATER, (Ending.MISSED, "已取消，此前已逾期 3小时")),
    ],
)
def test_every_end_of_a_clock_has_its_word(
    state: ClockState, ended: datetime | None, now: datetime, said: tuple[Ending, str]
) -> None:
    assert verdict(a_clock(state=state, met_at=ended), now) == said


@pytest.mark.parametrize(
    ("state", "ended", "now", "said"),
    [
        (ClockState.MET, LATER, LATER, "延长前已逾期 1小时，延长后按时"),
        (ClockState.RUNNING, None, LATER, "延长前已逾期 1小时，延长后进行中"),
        (ClockState.WAIVED, LATER, LATER, "已免除，延长前已逾期 1小时"),
        (ClockState.MET, LATER + 5 * HOUR, LATER, "延长前已逾期 1小时，延长后又逾期 3小时"),
        (ClockState.RUNNING, None, LATER + 5 * HOUR, "延长前已逾期 1小时，延长后又逾期 3小时，仍未完成"),
    ],
)
def test_what_was_put_off_only_after_it_had_run_out_says_both(
    state: ClockState, ended: datetime | None, now: datetime, said: str
) -> None:
    move = Recomputed(at=DUE + HOUR, was=DUE, now=LATER + 2 * HOUR, reason="主要负责人决定延长")
    clock = a_clock(
        due_at=move.now, recomputed=(move,), working=(extension(move),), state=state, met_at=ended
    )
    assert verdict(clock, now) == (Ending.MISSED, said)


def test_clocks_of_earlier_rounds_stay_and_are_counted() -> None:
    missed = a_clock(state=ClockState.MET, met_at=LATER, round=1)
    case = a_case(past_clocks=(missed,), clocks=(a_clock(round=2),))
    clocks = public_clocks(case, NOW)
    assert [(clock.round, clock.word) for clock in clocks] == [(2, "进行中"), (1, "逾期 3小时")]
    assert summary(clocks) == "2 项时限：逾期 1，进行中 1"
    assert summary(()) == "没有时限"


def test_the_working_is_shown_and_who_met_it_and_why_it_moved_is_not() -> None:
    moved = Recomputed(at=NOW, was=LATER, now=DUE, reason="舆情等级升为重大")
    clock = a_clock(state=ClockState.WAIVED, met_at=NOW, met_by="张三批示", recomputed=(moved,))
    (shown,) = public_clocks(a_case(clocks=(clock,)), NOW)
    assert shown.working == clock.working
    assert shown.ended == "应于 2026-11-23 12:00 前完成，2026-11-23 10:00 免除"
    assert shown.moved == ("到期时间曾由 2026-11-23 15:00 改为 2026-11-23 12:00",)
    assert "张三" not in repr(shown)
    assert "等级" not in repr(shown)
