"""What a published statement is by now: read by the public, hidden from it, or put right by a later one.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from huiying.contracts import Case, Publicity, Statement, StatementState

IN_HAND = frozenset(set(StatementState) - {StatementState.PUBLISHED, StatementState.WITHDRAWN})
"""Where a statement stands that is on its way."""


def in_public(statement: Statement) -> bool:
    """Whether everybody can read it now."""
    published = statement.state is StatementState.PUBLISHED and statement.published_at is not None
    return published and statement.publicity is Publicity.OPEN and statement.suspended is None


def corrected_by(statements: Sequence[Statement], statement: Statement) -> Statement | None:
    """Of these the published one that puts it right."""
    return next((one for one in statements if one.corrects == statement.id and _is_published(one)), None)


def last_word(statements: Sequence[Statement], statement: Statement) -> Statement:
    """The statement at the end of its corrections; itself where there are none."""
    for _ in statements:
        later = corrected_by(statements, statement)
        if later is None:
            break
        statement = later
    return statement


def is_being_corrected(statements: Sequence[Statement], statement: Statement) -> bool:
    """Whether a correction of it is published or on its way."""
    return any(
        one.corrects == statement.id and one.state is not StatementState.WITHDRAWN for one in statements
    )


def of_this_round(case: Case, statement: Statement) -> bool:
    """Whether it was published since the case was taken up last; a correction is of the round of what it puts right."""
    at = statement.published_at
    if at is None or (case.reopened_at is not None and at < case.reopened_at):
        return False
    old = next((one for one in case.statements if one.id == statement.corrects), None)
    return old is None or of_this_round(case, old)


def replaces(case: Case, statement: Statement, now: datetime) -> bool:
    """Whether a correction stands in for what this round had answered and the public could not read when it was published, or
    cannot ``now``: only then does it answer, else it puts right and stops no clock.
    """
    old = next((one for one in case.statements if one.id == statement.corrects), None)
    if old is None or not of_this_round(case, old):
        return False
    at = statement.published_at or now
    return any(one.at <= at and (one.ended_at is None or at < one.ended_at) for one in old.suspensions)


def counts_as_reply(statements: Sequence[Statement], statement: Statement) -> bool:
    """Whether it is one more answer that everybody can read: a correction is where what it puts right is hidden."""
    if not in_public(statement):
        return False
    old = next((one for one in statements if one.id == statement.corrects), None)
    return old is None or old.suspended is not None


def _is_published(statement: Statement) -> bool:
    return statement.state is StatementState.PUBLISHED and statement.published_at is not None
