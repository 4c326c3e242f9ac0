"""The leader's page: what is over or about to be, who was told and has seen it, what waits for a decision.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import (
    OPEN_STATES,
    Authority,
    Case,
    ClockState,
    Decision,
    DecisionKind,
    DeliveryState,
    Receipt,
    ResponseClock,
    Role,
)
from response_api import times
from response_api.auth import Person
from response_api.board import tone_of
from response_api.clock_card import ENDED
from response_api.filters import SOON
from response_api.house import Names
from response_api.leader_facts import LOOK_BACK, LeaderFacts, may_lead
from response_api.sight import Sight, is_sealed, title_for
from response_api.ticket_view import tone_of as tone_of_ticket
from response_api.words import DELIVERIES, LEVELS, STATES, LevelMark, Named, as_is, seen_by
from triage.acts import Act, is_for
from triage.callers import owed
from triage.deeds.levels import about
from triage.links import LEADERS
from triage.receipts import receipt_of
from triage.words import CHANNELS, addressees

MOST_ESCALATIONS = 40
ERASED = "（理由已按规定删除）"

ReadText = Callable[[str], str | None]
"""``Texts.read``: what somebody wrote, by its digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    case_id: str
    sealed: bool
    title: str
    unit: str
    clock: str
    house_rule: bool
    due: datetime
    started: datetime
    left: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelBlock:
    level: LevelMark
    name: str
    rows: tuple[DueRow, ...]
    over: int
    """Cases of this level that are over; more than the rows where many are."""
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What became of one delivery, in words."""

    to: str
    channel: str
    state: str
    at: str
    by: str
    detail: str
    tone: str
    """seen, failed or ''."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRow:
    case_id: str
    notice: str
    sealed: bool
    title: str
    level: LevelMark
    clock: str
    rung: str
    reason: str
    at: datetime
    when: str
    ways: tuple[Way, ...]
    to_me: bool
    """It was sent to this person's rank."""
    seen_by_me: bool
    since: str
    """What has come of it since, where nobody has to do anything for it any more; else ''."""

    @property
    def mine(self) -> bool:
        """It waits for this person to look."""
        return self.to_me and not self.seen_by_me


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    case_id: str
    decision: str
    sealed: bool
    title: str
    level: LevelMark
    what: str
    duty: str
    reason: str
    asked_by: str
    when: str
    due: datetime | None
    started: datetime | None
    left: str
    tone: str
    seen: int
    """Sequence of the case's last event, as this page shows it."""
    may: str
    """'' where this person may decide; else who does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderView:
    over: int
    soon: int
    waiting: int
    """Escalations that wait for this person to look."""
    levels: tuple[LevelBlock, ...]
    escalations: tuple[EscalationRow, ...]
    more: int
    cut: bool
    decisions: tuple[DecisionRow, ...]
    more_decisions: int
    to_sign: int
    """Matters with a statement that waits for a signature."""


def leader_view(
    facts: LeaderFacts, names: Names, person: Person, read: ReadText, named: Named = as_is
) -> LeaderView:
    escalations = sorted(
        _escalations(facts, person, named), key=lambda row: (not row.mine, -row.at.timestamp())
    )
    gravest_first = sorted(facts.asked.cases, key=lambda case: list(LEVELS).index(case.severity.level))
    decisions = tuple(
        _decision(case, asked, person, read, facts, named)
        for case in gravest_first
        for asked in case.decisions
        if asked.granted is None
    )
    return LeaderView(
        over=sum(page.total for page in facts.over.values()),
        soon=len(facts.soon),
        waiting=sum(row.mine for row in escalations),
        levels=tuple(_blocks(facts, names)),
        escalations=tuple(escalations[:MOST_ESCALATIONS]),
        more=max(0, len(escalations) - MOST_ESCALATIONS),
        cut=facts.cut,
        decisions=decisions,
        more_decisions=max(0, facts.asked.total - len(facts.asked.cases)),
        to_sign=facts.to_sign,
    )


def _blocks(facts: LeaderFacts, names: Names) -> Iterator[LevelBlock]:
    for level, mark in LEVELS.items():
        over = facts.over[level]
        soon = [case for case in facts.soon if case.severity.level is level]
        cases = {case.id: case for case in (*over.cases, *soon)}.values()
        rows = [
            _due(case, clock, names, facts.sight, facts.now)
            for case in cases
            for clock in _pressing(case, facts.now)
        ]
        if rows:
            yield LevelBlock(
                level=mark,
                name=level.value,
                rows=tuple(sorted(rows, key=lambda row: row.due)),
                over=over.total,
                more=over.total > len(over.cases),
            )  # fmt: skip


def _pressing(case: Case, now: datetime) -> list[ResponseClock]:
    return [c for c in case.clocks if c.state is ClockState.RUNNING and c.due_at <= now + SOON]


def _due(case: Case, clock: ResponseClock, names: Names, sight: Sight, now: datetime) -> DueRow:
    return DueRow(
        case_id=case.id,
        sealed=is_sealed(case, sight),
        title=title_for(case, sight),
        unit=names.unit_name(case.route.lead),
        clock=clock.rule.name,
        house_rule=clock.authority is Authority.HOUSE,
        due=clock.due_at,
        started=clock.started_at,
        left=times.countdown(clock.due_at - now),
        tone=tone_of(clock, now),
    )


# --------------------------------------------------------------------------------------------- who was told


def _escalations(facts: LeaderFacts, person: Person, named: Named) -> Iterator[EscalationRow]:
    for case in facts.told:
        by_notice: dict[str, list[Receipt]] = {}
        for receipt in (*case.receipts, *_unsent(case)):
            by_notice.setdefault(receipt.notice, []).append(receipt)
        for receipts in by_notice.values():
            told = {role for receipt in receipts for role in receipt.to}
            if receipts[0].owed_at >= facts.now - LOOK_BACK and not told.isdisjoint(LEADERS):
                yield _escalation(case, receipts, person, facts, named)


def _unsent(case: Case) -> Iterator[Receipt]:
    """What the courier has not tried yet has no receipt."""
    for notice in case.outbox:
        for delivery in notice.deliveries:
            if delivery.state is DeliveryState.OWED and not delivery.attempts:
                yield receipt_of(notice, delivery)


def _escalation(
    case: Case, receipts: Sequence[Receipt], person: Person, facts: LeaderFacts, named: Named
) -> EscalationRow:  # fmt: skip
    first, sight, now = receipts[0], facts.sight, facts.now
    to_me = may_lead(person) and any(
        person.rank in receipt.to and receipt.state is not DeliveryState.OWED for receipt in receipts
    )
    return EscalationRow(
        case_id=case.id,
        notice=first.notice,
        sealed=is_sealed(case, sight),
        title=title_for(case, sight),
        level=LEVELS[case.severity.level],
        clock=_clock_name(case, first),
        rung=first.rung,
        reason=first.reason,
        at=first.owed_at,
        when=times.short(first.owed_at, now),
        ways=tuple(_way(receipt, now, named) for receipt in receipts),
        to_me=to_me,
        seen_by_me=any(receipt.seen_by == person.login for receipt in receipts),
        since=_since(case, first),
    )


def _clock_name(case: Case, receipt: Receipt) -> str:
    named = {clock.rule.kind: clock.rule.name for clock in (*case.past_clocks, *case.clocks)}
    return named.get(receipt.clock, "") if receipt.clock else ""


def _since(case: Case, receipt: Receipt) -> str:
    if case.state not in OPEN_STATES:
        return f"事件{STATES[case.state]}"
    ended = next((c for c in case.clocks if c.rule.kind is receipt.clock), None)
    if ended is None or ended.state is ClockState.RUNNING:
        return ""
    return f"{ended.rule.name}{ENDED[ended.state]}"


_UNTOLD = frozenset({DeliveryState.OWED, DeliveryState.FAILED, DeliveryState.DROPPED})


def _way(receipt: Receipt, now: datetime, named: Named) -> Way:
    at = receipt.seen_at or receipt.at
    return Way(
        to=addressees(receipt.to),
        channel=CHANNELS.get(receipt.channel, receipt.channel),
        state=DELIVERIES[receipt.state],
        at=times.short(at, now) if at else "",
        by=seen_by(receipt, named),
        detail=receipt.detail if receipt.state in _UNTOLD else "",
        tone={DeliveryState.SEEN: "seen", DeliveryState.FAILED: "failed"}.get(receipt.state, ""),
    )


# -------------------------------------------------------------------------------------------------- decisions


def _decision(
    case: Case, asked: Decision, person: Person, read: ReadText, facts: LeaderFacts, named: Named
) -> DecisionRow:
    sealed, now = is_sealed(case, facts.sight), facts.now
    duty = _duty(case, asked, now)
    reason = "" if sealed else read(asked.reason)
    return DecisionRow(
        case_id=case.id,
        decision=asked.id,
        sealed=sealed,
        title=title_for(case, facts.sight),
        level=LEVELS[case.severity.level],
        what=_asked_for(case, asked),
        duty=duty.name,
        reason=ERASED if reason is None else reason,
        asked_by=named(asked.asked_by),
        when=times.short(asked.asked_at, now),
        due=duty.due,
        started=duty.started,
        left=times.countdown(duty.due - now) if duty.due else "",
        tone=duty.tone,
        seen=len(case.events),
        may=_may_decide(asked, person, sealed),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Duty:
    """What a request is about: a clock, a ticket, or neither."""

    name: str = ""
    due: datetime | None = None
    started: datetime | None = None
    tone: str = ""


def _duty(case: Case, asked: Decision, now: datetime) -> _Duty:
    for ticket in owed(case):
        if ticket.post in asked.tickets:
            name = f"{ticket.name}（{ticket.authority}，{ticket.citation}）"
            return _Duty(
                name=name, due=ticket.due_at, started=ticket.received_at, tone=tone_of_ticket(ticket, now)
            )
    for clock in case.clocks:
        if clock.rule.kind is asked.clock:
            name = f"{clock.rule.duty}（{clock.authority}，{clock.rule.citation}）"
            return _Duty(name=name, due=clock.due_at, started=clock.started_at, tone=tone_of(clock, now))
    return _Duty()


def _asked_for(case: Case, asked: Decision) -> str:
    if asked.kind is DecisionKind.LOWER:
        return f"舆情等级由{case.severity.level}{about(case, asked)}"
    return about(case, asked)


def _may_decide(asked: Decision, person: Person, sealed: bool) -> str:
    if sealed:
        return "内容仅限值班长、领导查看"
    if asked.asked_by == person.login:
        return "是您自己提出的，由别的领导批示"
    if not person.has(Role.LEADER):
        return "由有“领导”角色的人批示，签发人只签发文稿"
    if not is_for(Act.DECIDE, person.actor):
        return "由分管领导以上批示"
    return ""
