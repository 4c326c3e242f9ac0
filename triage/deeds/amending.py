"""What is published is hidden from the public, and may be read again: what that makes of a statement, its outlets and its clocks.
Pure.

Whoever can read nothing was not answered: where nothing else stands in public, what the hidden statement had met is owed anew from that
moment, and the case stands where a case without an answer does.  What was kept or missed before stays told as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from huiying.contracts import (
    LIVE_STATES,
    Actor,
    Case,
    CaseState,
    ClockKind,
    ClockState,
    DeliveryState,
    EventKind,
    Publication,
    Publicity,
    Statement,
    StatementState,
    StopReason,
    Suspension,
    Task,
    TextRef,
)
from triage.acts import Act
from triage.amends import corrected_by, in_public, of_this_round
from triage.clocks import meet, owe_again
from triage.deeds.statements import told, with_statement
from triage.hindrance import hindrance, too_low
from triage.policy import Policy
from triage.publishing import MEETS, Draft, meets
from triage.rebound import ANSWERED
from triage.record import note
from triage.refusals import NotNow, NotYours
from triage.standing import stood_at
from triage.terms import ANSWERS
from triage.words import STATEMENTS, STOPS

Read = Callable[[Statement], Draft | None]
"""What stands in a statement's bytes; None where they are lost."""

HELD = frozenset({ClockKind.PRESS_CONFERENCE})
"""Duties that were done, whatever becomes of the account of it."""


def suspend(
    case: Case,
    statement: Statement,
    actor: Actor,
    policy: Policy,
    now: datetime,
    *,
    reason: StopReason,
    words: TextRef,
    read: Read,
) -> Case:
    stop = Suspension(at=now, by=actor.login, reason=reason, words=words.digest)
    after = replace(
        statement,
        suspensions=(*statement.suspensions, stop),
        publications=tuple(_tell(one, Task.STOP, now) for one in statement.publications),
    )
    case = replace(with_statement(case, after), published_at=now)
    case = told(case, after, EventKind.SUSPENDED, now, actor, f"暂停公开：{STOPS[reason]}", (words,))
    case = _unanswered(case, actor, policy, now, read)
    lost = _lost(case, after, policy, read)
    return owe_again(case, lost, now, policy.calendar) if lost and case.state in LIVE_STATES else case


def resume(
    case: Case,
    statement: Statement,
    actor: Actor,
    policy: Policy,
    now: datetime,
    *,
    reason: TextRef,
    written: Draft,
) -> Case:
    stop = statement.suspended
    if stop is None:
        raise NotNow("这份文稿没有暂停公开")
    if actor.login in statement.authors:
        raise NotYours("恢复公开要由作者以外的人决定")
    if why := too_low(case, actor.rank, policy):
        raise NotYours(why.replace("签发", "决定恢复公开"))
    if why := hindrance(Act.RESUME, case, policy, statement):
        raise NotNow(f"不能恢复公开：{why}")
    ended = replace(stop, ended_at=now, ended_by=actor.login, ended_words=reason.digest)
    after = replace(
        statement,
        suspensions=(*statement.suspensions[:-1], ended),
        publications=tuple(_tell(one, Task.SHOW, now) for one in statement.publications),
    )
    case = replace(with_statement(case, after), published_at=now)
    case = told(case, after, EventKind.RESUMED, now, actor, "恢复公开", (reason,))
    if not of_this_round(case, after):
        return case
    stops = meets(written, policy.handling.text)
    by = f"恢复公开{STATEMENTS[after.kind]}（第 {after.number} 号文稿）"
    for kind in stops:
        if _is_owed_again(case, kind):
            case = meet(case, kind, now, actor.login, by)
    if after.kind in ANSWERS and stops and case.state in (CaseState.ACKNOWLEDGED, CaseState.ASSESSED):
        asked = any(one.at >= (after.published_at or now) for one in case.follow_ups)
        case = replace(case, state=CaseState.FOLLOWED if asked else CaseState.PUBLISHED)
    return case


def _tell(known: Publication, task: Task, now: datetime) -> Publication:
    """Another word for the outlet, under a key of its own: what it was told before may still be on its way there."""
    return replace(
        known,
        state=DeliveryState.OWED,
        task=task,
        turn=known.turn + 1,
        attempts=0,
        next_try_at=now,
        at=None,
        detail="",
    )


def _unanswered(case: Case, actor: Actor, policy: Policy, now: datetime, read: Read) -> Case:
    """The case in hand again where the public can read no answer of this round; a closed one too."""
    if case.state not in ANSWERED or any(_stands(case, one, policy, read) for one in case.statements):
        return case
    case = replace(case, state=stood_at(case), closed_at=None, evaluation=None)
    return note(case, EventKind.GREW, now, actor.login, "没有公众看得到的回应了，重新待回应")


def _stands(case: Case, one: Statement, policy: Policy, read: Read) -> bool:
    """Whether it answers the matter in this round: with substance in public, or with a ground of law for saying nothing there."""
    if one.state is not StatementState.PUBLISHED or one.kind not in ANSWERS or not of_this_round(case, one):
        return False
    if _is_put_right(case, one):
        return False
    return one.publicity is not Publicity.OPEN or bool(_met_by(one, policy, read))


def _lost(case: Case, hidden: Statement, policy: Policy, read: Read) -> frozenset[ClockKind]:
    """What it had met, and nothing that the public can read meets now."""
    at = _since(hidden)
    return frozenset(
        clock.rule.kind
        for clock in case.clocks
        if clock.state is ClockState.MET
        and at is not None
        and at >= clock.started_at
        and clock.rule.kind in set(MEETS[hidden.kind]) - HELD
        and not any(
            of_this_round(case, one)
            and not _is_put_right(case, one)
            and (since := _since(one)) is not None
            and since >= clock.started_at
            and clock.rule.kind in _met_by(one, policy, read)
            for one in case.statements
        )
    )


def _is_put_right(case: Case, one: Statement) -> bool:
    """Whether it is known to be wrong, also where its correction is hidden; what a signer has shown again since is not."""
    later, since = corrected_by(case.statements, one), _since(one)
    return (
        later is not None
        and later.published_at is not None
        and since is not None
        and later.published_at > since
    )


def _met_by(one: Statement, policy: Policy, read: Read) -> tuple[ClockKind, ...]:
    """The duties that it meets as the public can read it now."""
    if not in_public(one):
        return ()
    draft = read(one)
    return meets(draft, policy.handling.text) if draft is not None else ()


def _since(one: Statement) -> datetime | None:
    """From when the public could read it, the last time."""
    shown_again = [stop.ended_at for stop in one.suspensions if stop.ended_at is not None]
    return shown_again[-1] if shown_again else one.published_at


def _is_owed_again(case: Case, kind: ClockKind) -> bool:
    """Whether its clock runs because something was hidden: what is owed for another reason asks for a new word."""
    since = {one.at for one in case.owed_again if one.kind is kind}
    return any(clock.rule.kind is kind and clock.started_at in since for clock in case.clocks)
