"""Copies of frozen values: what ``dataclasses.replace`` gives, in less time."""

from __future__ import annotations

import dataclasses

import pytest

from huiying import frozen
from huiying.contracts import Case, CaseEvent, CaseState, Delivery, Notice, ResponseClock
from tests.factories import a_case


def test_a_changed_copy_is_what_dataclasses_replace_gives() -> None:
    case = a_case()
    before = dataclasses.replace(case)
    changed = frozen.replace(case, state=CaseState.LAPSED, revision=7)
    assert changed == dataclasses.replace(case, state=CaseState.LAPSED, revision=7)
    assert case == before and type(changed) is Case


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        frozen.replace(a_case(), colour="red")  # type: ignore[call-arg]


def test_the_copy_is_as_frozen_as_the_first() -> None:
    changed = frozen.replace(a_case(), revision=7)
    with pytest.raises(dataclasses.FrozenInstanceError):
        changed.revision = 8  # type: ignore[misc]


def test_a_value_is_made_of_the_values_of_another() -> None:
    case = a_case()
    assert frozen.made(Case, frozen.values(case)) == case
    with pytest.raises(ValueError):
        frozen.made(Case, frozen.values(case)[1:])


@pytest.mark.parametrize("kind", [Case, ResponseClock, CaseEvent, Notice, Delivery])
def test_what_is_copied_so_is_slotted_and_set_by_its_constructor_alone(kind: type) -> None:
    fields = dataclasses.fields(kind)
    assert not hasattr(kind, "__post_init__") and kind.__dictoffset__ == 0
    assert all(field.init for field in fields)
    assert set(kind.__slots__) == {field.name for field in fields}  # type: ignore[attr-defined]
