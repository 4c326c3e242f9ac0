"""Filters that live in the query string."""

from starlette.datastructures import QueryParams

from huiying.contracts import OPEN_STATES, CaseState, Level
from response_api.filters import CaseFilter, Due, from_query
from tests.factories import NOW


def test_a_filter_survives_the_way_through_a_link() -> None:
    wanted = CaseFilter(
        levels=(Level.MAJOR,),
        topics=("T06",),
        cities=("郑州市",),
        leads=("henan.zhihui",),
        states=(CaseState.LAPSED,),
        due=Due.SOON,
        words="车库 & 水",
    )
    assert from_query(QueryParams(wanted.text(order="newest"))) == wanted


def test_what_means_nothing_is_left_out() -> None:
    assert not from_query(QueryParams("level=&level=x&state=nowhere&due=never&words=%20&city=" + "长" * 50))


def test_the_board_never_asks_for_closed_cases() -> None:
    assert CaseFilter().query(open_only=True, now=NOW).states == OPEN_STATES
    assert CaseFilter(states=(CaseState.WATCHING,)).query(open_only=True, now=NOW).states == {
        CaseState.WATCHING
    }
    assert CaseFilter(states=(CaseState.LAPSED,)).query(open_only=True, now=NOW).states == OPEN_STATES
    assert CaseFilter().query(open_only=False, now=NOW).states == frozenset()
