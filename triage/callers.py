"""Which callers of a case still wait for their answer.  Pure; :mod:`triage.tickets` says what each of them is owed."""

from __future__ import annotations

from huiying.contracts import Case, CaseState, Ticket


def owed(case: Case) -> tuple[Ticket, ...]:
    """What callers still wait for, the most pressing first; of a case that is part of another one nothing: they wait there."""
    if case.state is CaseState.MERGED:
        return ()
    return tuple(sorted((one for one in case.tickets if one.owed), key=lambda one: (one.due_at, one.post)))
