"""工单台账: the tickets of every matter in view, as somebody asks for them: by what became of them, kind, number, unit and day.

What waits is found by the store; what is over is looked for among the matters that grew since the first day that is asked for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from huiying import requests
from huiying.clock import SHANGHAI
from huiying.contracts import Case, CaseState, Channel, Request, Ticket
from huiying.ports import CaseQuery, CaseStore, Order
from response_api.period import Period
from response_api.period import asked as asked_period
from response_api.sight import Sight, is_sealed
from response_api.ticket_view import WENT
from triage.tickets import Went, went

WAITING = "waiting"
EVERY = "every"
STATES: Mapping[str, str] = {
    WAITING: "还没有答复的",
    **{one.value: name for one, name in WENT.items()},
    EVERY: "全部",
}
_LIVE = frozenset({WAITING, Went.OVER.value, Went.OPEN.value})
"""What is found by what it waits for."""
USUAL = timedelta(days=30)
"""Back from today, where nobody names days; a number is looked for through ``FAR``."""
FAR = timedelta(days=365)
PAGE = 200
MOST_CASES = 3_000
MOST_NUMBER = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    state: str = WAITING
    request: Request | None = None
    channel: Channel | None = None
    number: str = ""
    """Part of it, as it is compared."""
    typed: str = ""
    """As it was typed."""
    unit: str = ""
    period: Period | None = None
    """Days of 受理; None where all that waits is asked for."""
    fault: str = ""

    def query(self, **more: str) -> str:
        """As a query string."""
        named = {
            "state": self.state,
            "request": self.request.value if self.request else "",
            "channel": self.channel.value if self.channel else "",
            "number": self.typed,
            "unit": self.unit,
            "from": self.period.first.isoformat() if self.period else "",
            "to": self.period.last.isoformat() if self.period else "",
            **more,
        }
        return urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    case: Case
    ticket: Ticket
    how: Went


def wanted(query: Mapping[str, str], today: date, *, units: Collection[str]) -> Wanted:
    """What is asked for; what means nothing is left out, a unit that is none of ``units`` too. A number is looked for among all of a year where nobody says otherwise."""
    typed = query.get("number", "").strip()[:MOST_NUMBER]
    number = _bare(typed)
    state = query.get("state", "")
    if state not in STATES:
        state = EVERY if number else WAITING
    named = bool(query.get("from", "").strip() or query.get("to", "").strip())
    period, fault = asked_period(query, today) if named else (None, "")
    if fault:
        period = None
    if period is None and state not in _LIVE:
        period = Period(first=today - (FAR if number else USUAL), last=today)
        fault = (
            fault
            and f"{fault.partition('，现在显示')[0]}，现在显示的是最近 {(period.last - period.first).days} 天"
        )
    elif fault:
        fault = f"{fault.partition('，现在显示')[0]}，现在不限日期"
    request, channel = query.get("request", ""), query.get("channel", "")
    return Wanted(
        state=state,
        request=Request(request) if request in set(requests.OWING) else None,
        channel=Channel(channel) if channel in set(requests.CHANNELS) else None,
        number=number,
        typed=typed,
        unit=unit if (unit := query.get("unit", "")) in units else "",
        period=period,
        fault=fault,
    )


def find(
    cases: CaseStore, asked: Wanted, sight: Sight, leads: frozenset[str], now: datetime
) -> tuple[list[Found], bool]:
    """Those that fit, the most pressing first, then the latest; whether there may be more, among matters that were not looked at.
    ``leads``: units one of which leads, empty for any. Of a restricted matter that is not open to the reader there is none."""
    found: list[Found] = []
    looked = 0
    for case in _cases(cases, asked, sight):
        looked += 1
        if looked > MOST_CASES:
            break
        if is_sealed(case, sight) or (leads and case.route.lead not in leads):
            continue
        found += [one for one in _of(case, now) if _fits(one, asked)]
    return sorted(found, key=_order), looked > MOST_CASES


def known(cases: CaseStore, number: str, channel: Channel, sight: Sight, now: datetime) -> Found | None:
    """The ticket of this very number that somebody may see, of the last two years: one number of one channel is one ticket."""
    today = now.astimezone(SHANGHAI).date()
    period = Period(first=today - 2 * FAR, last=today)
    asked = Wanted(state=EVERY, channel=channel, number=_bare(number), period=period)
    found, _ = find(cases, asked, sight, frozenset(), now)
    return next((one for one in found if _bare(one.ticket.reference) == asked.number), None)


def _cases(cases: CaseStore, asked: Wanted, sight: Sight) -> Iterator[Case]:
    waiting = asked.state in _LIVE
    query = CaseQuery(
        states=frozenset(CaseState) - {CaseState.MERGED},
        awaits=frozenset({"ticket"}) if waiting else frozenset(),
        parties=sight.parties,
        order=Order.NEXT_DUE if waiting else Order.ACTIVE,
        limit=PAGE,
    )
    after = ""
    while True:
        page = cases.search(replace(query, after=after))
        for case in page.cases:
            if not waiting and asked.period is not None and case.last_post_at < asked.period.since:
                return  # those that follow have grown even longer ago
            yield case
        after = page.next
        if not after:
            return


def _of(case: Case, now: datetime) -> Iterator[Found]:
    for ticket in case.tickets:
        yield Found(case=case, ticket=ticket, how=went(ticket, now))


def _fits(one: Found, asked: Wanted) -> bool:
    ticket = one.ticket
    of_state = asked.state in (EVERY, one.how.value) or (asked.state == WAITING and ticket.owed)
    return (
        of_state
        and asked.request in (None, ticket.request)
        and asked.channel in (None, ticket.channel)
        and asked.number in _bare(ticket.reference)
        and (asked.period is None or asked.period.since <= ticket.received_at < asked.period.until)
    )


def _order(one: Found) -> tuple[bool, float, str]:
    ticket = one.ticket
    at = ticket.due_at.timestamp() if ticket.owed else -ticket.received_at.timestamp()
    return not ticket.owed, at, ticket.post


def _bare(number: str) -> str:
    """A number however it is written: in full width, with blanks or strokes."""
    plain = unicodedata.normalize("NFKC", number).casefold()
    return "".join(char for char in plain if char.isalnum())
