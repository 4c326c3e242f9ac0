"""What the public has been told about a matter: its published statements, wherever a merger has left them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from huiying.contracts import Case, Statement, StatementState
from huiying.errors import CaseNotFound
from huiying.ports import CaseStore
from triage.saving import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A matter with an answer. ``case`` is the one that it is part of now."""

    case: Case
    statements: tuple[Statement, ...]
    """Newest first; at least one."""


def answered(cases: CaseStore, case_id: str) -> Answered:
    """Raises CaseNotFound where there is no such case, and just so where the public knows nothing of it."""
    found = answers_of(cases, whole(cases, case_id))
    if found is None:
        raise CaseNotFound(case_id)
    return found


def answers_of(cases: CaseStore, case: Case) -> Answered | None:
    """None where nothing was published."""
    return answers_among(case, cases.several(case.merged_from) if case.merged_from else {})


def answers_among(case: Case, parts: Mapping[str, Case]) -> Answered | None:
    """The same where what was merged into the case is at hand, by id."""
    known = {statement.id: statement for statement in case.statements}
    for id in case.merged_from:
        if part := parts.get(id):
            known = {statement.id: statement for statement in part.statements} | known
    told = [
        (statement.published_at, statement.id, statement)
        for statement in known.values()
        if statement.state is StatementState.PUBLISHED and statement.published_at is not None
    ]
    newest_first = sorted(told, key=lambda one: one[:2], reverse=True)
    return Answered(case=case, statements=tuple(one[2] for one in newest_first)) if told else None
