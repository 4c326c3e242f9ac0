"""Sums over a period's matters, each with the cases it is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from huiying.contracts import (
    Authority,
    Case,
    CaseState,
    ClockKind,
    ClockState,
    Corrected,
    EventKind,
    Level,
    ResponseClock,
)
from tests.factories import NOW, a_case, a_clock, a_route, a_rule, a_severity
from triage.ending import BOOKED, Ending
from triage.performance import Performance, Scored, Spread, measured, spread
from triage.record import note
from triage.scorecard import Criterion, Line, Scorecard
from triage.scoring import shipped

SINCE, UNTIL = NOW - timedelta(days=30), NOW


def clock(kind: ClockKind = ClockKind.RESPONSE, hours: float | None = 1, **changes: Any) -> ResponseClock:
    """Two hours from the start; done after so many, or still running."""
    done = {} if hours is None else {"state": ClockState.MET, "met_at": NOW + timedelta(hours=hours)}
    authority = changes.pop("authority", Authority.STATUTORY)
    return a_clock(rule=a_rule(kind=kind, authority=authority), **{**done, **changes})


def card(points: int, *, flags: tuple[Any, ...] = (), known: bool = True) -> Scorecard:
    line = Line(criterion=Criterion.TIMELY, name="x", most=100, points=points if known else None, working="")
    return Scorecard(lines=(line,), flags=flags, graded=shipped().graded)


def of(*matters: Scored, now: datetime = NOW + timedelta(hours=3)) -> Performance:
    return measured(matters, SINCE, UNTIL, now, shipped())


def scored(case: Case, points: int | None = None, answered: float | None = None, **more: Any) -> Scored:
    return Scored(
        case=case,
        card=None if points is None else card(points, **more),
        answered_at=None if answered is None else case.detected_at + timedelta(hours=answered),
    )


def test_clocks_are_counted_by_how_they_ended_and_law_apart_from_house() -> None:
    case = a_case(
        clocks=(
            clock(hours=1),
            clock(hours=3),
            clock(ClockKind.ACKNOWLEDGE, None),
            clock(ClockKind.ACKNOWLEDGE, 1, authority=Authority.HOUSE),
        ),
        past_clocks=(clock(hours=1, state=ClockState.WAIVED),),
    )
    signing, law, house = of(scored(case)).clocks
    assert (law.kind, law.authority) == (ClockKind.RESPONSE, Authority.STATUTORY)
    assert [law.count(one) for one in Ending] == [1, 1, 0, 1, 0]
    assert law.on_time == 0.5
    assert law.hours == Spread(n=2, median=2.0, ninety=3.0), "what was waived took no time"
    assert signing.count(Ending.MISSED) == 1
    assert (house.authority, house.on_time) == (Authority.HOUSE, 1.0)


def test_what_was_put_right_is_neither_kept_nor_missed() -> None:
    was = Corrected(at=NOW + timedelta(hours=2), due=NOW, broken_at=NOW)
    void = replace(was, owed=False)
    case = a_case(clocks=(clock(hours=1, corrected=was), clock(hours=9, corrected=void), clock(hours=1)))
    found = of(scored(case))
    (law,) = found.clocks
    assert (law.count(Ending.KEPT), law.count(Ending.MISSED), law.count(Ending.CORRECTED)) == (1, 0, 2)
    assert law.on_time == 1.0
    (unit,) = found.units
    assert (unit.kept, unit.missed, unit.corrected) == (1, (), (case.id, case.id))


def test_a_suspicion_is_none_of_the_laws_clocks() -> None:
    (row,) = of(scored(a_case(clocks=(clock(provisional=True),)))).clocks
    assert row.authority is Authority.HOUSE


def test_of_clocks_that_all_run_there_is_no_share() -> None:
    (row,) = of(scored(a_case(clocks=(clock(hours=None),))), now=NOW).clocks
    assert (row.on_time, row.ended, row.hours) == (None, 0, None)


def test_how_long_it_took_to_find_and_to_answer() -> None:
    late = a_case(first_public_at=NOW - timedelta(hours=5), collected_at=NOW, detected_at=NOW)
    unknown = a_case(first_public_at=NOW, collected_at=NOW, detected_at=NOW + timedelta(hours=9))
    found = of(scored(late, answered=4), scored(unknown, answered=10))
    assert found.lag == Spread(n=1, median=5.0, ninety=5.0), "of what says when it was published"
    assert found.answer == Spread(n=2, median=7.0, ninety=10.0)
    assert found.answered == (late.id, unknown.id)


def test_units_are_scored_by_the_mean_weighted_by_level() -> None:
    grave = a_case(state=CaseState.CLOSED, severity=a_severity(level=Level.MAJOR))
    plain = a_case(state=CaseState.CLOSED, clocks=(clock(hours=3), clock(ClockKind.STATEMENT)))
    other = a_case(route=a_route(lead="luoyang"))
    unit, rest = of(scored(grave, 60), scored(plain, 100), scored(other)).units
    assert (unit.unit, unit.score, unit.grade) == ("zhengzhou", 70.0, "合格")
    assert (unit.kept, unit.missed, unit.on_time) == (1, (plain.id,), 0.5)
    assert (rest.unit, rest.score, rest.grade, rest.closed) == ("luoyang", None, "", 0)


def test_what_was_over_before_anybody_could_know_is_not_the_units() -> None:
    late = clock(hours=3, working=(f"起算时已逾期（已过 12小时）：{BOOKED}",))
    case = a_case(clocks=(late, clock(ClockKind.STATEMENT)))
    found = of(scored(case))
    (unit,) = found.units
    assert (unit.kept, unit.missed, unit.booked, unit.on_time) == (1, (), (case.id,), 1.0)
    assert sum(row.count(Ending.MISSED) for row in found.clocks) == 1, "the office missed it all the same"


def test_a_score_that_is_still_open_counts_in_no_mean() -> None:
    waits = a_case(state=CaseState.CLOSED)
    found = of(scored(waits, 0, known=False))
    assert (found.scores, found.scored, found.open_scores) == (None, (), (waits.id,))
    assert found.units[0].score is None


def test_a_veto_is_said_of_the_unit_whatever_its_mean() -> None:
    case = a_case(state=CaseState.CLOSED)
    found = of(scored(case, 100, flags=(shipped().flag[0],)))
    assert (found.units[0].grade, found.units[0].vetoed) == ("一票否决", (case.id,))
    assert found.flagged == {"criticised": (case.id,)}


def test_what_came_back_was_dismissed_or_graded_anew_is_told_with_its_cases() -> None:
    back = note(a_case(), EventKind.REBOUND, NOW, "system:triage", "反弹")
    none = a_case(state=CaseState.DISMISSED)
    lowered = note(a_case(), EventKind.LEVEL_CHANGED, NOW, "zhiban", "降级")
    risen = note(a_case(), EventKind.LEVEL_CHANGED, NOW, "system:triage", "升级")
    found = of(*map(scored, (back, none, lowered, risen)))
    assert found.rebounds == (back.id,)
    assert found.dismissed == (none.id,)
    assert found.regraded == (lowered.id,)
    assert found.states[CaseState.DISMISSED] == (none.id,)


def test_nine_in_ten_do_not_exceed_the_ninetieth() -> None:
    assert spread([]) is None
    assert spread([5]) == Spread(n=1, median=5, ninety=5)
    assert spread(list(range(1, 11))) == Spread(n=10, median=5.5, ninety=9)
    assert spread(list(range(1, 12))) == Spread(n=11, median=6, ninety=10)
