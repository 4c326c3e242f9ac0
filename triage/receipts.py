"""What became of every notice, kept with its case: owed, sent, delivered, seen; failed, with why.  Pure.

A receipt never goes back: what was seen stays seen, whatever the courier still hears of it.  No address stands in it, and where
somebody of the roster confirms by its link a masked one.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import datetime

from huiying import personal
from huiying.contracts import Case, Delivery, DeliveryState, EventKind, Notice, Receipt
from triage.links import Links, mark_of
from triage.record import carried, note
from triage.words import CHANNELS, addressees

LINK = "link"
"""``Receipt.seen_by`` where nobody had to say who they are."""
ROSTER = "roster:"
"""Before the name of whoever of the roster pressed 收到, in ``Receipt.seen_by``."""
BY_LINK = "system:link"
PAGE = "page"
"""Channel of a receipt that a leader gave inside, beside those of what was sent."""
LONGEST = 200

_ORDER = (
    DeliveryState.RESERVE,
    DeliveryState.OWED,
    DeliveryState.DROPPED,
    DeliveryState.FAILED,
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
    DeliveryState.SEEN,
)


def booked(case: Case, notice: Notice, delivery: Delivery, mark: str) -> Case:
    """The case with the receipt of this delivery as it stands now."""
    fresh = receipt_of(notice, delivery, mark)
    known = next((one for one in case.receipts if one.mark == mark), None)
    if known is None:
        return replace(case, receipts=(*case.receipts, fresh))
    state = max(known.state, fresh.state, key=_ORDER.index)
    return _with(case, known, replace(fresh, state=state, seen_at=known.seen_at, seen_by=known.seen_by))


def find(case: Case, notice_id: str, token: str, links: Links) -> Receipt | None:
    """The receipt that a link's token belongs to; also of a notice that is out and not yet booked. None for any other."""
    mark = mark_of(token)
    for receipt in case.receipts:
        if receipt.notice == notice_id and receipt.mark and hmac.compare_digest(receipt.mark, mark):
            return receipt
    for notice in case.outbox:
        for delivery in notice.deliveries:
            if notice.id == notice_id and hmac.compare_digest(links.mark(notice, delivery), mark):
                return receipt_of(notice, delivery, mark)
    return None


def seen_by_link(case: Case, receipt: Receipt, now: datetime, *, person: str = "", more: str = "") -> Case:
    """The case with this receipt seen by whoever held the link; unchanged where it was seen before.

    ``person``: who of ``Receipt.persons`` says that it is them; where another had it at the same address, theirs is a receipt of
    its own. No name stands in the record, which cannot be erased; the receipt has it. ``more``: what else the record says of it.
    """
    known = next((one for one in case.receipts if one.mark == receipt.mark), receipt)
    by = f"{ROSTER}{person}" if person else LINK
    if known.seen_at is None:
        case = _with(case, known, _seen(known, by, now))
    elif person and not any(one.notice == known.notice and one.seen_by == by for one in case.receipts):
        own = replace(known, mark="", persons=(person,))
        case = replace(case, receipts=(*case.receipts, _seen(own, by, now)))
    else:
        return case
    done = f"值班人员凭链接确认收到{more}" if person else "已打开"
    what = f"{_about(known.rung, known.channel, known.to)}{done}"
    return carried(note(case, EventKind.NOTICE_SEEN, now, BY_LINK, what, why=known.reason))


def seen_inside(case: Case, notice_id: str, rank: str, login: str, now: datetime) -> Case:
    """The case with what reached this rank of the notice seen by a login; unchanged where nothing did, or they saw it.

    Where another has seen all of it before, theirs is a receipt of its own.
    """
    mine = [one for one in case.receipts if one.notice == notice_id and rank in one.to]
    if not mine or any(one.seen_by == login for one in mine):
        return case
    open_ = [one for one in mine if one.seen_at is None]
    for one in open_:
        case = _with(case, one, _seen(one, login, now))
    if not open_:
        own = replace(mine[0], channel=PAGE, to=(rank,), mark="", at=now, detail="")
        case = replace(case, receipts=(*case.receipts, _seen(own, login, now)))
    what = f"{_about(mine[0].rung, PAGE, (rank,))}已阅"
    return carried(note(case, EventKind.NOTICE_SEEN, now, login, what, why=mine[0].reason))


def plain(detail: str) -> str:
    """What was said of a delivery, on one line and without anything that points to a person."""
    for hit in reversed(personal.find(detail)):
        detail = f"{detail[: hit.start]}***{detail[hit.end :]}"
    return " ".join(detail.split())[:LONGEST]


def about(notice: Notice, delivery: Delivery) -> str:
    """The notice, by the name that the record uses."""
    return _about(notice.rung, delivery.channel, delivery.to or notice.to)


def _about(rung: str, channel: str, to: tuple[str, ...]) -> str:
    roles = addressees(to)
    return f"“{rung}”通知（{CHANNELS.get(channel, channel)}，{roles}）"


def receipt_of(notice: Notice, delivery: Delivery, mark: str = "") -> Receipt:
    """What stands of this delivery so far."""
    return Receipt(
        notice=notice.id,
        clock=notice.clock,
        rung=notice.rung,
        to=delivery.to or notice.to,
        reason=notice.reason,
        channel=delivery.channel,
        state=delivery.state,
        owed_at=notice.owed_at,
        at=delivery.at,
        detail=delivery.detail,
        mark=mark,
        persons=delivery.persons,
        address=personal.masked(delivery.address) if delivery.persons else "",
    )


def _seen(receipt: Receipt, by: str, now: datetime) -> Receipt:
    return replace(receipt, state=DeliveryState.SEEN, seen_at=now, seen_by=by)


def _with(case: Case, known: Receipt, receipt: Receipt) -> Case:
    """The receipt that is known replaced; added where the case has it not yet."""
    if known not in case.receipts:
        return replace(case, receipts=(*case.receipts, receipt))
    return replace(case, receipts=tuple(receipt if one == known else one for one in case.receipts))
