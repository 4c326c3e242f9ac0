"""A statement goes out on the word of three different people for exactly its bytes, and on nothing less."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from huiying.contracts import (
    Approval,
    Category,
    Publicity,
    Statement,
    StatementKind,
    StatementState,
)
from tests.factories import NOW
from triage.approval import approved

BYTES, OTHERS = "a" * 64, "b" * 64


def word(by: str, sha256: str = BYTES) -> Approval:
    return Approval(sha256=sha256, by=by, at=NOW, outcome="同意")


SIGNED = Statement(
    id="c-1",
    number=1,
    kind=StatementKind.ANSWER,
    state=StatementState.SIGNED,
    sha256=BYTES,
    title="回应",
    author="author",
    authors=("first", "author"),
    unit="zhengzhou",
    drafted_at=NOW,
    edited_at=NOW,
    category=Category.DIFFICULTY,
    publicity=Publicity.OPEN,
    review=word("reviewer"),
    signature=word("signer"),
)


def test_three_people_over_the_same_bytes_are_enough() -> None:
    assert approved(SIGNED) == ""


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"review": None}, "保密审查"),
        ({"signature": None}, "签发"),
        ({"sha256": OTHERS}, "重新送审"),
        ({"review": word("reviewer", OTHERS)}, "重新送审"),
        ({"signature": word("signer", OTHERS)}, "重新送审"),
        ({"review": word("author")}, "作者之一"),
        ({"review": word("first")}, "作者之一"),
        ({"signature": word("author")}, "作者之一"),
        ({"signature": word("first")}, "作者之一"),
        ({"signature": word("reviewer")}, "签发人就是保密审查人"),
    ],
)
def test_anything_less_is_not(change: dict[str, object], why: str) -> None:
    assert why in approved(replace(SIGNED, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize("state", StatementState)
def test_only_what_went_the_whole_way_goes_out(state: StatementState) -> None:
    ready = state in (StatementState.SIGNED, StatementState.PUBLISHED)
    assert (approved(replace(SIGNED, state=state)) == "") is ready


def test_no_two_of_the_three_may_be_one_person() -> None:
    for author, reviewer, signer in product("abc", repeat=3):
        one = replace(SIGNED, author=author, authors=(author,), review=word(reviewer), signature=word(signer))
        assert (approved(one) == "") is (len({author, reviewer, signer}) == 3)
