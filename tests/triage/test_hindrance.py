"""What stands in the way of a step is known before it is taken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from huiying.contracts import (
    Case,
    CaseState,
    Category,
    ClockState,
    Consultation,
    DeliveryState,
    Level,
    Rank,
    Statement,
    StatementKind,
    StatementState,
)
from tests.factories import NOW, a_case, a_clock, a_route, an_answered_case
from tests.triage.statements import a_statement, approval, owed
from tests.triage.texts import policy
from triage.acts import Act
from triage.deeds.matter import close
from triage.hindrance import hindrance, stuck
from triage.refusals import NotNow

SIGNED = a_statement(
    state=StatementState.SIGNED,
    published_at=None,
    published_by="",
    kind=StatementKind.FIRST,
    signature=replace(approval("ab" * 32, "qian"), rank=Rank.DIVISION_HEAD),
)


def in_hand(statement: Statement = SIGNED, **changes: Any) -> Case:
    case = a_case(state=CaseState.ACKNOWLEDGED, route=a_route(lead="zhengzhou"), statements=(statement,))
    return replace(case, **changes)


def at(level: Level, case: Case) -> Case:
    return replace(case, severity=replace(case.severity, level=level))


def test_what_is_signed_for_the_level_goes_out_and_what_is_not_any_more_does_not() -> None:
    signed = at(Level.GENERAL, in_hand())
    assert hindrance(Act.PUBLISH, signed, policy(), SIGNED) == ""
    assert stuck(signed, policy()) == {}
    risen = at(Level.EXTREME, signed)
    why = hindrance(Act.PUBLISH, risen, policy(), SIGNED)
    assert "主要负责人以上签发" in why and "退回后重新送审" in why
    assert stuck(risen, policy()) == {1: why}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"route": a_route(lead="luoyang")}, "承办单位已改为"),
        ({"assessment": None, "statements": (replace(SIGNED, kind=StatementKind.ANSWER),)}, "两处要一致"),
        (
            {"state": CaseState.ASSIGNED, "statements": (replace(SIGNED, kind=StatementKind.ANSWER),)},
            "先签收",
        ),
        ({"statements": (replace(SIGNED, category=Category.UNTRUE),)}, "两处要一致"),
        ({"statements": (replace(SIGNED, sha256="cd" * 32),)}, "重新送审"),
    ],
)
def test_what_the_matter_has_become_stands_in_the_way(changes: dict[str, Any], why: str) -> None:
    case = at(Level.GENERAL, in_hand(**changes))
    assert why in hindrance(Act.PUBLISH, case, policy(), case.statements[0])


def test_a_grave_matter_is_consulted_before_it_is_answered() -> None:
    answer = replace(SIGNED, kind=StatementKind.ANSWER, signature=replace(SIGNED.signature, rank=Rank.HEAD))  # type: ignore[type-var]
    case = at(Level.MAJOR, an_answered_case(answer, published_at=None))
    assert "要先会商" in hindrance(Act.SUBMIT, case, policy(), answer)
    met = Consultation(at=NOW, by="duty", participants=("省住建厅",), conclusion="ab" * 32)
    assert hindrance(Act.SUBMIT, replace(case, consultations=(met,)), policy(), answer) == ""


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (in_hand(), "第 1 号文稿还没有发布"),
        (a_case(clocks=(a_clock(),)), "还有在走的时限：签收"),
        (an_answered_case(a_statement(publications=(owed(state=DeliveryState.FAILED),))), "没有上网"),
        (an_answered_case(a_statement(publications=(owed(),))), "正在交给外网"),
    ],
)
def test_what_is_not_done_with_stands_in_the_way_of_closing(case: Case, why: str) -> None:
    case = replace(case, clocks=case.clocks if "时限" in why else ())
    assert why in hindrance(Act.CLOSE, case, policy())
    with pytest.raises(NotNow, match=why):
        close(case, None, NOW)  # type: ignore[arg-type]  # refused before anybody is asked who they are


def test_nothing_stands_in_the_way_of_closing_what_is_done_with() -> None:
    done = replace(an_answered_case(a_statement()), clocks=(replace(a_clock(), state=ClockState.MET),))
    assert hindrance(Act.CLOSE, done, policy()) == ""


@pytest.mark.parametrize("act", [Act.MERGE, Act.LINK, Act.UNSPLIT])
def test_a_matter_with_a_statement_is_not_merged_away(act: Act) -> None:
    assert "还有没发布的文稿" in hindrance(act, in_hand(), policy())
    assert "已经发布过文稿" in hindrance(act, an_answered_case(a_statement()), policy())
    withdrawn = in_hand(replace(SIGNED, state=StatementState.WITHDRAWN))
    assert hindrance(act, withdrawn, policy()) == ""


def test_nothing_is_known_to_stand_in_the_way_of_other_acts() -> None:
    assert {hindrance(act, in_hand(), policy(), SIGNED) for act in (Act.RAISE, Act.SIGN, Act.EDIT)} == {""}
