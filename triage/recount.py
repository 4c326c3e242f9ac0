"""Counts terms of working days again once a year's holidays are known, or put right; both values stay with the case."""

from __future__ import annotations

from datetime import datetime

from huiying.contracts import Case, ClockState
from huiying.ports import CaseStore
from triage.callers import owed
from triage.clocks import recount
from triage.deeds.ticketing import recount as recount_tickets
from triage.policy import Policy
from triage.record import indexed, shown
from triage.saving import amend
from triage.tickets import called


def recount_all(cases: CaseStore, policy: Policy, now: datetime) -> list[str]:
    """Every case with a running term of working days, its own or a ticket's: the office has brought a notice, or corrected one. Returns a Chinese
    line for each that moved.
    """
    told = []
    for found in cases.all():
        if not _counted(found):
            continue
        result = amend(cases, found.id, lambda case: again(case, policy, now, corrected=True))
        if result is not None:
            told += _moved(*result)
    return told


def again(case: Case, policy: Policy, now: datetime, *, corrected: bool = False) -> Case:
    """The same object where nothing is to be counted again. ``corrected`` is for whoever has just read the newest calendar: a
    process that still runs on an older one must not count back.
    """
    after = recount(case, policy.calendar, now, corrected=corrected)
    after = recount_tickets(after, policy, now, corrected=corrected)
    return case if after is case else indexed(after, policy)


def _counted(case: Case) -> bool:
    running = any(clock.days and clock.state is ClockState.RUNNING for clock in case.clocks)
    return running or bool(owed(case))


def _moved(before: Case, after: Case) -> list[str]:
    due = {clock.rule.kind: clock.due_at for clock in before.clocks}
    last = {ticket.post: ticket.due_at for ticket in before.tickets}
    return [
        f"{after.title}：{clock.rule.name} {shown(due[clock.rule.kind])} → {shown(clock.due_at)}"
        for clock in after.clocks
        if due.get(clock.rule.kind, clock.due_at) != clock.due_at
    ] + [
        f"{after.title}：{called(ticket)} {shown(last[ticket.post])} → {shown(ticket.due_at)}"
        for ticket in after.tickets
        if last.get(ticket.post, ticket.due_at) != ticket.due_at
    ]
