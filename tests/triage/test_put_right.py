"""People put right when a matter happened and who came to harm: clocks and level follow, and how it stood stays in the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import (
    Actor,
    Authority,
    Case,
    CaseState,
    Casualties,
    Certainty,
    ClockKind,
    ClockState,
    DecisionKind,
    EventKind,
    Knowledge,
    Level,
    Occurrence,
    Points,
    ResponseClock,
    Signal,
    SignalKind,
    SignalSeen,
)
from huiying.examples import Examples, Labels
from huiying.ports import Engine
from tests.factories import NOW
from tests.triage.people import CHECKER, DUTY, LEADER, MONITOR, a_desk, taken_in
from tests.triage.texts import policy, reading
from triage.clocks import extend, meet
from triage.deeds.stories import part_with, take_in
from triage.desk import Desk
from triage.ending import BOOKED, Ending, correction, ending
from triage.escalation import escalate
from triage.performance import clocks_of
from triage.refusals import Invalid
from triage.severity import grade

HOUR = timedelta(hours=1)
DOOR = "中原区锦绣花园地下车库塌了一块，人防门压在下面，有人受伤，物业不让拍"
AGAIN = "中原区锦绣花园地下车库塌了一块，压在下面的人防门还没有搬走，有人受伤"
EARLIER = Occurrence(at=NOW - 30 * HOUR, source="text", certainty=Certainty.STATED)


def known(at: timedelta) -> Labels:
    moment = Occurrence(at=NOW - at, source=Knowledge.SITE.value, certainty=Certainty.STATED)
    return Labels(occurred=moment)


def harmed(kind: SignalKind, number: int) -> Labels:
    return Labels(casualties=(Casualties(kind=kind, number=number, source=Knowledge.OFFICIAL),))


def of(case: Case, kind: ClockKind) -> ResponseClock:
    return next(one for one in case.clocks if one.rule.kind is kind)


def put_right(desk: Desk, case: Case, labels: Labels, *, after: timedelta = HOUR, who: Actor = DUTY) -> Case:
    case = desk.cases.get(case.id)
    return desk.relabel(
        case.id,
        who,
        NOW + after,
        seen=len(case.events),
        labels=labels,
        reason="到现场看过",
    )


def grave(engine: Engine) -> tuple[Desk, Case]:
    """A matter of 重大, whose five hours ran out a day ago by what a text says."""
    told = reading(DOOR, topic="T07", occurred=EARLIER)
    case = taken_in(engine, told)
    desk = a_desk(engine)
    case = desk.raise_level(
        case.id, CHECKER, NOW, seen=len(case.events), level=Level.MAJOR, reason="可能有人被压"
    )
    assert of(case, ClockKind.STATEMENT).started_at == EARLIER.at
    assert ending(of(case, ClockKind.STATEMENT), NOW) is Ending.MISSED
    return desk, case


def test_a_time_that_was_read_wrongly_is_put_right_and_the_breach_was_none(engine: Engine) -> None:
    desk, case = grave(engine)
    before = of(case, ClockKind.STATEMENT)
    after = put_right(desk, case, known(HOUR))
    clock, now = of(after, ClockKind.STATEMENT), NOW + HOUR
    assert clock.due_at == NOW + 4 * HOUR
    assert clock.working[0].endswith("事件发生时间（现场核实）")
    assert not any(BOOKED in line for line in clock.working)
    assert (clock.recomputed[-1].was, clock.recomputed[-1].now) == (before.due_at, clock.due_at)
    assert ending(clock, now) is Ending.RUNNING
    assert clock.broken_at is None
    assert "更正：原记" in correction(clock, now)
    told = [event for event in after.events if event.kind is EventKind.CLOCK_CORRECTED]
    assert "权威信息原记" in told[0].what
    (changed,) = (event for event in after.events if event.kind is EventKind.RELABELLED)
    assert changed.what.startswith("改判：发生时间由 ")
    assert changed.who == DUTY.login
    met = meet(after, ClockKind.STATEMENT, NOW + 3 * HOUR, DUTY.login, "发布")
    assert ending(of(met, ClockKind.STATEMENT), NOW + 3 * HOUR) is Ending.CORRECTED


def test_what_people_know_stands_against_later_posts_and_nobody_loses_the_watch(engine: Engine) -> None:
    desk, case = grave(engine)
    put_right(desk, case, known(HOUR))
    later = reading(AGAIN, topic="T07", at=NOW + 2 * HOUR, occurred=EARLIER)
    taken_in(engine, later, now=NOW + 2 * HOUR)
    after = engine.cases.get(case.id)
    assert after.tallies.posts == 2
    assert after.occurred.at == NOW - HOUR
    assert of(after, ClockKind.STATEMENT).due_at == NOW + 4 * HOUR
    late = escalate(after, policy(), NOW + 5 * HOUR)
    assert ending(of(late, ClockKind.STATEMENT), NOW + 5 * HOUR) is Ending.MISSED
    assert of(late, ClockKind.STATEMENT).broken_at == NOW + 5 * HOUR
    assert correction(of(late, ClockKind.STATEMENT), NOW + 5 * HOUR) == ""


def test_an_earlier_time_is_detection_s_and_taking_it_back_restores_what_was(engine: Engine) -> None:
    desk, case = grave(engine)
    put_right(desk, case, known(HOUR))
    earlier = put_right(desk, case, known(20 * HOUR), after=2 * HOUR)
    clock = of(earlier, ClockKind.STATEMENT)
    assert ending(clock, NOW + 2 * HOUR) is Ending.MISSED
    assert any(BOOKED in line for line in clock.working)
    again = put_right(desk, case, known(HOUR), after=3 * HOUR)
    assert ending(of(again, ClockKind.STATEMENT), NOW + 3 * HOUR) is Ending.RUNNING


def test_that_nobody_knows_when_counts_from_when_it_was_public(engine: Engine) -> None:
    desk, case = grave(engine)
    after = put_right(desk, case, Labels(occurred=Occurrence()))
    clock = of(after, ClockKind.STATEMENT)
    assert clock.started_at == case.first_public_at
    assert "发生时间经核实不详" in clock.start_source
    assert after.occurred.at is None


def test_a_duty_that_was_done_too_late_by_a_wrong_time_was_done_in_time(engine: Engine) -> None:
    desk, case = grave(engine)
    done = meet(case, ClockKind.STATEMENT, NOW + HOUR, DUTY.login, "发布")
    engine.cases.save([replace(done, revision=done.revision + 1)])
    assert ending(of(done, ClockKind.STATEMENT), NOW + HOUR) is Ending.MISSED
    after = put_right(desk, case, known(HOUR), after=2 * HOUR)
    clock = of(after, ClockKind.STATEMENT)
    assert (clock.state, ending(clock, NOW + 2 * HOUR)) == (ClockState.MET, Ending.CORRECTED)
    assert clock in tuple(clocks_of(after))


def test_what_was_put_off_too_late_by_a_wrong_time_was_put_off_in_time(engine: Engine) -> None:
    desk, case = grave(engine)
    longer = extend(case, ClockKind.STATEMENT, NOW, LEADER.login, "决定延长", NOW + 9 * HOUR, ())
    engine.cases.save([replace(longer, revision=longer.revision + 1)])
    after = put_right(desk, case, known(HOUR))
    clock = of(after, ClockKind.STATEMENT)
    assert clock.due_at == NOW + 9 * HOUR
    assert ending(clock, NOW + HOUR) is Ending.RUNNING
    real = put_right(desk, case, known(8 * HOUR), after=2 * HOUR)
    assert ending(of(real, ClockKind.STATEMENT), NOW + 2 * HOUR) is Ending.MISSED


def test_of_a_closed_matter_the_time_alone_is_put_right_and_nothing_runs_again(engine: Engine) -> None:
    desk, case = grave(engine)
    done = case
    for clock in case.clocks:
        done = meet(done, clock.rule.kind, NOW + HOUR, DUTY.login, "办了")
    closed = replace(done, revision=done.revision + 1, state=CaseState.CLOSED, closed_at=NOW + HOUR)
    engine.cases.save([closed])
    with pytest.raises(Invalid, match="只能更正发生时间"):
        put_right(desk, case, harmed(SignalKind.DEATHS, 0), after=2 * HOUR)
    after = put_right(desk, case, known(HOUR), after=2 * HOUR)
    assert (after.state, after.awaits) == (CaseState.CLOSED, ())
    assert ending(of(after, ClockKind.STATEMENT), NOW + 2 * HOUR) is Ending.CORRECTED
    assert not [clock for clock in after.clocks if clock.state is ClockState.RUNNING]


def test_facts_take_a_reason_and_must_be_possible(engine: Engine) -> None:
    desk, case = grave(engine)
    with pytest.raises(Invalid) as silent:
        desk.relabel(case.id, DUTY, NOW, seen=len(case.events), labels=known(HOUR))
    assert "reason" in silent.value.faults
    for labels in (known(-2 * HOUR), known(timedelta(days=40_000)), harmed(SignalKind.DEATHS, 10**6)):
        with pytest.raises(Invalid):
            put_right(desk, case, labels)
    assert list(Examples(engine.register).all()) == []


def test_an_example_keeps_who_and_when(engine: Engine) -> None:
    desk, case = grave(engine)
    put_right(desk, case, known(HOUR), who=MONITOR)
    (example,) = Examples(engine.register).all()
    assert (example.by, example.at) == (MONITOR.login, NOW + HOUR)
    assert example.labels.occurred is not None
    assert example.labels.occurred.at == NOW - HOUR


def test_confirmed_deaths_raise_and_stand_against_posts(engine: Engine) -> None:
    case = taken_in(engine, reading(DOOR, topic="T07"))
    after = put_right(a_desk(engine), case, harmed(SignalKind.DEATHS, 3))
    assert after.severity.level is Level.MAJOR
    assert "F3" in {floor.rule for floor in after.severity.floors}
    assert of(after, ClockKind.STATEMENT).state is ClockState.RUNNING
    assert "改判：死亡人数由未提及改为 3 人（主管部门或上级通报）" in [event.what for event in after.events]
    worse = replace(after, signals=(_dead(9),))
    assert "死亡3人" in grade(worse, policy().rubric, NOW, policy="").points[0].value


def _dead(number: float) -> SignalSeen:
    return SignalSeen(kind=SignalKind.DEATHS, amount=number, claimed=False, detail="", evidence=())


def official_deaths(engine: Engine, number: float) -> Case:
    told = Signal(kind=SignalKind.DEATHS, amount=number, claimed=False)
    read = replace(reading(DOOR, topic="T07", occurred=EARLIER), signals=(told,))
    return taken_in(engine, read)


def test_a_refuted_death_lowers_below_grave_at_once_and_the_report_that_it_asked_for_ends(
    engine: Engine,
) -> None:
    case = official_deaths(engine, 1)
    assert case.severity.level is Level.LARGER
    assert of(case, ClockKind.REPORT_UP).state is ClockState.RUNNING
    late = escalate(case, policy(), NOW + 4 * HOUR)
    engine.cases.save([replace(late, revision=late.revision + 1)])
    assert ending(of(late, ClockKind.REPORT_UP), NOW + 4 * HOUR) is Ending.MISSED
    after = put_right(a_desk(engine), case, harmed(SignalKind.DEATHS, 0), after=5 * HOUR)
    assert after.severity.level is Level.GENERAL
    assert after.severity.points[0].value == "核实没有死亡"
    report = of(after, ClockKind.REPORT_UP)
    assert (report.state, ending(report, NOW + 5 * HOUR)) == (ClockState.CANCELLED, Ending.CORRECTED)
    assert "不要求" in correction(report, NOW + 5 * HOUR)
    assert of(after, ClockKind.ACKNOWLEDGE).state is ClockState.RUNNING
    again = put_right(a_desk(engine), case, harmed(SignalKind.DEATHS, 1), after=6 * HOUR)
    assert again.severity.level is Level.LARGER
    assert of(again, ClockKind.REPORT_UP).state is ClockState.RUNNING


def test_from_grave_on_a_leader_agrees_and_then_the_emergency_ends_with_its_breach(engine: Engine) -> None:
    case = official_deaths(engine, 3)
    desk = a_desk(engine)
    assert case.severity.level is Level.MAJOR
    assert ending(of(case, ClockKind.PRESS_CONFERENCE), NOW) is Ending.MISSED
    asked = put_right(desk, case, harmed(SignalKind.DEATHS, 0))
    assert asked.severity.level is Level.MAJOR
    (request,) = asked.decisions
    assert (request.kind, request.corrects) == (DecisionKind.LOWER, True)
    after = desk.decide(
        case.id,
        LEADER,
        NOW + 2 * HOUR,
        seen=len(asked.events),
        decision=request.id,
        granted=True,
        reason="同意",
    )
    assert after.severity.level is request.level
    for kind in (ClockKind.STATEMENT, ClockKind.PRESS_CONFERENCE):
        assert of(after, kind).state is ClockState.CANCELLED
        assert ending(of(after, kind), NOW + 2 * HOUR) is Ending.CORRECTED


def test_quiet_is_no_reason_to_lower_with_a_fact(engine: Engine) -> None:
    case = official_deaths(engine, 1)
    loud = replace(case.severity, points=(*case.severity.points[:2], *_loud(case)), low=60)
    engine.cases.save([replace(case, revision=case.revision + 1, severity=loud)])
    after = put_right(a_desk(engine), case, harmed(SignalKind.DEATHS, 0))
    assert after.severity.level is Level.LARGER


def _loud(case: Case) -> list[Points]:
    return [
        replace(one, low=one.low + (30 if one.signal == "X3" else 0), high=one.high)
        for one in case.severity.points[2:]
    ]


def test_what_is_known_goes_with_a_case_that_becomes_part_of_another(engine: Engine) -> None:
    desk, part = grave(engine)
    part = put_right(desk, part, known(2 * HOUR))
    other = taken_in(engine, reading("魏都区半夜防空警报响了一分多钟，没有通知", topic="T05"))
    whole = take_in(other, part_with(part, other, DUTY, NOW + HOUR), policy(), NOW + HOUR)
    assert whole.occurred.at == NOW - 2 * HOUR
    assert "occurred" in whole.settled_by_people
    assert of(whole, ClockKind.STATEMENT).due_at == NOW + 3 * HOUR
    assert of(whole, ClockKind.STATEMENT).authority is Authority.HOUSE
