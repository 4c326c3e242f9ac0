"""The office's day with its notices told: some are on the way, some arrived, some were refused, and leaders have seen a few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from huiying.contracts import Case, ClockKind, Decision, DecisionKind, Delivery, DeliveryState, Level, Receipt
from huiying.ports import Engine
from tests.response_api import office
from tests.triage.notifiers.letters import a_notice
from triage.courier import Outcome, strike
from triage.escalation import escalate
from triage.links import Links
from triage.record import carried, indexed
from triage.texts import Texts

KEY = b"k" * 32
LINKS = Links(key=KEY, base="http://office.invalid")
STEP = timedelta(minutes=15)
REASON = "排水和清淤已完成，业主代表签字确认，剩余问题转入日常维修，请免除新闻发布会。"


def told(case: Case, now: datetime, *, refusing: str = "") -> Case:
    """The case with every rung up to now fired and every notice out; mails to addresses with ``refusing`` came back."""
    rules = replace(office.names(), channels=frozenset({"console", "smtp"}))
    case = replace(case, clocks=tuple(replace(clock, fired=(), broken_at=None) for clock in case.clocks))
    at = case.detected_at
    while at <= now:
        case = _out(escalate(case, rules, at), at, refusing)
        at += STEP
    return case


def _out(case: Case, at: datetime, refusing: str) -> Case:
    outcomes = [
        Outcome(notice, _done(one, at, refusing), LINKS.mark(notice, one))
        for notice in case.outbox
        for one in notice.deliveries
    ]
    return strike(case, outcomes, at)


def _done(delivery: Delivery, at: datetime, refusing: str) -> Delivery:
    if refusing and refusing in delivery.address:
        return replace(delivery, attempts=1, at=at, state=DeliveryState.FAILED, detail="收件人被拒收（550）")
    state = DeliveryState.DELIVERED if delivery.channel == "console" else DeliveryState.SENT
    return replace(delivery, attempts=1, at=at, state=state)


def asking(case: Case, engine: Engine, now: datetime, **changes: object) -> Case:
    """The case with somebody asking a leader for something."""
    asked = Decision(
        id=f"ask-{len(case.decisions) + 1}",
        kind=DecisionKind.WAIVE,
        clock=ClockKind.RESPONSE,
        reason=Texts(engine.register).keep(REASON),
        asked_by="chengban",
        asked_at=now - timedelta(minutes=25),
    )
    asked = replace(asked, **changes)  # type: ignore[arg-type]
    case = replace(case, decisions=(*case.decisions, asked))
    return indexed(case, office.names())


def tell(engine: Engine, day: Sequence[Case], now: datetime) -> tuple[Case, ...]:
    """The day's cases, told and stored anew. The first asks for a waiver, the second for a lower level."""
    cases = [told(case, now, refusing="fenguan" if "车位" in case.title else "") for case in day]
    cases[0] = asking(cases[0], engine, now, clock=ClockKind.PRESS_CONFERENCE)
    cases[1] = asking(cases[1], engine, now, kind=DecisionKind.LOWER, clock=None, level=Level.LARGER)
    cases = [replace(carried(case), revision=case.revision + 1) for case in cases]
    engine.cases.save(cases)
    return tuple(cases)


def last_to(case: Case, role: str) -> Receipt:
    """Of the last mail to this role."""
    return next(one for one in reversed(case.receipts) if one.channel == "smtp" and one.to == (role,))


def link_to(case: Case, role: str) -> str:
    """The path of the link that the last mail to this role carried."""
    address = next(
        row.to for row in office.names().notices.address if row.channel == "smtp" and row.role == role
    )
    receipt = last_to(case, role)
    notice = a_notice(id=receipt.notice, case_id=case.id)
    mail = Delivery(channel="smtp", address=address, next_try_at=receipt.owed_at, to=receipt.to)
    return Links(key=KEY, base="").for_delivery(notice, mail)
