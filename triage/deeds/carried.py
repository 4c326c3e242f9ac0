"""What people still have to answer, what they have consulted on and what they have referred goes with a case into the one it
becomes part of.  Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from huiying.contracts import Case, Consultation, Decision, EventKind
from triage.deeds.levels import about
from triage.gather import likeliest
from triage.record import TRIAGE, note


def carry(into: Case, case: Case, now: datetime) -> Case:
    """The case that lives on with the open requests, the open suggestions, the consultations and the referrals of the one
    that it has taken in."""
    waiting = [one for one in case.decisions if one.granted is None]
    asked = tuple(_of(case, one) for one in waiting)
    into = replace(
        into,
        decisions=(*into.decisions, *asked),
        consultations=_in_order(*into.consultations, *case.consultations),
        referrals=(*into.referrals, *(one if one.of else replace(one, of=case.id) for one in case.referrals)),
        suggestions=likeliest(into, case.suggestions),
    )
    for one in waiting:
        what = f"请示：{about(into, _of(case, one))}"
        into = note(into, EventKind.DECISION_ASKED, now, TRIAGE, what, evidence=(case.id,))
    return into


def leave(into: Case, case: Case, own: Collection[str]) -> Case:
    """The case without what is open at ``case`` again, which with ``own`` others was part of it: what was decided stays
    decided here, and what was not is answered there."""
    return replace(
        into,
        decisions=tuple(one for one in into.decisions if one.granted is not None or one.of not in own),
        consultations=tuple(one for one in into.consultations if one not in case.consultations),
        referrals=tuple(one for one in into.referrals if one.of not in own),
        suggestions=tuple(one for one in into.suggestions if one not in case.suggestions),
    )


def _of(case: Case, asked: Decision) -> Decision:
    return asked if asked.of else replace(asked, of=case.id, of_level=case.severity.level)


def _in_order(*met: Consultation) -> tuple[Consultation, ...]:
    return tuple(sorted(met, key=lambda one: one.at))
