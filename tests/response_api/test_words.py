"""Every value has a word for it."""

from enum import StrEnum

import pytest

from huiying.contracts import EventKind, Publicity, StatementKind, StatementState
from response_api import words
from triage import words as named


@pytest.mark.parametrize(
    ("kinds", "names"),
    [
        (EventKind, words.EVENTS),
        (Publicity, named.PUBLICITIES),
        (StatementKind, named.STATEMENTS),
        (StatementState, words.STATEMENT_STATES),
    ],
)
def test_every_value_has_a_word(kinds: type[StrEnum], names: dict[StrEnum, str]) -> None:
    assert set(names) == set(kinds)


@pytest.mark.parametrize(
    ("actor", "name"), [("zhiban", "zhiban"), ("system:triage", "系统"), ("public", "公众")]
)
def test_an_act_has_a_name_beside_it(actor: str, name: str) -> None:
    assert words.who(actor) == name


def test_people_are_called_by_name() -> None:
    names = {"zhiban": "王敏", "system:triage": "x", "public": "x"}
    assert [words.who(actor, names.__getitem__) for actor in names] == ["王敏", "系统", "公众"]
