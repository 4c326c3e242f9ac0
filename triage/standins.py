"""Where a channel does not take a notice: the next channel is owed it, and where none takes it, a person is.  Pure.

A channel that stands by is called after a minute of attempts in vain, not after the last of them: the five hours run on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from huiying import identity
from huiying.contracts import Case, Delivery, DeliveryState, EventKind, Notice
from triage.patience import RESERVE_AFTER
from triage.receipts import about
from triage.record import COURIER, note
from triage.words import CHANNELS, addressees

DESK = "console"
"""The office's own board: it always takes what it is given."""
IN_PERSON = "当面告知"


def stand_in(case: Case, now: datetime) -> Case:
    """The case with whatever follows from what channels have refused by now."""
    return _told_in_person(_stood_in_for(case, now), now)


def _stood_in_for(case: Case, now: datetime) -> Case:
    """Where a channel does not take a notice the next one is owed it; where none does, the duty desk is told."""
    for notice in case.outbox:
        for spare in notice.deliveries:
            if spare.state is not DeliveryState.RESERVE:
                continue
            first = [
                one for one in notice.deliveries if one.channel == spare.after and _same_people(one, spare)
            ]
            if any(_in_vain(one) for one in first) or not first:
                case = replace(case, outbox=with_delivery(case.outbox, notice.id, _owed(spare, now)))
                what = f"{about(notice, spare)}：{CHANNELS[spare.after]}没有送到，改由{CHANNELS[spare.channel]}通知"
                case = note(case, EventKind.NOTICE_FAILED, now, COURIER, what)
    return case


def _told_in_person(case: Case, now: datetime) -> Case:
    """For every role that no channel has reached, a notice to the duty desk to tell them in person: once."""
    known = {notice.id for notice in case.outbox} | {receipt.notice for receipt in case.receipts}
    for notice in case.outbox:
        unreached = _unreached(notice)
        id = identity.notice_id(case.id, "in person", notice.id)
        if not unreached or notice.rung == IN_PERSON or id in known:
            continue
        roles = addressees(unreached)
        told = replace(
            notice,
            id=id,
            rung=IN_PERSON,
            to=("duty",),
            subject=f"【通知没有送到】{notice.subject}",
            reason=f"“{notice.rung}”没有送到{roles}，各渠道都试过了，请打电话当面告知",
            owed_at=now,
            deliveries=tuple(_owed(one, now) for one in notice.deliveries if one.channel == DESK),
        )
        told = replace(told, body=f"事由：{told.reason}\n{notice.body}")
        case = replace(case, outbox=(*case.outbox, told))
        case = note(
            case,
            EventKind.NOTICE_FAILED,
            now,
            COURIER,
            f"“{notice.rung}”通知没有送到{roles}，转请值班台当面告知",
        )
    return case


def _unreached(notice: Notice) -> tuple[str, ...]:
    """Roles to whom some channel beside the desk was meant to go, and all of them have given up."""
    outside = [one for one in notice.deliveries if one.channel != DESK]
    return tuple(
        role
        for role in notice.to
        if (mine := [one for one in outside if role in (one.to or notice.to)])
        and all(one.state is DeliveryState.FAILED for one in mine)
    )


def _same_people(one: Delivery, other: Delivery) -> bool:
    return not one.to or not other.to or not set(one.to).isdisjoint(other.to)


def _in_vain(delivery: Delivery) -> bool:
    owed = delivery.state is DeliveryState.OWED and delivery.attempts >= RESERVE_AFTER
    return owed or delivery.state is DeliveryState.FAILED


def _owed(delivery: Delivery, now: datetime) -> Delivery:
    return replace(
        delivery, state=DeliveryState.OWED, attempts=0, next_try_at=now, at=None, detail="", after=""
    )


def with_delivery(outbox: tuple[Notice, ...], notice_id: str, done: Delivery) -> tuple[Notice, ...]:
    """The outbox with this delivery, known by channel and address, in place of what stands there."""
    return tuple(
        replace(
            notice,
            deliveries=tuple(
                done if (one.channel, one.address) == (done.channel, done.address) else one
                for one in notice.deliveries
            ),
        )
        if notice.id == notice_id
        else notice
        for notice in outbox
    )
