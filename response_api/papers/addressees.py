"""To whom outside a matter's letters go: whom the rules name, and whoever has been handed it; one letter each.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from huiying.contracts import Case, OutsideBody
from triage.deeds.referring import choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    to: OutsideBody
    due_at: datetime | None = None
    """By when it was asked for a reply; None where it was not, or nothing is on record yet."""
    number: int = 0
    """From 1, among those of its case."""

    @property
    def letter(self) -> str:
        return "线索移交函" if self.to.clue else "转办函"


def addressees(case: Case) -> tuple[Addressee, ...]:
    """As it was handed over where that is on record, else as the rules say; each body once."""
    if case.route.restricted:
        return ()
    found = {one.body: Addressee(to=one) for one in choices(case)}
    found |= {one.to.body: Addressee(to=one.to, due_at=one.due_at) for one in case.referrals}
    return tuple(replace(one, number=number) for number, one in enumerate(found.values(), start=1))


def addressee(case: Case, body: str) -> Addressee | None:
    """The one of this name; without a name the only one there is."""
    known = addressees(case)
    if not body:
        return known[0] if len(known) == 1 else None
    return next((one for one in known if one.to.body == body), None)
