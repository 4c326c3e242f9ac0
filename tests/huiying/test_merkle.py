"""A short proof leads from every leaf to the root, and from nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying import merkle

ENTRIES = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


@given(ENTRIES, st.data())
def test_every_entry_is_proven_by_its_own_path(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf(entry) for entry in entries]
    index = data.draw(st.integers(0, len(leaves) - 1))
    way = merkle.path(leaves, index)
    assert merkle.climb(leaves[index], index, len(leaves), way) == merkle.root(leaves)
    assert len(way) <= (len(leaves) - 1).bit_length()


@given(ENTRIES, st.data(), st.binary(max_size=8))
def test_an_entry_that_is_not_there_is_not_proven(
    entries: list[bytes], data: st.DataObject, other: bytes
) -> None:
    leaves = [merkle.leaf(entry) for entry in entries]
    index = data.draw(st.integers(0, len(leaves) - 1))
    if other != entries[index]:
        way = merkle.path(leaves, index)
        assert merkle.climb(merkle.leaf(other), index, len(leaves), way) != merkle.root(leaves)


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=40, unique=True), st.data())
def test_another_order_is_another_root(entries: list[bytes], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(entries))
    same = shuffled == entries
    leaves, moved = ([merkle.leaf(entry) for entry in some] for some in (entries, shuffled))
    assert (merkle.root(leaves) == merkle.root(moved)) is same


def test_a_path_of_the_wrong_length_leads_nowhere() -> None:
    leaves = [merkle.leaf(bytes([n])) for n in range(5)]
    way = merkle.path(leaves, 2)
    for index, steps in ((2, way[:-1]), (2, (*way, way[0])), (5, way), (-1, way)):
        with pytest.raises(ValueError):
            merkle.climb(leaves[2], index, 5, steps)


def test_an_inner_node_is_no_entry() -> None:
    """Two leaves taken together must not pass for one entry that was never written."""
    one, two = merkle.leaf(b"1"), merkle.leaf(b"2")
    assert merkle.leaf(one + two) != merkle.root([one, two])


def test_nothing_has_a_root_too() -> None:
    assert merkle.root([]) != merkle.root([merkle.leaf(b"")])
