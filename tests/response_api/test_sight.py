"""Who sees which matters."""

from dataclasses import replace

import pytest

from huiying.contracts import Case, EventKind, Rank, Role
from huiying.ports import Engine
from response_api.auth import Person
from response_api.board import clock_row, story_row
from response_api.case_list import case_row
from response_api.house import Names
from response_api.sight import (
    EVERYTHING,
    NOBODY,
    SEALED,
    Audience,
    Audiences,
    Glimpse,
    Sight,
    audience,
    audience_by_id,
    sight_of,
    title_for,
)
from tests.factories import NOW, a_case, a_clock, a_route
from tests.response_api import office

SECRET = a_route(restricted=True)
BLIND = replace(EVERYTHING, restricted=False)


def a_person(unit: str, *roles: Role) -> Person:
    return Person("someone", "某人", frozenset(roles), unit, Rank.STAFF, "session")


def glimpsed(unit: str, role: Role, lead: str, *assist: str, restricted: bool = False) -> Glimpse:
    sight = sight_of(a_person(unit, role), office.names())
    return sight.of(Audience(frozenset((lead, *assist)), restricted))


def test_a_title_is_told_to_those_who_may_know_it() -> None:
    case = a_case(route=SECRET)
    assert title_for(case, EVERYTHING) == case.title
    assert title_for(case, BLIND) == SEALED
    assert title_for(a_case(title="", lead=""), BLIND) == "（无标题）"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_the_top_unit_sees_every_open_matter_and_a_city_its_own(role: Role) -> None:
    assert glimpsed("henan", role, "luoyang") is Glimpse.OPEN
    assert glimpsed("zhengzhou", role, "zhengzhou") is Glimpse.OPEN
    assert glimpsed("zhengzhou", role, "henan", "zhengzhou") is Glimpse.OPEN
    assert glimpsed("zhengzhou", role, "luoyang", "henan.gongcheng") is Glimpse.NOTHING
    assert glimpsed("henan.gongcheng", role, "henan") is Glimpse.NOTHING, "a division does not stand above"


@pytest.mark.parametrize("role", Role)
def test_restricted_matters_are_open_to_those_who_oversee_and_to_the_handlers_of_a_party(role: Role) -> None:
    oversees = role in {Role.DUTY, Role.LEADER}
    handles = role in {Role.HANDLER, Role.CHECKER, Role.SECRECY, Role.SIGNER}

    def opens(unit: str, lead: str) -> bool:
        return glimpsed(unit, role, lead, restricted=True) is Glimpse.OPEN

    assert opens("henan", "henan.jiguanjiwei") is oversees
    assert opens("henan", "henan") is (oversees or handles)
    assert opens("henan.jiguanjiwei", "henan.jiguanjiwei") is handles
    assert opens("zhengzhou", "zhengzhou") is handles
    assert glimpsed("zhengzhou", role, "luoyang", restricted=True) is Glimpse.NOTHING


def test_a_unit_that_is_no_longer_in_the_file_sees_its_own_matters_alone() -> None:
    assert glimpsed("gone", Role.HANDLER, "gone") is Glimpse.OPEN
    assert glimpsed("gone", Role.HANDLER, "zhengzhou") is Glimpse.NOTHING


def test_people_with_the_same_view_share_one_sight() -> None:
    sights = {sight_of(a_person("henan", role), office.names()) for role in Role}
    assert len(sights) == 5, "duty, leaders, handlers, monitors, the others"


def test_a_matter_that_becomes_restricted_or_changes_hands_is_so_from_that_event_on(engine: Engine) -> None:
    case = a_case()
    opened = office.an_event(case, 1, NOW, "建档", EventKind.OPENED)
    engine.cases.save([replace(case, events=(opened,))])
    audiences = Audiences(engine.cases)
    before, after = audience(case), Audience(frozenset({"luoyang"}), True)
    assert audiences.of(case.id, 1) == before
    routed = office.an_event(case, 2, NOW, "改派", EventKind.ROUTED)
    moved = replace(case, revision=2, events=(opened, routed), route=replace(SECRET, lead="luoyang"))
    engine.cases.save([moved])
    assert audiences.of(case.id) == before, "nobody has told of it yet"
    assert audiences.of(case.id, 2) == after
    assert audiences.of(case.id) == after


def test_a_case_that_nobody_can_look_up_counts_as_restricted_and_as_nobodys(engine: Engine) -> None:
    assert Audiences(engine.cases).of("nothing", 1) == NOBODY


def test_a_merged_case_concerns_those_of_the_case_that_it_became_part_of(engine: Engine) -> None:
    whole = a_case(route=a_route(lead="luoyang"))
    secret = a_case(route=SECRET, merged_into=whole.id)
    part = a_case(route=a_route(lead="kaifeng"), merged_into=secret.id)
    engine.cases.save([whole, secret, part])
    assert audience_by_id(engine.cases, part.id)[0] == Audience(frozenset({"luoyang"}), True)
    circle = a_case()
    engine.cases.save([replace(circle, merged_into=circle.id)])
    assert audience_by_id(engine.cases, circle.id)[0] == NOBODY


def test_of_a_restricted_matter_a_row_tells_neither_topic_nor_place_nor_unit_to_who_may_not_know() -> None:
    """What it is about, where, and who has it are what it is restricted for."""
    case, names = a_case(title="举报某负责人", route=SECRET, clocks=(a_clock(),)), office.names()
    unit, topic = names.unit_name(case.route.lead), names.topic_name("T07")
    assert case.topic == "T07" and case.place.city == "郑州市"
    for row in rows_of(case, names, BLIND):
        assert not [told for told in (case.title, unit, topic, "郑州市") if told in repr(row)], row
    assert all(told in repr(rows_of(case, names, EVERYTHING)) for told in (case.title, unit, topic, "郑州市"))


def rows_of(case: Case, names: Names, sight: Sight) -> tuple[object, ...]:
    return (
        case_row(case, names, NOW, sight=sight),
        clock_row(case, case.clocks[0], names, NOW, sight),
        story_row(case, names, NOW, sight),
    )
