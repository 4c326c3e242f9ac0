"""One notice, as a leader reads it on a telephone: how grave, what is owed until when, what was done, who is to act.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import Case, EventKind, Receipt, ResponseClock
from response_api import times
from response_api.clock_card import ClockCard, clock_card
from response_api.house import Names
from response_api.words import CHANNELS, EVENTS, LEVELS, LevelMark, state_of, what_was
from triage.receipts import ROSTER

MOST_EVIDENCE, MOST_DONE = 3, 8
DONE = frozenset(EventKind) - {
    EventKind.GREW, EventKind.CLOCK_STARTED, EventKind.CLOCK_RECOMPUTED, EventKind.RUNG_REACHED,
    EventKind.NOTICE_SENT, EventKind.NOTICE_FAILED, EventKind.NOTICE_SEEN, EventKind.NOTICE_DROPPED, EventKind.REFERRAL_OVERDUE,
    EventKind.TICKET_RECEIVED, EventKind.TICKET_OVERDUE,
}  # fmt: skip
"""What happened to the matter; not what was said about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    source: str
    channel: str
    at: str
    excerpt: str
    url: str
    """Only a web address, else ''."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    at: str
    kind: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    number: str
    level: LevelMark
    clock: ClockCard | None
    restricted: bool
    """Then everything below is empty."""
    title: str = ""
    reason: str = ""
    rung: str = ""
    state: str = ""
    lead: str = ""
    assist: str = ""
    evidence: tuple[Shown, ...] = ()
    done: tuple[Done, ...] = ()


def notice_view(case: Case, receipt: Receipt, names: Names, now: datetime) -> NoticeView:
    """Of a restricted matter no more than number, level, duty and due."""
    clock = clock_of(case, receipt)
    number, level = case.id[:8], LEVELS[case.severity.level]
    card = clock_card(clock, now) if clock else None
    if case.route.restricted:
        return NoticeView(number=number, level=level, clock=card, restricted=True)
    done = [event for event in case.events if event.kind in DONE]
    return NoticeView(
        number=number,
        level=level,
        clock=card,
        restricted=False,
        title=case.title or case.lead,
        reason=receipt.reason,
        rung=receipt.rung,
        state=state_of(case),
        lead=names.unit_name(case.route.lead),
        assist="、".join(names.unit_name(unit) for unit in case.route.assist),
        evidence=tuple(
            Shown(
                source=item.source_name,
                channel=CHANNELS[item.channel],
                at=times.short(item.published_at, now) if item.published_at else "",
                excerpt=item.excerpt,
                url=item.url if item.url and item.url.startswith(("http://", "https://")) else "",
            )
            for item in case.evidence[:MOST_EVIDENCE]
        ),
        done=tuple(
            Done(at=times.short(event.at, now), kind=EVENTS[event.kind], what=what_was(event))
            for event in reversed(done[-MOST_DONE:])
        ),
    )


def taken(case: Case, receipt: Receipt, now: datetime) -> tuple[str, ...]:
    """Who of the roster confirmed this notice without an account, and when."""
    return tuple(
        f"{one.seen_by.removeprefix(ROSTER)} {times.short(one.seen_at, now)} 收到"
        for one in case.receipts
        if one.notice == receipt.notice
        and one.seen_at
        and one.seen_by.startswith(ROSTER)
        and one.seen_by.removeprefix(ROSTER) in receipt.persons
    )


def clock_of(case: Case, receipt: Receipt) -> ResponseClock | None:
    """The clock that the notice is about: of several rounds, the one that ran when it was owed."""
    rounds = [c for c in (*case.past_clocks, *case.clocks) if c.rule.kind is receipt.clock]
    begun = [clock for clock in rounds if clock.started_at <= receipt.owed_at]
    return max(begun or rounds, key=lambda clock: clock.round, default=None)
