"""A file is kept longer, or has had its time: what that makes of a case.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from huiying import blanking
from huiying.contracts import (
    Actor,
    Case,
    CaseState,
    Erased,
    EventKind,
    Hold,
    Profile,
    Statement,
    StatementState,
    TextRef,
)
from triage.deeds.referring import untyped
from triage.lifecycle import NAMING
from triage.record import note, shown
from triage.refusals import Invalid, NotNow
from triage.titles import GONE

WHO = "system:retention"


def hold(case: Case, actor: Actor, now: datetime, *, reason: TextRef, until: datetime | None) -> Case:
    """``until``: None for as long as nobody lifts it. A later hold replaces the one before."""
    if until is not None and until <= now:
        raise Invalid({"until": "要晚于现在；不定期限的留空"})
    kept = Hold(by=actor.login, at=now, until=until, reason=reason.digest)
    what = f"继续保存，{f'到 {shown(until)}' if until else '直到解除'}，期满也不清除"
    return note(replace(case, hold=kept), EventKind.HELD, now, actor.login, what, texts=(reason,))


def release(case: Case, actor: Actor, now: datetime, *, reason: TextRef) -> Case:
    if case.hold is None:
        raise NotNow("没有标“继续保存”")
    what = "解除继续保存，按保管期限办理"
    return note(replace(case, hold=None), EventKind.RELEASED, now, actor.login, what, texts=(reason,))


def erase(case: Case, now: datetime, erased: Erased, what: str) -> Case:
    """The case without anything that was collected or typed. What is counted, decided and published stays, and every event:
    lines and texts are the caller's, to be erased after this is saved (``Case.erasing``)."""
    severity = case.severity
    points = tuple(replace(one, value="") if one.signal in NAMING else one for one in severity.points)
    bare = replace(
        case,
        title=GONE,
        lead="",
        place=replace(case.place, why=()),
        occurred=blanking.without_why(case.occurred),
        signals=tuple(replace(one, detail="") for one in case.signals),
        units=(),
        evidence=(),
        profile=Profile(topics=case.profile.topics, places=case.profile.places),
        severity=replace(severity, points=points),
        recognitions=tuple(replace(one, body="", document="") for one in case.recognitions),
        assessment=case.assessment and replace(case.assessment, source=""),
        referrals=tuple(map(untyped, case.referrals)),
        tickets=tuple(replace(one, reference="") for one in case.tickets),
        statements=tuple(_bare(one) for one in case.statements),
        suggestions=(),
        took=(),
        aftermath=case.aftermath and replace(case.aftermath, words=()),
        outbox=(),
        awaited=(),
        settled=(),
        hold=None,
        events=tuple(replace(event, title=GONE) for event in case.events),
        erased=erased,
        erasing=True,
    )
    return note(bare, EventKind.ERASED, now, WHO, what, why=erased.rule)


def erased(case: Case) -> Case:
    """All of it is gone."""
    return replace(case, erasing=False) if case.erasing else case


def texts_of(case: Case, until: datetime) -> frozenset[str]:
    """Digests of everything that people had typed about it by then."""
    return frozenset(ref.digest for event in case.events if event.at <= until for ref in event.texts)


def drafts_of(cases: Iterable[Case], until: datetime) -> frozenset[str]:
    """SHA-256 of every version, by then, of a statement that was never published, of these cases together."""
    whole = list(cases)
    old = [one for case in whole for one in case.statements if one.edited_at <= until]
    kept = [bodies_of(case, until) for case in whole]
    return frozenset().union(*map(_versions, old)).difference(*kept)


def bodies_of(case: Case, until: datetime | None) -> frozenset[str]:
    """SHA-256 of the bytes that it needs, although what it held by then was erased. None: nothing of it was."""
    published = {one.sha256 for one in case.statements if _is_public(one)}
    rest = [one for one in case.statements if until is None or one.edited_at > until]
    return frozenset(published).union(*map(_versions, rest))


def is_part_of_erased(case: Case) -> bool:
    """Merged into another one, and still with something of its own to lose."""
    return case.state is CaseState.MERGED and case.title != GONE


def _bare(statement: Statement) -> Statement:
    return statement if _is_public(statement) else replace(statement, title=GONE, appearances=())


def _versions(statement: Statement) -> frozenset[str]:
    return frozenset({statement.sha256, statement.reviewed, *statement.earlier}) - {""}


def _is_public(statement: Statement) -> bool:
    """What the public may not read is kept no longer than the rest of the file."""
    return statement.state is StatementState.PUBLISHED and statement.suspended is None
