"""Single notices that nobody has confirmed yet, as one shift leaves them to the next; and their being taken over.  Pure.

A notice is over with its duty: what is done, waived or cancelled waits for nobody's word.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from huiying.contracts import LIVE_STATES, Case, DeliveryState, Receipt
from triage.callers import owed
from triage.each import acknowledged
from triage.quiet import ended
from triage.reach import Unconfirmed
from triage.receipts import receipt_of, seen_inside
from triage.words import EACH

DUTY = "duty"


def unconfirmed(case: Case) -> tuple[Unconfirmed, ...]:
    """Oldest first."""
    if case.state not in LIVE_STATES and not owed(case):
        return ()
    by_notice: dict[str, list[Receipt]] = {}
    for receipt in _receipts(case):
        by_notice.setdefault(receipt.notice, []).append(receipt)
    found = [one for receipts in by_notice.values() if (one := _open(case, receipts))]
    return tuple(sorted(found, key=lambda one: (one.owed_at, one.notice)))


def taken_over(case: Case, notice_id: str, login: str, now: datetime) -> Case:
    """The case with this notice confirmed by whoever takes over the desk; unchanged where it is no notice to the desk."""
    after = acknowledged(case, notice_id, login, now)
    return after if after is not case else seen_inside(case, notice_id, DUTY, login, now)


def _receipts(case: Case) -> Iterator[Receipt]:
    """With what is owed and not tried yet."""
    yield from case.receipts
    for notice in case.outbox:
        for delivery in notice.deliveries:
            if delivery.state is DeliveryState.OWED and not delivery.attempts:
                yield receipt_of(notice, delivery)


def _open(case: Case, receipts: list[Receipt]) -> Unconfirmed | None:
    first = receipts[0]
    asked = next((one for one in case.awaited if one.notice == first.notice), None)
    states = {one.state for one in receipts} - {DeliveryState.DROPPED}
    if first.rung == EACH or not states or ended(case, first.clock, first.owed_at, first.rung):
        return None
    if asked is None and any(one.seen_at for one in receipts):
        return None
    return Unconfirmed(
        case_id=case.id,
        notice=first.notice,
        clock=next(
            (one.rule.name for one in (*case.clocks, *case.past_clocks) if one.rule.kind is first.clock), ""
        ),
        rung=first.rung,
        to=tuple(dict.fromkeys(role for one in receipts for role in one.to)),
        owed_at=first.owed_at,
        state=next(state for state in _FURTHEST if state in states),
        missing=(*asked.logins, *asked.persons) if asked else (),
    )


_FURTHEST = (
    DeliveryState.SEEN,
    DeliveryState.DELIVERED,
    DeliveryState.SENT,
    DeliveryState.OWED,
    DeliveryState.RESERVE,
    DeliveryState.FAILED,
)
