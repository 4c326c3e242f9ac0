"""Scorers of stories on the same pairs: the same one is not worse, one that has lost its wits is."""

from __future__ import annotations

from dataclasses import replace

from huiying.learning.pair_contest import own_test, rows
from triage.pairlearning import Pair, own_pairs, shipped

HELD = (
    Pair(one="青禾苑人防车位租金涨三成", other="青禾苑业主不满人防车位涨租", same=True),
    Pair(one="青禾苑人防车位租金涨三成", other="月底前各校组织一次疏散演练", same=False),
)


def test_the_same_scorer_is_as_good_as_itself() -> None:
    found = rows(shipped(), shipped(), shipped(), HELD)
    assert [row.n for row in found] == [180, 180, 2]
    assert not any(row.worse for row in found)
    assert found[2].new == 1.0


def test_one_that_says_the_opposite_is_worse_on_each() -> None:
    upside_down = replace(shipped(), weights=-shipped().weights, bias=-shipped().bias)
    assert all(row.worse for row in rows(shipped(), upside_down, shipped(), HELD))


def test_an_own_scorer_that_sank_below_the_shipped_one_is_no_excuse() -> None:
    upside_down = replace(shipped(), weights=-shipped().weights, bias=-shipped().bias)
    titles, leads, held = rows(upside_down, upside_down, shipped(), HELD)
    assert titles.worse
    assert leads.worse
    assert not held.worse


def test_without_anything_held_back_there_is_nothing_to_compare() -> None:
    assert rows(shipped(), shipped(), shipped(), ())[2].n == 0


def test_what_is_tested_on_is_in_no_lesson() -> None:
    learned = {text for pair in own_pairs() for text in (pair.one, pair.other)}
    tested = {text for pairs in own_test() for pair in pairs for text in (pair.one, pair.other)}
    assert learned.isdisjoint(tested)
