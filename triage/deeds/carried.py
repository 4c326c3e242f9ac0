"""What people still have to answer, have consulted on, have referred or know goes with a case into the one it becomes part of.
Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from huiying.contracts import Case, Consultation, Decision, EventKind, Recognition, Took
from triage.deeds.levels import about
from triage.gather import likeliest
from triage.known import OCCURRED, casualties
from triage.record import TRIAGE, note
from triage.tickets import together


def carry(into: Case, case: Case, now: datetime) -> Case:
    """The case that lives on with the open requests, the open suggestions, the consultations, the referrals, the tickets and what is
    registered of the one that it has taken in; and what people knew there, where they have said nothing of it here."""
    waiting = [one for one in case.decisions if one.granted is None]
    asked = tuple(_of(case, one) for one in waiting)
    into = replace(
        into,
        decisions=(*into.decisions, *asked),
        consultations=_in_order(*into.consultations, *case.consultations),
        referrals=(*into.referrals, *(one if one.of else replace(one, of=case.id) for one in case.referrals)),
        tickets=together(into.tickets, case.tickets),
        suggestions=likeliest(into, case.suggestions),
        recognitions=_registered(*into.recognitions, *case.recognitions),
        casualties=(
            *into.casualties,
            *(one for one in case.casualties if casualties(into, one.kind) is None),
        ),
    )
    if OCCURRED in case.settled_by_people and OCCURRED not in into.settled_by_people:
        settled = (*into.settled_by_people, OCCURRED)
        into = replace(into, occurred=case.occurred, settled_by_people=settled)
    for one in waiting:
        what = f"请示：{about(into, _of(case, one))}"
        into = note(into, EventKind.DECISION_ASKED, now, TRIAGE, what, evidence=(case.id,))
    return into


def leave(into: Case, case: Case, own: Collection[str], took: Took | None) -> Case:
    """The case without what is open or known at ``case`` again, which with ``own`` others was part of it: what was decided stays
    decided here, and what was not is answered there. ``took``: how it stood before."""
    if took is not None and OCCURRED not in took.settled_by_people and into.occurred == case.occurred:
        settled = tuple(name for name in into.settled_by_people if name != OCCURRED)
        into = replace(into, occurred=took.occurred, settled_by_people=settled)
    brought = [one for one in case.casualties if took is not None and one not in took.casualties]
    return replace(
        into,
        recognitions=tuple(one for one in into.recognitions if one not in case.recognitions),
        casualties=tuple(one for one in into.casualties if one not in brought),
        decisions=tuple(one for one in into.decisions if one.granted is not None or one.of not in own),
        consultations=tuple(one for one in into.consultations if one not in case.consultations),
        referrals=tuple(one for one in into.referrals if one.of not in own),
        suggestions=tuple(one for one in into.suggestions if one not in case.suggestions),
    )


def _of(case: Case, asked: Decision) -> Decision:
    return asked if asked.of else replace(asked, of=case.id, of_level=case.severity.level)


def _registered(*said: Recognition) -> tuple[Recognition, ...]:
    return tuple(sorted(said, key=lambda one: one.at))


def _in_order(*met: Consultation) -> tuple[Consultation, ...]:
    return tuple(sorted(met, key=lambda one: one.at))
