"""Whose turn a statement is, and whether they have heard of it.  Pure; :mod:`triage.deeds.turns` tells them."""

from __future__ import annotations

from huiying.contracts import LIVE_STATES, Case, Statement, StatementState
from triage.words import TURN_RUNGS


def stage(statement: Statement) -> str:
    """What :attr:`Statement.told` holds once they were told; '' where it is nobody's turn, or the author's from the beginning."""
    if statement.state not in TURN_RUNGS or (
        statement.state is StatementState.DRAFT and not statement.returned
    ):
        return ""
    if statement.state is StatementState.DRAFT:
        return f"{statement.state.value}:{statement.returned}"
    return f"{statement.state.value}:{statement.sha256}"


def untold(case: Case) -> tuple[Statement, ...]:
    """Those whose turn has come and who have not heard of it."""
    open_ones = case.state in LIVE_STATES or any(one.corrects for one in case.statements)
    if not open_ones:
        return ()
    return tuple(one for one in case.statements if (now := stage(one)) and now != one.told)
