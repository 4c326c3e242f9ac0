"""Who knows of restricted matters."""

from dataclasses import replace

from huiying.contracts import EventKind
from huiying.ports import Engine
from response_api.sight import SEALED, Seals, title_for
from tests.factories import NOW, a_case, a_route
from tests.response_api import office

SECRET = a_route(restricted=True)


def test_a_title_is_told_to_those_who_may_know_it() -> None:
    case = a_case(route=SECRET)
    assert title_for(case, True) == case.title
    assert title_for(case, False) == SEALED
    assert title_for(a_case(title="", lead=""), False) == "（无标题）"


def test_a_matter_that_becomes_restricted_is_sealed_from_that_event_on(engine: Engine) -> None:
    case = a_case()
    opened = office.an_event(case, 1, NOW, "建档", EventKind.OPENED)
    engine.cases.save([replace(case, events=(opened,))])
    seals = Seals(engine.cases)
    assert not seals.on(case.id, 1)
    routed = office.an_event(case, 2, NOW, "改派", EventKind.ROUTED)
    engine.cases.save([replace(case, revision=2, events=(opened, routed), route=SECRET)])
    assert not seals.on(case.id), "nobody has told of it yet"
    assert seals.on(case.id, 2)
    assert seals.on(case.id)


def test_a_case_that_nobody_can_look_up_counts_as_restricted(engine: Engine) -> None:
    assert Seals(engine.cases).on("nothing", 1)
