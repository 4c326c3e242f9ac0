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
from triage.reach import Reach
from triage.receipts import PAGE, seen_by_link
from triage.record import WATCH, carried, note, shown, spelled
from triage.standins import DESK
from triage.telling import addressed, facts, notice_of, title, to_person
from triage.words import EACH, ROLES


def ask_each(case: Case, notice: Notice, policy: Policy, reach: Reach, now: datetime) -> Case:
    """The case with this notice awaited of everybody who is on duty, where policy says so."""
    row = policy.notices.each
    if row is None or not _is_asked(case, notice, row):
        return case
    roles = tuple(role for role in row.roles if role in notice.to)
    people = [one for role in roles for one in reach.people(notice.unit, role, now, policy)]
    logins = tuple(dict.fromkeys(one.login for one in people if one.on_duty and one.login))
    sent = next((one for one in case.outbox if one.id == notice.id), notice)
    with_link = {person for place in sent.deliveries for person in place.persons}
    persons = tuple(dict.fromkeys(one.called for one in people if one.called in with_link))
    if not logins and not persons:
        return case
    asked = Awaited(
        notice=notice.id,
        rung=notice.rung,
        reason=notice.reason,
        roles=roles,
        logins=logins,
        persons=persons,
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
        asked = replace(one, reminded=done, next_at=later, reminders=(*one.reminders, told.id))
        awaited = tuple(asked if known is one else known for known in case.awaited)
        what = (
            f"“{one.rung}”通知还有 {missing(one)} 人没有确认，第 {done} 次提醒{'，不再提醒' if last else ''}"
        )
        case = replace(case, awaited=awaited, outbox=(*case.outbox, told))
        case = note(case, EventKind.RUNG_REACHED, now, WATCH, what)
    return case


def acknowledged(case: Case, notice_id: str, login: str, now: datetime) -> Case:
    """The case with this notice acknowledged by one of those who were asked; unchanged for anybody else."""
    one = next((one for one in case.awaited if one.notice == notice_id and login in one.logins), None)
    if one is None:
        return case
    left = replace(one, logins=tuple(other for other in one.logins if other != login))
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
    case = replace(_left(case, one, left), receipts=(*case.receipts, receipt))
    return carried(note(case, EventKind.NOTICE_SEEN, now, login, f"“{one.rung}”通知已确认{_rest(left)}"))


def confirmed_by_link(case: Case, receipt: Receipt, person: str, now: datetime) -> Case:
    """The case with this receipt confirmed by somebody of the roster who has no account, and the notice that they were asked
    about, or reminded of, acknowledged by them. No clock is touched."""
    one = next(
        (
            one
            for one in case.awaited
            if person in one.persons and receipt.notice in (one.notice, *one.reminders)
        ),
        None,
    )
    if one is None:
        return seen_by_link(case, receipt, now, person=person)
    left = replace(one, persons=tuple(other for other in one.persons if other != person))
    return seen_by_link(_left(case, one, left), receipt, now, person=person, more=_rest(left))


def missing(one: Awaited) -> int:
    """How many have not acknowledged it."""
    return len(one.logins) + len(one.persons)


def _left(case: Case, one: Awaited, left: Awaited) -> Case:
    awaited = (left if known is one else known for known in case.awaited)
    return replace(case, awaited=tuple(known for known in awaited if missing(known)))


def _rest(left: Awaited) -> str:
    return f"，还有 {missing(left)} 人没有确认" if missing(left) else "，每个人都已确认"


def _is_asked(case: Case, notice: Notice, row: EachRow) -> bool:
    if notice.clock is None or case.severity.level not in row.levels:
        return False
    return not row.rungs or notice.rung in row.rungs


def _reminder(
    case: Case, one: Awaited, policy: Policy, reach: Reach, now: datetime, later: datetime | None
) -> Notice:
    roles = "、".join(ROLES[role] for role in one.roles)
    reason = f"{shown(one.since)} 的“{one.rung}”通知，{roles}中还有 {missing(one)} 人没有确认（已过 {spelled(now - one.since)}）"
    body = [
        f"事件：{title(case)}",
        f"事由：{reason}",
        "任务：打开“通知记录”，点“已阅”；没有账号的，打开这条通知里的链接，点“收到”",
        *facts(case, policy),
    ]
    made = notice_of(
        case, policy, now, key=f"each {one.notice} {one.reminded + 1}", clock=None, rung=EACH, roles=one.roles,
        heading=EACH, reason=reason, due=later or now, body="\n".join(body),
    )  # fmt: skip
    people = [reach.person(login) for login in one.logins]
    people += [known for called in one.persons if (known := reach.without_account(called))]
    mine = [place for person in people for place in to_person(person, policy, now)]
    board = [place for place in addressed(case, made, policy, reach, now).deliveries if place.channel == DESK]
    distinct: dict[tuple[str, str], Delivery] = {}
    for place in (*board, *mine):
        same = distinct.get((place.channel, place.address), place)
        persons = tuple(dict.fromkeys((*same.persons, *place.persons)))
        distinct[place.channel, place.address] = replace(same, persons=persons)
    return replace(made, deliveries=tuple(distinct.values()))
