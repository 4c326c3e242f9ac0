"""Where a case without a public answer stands, by what it holds."""

from __future__ import annotations

from huiying.contracts import Case, CaseState


def stood_at(case: Case) -> CaseState:
    if case.flagged_at is None:
        return CaseState.WATCHING
    if case.assignment is not None and case.assignment.acknowledged_at is not None:
        return CaseState.ASSESSED if case.assessment else CaseState.ACKNOWLEDGED
    if case.assignment is not None:
        return CaseState.ASSIGNED
    return CaseState.CONFIRMED if case.confirmed_at else CaseState.FLAGGED
