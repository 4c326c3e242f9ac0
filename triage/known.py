"""What is known of a matter: what its posts say, and in place of that what people have confirmed, refuted or registered.  Pure."""

from __future__ import annotations

from collections.abc import Mapping

from huiying.contracts import (
    Case,
    Casualties,
    Level,
    Recognised,
    Recognition,
    SignalKind,
    SignalSeen,
)

OCCURRED = "occurred"
"""In ``Case.settled_by_people``: people say when it happened, or that nobody knows."""


def signals_of(case: Case) -> Mapping[SignalKind, SignalSeen]:
    """Every signal by its kind; of what people have refuted the amount is 0."""
    seen = {one.kind: one for one in case.signals}
    for told in case.casualties:
        seen[told.kind] = _confirmed(told, seen.get(told.kind))
    ordered = standing(case, Recognised.ORDER) or standing(case, Recognised.INSTRUCTION)
    if ordered is not None:
        read = seen.get(SignalKind.SUPERIOR_ORDER)
        seen[SignalKind.SUPERIOR_ORDER] = SignalSeen(
            kind=SignalKind.SUPERIOR_ORDER,
            amount=None,
            claimed=False,
            detail="",
            evidence=read.evidence if read else (),
        )
    return seen


def emergency(case: Case) -> Level | None:
    """突发事件等级, as the government has set it; None where nobody has registered one."""
    found = standing(case, Recognised.EMERGENCY)
    return found.level if found else None


def standing(case: Case, kind: Recognised) -> Recognition | None:
    """What is registered of this kind and holds."""
    latest = next((one for one in reversed(case.recognitions) if one.kind is kind), None)
    return latest if latest is not None and latest.stands else None


def casualties(case: Case, kind: SignalKind) -> Casualties | None:
    return next((one for one in case.casualties if one.kind is kind), None)


def _confirmed(told: Casualties, read: SignalSeen | None) -> SignalSeen:
    return SignalSeen(
        kind=told.kind,
        amount=float(told.number),
        claimed=False,
        detail="",
        evidence=read.evidence if read else (),
    )
