from __future__ import annotations

from bench.nlp import parity


def test_texts_that_both_cut_alike_differ_nowhere() -> None:
    same = parity.between(["小区人防车位归谁", "今天去公园"])
    assert (same.texts, same.otherwise, same.bounds_otherwise, same.share) == (2, 0, 0, 0)
    assert same.bounds == 7


def test_of_no_texts_none_differs() -> None:
    assert parity.between([]).share == 0
