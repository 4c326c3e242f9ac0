"""A statement that three people have made, cleared and signed, and a case that owes it to outlets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from huiying.contracts import (
    Approval,
    Case,
    Category,
    DeliveryState,
    Publication,
    Publicity,
    Statement,
    StatementKind,
    StatementState,
)
from huiying.ports import Engine
from tests.factories import NOW, a_case
from triage.record import carried
from triage.texts import Texts

BODY = "标题：关于车位\n\n【事实】\n已核实。\n".encode()


def approval(sha256: str, by: str) -> Approval:
    return Approval(sha256=sha256, by=by, at=NOW, outcome="同意")


def a_statement(sha256: str = "ab" * 32, **changes: Any) -> Statement:
    statement = Statement(
        id="statement-1",
        number=1,
        kind=StatementKind.ANSWER,
        state=StatementState.PUBLISHED,
        sha256=sha256,
        title="关于车位",
        author="xie",
        authors=("xie", "gai"),
        unit="zhengzhou",
        drafted_at=NOW,
        edited_at=NOW,
        category=Category.DIFFICULTY,
        publicity=Publicity.OPEN,
        review=approval(sha256, "shen"),
        signature=approval(sha256, "qian"),
        published_at=NOW,
        published_by="fa",
    )
    return replace(statement, **changes)


def owed(outlet: str = "webhook", **changes: Any) -> Publication:
    return replace(Publication(outlet=outlet, state=DeliveryState.OWED, next_try_at=NOW), **changes)


def owing(engine: Engine, *, outlets: tuple[str, ...] = ("webhook",), **changes: Any) -> Case:
    """A stored case that owes a statement whose bytes are kept."""
    sha256 = Texts(engine.register).keep_body(BODY)
    statement = a_statement(sha256, publications=tuple(owed(name) for name in outlets), **changes)
    case = carried(a_case(statements=(statement,)))
    engine.cases.save([case])
    return case
