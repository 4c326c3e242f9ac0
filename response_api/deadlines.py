"""Deadlines as an iCalendar (RFC 5545): an event for every running clock in somebody's sight, with an alarm before it, and one a day
for the tickets of a matter whose last day that is.  Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from icalendar import Alarm, Calendar, Event

from huiying.contracts import Case, ClockState, ResponseClock, Ticket
from response_api import times
from response_api.house import Names
from response_api.sight import Glimpse, Sight, glimpse, is_sealed, title_for, unit_for
from triage.callers import owed
from triage.deeds.ticketing import kinds

REFRESH = timedelta(minutes=15)
"""How often a calendar should look again."""
BEFORE = timedelta(minutes=30)
LASTS = timedelta(minutes=15)
"""A deadline is a moment; calendars show it as long as this, up to the moment."""
MORNING = timedelta(hours=9)
"""Into the last day of a ticket, which is a day and no moment."""


def calendar(cases: Iterable[Case], sight: Sight, names: Names, now: datetime, *, base: str) -> bytes:
    """UTF-8. Of a matter whose content they may not see, the time and the duty alone."""
    made = Calendar()
    made.add("prodid", "-//Huiying//Deadlines//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", "回应：时限")
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", REFRESH)
    for case in cases:
        if glimpse(case, sight) is Glimpse.NOTHING:
            continue
        for clock in case.clocks:
            if clock.state is ClockState.RUNNING:
                made.add_component(_of_clock(case, clock, sight, names, now, base))
        for day, tickets in groupby(owed(case), key=_last_day):
            made.add_component(_of_tickets(case, day, list(tickets), sight, names, now, base))
    return bytes(made.to_ical())


def _of_clock(
    case: Case, clock: ResponseClock, sight: Sight, names: Names, now: datetime, base: str
) -> Event:
    title = title_for(case, sight)
    marks = "（暂定）" * clock.provisional + "（暂算）" * clock.tentative
    over = "已逾期：" if clock.due_at <= now else ""
    event = Event()
    event.add("uid", f"{case.id}-{clock.rule.kind}-{clock.round}@huiying")
    # In UTC, whatever zone it was typed in: a zone would have to be described in the file (RFC 5545, 3.2.19).
    due = clock.due_at.astimezone(UTC)
    event.add("dtstart", due - LASTS)
    event.add("dtend", due)
    event.add("sequence", len(clock.recomputed))
    event.add("summary", f"{over}【{case.severity.level}】{clock.rule.name}{marks}：{title}")
    duty = f"{clock.rule.duty}\n{clock.authority}，{clock.rule.citation}"
    event.add("description", f"{duty}\n承办：{unit_for(case, sight, names)}")
    event.add("url", f"{base}/cases/{case.id}")
    return _alarmed(event, f"{clock.rule.name}快到时：{title}", LASTS - BEFORE, now)


def _of_tickets(
    case: Case, day: date, tickets: Sequence[Ticket], sight: Sight, names: Names, now: datetime, base: str
) -> Event:
    """All of one matter whose last day this is: however many callers wait, a day has one row of it."""
    title = title_for(case, sight)
    waiting = f"工单 {len(tickets)} 件待答复"
    late = sum(one.entered_late for one in tickets)
    over = "已逾期：" if tickets[-1].due_at <= now else ""
    marks = "（暂算）" if any(one.tentative for one in tickets) else ""
    event = Event()
    event.add("uid", f"{case.id}-tickets-{day.isoformat()}@huiying")
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{over}【{case.severity.level}】{waiting}{marks}：{title}")
    duties = waiting if is_sealed(case, sight) else f"{kinds(tickets)}待答复"
    told = [f"{duties}，录入时已逾期 {late} 件" if late else duties]
    told += dict.fromkeys(f"{one.authority}，{one.citation}" for one in tickets)
    event.add("description", "\n".join([*told, f"承办：{unit_for(case, sight, names)}"]))
    event.add("url", f"{base}/cases/{case.id}#tickets")
    return _alarmed(event, f"今天到期的工单 {len(tickets)} 件：{title}", MORNING, now)


def _last_day(ticket: Ticket) -> date:
    return times.local(ticket.due_at).date()


def _alarmed(event: Event, told: str, after: timedelta, now: datetime) -> Event:
    """With what every event has, and an alarm so long after its start."""
    event.add("dtstamp", now)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", told)
    alarm.add("trigger", after)
    event.add_component(alarm)
    return event
