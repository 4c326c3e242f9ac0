"""A merge or a split that was a mistake is taken back: both cases stand as they stood, and nobody has gained time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from huiying.clock import ManualClock
from huiying.contracts import (
    Case,
    CaseState,
    ClockState,
    EventKind,
    Level,
    Signal,
    SignalKind,
    Suggestion,
)
from huiying.ports import Engine
from tests.factories import NOW
from tests.triage.people import DUTY, HANDLER, MONITOR, a_desk, taken_in
from tests.triage.test_completion import (
    AT_XUCHANG,
    DOOR,
    HERE,
    HOUR,
    PARKING,
    SIREN,
    interrupted,
    merged,
    posts_of,
    seen,
    sums_are_right,
)
from tests.triage.texts import place, policy, reading
from triage.acts import Act, allowed
from triage.desk import Desk
from triage.handle import StoryHandler
from triage.refusals import NotNow, NotYours
from triage.saving import amend
from triage.watch import Watch

LATER = NOW + 3 * HOUR


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


@pytest.fixture
def case(engine: Engine) -> Case:
    return taken_in(
        engine, *(reading(PARKING + more, where=HERE) for more in ("", "，物业也不管", "，求回复"))
    )


@pytest.fixture
def other(engine: Engine) -> Case:
    return taken_in(engine, reading(SIREN, topic="T05", where=AT_XUCHANG), now=NOW + HOUR)


def unmerged(desk: Desk, case: Case, at: datetime = LATER) -> Case:
    return desk.unmerge(case.id, DUTY, at, seen=seen(desk, case))


def dues(case: Case) -> dict[str, datetime]:
    return {c.rule.kind: c.due_at for c in case.clocks if c.state is ClockState.RUNNING}


def test_both_stand_as_they_stood(engine: Engine, desk: Desk, case: Case, other: Case) -> None:
    merged(desk, case, other)
    back = unmerged(desk, case)
    whole = engine.cases.get(other.id)
    assert back.state is case.state
    assert whole.state is other.state
    assert dues(back) == dues(case)
    assert dues(whole) == dues(other)
    assert whole.severity.level is other.severity.level
    assert whole.tallies.posts == other.tallies.posts
    assert set(whole.profile.prints) == set(other.profile.prints)
    assert whole.first_public_at == other.first_public_at
    assert whole.detected_at == other.detected_at
    assert whole.route.lead == other.route.lead == "xuchang"
    assert back.tallies == case.tallies
    sums_are_right(engine, back, whole)


def test_the_record_of_both_tells_it_and_its_chain_holds(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    merged(desk, case, other)
    back = unmerged(desk, case)
    for one in (back, engine.cases.get(other.id)):
        assert EventKind.UNMERGED in [event.kind for event in one.events]
        assert [event.sequence for event in one.events] == list(range(1, len(one.events) + 1))
    said = next(event for event in back.events if event.kind is EventKind.UNMERGED)
    assert said.who == DUTY.login


def test_a_level_that_came_with_the_merge_goes_with_it(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    graver = desk.raise_level(
        case.id, DUTY, NOW + HOUR, seen=seen(desk, case), level=Level.MAJOR, reason="多人反映"
    )
    merged(desk, graver, other)
    assert engine.cases.get(other.id).severity.level is Level.MAJOR
    back = unmerged(desk, case)
    whole = engine.cases.get(other.id)
    assert (back.severity.level, whole.severity.level) == (Level.MAJOR, other.severity.level)
    assert whole.grading is None
    assert dues(whole) == dues(other)


MISSING = (Signal(kind=SignalKind.MISSING, amount=1),)
GATHERED = (Signal(kind=SignalKind.OFFLINE_ACTION, amount=1), Signal(kind=SignalKind.SAFETY))
"""Each is 一般 by itself; what both say together is 较大."""


@pytest.fixture
def lost(engine: Engine) -> Case:
    return taken_in(engine, replace(reading(PARKING, where=HERE, post={"source": "one"}), signals=MISSING))


@pytest.fixture
def gathered(engine: Engine) -> Case:
    said = reading(SIREN, topic="T05", where=AT_XUCHANG, post={"source": "two"})
    return taken_in(engine, replace(said, signals=GATHERED))


def test_a_level_that_only_both_together_had_goes_with_the_merge(
    engine: Engine, desk: Desk, lost: Case, gathered: Case
) -> None:
    merged(desk, lost, gathered)
    together = engine.cases.get(gathered.id)
    assert (lost.severity.level, gathered.severity.level) == (Level.GENERAL, Level.GENERAL)
    assert together.severity.level is Level.LARGER
    assert dues(together) != dues(gathered)
    unmerged(desk, lost)
    whole = engine.cases.get(gathered.id)
    assert whole.severity.level is Level.GENERAL
    assert [(one.signal, one.low) for one in whole.severity.points] == [
        (one.signal, one.low) for one in gathered.severity.points
    ]
    assert dues(whole) == dues(gathered)
    assert (whole.route.lead, whole.route.assist) == (gathered.route.lead, gathered.route.assist)
    assert any("舆情等级由较大恢复为一般" in event.what for event in whole.events)


def test_a_level_that_its_own_posts_reached_since_stays(
    engine: Engine, desk: Desk, lost: Case, gathered: Case
) -> None:
    merged(desk, lost, gathered)
    more = reading(
        SIREN + "，有人失联", topic="T05", where=AT_XUCHANG, at=NOW + HOUR, post={"source": "three"}
    )
    taken_in(engine, replace(more, signals=MISSING), now=NOW + HOUR)
    assert engine.cases.get(gathered.id).tallies.posts == 3
    unmerged(desk, lost)
    whole = engine.cases.get(gathered.id)
    assert whole.severity.level is Level.LARGER
    assert all(clock.state is ClockState.RUNNING for clock in whole.clocks)


def test_a_level_that_people_set_since_stays(engine: Engine, desk: Desk, case: Case, other: Case) -> None:
    desk.raise_level(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), level=Level.MAJOR, reason="多人反映")
    merged(desk, case, other)
    desk.raise_level(
        other.id, DUTY, NOW + 2 * HOUR, seen=seen(desk, other), level=Level.EXTREME, reason="影响全市"
    )
    unmerged(desk, case)
    assert engine.cases.get(other.id).severity.level is Level.EXTREME


def test_a_candidate_that_a_merge_woke_sleeps_again(engine: Engine, desk: Desk, case: Case) -> None:
    quiet = taken_in(engine, reading(DOOR, topic="T07", where=place("洛阳市", "洛龙区"), owes_answer=False))
    assert quiet.state is CaseState.WATCHING
    merged(desk, case, quiet)
    assert engine.cases.get(quiet.id).state is CaseState.FLAGGED
    unmerged(desk, case)
    asleep = engine.cases.get(quiet.id)
    assert asleep.state is CaseState.WATCHING
    assert dues(asleep) == {}


def test_what_was_signed_for_since_stays_signed_for(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    merged(desk, case, other)
    lead = engine.cases.get(other.id).route.lead
    signed = desk.acknowledge(other.id, replace(HANDLER, unit=lead), NOW + 2 * HOUR, seen=seen(desk, other))
    assert signed.state is CaseState.ACKNOWLEDGED
    unmerged(desk, case)
    assert engine.cases.get(other.id).state is CaseState.ACKNOWLEDGED


def test_posts_that_came_after_the_merge_stay_and_edits_go_with_their_posts(
    engine: Engine, desk: Desk
) -> None:
    first = reading(PARKING, where=HERE, post={"native_id": "m1"})
    case = taken_in(engine, first)
    other = taken_in(engine, reading(SIREN, topic="T05", where=AT_XUCHANG), now=NOW + HOUR)
    merged(desk, case, other)
    edited = reading(f"{PARKING}，已经解决", where=HERE, post={"native_id": "m1"})
    more = reading(f"{SIREN}，谁来解释", topic="T05", where=AT_XUCHANG)
    StoryHandler(engine.cases, engine.archive, policy()).handle([edited, more], NOW + 2 * HOUR)
    back = unmerged(desk, case)
    whole = engine.cases.get(other.id)
    assert posts_of(engine, back) == {first.post.id}
    assert more.post.id in posts_of(engine, whole)
    homes = {line.case_id for line in engine.archive.versions([first.post.id])[first.post.id]}
    assert homes == {back.id}
    sums_are_right(engine, back, whole)


def test_it_can_be_merged_and_taken_back_again(engine: Engine, desk: Desk, case: Case, other: Case) -> None:
    for turn in range(2):
        merged(desk, engine.cases.get(case.id), other)
        back = unmerged(desk, case, LATER + turn * HOUR)
        assert dues(back) == dues(case)
        sums_are_right(engine, back, other)


def test_what_was_split_off_in_between_is_not_counted_twice(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    merged(desk, case, other)
    post = max(posts_of(engine, case) - {case.opened_by.id})
    made = desk.split(other.id, DUTY, NOW + 2 * HOUR, seen=seen(desk, other), posts=[post])
    back = unmerged(desk, case)
    assert back.tallies.posts == 2
    sums_are_right(engine, back, made, other)


@pytest.mark.parametrize("steps", range(5))
def test_what_dies_anywhere_is_finished_by_the_watch(
    engine: Engine, desk: Desk, case: Case, other: Case, steps: int
) -> None:
    merged(desk, case, other)
    looked = seen(desk, case)
    interrupted(engine, steps, lambda dying: dying.unmerge(case.id, DUTY, LATER, seen=looked))
    if engine.cases.get(case.id).state is CaseState.MERGED:
        sums_are_right(engine, other)
    else:
        sums_are_right(engine, case, other)
        assert not engine.cases.get(case.id).unmerged_from


def test_the_inner_merge_waits_for_the_outer_one(engine: Engine, desk: Desk, case: Case, other: Case) -> None:
    third = taken_in(engine, reading(DOOR, topic="T07", where=place("洛阳市", "洛龙区")))
    merged(desk, case, other)
    merged(desk, other, third)
    with pytest.raises(NotNow, match="先撤销那一次"):
        unmerged(desk, case)
    unmerged(desk, other)
    unmerged(desk, case)
    sums_are_right(engine, case, other, third)


def test_a_deadline_that_passed_meanwhile_is_late_at_once(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    merged(desk, case, other)
    late = NOW + timedelta(days=3)
    unmerged(desk, case, late)
    Watch(engine.cases, engine.archive, policy(), ManualClock(late)).tick(late)
    back = engine.cases.get(case.id)
    assert all(clock.broken_at is not None for clock in back.clocks if clock.due_at <= late)


def test_who_may_not_merge_may_not_take_it_back(desk: Desk, case: Case, other: Case) -> None:
    merged(desk, case, other)
    with pytest.raises(NotYours):
        desk.unmerge(case.id, HANDLER, LATER, seen=seen(desk, case))


def test_only_what_was_merged_offers_it(engine: Engine, desk: Desk, case: Case, other: Case) -> None:
    assert Act.UNMERGE not in allowed(case, MONITOR, policy())
    merged(desk, case, other)
    assert Act.UNMERGE in allowed(engine.cases.get(case.id), MONITOR, policy())
    with pytest.raises(NotNow):
        desk.unmerge(other.id, DUTY, LATER, seen=seen(desk, other))


# ------------------------------------------------------------------------------------------------- splits


def test_a_split_is_taken_back(engine: Engine, desk: Desk, case: Case) -> None:
    post = max(posts_of(engine, case) - {case.opened_by.id})
    made = desk.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post])
    assert Act.UNSPLIT in allowed(made, MONITOR, policy())
    back = desk.unsplit(made.id, MONITOR, NOW + 2 * HOUR, seen=seen(desk, made))
    assert back.id == case.id
    assert back.tallies.posts == case.tallies.posts
    assert dues(back) == dues(case)
    assert set(back.profile.prints) == set(case.profile.prints)
    sums_are_right(engine, back)


def test_a_case_that_was_not_split_off_offers_no_taking_back(desk: Desk, case: Case) -> None:
    assert Act.UNSPLIT not in allowed(case, MONITOR, policy())
    with pytest.raises(NotNow):
        desk.unsplit(case.id, DUTY, NOW, seen=seen(desk, case))


# -------------------------------------------------------------------------------------------- suggestions


def suggesting(engine: Engine, case: Case, other: Case) -> Case:
    """The case with another one suggested to it."""
    asked = Suggestion(case_id=other.id, score=0.4, why="用词+0.30", at=NOW)
    amend(engine.cases, case.id, lambda one: replace(one, suggestions=(asked,)))
    return engine.cases.get(case.id)


def test_one_press_makes_a_suggestion_a_merge(engine: Engine, desk: Desk, case: Case, other: Case) -> None:
    asked = suggesting(engine, case, other)
    assert {Act.LINK, Act.APART} <= set(allowed(asked, MONITOR, policy()))
    whole = desk.link(case.id, MONITOR, NOW + HOUR, seen=seen(desk, case), other=other.id)
    assert whole.id == other.id
    assert any("人工认定" in event.why for event in engine.cases.get(case.id).events)
    sums_are_right(engine, whole)


def test_one_press_says_that_it_is_another_matter_for_good(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    suggesting(engine, case, other)
    told = desk.apart(case.id, MONITOR, NOW + HOUR, seen=seen(desk, case), other=other.id)
    assert told.suggestions == ()
    assert told.apart == (other.id,)
    assert told.events[-1].kind is EventKind.PARTED
    with pytest.raises(NotNow):
        desk.apart(case.id, MONITOR, NOW + HOUR, seen=seen(desk, case), other=other.id)
    with pytest.raises(NotNow):
        desk.link(case.id, MONITOR, NOW + HOUR, seen=seen(desk, case), other=other.id)


def test_without_a_suggestion_there_is_nothing_to_press(case: Case) -> None:
    assert not {Act.LINK, Act.APART} & set(allowed(case, MONITOR, policy()))
