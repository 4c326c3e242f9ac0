"""What presses is found however many matters there are, and only within somebody's own part of the tree."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI

from huiying.contracts import Case, CaseState, Level, Rank, Role
from huiying.ports import Engine
from response_api.auth import Person
from response_api.house import House
from response_api.leader_facts import MOST_OVER, gather, may_lead, reach, within
from tests.factories import NOW, a_case, a_clock, a_route, a_severity
from tests.response_api import escalated, office


def person(*roles: Role, unit: str = "henan", rank: Rank = Rank.DEPUTY) -> Person:
    return Person("someone", "某人", frozenset(roles), unit, rank, "session")


HEAD = person(Role.LEADER)


@pytest.fixture
def house(app: FastAPI) -> House:
    found: House = app.state.house
    return found


def due(at: datetime, **changes: object) -> Case:
    return a_case(clocks=(a_clock(started_at=NOW - timedelta(days=9), due_at=at),), **changes)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (person(Role.LEADER, rank=Rank.STAFF), True),
        (person(Role.SIGNER), True),
        (person(Role.SIGNER, rank=Rank.STAFF), False),
        (person(Role.DUTY, Role.CHECKER), False),
    ],
)
def test_the_page_is_for_leaders_and_for_signers_of_rank(who: Person, may: bool) -> None:
    assert may_lead(who) is may


def test_what_is_over_is_counted_by_level_and_a_few_are_shown_longest_over_first(
    house: House, engine: Engine
) -> None:
    many = [due(NOW - timedelta(minutes=number)) for number in range(1, MOST_OVER + 6)]
    grave = due(NOW - timedelta(minutes=1), severity=a_severity(level=Level.MAJOR))
    engine.cases.save([*many, grave, due(NOW + timedelta(minutes=1)), due(NOW, state=CaseState.CLOSED)])
    over = gather(house, HEAD, NOW).over
    assert {level: page.total for level, page in over.items()} == {
        Level.EXTREME: 0, Level.MAJOR: 1, Level.LARGER: 0, Level.GENERAL: MOST_OVER + 5,
    }  # fmt: skip
    assert [case.id for case in over[Level.GENERAL].cases] == [
        case.id for case in many[: -MOST_OVER - 1 : -1]
    ]


def test_what_falls_due_within_the_hour_is_found_behind_everything_that_is_over(
    house: House, engine: Engine
) -> None:
    soon = due(NOW + timedelta(minutes=59))
    later = due(NOW + timedelta(minutes=61))
    engine.cases.save([*(due(NOW - timedelta(hours=1)) for _ in range(40)), soon, later])
    assert [case.id for case in gather(house, HEAD, NOW).soon] == [soon.id]


def test_a_leader_of_a_unit_sees_what_is_its_own_and_below(house: House, engine: Engine) -> None:
    past = NOW - timedelta(hours=1)
    own, helping = due(past), due(past, route=a_route(lead="luoyang", assist=("zhengzhou",)))
    other = due(past, route=a_route(lead="luoyang"))
    cases = [escalated.asking(case, engine, NOW) for case in (own, helping, other)]
    engine.cases.save(cases)
    facts = gather(house, person(Role.LEADER, unit="zhengzhou"), NOW)
    mine = {own.id, helping.id}
    assert {case.id for case in facts.over[Level.GENERAL].cases} == mine
    assert {case.id for case in facts.told} == mine
    assert {case.id for case in facts.asked.cases} == mine
    assert gather(house, HEAD, NOW).asked.total == 3
    assert within(own, reach(office.names(), HEAD))
    assert not within(other, reach(office.names(), person(Role.LEADER, unit="zhengzhou")))


def test_only_what_waits_for_a_word_is_asked_of_a_leader(house: House, engine: Engine) -> None:
    open_, given = (
        escalated.asking(a_case(), engine, NOW),
        escalated.asking(a_case(), engine, NOW, granted=True),
    )
    engine.cases.save([open_, given, a_case()])
    assert [case.id for case in gather(house, HEAD, NOW).asked.cases] == [open_.id]


def test_the_look_back_ends_in_a_few_pages_and_says_when_it_was_cut(house: House, engine: Engine) -> None:
    old = replace(a_case(), detected_at=NOW - timedelta(days=30), last_post_at=NOW - timedelta(days=30))
    engine.cases.save([old, *(a_case() for _ in range(130))])
    facts = gather(house, HEAD, NOW)
    assert len(facts.told) == 131 and not facts.cut
    engine.cases.save([a_case() for _ in range(600)])
    assert gather(house, HEAD, NOW).cut
