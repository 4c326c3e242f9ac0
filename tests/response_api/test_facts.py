"""What the board is made of."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import FastAPI

from huiying.contracts import CaseState
from huiying.errors import Misconfigured
from huiying.ports import Engine
from response_api.facts import gather, pulse, source_states
from response_api.filters import CaseFilter
from response_api.house import House, SourceState
from tests.factories import NOW, a_case
from tests.response_api import office


def test_a_slip_in_the_catalogue_is_shown_and_does_not_take_the_board_down(app: FastAPI) -> None:
    def broken() -> Sequence[SourceState]:
        raise Misconfigured("sources.toml 第 3 行：缺少 url\n    name = x")

    house: House = replace(app.state.house, sources=broken)
    (state,) = source_states(house)
    assert (state.ok, state.note) == (False, "sources.toml 第 3 行：缺少 url")
    assert gather(house, CaseFilter(), NOW).sources == (state,)


def test_the_cities_on_offer_do_not_shrink_with_the_filter(app: FastAPI, engine: Engine) -> None:
    office.seed(engine, NOW)
    facts = gather(app.state.house, CaseFilter(cities=("郑州市",)), NOW)
    assert {case.place.city for case in facts.cases} == {"郑州市"}
    assert len(facts.cities) > 5


def test_closed_cases_are_not_on_the_board(app: FastAPI, engine: Engine) -> None:
    engine.cases.save([a_case(state=CaseState.LAPSED), a_case()])
    assert [case.state for case in gather(app.state.house, CaseFilter(), NOW).cases] == [CaseState.FLAGGED]


def test_the_mark_changes_when_the_board_would(app: FastAPI, engine: Engine) -> None:
    house: House = app.state.house
    before = pulse(house, NOW)
    assert pulse(house, NOW) == before
    engine.cases.save([a_case()])
    assert pulse(house, NOW) != before
