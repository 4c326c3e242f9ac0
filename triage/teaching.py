"""What an act of a person says about what the machine made of a case: the example that is kept of it.  Pure."""

from __future__ import annotations

from datetime import datetime

from huiying.contracts import Actor, Case
from huiying.examples import MOST_POSTS, Example, Labels
from triage.acts import Act

TELLING = frozenset(
    act
    for act in Act
    if act.value
    in {
        "confirm", "dismiss", "reopen", "relabel", "assess", "assign", "reassign", "merge", "split", "link", "apart",
        "unmerge", "unsplit",
    }
)  # fmt: skip
"""Acts that say that the machine was right, or what would have been; assigning says so where the unit is another one."""


def example_of(
    act: Act,
    before: Case,
    after: Case,
    actor: Actor,
    now: datetime,
    *,
    labels: Labels | None = None,
    other: str = "",
) -> Example | None:
    """The example of an act that has made ``after`` of ``before``; None where it teaches nothing.

    ``other``: the case that it was said to be one with, or not one with, where the act does not leave that in the case.
    """
    rerouted = act in (Act.ASSIGN, Act.REASSIGN)
    if act not in TELLING or (rerouted and after.route.lead == before.route.lead):
        return None
    own = (n for n in range(len(before.events), len(after.events)) if after.events[n].who == actor.login)
    number = next(own, None)
    if number is None:
        return None
    keys = (after.opened_by, *(item.post for item in after.evidence))
    return Example(
        act=act.value,
        by=actor.login,
        at=now,
        case_id=after.id,
        sequence=number + 1,
        posts=tuple(dict.fromkeys(keys))[:MOST_POSTS],
        labels=labels or _said(act, after),
        unit=after.route.lead if rerouted else "",
        unit_before=before.route.lead if rerouted else "",
        rule=before.route.rule if rerouted else "",
        other=other or after.merged_into or before.merged_into or after.split_from,
    )


def _said(act: Act, after: Case) -> Labels:
    match act:
        case Act.CONFIRM | Act.REOPEN:
            return Labels(relevant=True)
        case Act.DISMISS:
            return Labels(relevant=False)
        case Act.ASSESS:
            return Labels(relevant=True, category=after.assessment.category if after.assessment else None)
        case _:
            return Labels()
