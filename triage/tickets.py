"""工单: ``tickets.toml``, and what a ticket of a hotline or mailbox owes its caller by it: until when, told when, kept or not.

A term counts in working days from the day after 受理 (``triage.calendar``).  What is old history (``Origin`` other than live) and
praise owe nothing and make no ticket.  Pure but for :func:`load`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from huiying import requests, tomlfile
from huiying.clock import SHANGHAI
from huiying.contracts import (
    Actor,
    Authority,
    Category,
    Channel,
    Post,
    Rank,
    Request,
    SortedBy,
    Ticket,
)
from triage.calendar import DAY, LAST_SECOND, Calendar, in_words
from triage.packs import File, Strict
from triage.record import shown
from triage.terms import TENTATIVE

FILE = "tickets.toml"
LONGEST = 60
"""Working days of a term: more is a slip of the pen."""


def _in_english(names: dict[str, str]) -> BeforeValidator:
    def read(word: object) -> object:
        if word not in names:
            raise ValueError(f"不认识“{word}”，可以写：{'、'.join(names)}")
        return names[str(word)]

    return BeforeValidator(read)


Owing = Annotated[Request, _in_english({requests.NAMES[one]: one.value for one in requests.OWING})]
From = Annotated[Channel, _in_english({name: one.value for one, name in requests.CHANNELS.items()})]


class TermRow(Strict):
    """Within how many working days whoever asked is answered."""

    requests: tuple[Owing, ...] = Field(min_length=1)
    channels: tuple[From, ...] = Field(min_length=1)
    working_days: int = Field(ge=1, le=LONGEST)
    name: str = Field(min_length=1, max_length=40)
    citation: str = Field(min_length=1)
    authority: Authority


class TicketRules(File):
    """``tickets.toml``."""

    remind_days: tuple[Annotated[int, Field(ge=0, le=20)], ...] = Field(min_length=1)
    """Working days before the last day, 0: on it."""
    remind_at: time
    """In Asia/Shanghai."""
    again_days: int = Field(ge=1, le=20)
    """Working days between two reminders of what is over."""
    term: tuple[TermRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def each_kind_once(self) -> TicketRules:
        named = [(channel, one) for row in self.term for channel in row.channels for one in row.requests]
        for channel, one in dict.fromkeys(pair for pair in named if named.count(pair) > 1):
            raise ValueError(f"{requests.CHANNELS[channel]}的{requests.NAMES[one]}写了两次期限，只能写一处")
        for channel in dict.fromkeys(channel for channel, _ in named):
            if lost := [requests.NAMES[one] for one in requests.OWING if (channel, one) not in named]:
                raise ValueError(f"{requests.CHANNELS[channel]}的{'、'.join(lost)}没有写期限，请补上")
        if len(set(self.remind_days)) < len(self.remind_days):
            raise ValueError("remind_days 里有一个数写了两次")
        return self

    def row(self, request: Request, channel: Channel) -> TermRow | None:
        """None where nothing is owed."""
        return next((row for row in self.term if request in row.requests and channel in row.channels), None)


def load(folder: Path) -> TicketRules:
    """The office's rules; the shipped ones where its folder is older than they are. Raises Misconfigured, naming file and line."""
    own = folder / FILE
    return tomlfile.read(own if own.exists() else tomlfile.DEFAULTS / FILE, TicketRules)


# ---------------------------------------------------------------------------------------- what is owed


def ticket_of(
    post: Post, category: Category | None, rules: TicketRules, calendar: Calendar, now: datetime
) -> Ticket | None:
    """What the caller behind a post is owed; None where nothing is. ``category``: what was read in it."""
    if not requests.owes_an_answer(post):
        return None
    request = post.request or requests.guessed(category)
    row = rules.row(request, post.channel)
    if row is None:
        return None
    received = post.published_at or post.collected_at
    term = calendar.term(received, row.working_days)
    ticket = Ticket(
        post=post.id,
        reference=post.reference,
        channel=post.channel,
        request=request,
        sorted_by=SortedBy.ITSELF if post.request else SortedBy.READING,
        received_at=received,
        entered_at=post.collected_at,
        name=row.name,
        citation=row.citation,
        authority=row.authority,
        due_at=term.due,
        days=term.days,
        tentative=term.tentative,
    )
    return reminded(ticket, rules, calendar, now)


def reminded(ticket: Ticket, rules: TicketRules, calendar: Calendar, now: datetime) -> Ticket:
    """With when people are told of it from ``now`` on: at once where a time to be told has passed already, and where it is over."""
    last = ticket.due_at.astimezone(SHANGHAI).date()
    ahead = {_days_before(calendar, last, days) for days in rules.remind_days}
    times = sorted(datetime.combine(day, rules.remind_at, SHANGHAI) for day in ahead)
    received = max(ticket.received_at, ticket.extended_at or ticket.received_at)
    wanted = [*(at for at in times if at > received), ticket.due_at]
    coming = [at for at in wanted if at > now]
    return replace(ticket, remind_at=tuple(coming if len(coming) == len(wanted) else [now, *coming]))


def told(ticket: Ticket, rules: TicketRules, calendar: Calendar, now: datetime) -> Ticket:
    """After people were told of all that was to be told by ``now``: again, where it is over and still owed."""
    coming = tuple(at for at in ticket.remind_at if at > now)
    if not coming:
        day = now.astimezone(SHANGHAI).date()
        for _ in range(rules.again_days):
            day = _next_worked(calendar, day)
        coming = (datetime.combine(day, rules.remind_at, SHANGHAI),)
    return replace(ticket, remind_at=coming)


def sorted_as(
    ticket: Ticket, request: Request, by: SortedBy, rules: TicketRules, calendar: Calendar, now: datetime
) -> Ticket:
    """As another kind of request: its term counts anew from the same day. An extension stays; a breach that was
    booked stands in the record, and is booked again where the right term runs out."""
    row = rules.row(request, ticket.channel)
    if row is None:
        return ticket
    term = calendar.term(ticket.received_at, row.working_days)
    anew = replace(
        ticket,
        request=request,
        sorted_by=by,
        name=row.name,
        citation=row.citation,
        authority=row.authority,
        days=term.days,
        tentative=term.tentative,
    )
    return _ending(anew, term.due, rules, calendar, now)


def recounted(
    ticket: Ticket, rules: TicketRules, calendar: Calendar, now: datetime, *, corrected: bool
) -> Ticket:
    """Counted again where its term was tentative, or a notice was ``corrected``; the same object where no day changes."""
    if not ticket.owed or not (ticket.tentative or corrected):
        return ticket
    term = calendar.term(ticket.received_at, sum(day.counted for day in ticket.days))
    if term.days == ticket.days and term.tentative == ticket.tentative:
        return ticket
    anew = replace(ticket, days=term.days, tentative=term.tentative)
    return _ending(anew, term.due, rules, calendar, now)


def _ending(ticket: Ticket, due: datetime, rules: TicketRules, calendar: Calendar, now: datetime) -> Ticket:
    """With another end of its term; what somebody put off is where they put it, where that is later."""
    if ticket.extended_from is not None:
        ticket = replace(ticket, extended_from=due)
        due = max(due, ticket.due_at)
    booked = ticket.overdue_at if due <= now or ticket.extended_from is not None else None
    return reminded(replace(ticket, due_at=due, overdue_at=booked), rules, calendar, now)


def end_of(day: datetime) -> datetime:
    """The last second of a day in Asia/Shanghai."""
    return datetime.combine(day.astimezone(SHANGHAI).date(), LAST_SECOND, SHANGHAI)


def _days_before(calendar: Calendar, day: date, count: int) -> date:
    """So many working days before a day."""
    while count:
        day -= DAY
        count -= calendar.day(day).works
    return day


def _next_worked(calendar: Calendar, day: date) -> date:
    day += DAY
    while not calendar.day(day).works:
        day += DAY
    return day


# ------------------------------------------------------------------------------------------- of a case


def together(one: Iterable[Ticket], other: Iterable[Ticket]) -> tuple[Ticket, ...]:
    """Of two cases that become one. A ticket that both have is one: answered where it was answered, else due at the earlier day."""
    found: dict[tuple[str, str], Ticket] = {}
    for ticket in (*one, *other):
        key = name_of(ticket)
        known = found.get(key)
        found[key] = (
            ticket if known is None else min(known, ticket, key=lambda each: (each.owed, each.due_at))
        )
    return in_order(found.values())


def in_order(tickets: Iterable[Ticket]) -> tuple[Ticket, ...]:
    return tuple(sorted(tickets, key=lambda one: (one.received_at, one.post)))


def name_of(ticket: Ticket) -> tuple[str, str]:
    """What makes two of them the same: the channel with its number, else the post."""
    return (ticket.channel, ticket.reference) if ticket.reference else ("", ticket.post)


def apart(own: Sequence[Ticket], whole: Sequence[Ticket], posts: Iterable[str]) -> tuple[Ticket, ...]:
    """The tickets of these posts as they come out of the case that they were part of: what was done there is done."""
    there = {name_of(ticket): ticket for ticket in whole}
    gone = set(posts)
    return in_order(
        replace(there.get(name_of(ticket), ticket), post=ticket.post) for ticket in own if ticket.post in gone
    )


# ------------------------------------------------------------------------------------------ how it went


def may_put_off(actor: Actor, ticket: Ticket) -> bool:
    """Whether somebody of this rank may."""
    ranks = tuple(Rank)
    return ranks.index(actor.rank) >= ranks.index(who_puts_off(ticket))


def who_puts_off(ticket: Ticket) -> Rank:
    """The least rank: as of a clock."""
    return Rank.HEAD if ticket.authority is Authority.STATUTORY else Rank.DEPUTY


class Went(StrEnum):
    """How a ticket went, or stands."""

    KEPT = "kept"
    LATE = "late"
    OVER = "over"
    """Its term is over, and the caller still waits."""
    OPEN = "open"
    RETURNED = "returned"
    ENTERED_LATE = "entered_late"
    """Its term was over before it came in here: nobody's breach."""


def went(ticket: Ticket, now: datetime) -> Went:
    """What was put off only after its term had run out stays late."""
    if ticket.entered_late:
        return Went.ENTERED_LATE
    late_before = (
        ticket.extended_from is not None
        and ticket.extended_at is not None
        and ticket.extended_at > ticket.extended_from
    )
    if ticket.answered_at is None:
        return Went.OVER if late_before or now > ticket.due_at else Went.OPEN
    if late_before or ticket.answered_at > ticket.due_at:
        return Went.LATE
    return Went.RETURNED if ticket.returned else Went.KEPT


NO_NUMBER = "（编号已清除）"
SORTED = {
    SortedBy.ITSELF: "工单上写明",
    SortedBy.READING: "工单上没有写，按系统对内容的判断",
    SortedBy.PEOPLE: "人工更正",
}


def working(ticket: Ticket) -> tuple[str, ...]:
    """How its last day follows from its first, line by line."""
    counted, skipped = in_words(ticket.days)
    end = ticket.extended_from or ticket.due_at
    lines = [
        f"起算：{shown(ticket.received_at)} 受理",
        f"类型：{requests.NAMES[ticket.request]}（{SORTED[ticket.sorted_by]}）",
        f"期限：{sum(day.counted for day in ticket.days)} 个工作日，从次日起计，到最后一天结束",
        f"计入：{counted}",
    ]
    if skipped:
        lines.append(f"跳过：{skipped}")
    if ticket.tentative:
        lines.append(f"暂算：{ticket.days[-1].day[:4]} {TENTATIVE}")
    lines.append(f"到期：{shown(end)}（北京时间）")
    if ticket.extended_from is not None:
        lines.append(f"延期：由 {shown(ticket.extended_from)} 延到 {shown(ticket.due_at)}")
    lines.append(f"依据：{ticket.citation}（{ticket.authority}）")
    return tuple(lines)


def called(ticket: Ticket) -> str:
    """热线投诉工单（2026-11-23 10:00 受理）: what the record calls it, without its number, which goes with the file."""
    kind = f"{requests.CHANNELS[ticket.channel]}{requests.NAMES[ticket.request]}工单"
    return f"{kind}（{shown(ticket.received_at)} 受理）"
