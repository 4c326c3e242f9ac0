"""A matter as the public sees it: what was answered, when, which hours were kept, and what happened on the way.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.contracts import (
    HANDLED_AS,
    LIVE_STATES,
    Case,
    EventKind,
    ReferralOutcome,
    Statement,
    StatementKind,
)
from response_api import times
from response_api.file_view import gone
from response_api.house import Names
from response_api.public_clocks import PublicClock, public_clocks, summary
from response_api.public_statements import PublicStatement, about, class_name, public_statement
from triage.answers import Answered
from triage.deeds.referring import NOT_NAMED
from triage.rebound import ANSWERED, is_watched

STEPS = {
    EventKind.ASSIGNED: "交办",
    EventKind.ACKNOWLEDGED: "签收",
    EventKind.FOLLOWED_UP: "回访",
    EventKind.CLOSED: "办结",
    EventKind.REOPENED: "重新办理",
    EventKind.SUSPENDED: "暂停公开",
    EventKind.RESUMED: "恢复公开",
}
"""Of the record, what the public hears of, and in which word."""
ANSWERS = {
    StatementKind.FIRST: "首次发布",
    StatementKind.ANSWER: "回应",
    StatementKind.RESULT: "结果",
    StatementKind.PRESS: "新闻发布会",
}


AGAIN = "再次发布"
"""Authoritative information that is not the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingClass:
    name: str
    duty: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    at: datetime
    at_text: str
    word: str
    statement: str = ""
    """Id of the statement that it tells of, or ''."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCase:
    id: str
    title: str
    handled: HandlingClass
    unit: str
    topic: str
    """'' where not even that may be said."""
    answered: str
    statements: tuple[PublicStatement, ...]
    clocks: tuple[PublicClock, ...]
    clock_summary: str
    steps: tuple[Step, ...]
    referred: tuple[str, ...]
    """已转…: to whom and when, where the matter is open."""
    in_hand: bool
    """It is being handled, for the first time or once more (``again``)."""
    again: bool
    stopped: str
    """That nothing it was answered with may be read for now; '' where something may."""
    gone: str
    """That what was collected is erased, when and why; or ''."""
    watched: bool
    """Enough voices of the public open it again by themselves."""
    unresolved: int
    """How often the public has said so lately."""
    watch_days: int
    notes: int


def public_case(
    found: Answered, bodies: Mapping[str, bytes | None], names: Names, now: datetime
) -> PublicCase:
    """``bodies``: the bytes of each statement by its SHA-256."""
    case, rules = found.case, names.handling.rebound
    statements = tuple(
        public_statement(case, statement, bodies.get(statement.sha256), names, found.statements)
        for statement in found.statements
    )
    clocks = public_clocks(case, now)
    watch = timedelta(days=rules.watch_days)
    said = case.aftermath.unresolved if case.aftermath else ()
    in_hand = case.state in LIVE_STATES - ANSWERED
    return PublicCase(
        id=case.id,
        title=headline(case, statements, names),
        handled=handled_as(found, names),
        unit=lead_unit(case, statements, names),
        topic="" if case.route.restricted or not case.topic else names.topic_name(case.topic),
        answered=latest_answer(statements),
        statements=statements,
        clocks=clocks,
        clock_summary=summary(clocks),
        steps=steps(case, found.statements),
        referred=referred(case, statements),
        in_hand=in_hand,
        again=in_hand and case.reopened_at is not None,
        stopped="" if any(not one.stopped for one in statements) else statements[0].stopped,
        gone=gone(case),
        watched=is_watched(case, rules, now),
        unresolved=sum(1 for at in said if now - at <= watch),
        watch_days=round(rules.watch_days),
        notes=rules.notes,
    )


CORRECTED = "更正"


def latest_answer(statements: Sequence[PublicStatement]) -> str:
    """When it was answered last with what may be read, or why that cannot be said."""
    newest = next((one for one in statements if not one.stopped), None)
    return newest.at_text if newest is not None else statements[0].stopped


def headline(case: Case, statements: Sequence[PublicStatement], names: Names) -> str:
    """The newest title that the public may read: of a statement, never of what was collected."""
    newest = next((statement.title for statement in statements if statement.shown), "")
    lost = (statement.title for statement in statements if statement.open and not statement.stopped)
    return newest or next(lost, about(case, names))


def handled_as(found: Answered, names: Names) -> HandlingClass:
    """As people assess the matter now; as the newest statement says where they do so no more."""
    assessed = found.case.assessment
    category = assessed.category if assessed else found.statements[0].category
    if category not in HANDLED_AS:
        return HandlingClass(name=class_name(category, names), duty="", citation="")
    row = names.handling.row(category)
    return HandlingClass(name=row.name, duty=row.duty, citation=row.citation)


def lead_unit(case: Case, statements: Sequence[PublicStatement], names: Names) -> str:
    """Whose matter it is; of a restricted one, who speaks."""
    if case.route.restricted:
        return statements[0].unit
    return names.unit_name(case.assignment.unit if case.assignment else case.route.lead)


def referred(case: Case, statements: Sequence[PublicStatement]) -> tuple[str, ...]:
    """Of a matter that is open to the public, what other bodies were handed: never a lead for an inquiry of theirs, nor what
    was sent back as none of their business.
    """
    if case.route.restricted or not any(one.open for one in statements):
        return ()
    return tuple(
        f"已转{one.to.body}（{times.full(one.at)[:10]}）"
        for one in case.referrals
        if not one.to.clue and one.to.body != NOT_NAMED and one.outcome is not ReferralOutcome.NOT_THEIRS
    )


def steps(case: Case, statements: Sequence[Statement]) -> tuple[Step, ...]:
    """What happened, in general words, oldest first."""
    told = [_step(case.detected_at, "发现")]
    told += [_step(event.at, STEPS[event.kind]) for event in case.events if event.kind in STEPS]
    firsts = [one for one in statements if one.kind is StatementKind.FIRST and one.published_at is not None]
    first = min(firsts, key=lambda one: (one.published_at, one.number), default=None)
    told += [
        _step(one.published_at, _word(one, again=one in firsts and one is not first), one.id)
        for one in statements
        if one.published_at is not None
    ]
    return tuple(sorted(told, key=lambda step: step.at))


def _word(statement: Statement, *, again: bool) -> str:
    if statement.corrects:
        return CORRECTED
    return AGAIN if again else ANSWERS[statement.kind]


def _step(at: datetime, word: str, statement: str = "") -> Step:
    return Step(at=at, at_text=times.full(at)[:16], word=word, statement=statement)
