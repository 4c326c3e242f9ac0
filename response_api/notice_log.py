"""通知记录: who was told of what, when, over which channel and why; or why not.  Pure: cases in, lines out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from huiying.contracts import Case, DeliveryState, Receipt, ResponseClock
from response_api import times
from response_api.house import Names
from response_api.sight import Glimpse, Sight, glimpse, title_for
from response_api.words import DELIVERIES, LEVELS, LevelMark, Named, seen_by
from triage.receipts import receipt_of
from triage.words import CHANNELS, addressees


class Wanted(StrEnum):
    """Which lines somebody asks for."""

    UNSEEN = "unseen"
    """It went out, and nobody has said that they saw it."""
    FAILED = "failed"
    OWED = "owed"
    UNTOLD = "untold"
    """A rung that was reached and told nobody by itself, or a reminder that was not needed any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    at: datetime
    when: str
    case_id: str
    title: str
    level: LevelMark
    unit: str
    clock: str
    rung: str
    to: str
    channel: str
    state: str
    tone: str
    """failed, waits, seen or ''."""
    took: str
    """How long it took from owed to sent, where that says something."""
    seen: str
    why: str
    why_not: str
    """Why nothing went out, or has not yet; '' where it did."""
    missing: str = ""
    """Who of those who have to has not acknowledged it yet, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A notice that somebody has to acknowledge for themselves."""

    case_id: str
    notice: str
    title: str
    level: LevelMark
    rung: str
    reason: str
    when: str
    reminded: int


def lines(
    cases: Iterable[Case], sight: Sight, names: Names, named: Named, now: datetime, wanted: Wanted | None
) -> list[NoticeLine]:
    """Newest first. Of a matter whose content they may not see nothing is told."""
    found = [
        line
        for case in cases
        if glimpse(case, sight) is Glimpse.OPEN
        for kind, line in _of_case(case, sight, names, named, now)
        if wanted is None or wanted in kind
    ]
    return sorted(found, key=lambda line: line.at, reverse=True)


def _of_case(
    case: Case, sight: Sight, names: Names, named: Named, now: datetime
) -> Iterator[tuple[frozenset[Wanted], NoticeLine]]:
    clocks = {clock.rule.kind: clock.rule.name for clock in (*case.past_clocks, *case.clocks)}
    for receipt in (*case.receipts, *_not_tried(case)):
        yield (
            _kinds(receipt),
            _line(
                case,
                receipt,
                clocks.get(receipt.clock, "") if receipt.clock else "",
                sight,
                names,
                named,
                now,
            ),
        )
    for clock in (*case.past_clocks, *case.clocks):
        for rung in clock.untold:
            yield frozenset({Wanted.UNTOLD}), _untold(case, clock, rung, sight, names, now)


def _not_tried(case: Case) -> Iterator[Receipt]:
    """What has no receipt yet: owed and not tried, or standing by for another channel."""
    for notice in case.outbox:
        for delivery in notice.deliveries:
            if not delivery.attempts and delivery.state in (DeliveryState.OWED, DeliveryState.RESERVE):
                yield receipt_of(notice, delivery)


def _kinds(receipt: Receipt) -> frozenset[Wanted]:
    match receipt.state:
        case DeliveryState.FAILED:
            return frozenset({Wanted.FAILED})
        case DeliveryState.OWED | DeliveryState.RESERVE:
            return frozenset({Wanted.OWED})
        case DeliveryState.DROPPED:
            return frozenset({Wanted.UNTOLD})
        case DeliveryState.SENT | DeliveryState.DELIVERED:
            return frozenset({Wanted.UNSEEN})
        case _:
            return frozenset()


def _line(
    case: Case, receipt: Receipt, clock: str, sight: Sight, names: Names, named: Named, now: datetime
) -> NoticeLine:
    failed = receipt.state is DeliveryState.FAILED
    waits = receipt.state in (DeliveryState.OWED, DeliveryState.RESERVE)
    if receipt.state is DeliveryState.RESERVE:
        why_not = "先走别的渠道，没有送到才用这一个"
    elif failed:
        why_not = receipt.detail or "没有送到"
    elif receipt.state is DeliveryState.DROPPED:
        why_not = receipt.detail
    else:
        why_not = receipt.detail if waits else ""
    return NoticeLine(
        at=receipt.owed_at,
        when=times.full(receipt.owed_at),
        case_id=case.id,
        title=title_for(case, sight),
        level=LEVELS[case.severity.level],
        unit=names.unit_name(case.route.lead),
        clock=clock,
        rung=receipt.rung,
        to=addressees(receipt.to),
        channel=CHANNELS.get(receipt.channel, receipt.channel),
        state=DELIVERIES[receipt.state],
        tone="failed" if failed else "waits" if waits else "seen" if receipt.seen_at else "",
        took=_took(receipt),
        seen=f"{times.short(receipt.seen_at, now)} {seen_by(receipt, named)}" if receipt.seen_at else "",
        why=receipt.reason,
        why_not=why_not,
        missing=_missing(case, receipt, named),
    )


def _missing(case: Case, receipt: Receipt, named: Named) -> str:
    one = next((one for one in case.awaited if one.notice == receipt.notice), None)
    return "、".join((*map(named, one.logins), *one.persons)) if one else ""


def asked_of(cases: Iterable[Case], login: str, sight: Sight, now: datetime) -> list[Asked]:
    """What this person has to acknowledge, newest first."""
    found = [(one, case) for case in cases for one in case.awaited if login in one.logins]
    return [
        Asked(
            case_id=case.id,
            notice=one.notice,
            title=title_for(case, sight),
            level=LEVELS[case.severity.level],
            rung=one.rung,
            reason=one.reason,
            when=times.short(one.since, now),
            reminded=one.reminded,
        )
        for one, case in sorted(found, key=lambda pair: pair[0].since, reverse=True)
    ]


def _took(receipt: Receipt) -> str:
    """Only from a minute on: below it everything is in time."""
    if receipt.at is None or receipt.state is DeliveryState.FAILED:
        return ""
    minutes = int((receipt.at - receipt.owed_at).total_seconds() // 60)
    return f"用了 {minutes} 分钟" if minutes > 0 else ""


def _untold(
    case: Case, clock: ResponseClock, rung: str, sight: Sight, names: Names, now: datetime
) -> NoticeLine:
    rule = next((one for one in clock.rule.rungs if one.name == rung), None)
    reached = [
        event.at for event in case.events if f"“{rung}”" in event.what and clock.rule.name in event.what
    ]
    at = reached[0] if reached else clock.started_at
    return NoticeLine(
        at=at,
        when=times.full(at),
        case_id=case.id,
        title=title_for(case, sight),
        level=LEVELS[case.severity.level],
        unit=names.unit_name(case.route.lead),
        clock=clock.rule.name,
        rung=rung,
        to=addressees(rule.to) if rule else "",
        channel="",
        state="未单独通知",
        tone="",
        took="",
        seen="",
        why=rule.reason if rule else "",
        why_not="同一时刻走到了更高一步，已并入那一条通知",
    )
