"""What the board is made of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fastapi import FastAPI

from huiying.contracts import Case, CaseState, Disposition, Level, Place
from huiying.errors import Misconfigured
from huiying.ports import Engine
from response_api.board import Board, board
from response_api.facts import AT_ONCE, MOST_ACTIVE, MOST_OVER, MOST_PAGES, gather, pulse, soon, source_states
from response_api.filters import CaseFilter
from response_api.house import House, SourceState
from response_api.sight import EVERYTHING, Sight
from tests.factories import NOW, a_case, a_clock, a_line, a_route, a_severity
from tests.response_api import office


def test_a_slip_in_the_catalogue_is_shown_and_does_not_take_the_board_down(app: FastAPI) -> None:
    def broken() -> Sequence[SourceState]:
        raise Misconfigured("sources.toml 第 3 行：缺少 url\n    name = x")

    house: House = replace(app.state.house, sources=broken)
    (state,) = source_states(house)
    assert (state.ok, state.note) == (False, "sources.toml 第 3 行：缺少 url")
    assert gather(house, CaseFilter(), NOW, EVERYTHING).sources == (state,)


def test_the_cities_on_offer_do_not_shrink_with_the_filter(app: FastAPI, engine: Engine) -> None:
    office.seed(engine, NOW)
    facts = gather(app.state.house, CaseFilter(cities=("郑州市",)), NOW, EVERYTHING)
    assert {case.place.city for case in facts.cases} == {"郑州市"}
    assert len(facts.cities) > 5


def test_closed_cases_are_not_on_the_board(app: FastAPI, engine: Engine) -> None:
    engine.cases.save([a_case(state=CaseState.LAPSED), a_case()])
    assert [case.state for case in gather(app.state.house, CaseFilter(), NOW, EVERYTHING).cases] == [
        CaseState.FLAGGED
    ]


def test_the_mark_changes_when_the_board_would(app: FastAPI, engine: Engine) -> None:
    house: House = app.state.house
    before = pulse(house, NOW)
    assert pulse(house, NOW) == before
    engine.cases.save([a_case()])
    assert pulse(house, NOW) != before


def old(number: int) -> list[Case]:
    """Cases that ran out days ago and that nobody has closed."""
    past = NOW - timedelta(days=3)
    clock = a_clock(started_at=past, due_at=past + timedelta(hours=2))
    return [
        a_case(title=f"旧{n}", detected_at=past + timedelta(seconds=n), clocks=(clock,))
        for n in range(number)
    ]


def shown(app: FastAPI, now: datetime = NOW) -> Board:
    return board(gather(app.state.house, CaseFilter(), now, EVERYTHING), office.names())


def test_what_is_new_and_what_runs_out_next_is_seen_past_hundreds_that_ran_out_long_ago(
    app: FastAPI, engine: Engine
) -> None:
    due = a_clock(started_at=NOW, due_at=NOW + timedelta(minutes=50))
    engine.cases.save(old(500))
    engine.cases.save([a_case(title=f"新案{n}", clocks=(due,)) for n in range(3)])
    engine.cases.save([a_case(title=f"苗头{n}", state=CaseState.WATCHING, flagged_at=None) for n in range(5)])
    seen = shown(app, NOW + timedelta(minutes=1))
    values = {tile.name: tile.value for tile in seen.tiles}
    assert values["未办结事件"] == "503"
    assert values["已超时"] == "500"
    assert values["1 小时内到时"] == "3"
    assert values["今日新苗头"] == "5"
    assert {row.title for row in seen.stories} == {f"新案{n}" for n in range(3)} | {
        f"苗头{n}" for n in range(5)
    }
    ahead = [row.title for row in seen.clocks if row.tone != "over"]
    assert sorted(ahead) == ["新案0", "新案1", "新案2"]
    assert 4 <= sum(row.tone == "over" for row in seen.clocks) <= 10
    assert seen.all_over == 500
    assert seen.tiles[1].note == "最久超时 2天22小时"


def test_a_case_that_ran_out_once_still_counts_for_what_it_owes_within_the_hour(
    app: FastAPI, engine: Engine
) -> None:
    signed = a_clock(started_at=NOW - timedelta(hours=8), due_at=NOW - timedelta(hours=6))
    answer = a_clock(started_at=NOW - timedelta(hours=8), due_at=NOW + timedelta(minutes=40))
    engine.cases.save([a_case(detected_at=NOW - timedelta(hours=8), clocks=(signed, answer))])
    values = {tile.name: tile.value for tile in shown(app).tiles}
    assert (values["已超时"], values["1 小时内到时"]) == ("1", "1")
    assert len(soon(engine.cases, CaseFilter(), NOW)) == 1
    assert len(soon(engine.cases, CaseFilter(), NOW - timedelta(hours=1))) == 0


def test_a_grave_matter_that_ran_out_is_seen_among_many_of_little_weight_that_did_before(
    app: FastAPI, engine: Engine
) -> None:
    past, major = NOW - timedelta(days=2), a_severity(level=Level.MAJOR)
    clock = a_clock(started_at=past, due_at=past + timedelta(hours=2))
    engine.cases.save(old(500))
    engine.cases.save([a_case(title="大事", detected_at=past, severity=major, clocks=(clock,))])
    engine.cases.save([a_case() for _ in range(MOST_ACTIVE)])
    assert shown(app).clocks[0].title == "大事"
    little = gather(app.state.house, CaseFilter(levels=(Level.GENERAL,)), NOW, EVERYTHING)
    assert "大事" not in {case.title for case in little.cases}


def test_a_flood_of_new_cases_is_cut_off_and_the_tiles_say_so(app: FastAPI, engine: Engine) -> None:
    clock = a_clock(due_at=NOW + timedelta(minutes=30))
    engine.cases.save([a_case(clocks=(clock,)) for _ in range(1000)])
    facts = gather(app.state.house, CaseFilter(), NOW, EVERYTHING)
    assert len(facts.cases) <= AT_ONCE * MOST_PAGES + MOST_ACTIVE + MOST_OVER
    tiles = {tile.name: tile.value for tile in board(facts, office.names()).tiles}
    assert tiles["未办结事件"] == "1,000"
    assert tiles["1 小时内到时"].endswith("+")


def test_the_heat_counts_every_open_case_and_the_levels_come_from_the_store(
    app: FastAPI, engine: Engine
) -> None:
    engine.cases.save(old(300))
    engine.cases.save([a_case(topic="T05", place=Place(), severity=a_severity(level=Level.EXTREME))])
    facts = gather(app.state.house, CaseFilter(), NOW, EVERYTHING)
    assert facts.heat == {("T07", "郑州市"): 300, ("T05", ""): 1}
    assert (facts.flagged, facts.grave) == (301, 1)
    watching = gather(app.state.house, CaseFilter(states=(CaseState.WATCHING,)), NOW, EVERYTHING)
    assert (watching.flagged, watching.grave) == (0, 0)


def test_the_newest_posts_know_which_of_them_are_restricted(app: FastAPI, engine: Engine) -> None:
    secret = a_case(route=a_route(restricted=True))
    known, unknown = a_case(), a_line(case_id="gone")
    engine.cases.save([secret, known])
    engine.archive.put(
        [a_line(case_id=secret.id), a_line(case_id=known.id), unknown, a_line(disposition=Disposition.BURIED)]
    )
    told = gather(app.state.house, CaseFilter(), NOW, EVERYTHING).audiences
    assert {id for id, audience in told.items() if audience.restricted} == {secret.id, "gone"}


def test_no_sum_tells_the_topic_place_or_unit_of_what_its_reader_may_not_open(
    app: FastAPI, engine: Engine
) -> None:
    sealed = a_route(lead="kaifeng", restricted=True)
    engine.cases.save([a_case(), a_case(topic="T05", place=Place(city="开封市"), route=sealed)])
    whole = gather(app.state.house, CaseFilter(), NOW, EVERYTHING)
    assert whole.heat == {("T07", "郑州市"): 1, ("T05", "开封市"): 1}
    stranger = replace(EVERYTHING, restricted=False)
    told = gather(app.state.house, CaseFilter(), NOW, stranger)
    assert (told.heat, told.cities, told.leads) == ({("T07", "郑州市"): 1}, ("郑州市",), ("zhengzhou",))
    assert (told.flagged, len(told.cases)) == (2, 2), "that there is one is told"
    asked = gather(app.state.house, CaseFilter(leads=("kaifeng",)), NOW, stranger)
    assert (asked.flagged, asked.over, asked.cases) == (0, 0, ())
    handler = replace(stranger, own=frozenset({"kaifeng"}))
    assert gather(app.state.house, CaseFilter(), NOW, handler).heat == whole.heat


def test_a_part_of_the_tree_has_its_own_figures_and_none_of_what_belongs_to_no_case(
    app: FastAPI, engine: Engine
) -> None:
    office.seed(engine, NOW)
    names = office.names()
    city = Sight(restricted=False, units=names.subtree("zhengzhou"), own=frozenset())
    facts = gather(app.state.house, CaseFilter(), NOW, city)
    assert {case.route.lead for case in facts.cases} == {"zhengzhou"}
    assert facts.flagged == 2
    assert facts.leads == ("zhengzhou",)
    assert facts.cities == ("郑州市",)
    assert {city for _, city in facts.heat} == {"郑州市"}
    assert {line.case_id for line in facts.newest} <= {case.id for case in facts.cases}
    assert set(facts.today) <= {Disposition.ATTACHED, Disposition.DUPLICATE}
    whole = gather(app.state.house, CaseFilter(), NOW, EVERYTHING)
    assert 0 < sum(facts.hourly.values()) < sum(whole.hourly.values())
    names_of_tiles = [tile.name for tile in board(facts, names, sight=city).tiles]
    assert "今日信息" not in names_of_tiles
    assert len(names_of_tiles) == len(board(whole, names).tiles)
