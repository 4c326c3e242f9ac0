"""Notices that everybody on duty acknowledges for themselves: who is asked, who has not, and the reminders until they have.  Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from huiying.contracts import (
    LIVE_STATES,
    Awaited,
    Case,
    Delivery,
    DeliveryState,
    EventKind,
    Notice,
    Receipt,
)
from triage.packs import EachRow
from triage.policy import Policy
from triage.reach import Reach, Recipient
from triage.receipts import PAGE
from triage.record import WATCH, carried, note, shown, spelled
from triage.standins import DESK
from triage.telling import PERSONAL, addressed, facts, notice_of, title
from triage.words import EACH, ROLES


def ask_each(case: Case, notice: Notice, policy: Policy, reach: Reach, now: datetime) -> Case:
    """The case with this notice awaited of everybody who is on duty, where policy says so."""
    row = policy.notices.each
    if row is None or not _is_asked(case, notice, row):
        return case
    roles = tuple(role for role in row.roles if role in notice.to)
    people = [one for role in roles for one in reach.people(notice.unit, role, now, policy)]
    logins = tuple(dict.fromkeys(one.login for one in people if one.on_duty and one.login))
    if not logins:
        return case
    asked = Awaited(
        notice=notice.id,
        rung=notice.rung,
        reason=notice.reason,
        roles=roles,
        logins=logins,
        since=now,
        next_at=now + timedelta(minutes=row.every_minutes),
    )
    return replace(case, awaited=(*case.awaited, asked))


def remind_each(case: Case, policy: Policy, reach: Reach, now: datetime) -> Case:
    """The case with a reminder to everybody who still has not acknowledged what they should have by now."""
    row = policy.notices.each
    if case.state not in LIVE_STATES:
        return case
    for one in case.awaited:
        if one.next_at is None or now < one.next_at:
            continue
        done = one.reminded + 1
        last = row is None or done >= row.most
        later = None if last or row is None else now + timedelta(minutes=row.every_minutes)
        told = _reminder(case, one, policy, reach, now, later)
        awaited = tuple(
            replace(one, reminded=done, next_at=later) if known is one else known for known in case.awaited
        )
        what = f"“{one.rung}”通知还有 {len(one.logins)} 人没有确认，第 {done} 次提醒{'，不再提醒' if last else ''}"
        case = replace(case, awaited=awaited, outbox=(*case.outbox, told))
        case = note(case, EventKind.RUNG_REACHED, now, WATCH, what)
    return case


def acknowledged(case: Case, notice_id: str, login: str, now: datetime) -> Case:
    """The case with this notice acknowledged by one of those who were asked; unchanged for anybody else."""
    one = next((one for one in case.awaited if one.notice == notice_id and login in one.logins), None)
    if one is None:
        return case
    left = replace(one, logins=tuple(other for other in one.logins if other != login))
    awaited = tuple(left if known is one else known for known in case.awaited)
    receipt = Receipt(
        notice=notice_id,
        clock=next((known.clock for known in case.receipts if known.notice == notice_id), None),
        rung=one.rung,
        to=one.roles,
        reason=one.reason,
        channel=PAGE,
        state=DeliveryState.SEEN,
        owed_at=one.since,
        at=one.since,
        seen_at=now,
        seen_by=login,
    )
    case = replace(
        case,
        awaited=tuple(known for known in awaited if known.logins),
        receipts=(*case.receipts, receipt),
    )
    rest = f"，还有 {len(left.logins)} 人没有确认" if left.logins else "，每个人都已确认"
    return carried(note(case, EventKind.NOTICE_SEEN, now, login, f"“{one.rung}”通知已确认{rest}"))


def _is_asked(case: Case, notice: Notice, row: EachRow) -> bool:
    if notice.clock is None or case.severity.level not in row.levels:
        return False
    return not row.rungs or notice.rung in row.rungs


def _reminder(
    case: Case, one: Awaited, policy: Policy, reach: Reach, now: datetime, later: datetime | None
) -> Notice:
    roles = "、".join(ROLES[role] for role in one.roles)
    reason = f"{shown(one.since)} 的“{one.rung}”通知，{roles}中还有 {len(one.logins)} 人没有确认（已过 {spelled(now - one.since)}）"
    body = [f"事件：{title(case)}", f"事由：{reason}", "任务：打开“通知记录”，点“已阅”", *facts(case, policy)]
    made = notice_of(
        case, policy, now, key=f"each {one.notice} {one.reminded + 1}", clock=None, rung=EACH, roles=one.roles,
        heading=EACH, reason=reason, due=later or now, body="\n".join(body),
    )  # fmt: skip
    mine = [place for login in one.logins for place in _places(reach.person(login), policy, now)]
    board = [place for place in addressed(case, made, policy, reach, now).deliveries if place.channel == DESK]
    distinct = {(place.channel, place.address): place for place in (*board, *mine)}
    return replace(made, deliveries=tuple(distinct.values()))


def _places(person: Recipient, policy: Policy, now: datetime) -> list[Delivery]:
    addresses = dict(zip(PERSONAL, (person.mail, person.phone), strict=True))
    return [
        Delivery(channel=channel, address=address, next_try_at=now)
        for channel, address in addresses.items()
        if address and channel in policy.channels
    ]
