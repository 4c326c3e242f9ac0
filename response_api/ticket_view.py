"""工单 as the case page shows them: each with its countdown and working, those still owed first.  Pure but for the texts it reads."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying import requests
from huiying.contracts import Case, Ticket
from response_api import times
from response_api.words import Named, as_is
from triage.callers import owed
from triage.deeds.ticketing import WAYS
from triage.tickets import NO_NUMBER, SORTED, Went, went, working

SOON = timedelta(days=1)
FIRST = 12
"""Of those that are owed, laid open: the rest folds away."""
ERASED = "（原文已按规定清除）"
WENT = {
    Went.KEPT: "按期答复",
    Went.LATE: "逾期答复",
    Went.OVER: "逾期未答复",
    Went.OPEN: "待答复",
    Went.RETURNED: "已退回",
    Went.ENTERED_LATE: "录入时已逾期",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCard:
    post: str
    """Id of the post that it came with."""
    link: str
    """Where that stands."""
    reference: str
    kind: str
    sorted_by: str
    """Who says that it is of this kind."""
    name: str
    authority: str
    state: str
    bad: bool
    owed: bool
    tone: str
    due: datetime
    started: datetime
    due_text: str
    by: str
    left: str
    tentative: bool
    extended: bool
    told: str
    """When, how and by whom the caller was told, or why it went back; '' while it is owed."""
    said: str
    working: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketsView:
    note: str
    pressing: tuple[TicketCard, ...]
    """Owed, the most pressing first."""
    rest: tuple[TicketCard, ...]
    """More of them."""
    done: tuple[TicketCard, ...]
    """The latest first."""

    @property
    def waiting(self) -> int:
        return len(self.pressing) + len(self.rest)


def tickets_view(
    case: Case,
    now: datetime,
    read: Callable[[str], str | None],
    named: Named = as_is,
    *,
    shown: Collection[str] = (),
) -> TicketsView | None:
    """None where nobody called or wrote. ``shown``: ids of the posts that the page shows."""
    if not case.tickets:
        return None
    waiting = owed(case)
    done = sorted((one for one in case.tickets if not one.owed), key=_ended_at, reverse=True)
    cards = [ticket_card(one, now, read, named, here=one.post in shown) for one in waiting]
    note = f"待答复 {len(waiting)} 件，共 {len(case.tickets)} 件" if waiting else f"{len(case.tickets)} 件"
    return TicketsView(
        note=note,
        pressing=tuple(cards[:FIRST]),
        rest=tuple(cards[FIRST:]),
        done=tuple(ticket_card(one, now, read, named, here=one.post in shown) for one in done),
    )


def _ended_at(ticket: Ticket) -> datetime:
    return ticket.answered_at or ticket.due_at


def ticket_card(
    ticket: Ticket, now: datetime, read: Callable[[str], str | None], named: Named, *, here: bool
) -> TicketCard:
    """``here``: its post stands on the same page."""
    how = went(ticket, now)
    text = read(ticket.words) if ticket.words else ""
    state = "录入时已逾期，待答复" if how is Went.ENTERED_LATE and ticket.owed else WENT[how]
    return TicketCard(
        post=ticket.post,
        link=f"#p-{ticket.post}" if here else f"/posts/{ticket.post}",
        reference=ticket.reference or NO_NUMBER,
        kind=f"{requests.CHANNELS[ticket.channel]}{requests.NAMES[ticket.request]}",
        sorted_by=SORTED[ticket.sorted_by],
        name=ticket.name,
        authority=ticket.authority.value,
        state=state,
        bad=how in (Went.LATE, Went.OVER, Went.ENTERED_LATE),
        owed=ticket.owed,
        tone=tone_of(ticket, now),
        due=ticket.due_at,
        started=ticket.received_at,
        due_text=times.full(ticket.due_at),
        by=times.short(ticket.due_at, now),
        left=times.countdown(ticket.due_at - now),
        tentative=ticket.tentative,
        extended=ticket.extended_from is not None,
        told=_told(ticket, named),
        said=ERASED if text is None else text,
        working=working(ticket),
    )


def tone_of(ticket: Ticket, now: datetime) -> str:
    """over, soon (a day or less is left), calm; met where nothing is owed any more."""
    if not ticket.owed:
        return "met"
    if ticket.due_at <= now:
        return "over"
    return "soon" if ticket.due_at - now <= SOON else "calm"


def _told(ticket: Ticket, named: Named) -> str:
    if ticket.answered_at is None:
        return ""
    at, who = times.full(ticket.answered_at), named(ticket.answered_by)
    if ticket.returned:
        return f"{at} 退回，{who}登记"
    how = f"（{WAYS[ticket.way]}）" if ticket.way else ""
    content = f"，内容为第 {ticket.statement} 号文稿" if ticket.statement else ""
    return f"{at} 答复{how}{content}，{who}登记"
