"""Nothing goes out without three people's word for exactly these bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from huiying.contracts import StatementState
from tests.triage.statements import a_statement, approval
from triage.approval import approved

SHA, OTHER = "ab" * 32, "cd" * 32


@pytest.mark.parametrize("state", [StatementState.SIGNED, StatementState.PUBLISHED])
def test_what_three_people_approved_may_go_out(state: StatementState) -> None:
    assert approved(a_statement(state=state)) == ""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"review": None}, "保密审查"),
        ({"signature": None}, "还没有签发"),
        ({"sha256": OTHER}, "重新送审"),
        ({"review": approval(OTHER, "shen")}, "重新送审"),
        ({"signature": approval(OTHER, "qian")}, "重新送审"),
        ({"review": approval(SHA, "gai")}, "审查人是作者之一"),
        ({"review": approval(SHA, "xie"), "authors": ()}, "审查人是作者之一"),
        ({"signature": approval(SHA, "gai")}, "签发人是作者之一"),
        ({"signature": approval(SHA, "xie"), "authors": ()}, "签发人是作者之一"),
        ({"signature": approval(SHA, "shen")}, "签发人就是保密审查人"),
        *(({"state": state}, "没有走完审签") for state in StatementState
          if state not in (StatementState.SIGNED, StatementState.PUBLISHED)),
    ],
)  # fmt: skip
def test_anything_less_is_refused_with_why(changes: dict[str, Any], why: str) -> None:
    assert why in approved(replace(a_statement(), **changes))
