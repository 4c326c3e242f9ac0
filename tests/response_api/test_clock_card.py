"""One clock on the case page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import ClockState, Recomputed, Rung
from response_api.clock_card import clock_card
from tests.factories import NOW, a_clock, a_rule
from triage.ending import extension


def test_a_clock_shows_when_each_rung_is_and_which_were_reached() -> None:
    rungs = (
        Rung(name="75%", fraction=0.75, to=("unit", "duty"), reason="r"),
        Rung(name="逾期30分钟", after_minutes=30, to=("deputy",), reason="r"),
    )
    card = clock_card(a_clock(rule=a_rule(rungs=rungs), fired=("75%",)), NOW + timedelta(hours=3))
    assert [(rung.when, rung.to, rung.fired) for rung in card.rungs] == [
        ("今天 11:30", "承办单位、值班长", True),
        ("今天 12:30", "分管领导", False),
    ]
    assert (card.left, card.tone) == ("−01:00:00", "over")


def test_a_deadline_that_moved_shows_both_values_and_the_reason() -> None:
    clock = a_clock(
        recomputed=(Recomputed(at=NOW, was=NOW, now=NOW + timedelta(hours=1), reason="等级升高"),)
    )
    (line,) = clock_card(clock, NOW).recomputed
    assert line == "2026-11-23 10:00:00 由 2026-11-23 10:00:00 改为 2026-11-23 11:00:00：等级升高"


def test_a_clock_that_was_met_says_whether_in_time() -> None:
    met = replace(a_clock(), state=ClockState.MET, met_by="回应已发布")
    assert "按时完成：回应已发布" in clock_card(replace(met, met_at=NOW), NOW).met
    assert "逾期完成" in clock_card(replace(met, met_at=NOW + timedelta(hours=3)), NOW).met


def test_what_was_done_late_is_not_shown_as_done_well() -> None:
    met = replace(a_clock(), state=ClockState.MET)
    late = clock_card(replace(met, met_at=NOW + timedelta(hours=3)), NOW)
    assert (late.late, late.ended) == (True, "逾期完成")
    assert (card := clock_card(replace(met, met_at=NOW), NOW)).ended == "已完成" and not card.late
    assert not clock_card(a_clock(), NOW + timedelta(hours=9)).late


def test_what_was_done_in_time_only_because_it_was_put_off_says_so() -> None:
    until = NOW + timedelta(days=1)
    move = Recomputed(
        at=NOW + timedelta(hours=3), was=a_clock().due_at, now=until, reason="主要负责人决定延长"
    )
    done = a_clock(
        due_at=until,
        recomputed=(move,),
        working=(extension(move),),
        broken_at=move.at,
        state=ClockState.MET,
        met_at=until,
    )
    card = clock_card(done, until)
    assert (card.late, card.ended) == (True, "逾期延长后完成")
    assert card.met.endswith("逾期延长后完成")
    assert card.broken == "2026-11-23 12:00:00 起超时", "when it ran out first"


@pytest.mark.parametrize(
    ("hours", "said"), [(0.25, "15 分钟"), (1, "1 小时"), (1.5, "1.5 小时"), (24, "24 小时")]
)
def test_the_length_of_a_duty_is_told_in_the_unit_that_people_count_in(hours: float, said: str) -> None:
    assert clock_card(a_clock(rule=a_rule(hours=hours)), NOW).hours == said
