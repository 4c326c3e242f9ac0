"""Filters that live in the query string."""

from datetime import UTC, date, datetime

import pytest
from starlette.datastructures import QueryParams

from huiying.contracts import OPEN_STATES, CaseState, Level
from response_api.filters import CaseFilter, Due, from_query, wrong_days
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
        since=date(2026, 11, 1),
        until=date(2026, 11, 30),
    )
    assert from_query(QueryParams(wanted.text(order="newest"))) == wanted


def test_what_means_nothing_is_left_out() -> None:
    assert not from_query(
        QueryParams(
            "level=&level=x&state=nowhere&due=never&since=2026-13-01&until=20261123&words=%20&city="
            + "长" * 50
        )
    )


def test_the_board_never_asks_for_closed_cases() -> None:
    assert CaseFilter().query(open_only=True, now=NOW).states == OPEN_STATES
    assert CaseFilter(states=(CaseState.WATCHING,)).query(open_only=True, now=NOW).states == {
        CaseState.WATCHING
    }
    assert CaseFilter(states=(CaseState.LAPSED,)).query(open_only=True, now=NOW).states == OPEN_STATES
    assert CaseFilter().query(open_only=False, now=NOW).states == frozenset()


def test_days_are_whole_days_in_shanghai_the_last_one_included() -> None:
    query = CaseFilter(since=date(2026, 11, 23), until=date(2026, 11, 23)).query(open_only=False, now=NOW)
    assert query.found_since == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert query.found_before == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed,number",
    [
        ("a2b3c4d5", "a2b3c4d5"),
        (" Ａ２Ｂ３Ｃ４Ｄ５… ", "a2b3c4d5"),
        ("http://127.0.0.1:8080/cases/a2b3c4d5e6f7g2h3?posts=2#desk", "a2b3c4d5e6f7g2h3"),
        ("人防车位", ""),
        ("a2b3c4", ""),
        ("a2b3c4d5 车位", ""),
        ("a2b3c4d9", ""),
        ("", ""),
    ],
)
def test_a_number_of_a_case_is_looked_for_as_one(typed: str, number: str) -> None:
    wanted = CaseFilter(words=typed)
    asked = wanted.query(open_only=False, now=NOW)
    assert (wanted.number, asked.id_starts) == (number, number)
    assert asked.words == ("" if number else typed)


@pytest.mark.parametrize(
    "query,fault",
    [
        ("", ""),
        ("since=2026-11-01&until=2026-11-02", ""),
        ("since=abc", "要写成 2026-11-01 这样"),
        ("since=2026-11-02&until=2026-11-01", "起始晚于截止"),
    ],
)
def test_days_that_are_none_are_told(query: str, fault: str) -> None:
    told = wrong_days(QueryParams(query))
    assert fault in told and bool(told) is bool(fault)
