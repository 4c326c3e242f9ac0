"""Deadlines as an iCalendar (RFC 5545): an event for every running clock in somebody's sight, with an alarm before it.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from huiying.contracts import Case, ClockState, ResponseClock
from response_api.house import Names
from response_api.sight import Glimpse, Sight, glimpse, title_for

REFRESH = timedelta(minutes=15)
"""How often a calendar should look again."""
BEFORE = timedelta(minutes=30)
LASTS = timedelta(minutes=15)
"""A deadline is a moment; calendars show it as long as this, up to the moment."""


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
                made.add_component(_event(case, clock, sight, names, now, base))
    return bytes(made.to_ical())


def _event(case: Case, clock: ResponseClock, sight: Sight, names: Names, now: datetime, base: str) -> Event:
    title = title_for(case, sight)
    marks = "（暂定）" * clock.provisional + "（暂算）" * clock.tentative
    over = "已逾期：" if clock.due_at <= now else ""
    event = Event()
    event.add("uid", f"{case.id}-{clock.rule.kind}-{clock.round}@huiying")
    event.add("dtstamp", now)
    event.add("dtstart", clock.due_at - LASTS)
    event.add("dtend", clock.due_at)
    event.add("sequence", len(clock.recomputed))
    event.add("summary", f"{over}【{case.severity.level}】{clock.rule.name}{marks}：{title}")
    event.add(
        "description",
        f"{clock.rule.duty}\n{clock.rule.authority}，{clock.rule.citation}\n承办：{names.unit_name(case.route.lead)}",
    )
    event.add("url", f"{base}/cases/{case.id}")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{clock.rule.name}快到时：{title}")
    alarm.add("trigger", -(BEFORE - LASTS))
    event.add_component(alarm)
    return event
