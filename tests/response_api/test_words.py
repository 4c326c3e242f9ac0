"""Every value has a word for it."""

from dataclasses import replace
from enum import StrEnum

import pytest

from huiying.contracts import CaseState, EventKind, Publicity, StatementKind, StatementState
from response_api import words
from tests.factories import NOW, a_case
from tests.response_api import office
from tests.triage.statements import a_statement
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


def test_another_case_is_called_by_the_beginning_of_its_id_where_nothing_links() -> None:
    case, other = a_case(), a_case()
    event = office.an_event(case, 1, NOW, f"拆出事件 {other.id}（1 条信息）")
    split = replace(event, kind=EventKind.SPLIT)
    assert words.what_was(split) == f"拆出事件 {other.id[:8]}…（1 条信息）"
    assert words.event_line(split, NOW).endswith(f"拆出事件 {other.id[:8]}…（1 条信息）")
    assert words.what_was(replace(event, kind=EventKind.GREW)) == event.what


def test_people_are_called_by_name() -> None:
    names = {"zhiban": "王敏", "system:triage": "x", "public": "x"}
    assert [words.who(actor, names.__getitem__) for actor in names] == ["王敏", "系统", "公众"]


def test_what_nobody_can_read_is_not_called_answered_in_public() -> None:
    said = a_statement(published_at=NOW, state=StatementState.PUBLISHED)
    closed = replace(said, publicity=Publicity.CLOSED)
    for statements, word in (
        ((said,), "已公开回应"),
        ((closed,), "已作结论（不公开）"),
        ((closed, replace(said, id="2")), "已公开回应"),
    ):
        assert words.state_of(a_case(state=CaseState.PUBLISHED, statements=statements)) == word
