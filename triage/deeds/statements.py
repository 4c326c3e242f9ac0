"""From a draft to the public page: every approval is for exactly these bytes, every edit voids them.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from huiying import identity
from huiying.contracts import (
    LIVE_STATES,
    Actor,
    Approval,
    Case,
    CaseState,
    ClockKind,
    DeliveryState,
    EventKind,
    Publication,
    Publicity,
    Statement,
    StatementKind,
    StatementState,
    Task,
    TextRef,
)
from triage import echo, rebound
from triage.acts import Act
from triage.amends import replaces
from triage.clocks import cancel, meet, start_clocks
from triage.hindrance import hindrance, too_low
from triage.policy import Policy
from triage.publishing import Draft, findings, lacking, meets, outdated
from triage.record import note, refused
from triage.refusals import Invalid, NotNow, NotYours
from triage.terms import ANSWERS, start_of
from triage.words import OUTLETS, PUBLICITIES, STATEMENTS

MOST_STATEMENTS = 40
EARLIER = 20


def draft(case: Case, actor: Actor, policy: Policy, now: datetime, *, wanted: Draft, sha256: str) -> Case:
    """One more statement; ``sha256`` names its bytes, which are kept already. An outcome in words starts its own clock."""
    if wanted.kind in ANSWERS and case.assessment is None and not wanted.corrects:
        raise NotNow(f"先研判，再拟{STATEMENTS[wanted.kind]}；还没有研判时可以先拟权威信息")
    if len(case.statements) >= MOST_STATEMENTS:
        raise NotNow(f"一件事最多 {MOST_STATEMENTS} 份文稿")
    _fits_what_it_corrects(case, wanted)
    number = len(case.statements) + 1
    made = Statement(
        id=identity.statement_id(case.id, number),
        number=number,
        kind=wanted.kind,
        state=StatementState.DRAFT,
        sha256=sha256,
        title=wanted.title,
        author=actor.login,
        authors=(actor.login,),
        unit=case.route.lead,
        drafted_at=now,
        edited_at=now,
        category=wanted.category,
        publicity=wanted.publicity,
        publicity_reason=wanted.ground,
        next_release_at=wanted.next_release_at,
        corrects=wanted.corrects,
    )
    case = replace(case, statements=(*case.statements, made))
    what = f"拟稿，更正第 {of(case, made.corrects).number} 号文稿" if made.corrects else "拟稿"
    case = told(case, made, EventKind.DRAFTED, now, actor, what)
    return start_clocks(case, now, policy.calendar)


def edit(
    case: Case,
    statement: Statement,
    actor: Actor,
    policy: Policy,
    now: datetime,
    *,
    wanted: Draft,
    sha256: str,
) -> Case:
    """Unchanged where the bytes are, and what stands beside them."""
    if sha256 == statement.sha256 and _beside(wanted) == _noted(statement):
        return case
    _fits_what_it_corrects(case, wanted)
    voided = statement.review is not None or statement.signature is not None
    shown = statement.state is not StatementState.DRAFT
    after = replace(
        statement,
        kind=wanted.kind,
        state=StatementState.DRAFT,
        sha256=sha256,
        title=wanted.title,
        author=actor.login,
        authors=tuple(dict.fromkeys((*statement.authors, actor.login))),
        unit=case.route.lead,
        edited_at=now,
        category=wanted.category,
        publicity=wanted.publicity,
        publicity_reason=wanted.ground,
        next_release_at=wanted.next_release_at,
        earlier=_replaced(statement) if sha256 != statement.sha256 else statement.earlier,
        reviewed=statement.sha256 if shown else statement.reviewed,
        review=None,
        signature=None,
        untold_since=None,
    )
    what = "改稿，原来的审查和签发作废" if voided else "改稿"
    case = told(with_statement(case, after), after, EventKind.EDITED, now, actor, what)
    return start_clocks(case, now, policy.calendar)


def submit(
    case: Case, statement: Statement, actor: Actor, policy: Policy, now: datetime, *, written: Draft
) -> Case:
    faults: dict[str, str] = {}
    for finding in findings(written, policy.handling, now):
        if finding.blocks:
            before = faults.get(finding.where)
            faults[finding.where] = f"{before}；{finding.what}" if before else finding.what
    if faults:
        raise Invalid(faults)
    if why := hindrance(Act.SUBMIT, case, policy, statement):
        raise NotNow(f"不能送审：{why}")
    after = replace(statement, state=StatementState.REVIEW, returned="", untold_since=now)
    return told(with_statement(case, after), after, EventKind.SUBMITTED, now, actor, "送保密审查")


def clear(case: Case, statement: Statement, actor: Actor, now: datetime, *, sha256: str) -> Case:
    _same_bytes(statement, sha256)
    if actor.login in statement.authors:
        raise NotYours("保密审查要由作者以外的人做")
    word = Approval(sha256=sha256, by=actor.login, at=now, outcome="可以公开", rank=actor.rank)
    after = replace(statement, state=StatementState.CLEARED, review=word, untold_since=now)
    return told(with_statement(case, after), after, EventKind.CLEARED, now, actor, "保密审查通过")


def sign(
    case: Case, statement: Statement, actor: Actor, policy: Policy, now: datetime, *, sha256: str
) -> Case:
    _same_bytes(statement, sha256)
    if actor.login in statement.authors:
        raise NotYours("签发要由作者以外的人做")
    if statement.review is None or statement.review.sha256 != sha256:
        raise NotNow("这一版还没有通过保密审查")
    if actor.login == statement.review.by:
        raise NotYours("签发人和保密审查人不能是同一个人")
    if why := too_low(case, actor.rank, policy):
        raise NotYours(why)
    word = Approval(sha256=sha256, by=actor.login, at=now, outcome="同意签发", rank=actor.rank)
    after = replace(statement, state=StatementState.SIGNED, signature=word, untold_since=now)
    return told(with_statement(case, after), after, EventKind.SIGNED, now, actor, "签发")


def send_back(case: Case, statement: Statement, actor: Actor, now: datetime, *, reason: TextRef) -> Case:
    after = replace(
        statement,
        state=StatementState.DRAFT,
        reviewed=statement.sha256,
        returned=reason.digest,
        review=None,
        signature=None,
        untold_since=now,
    )
    return told(with_statement(case, after), after, EventKind.SENT_BACK, now, actor, "退回修改", (reason,))


def withdraw(case: Case, statement: Statement, actor: Actor, now: datetime, *, reason: TextRef) -> Case:
    after = replace(statement, state=StatementState.WITHDRAWN, review=None, signature=None, untold_since=None)
    case = told(with_statement(case, after), after, EventKind.WITHDRAWN, now, actor, "文稿作废", (reason,))
    if statement.corrects or start_of(case, "result_at") is not None:
        return case
    return cancel(case, ClockKind.PUBLISH_RESULT, now, actor.login, "处理结果的文稿已作废", ())


def publish(
    case: Case,
    statement: Statement,
    actor: Actor,
    policy: Policy,
    now: datetime,
    *,
    written: Draft,
    outlets: Iterable[str],
) -> Case:
    """On the public page from this moment; the courier hands it to the other outlets. A correction stops no clock and leaves
    the case where it stands, but for one in the place of an answer that is hidden.
    """
    if why := hindrance(Act.PUBLISH, case, policy, statement) or outdated(written, now):
        raise NotNow(f"不能发布：{why}")
    public = statement.publicity is Publicity.OPEN
    after = replace(
        statement,
        state=StatementState.PUBLISHED,
        untold_since=None,
        published_at=now,
        published_by=actor.login,
        publications=tuple(
            Publication(outlet=name, state=DeliveryState.OWED, next_try_at=now) for name in outlets if public
        ),
    )
    puts_right = of(case, statement.corrects) if statement.corrects else None
    what = "发布" if puts_right is None else f"发布，更正第 {puts_right.number} 号文稿"
    case = told(with_statement(case, after), after, EventKind.PUBLISHED, now, actor, what)
    # What is not open stands on the public page too, with its attribute and the ground alone.
    words = (written.title, *written.parts.values()) if public else ()
    case = replace(case, published_at=now, told=echo.latest(*case.told, echo.told(now, words)))
    if puts_right is not None and not replaces(case, after, now):
        return start_clocks(case, now, policy.calendar)
    stops = meets(written, policy.handling.text)
    by = f"发布{STATEMENTS[statement.kind]}（第 {statement.number} 号文稿）"
    # Whatever is published later keeps the promise of what was published before.
    for kind in (*stops, *((ClockKind.FOLLOW_UP,) if stops else ())):
        case = meet(case, kind, now, actor.login, by)
    if statement.kind is StatementKind.RESULT and not public:
        closed = f"公开属性为{PUBLICITIES[statement.publicity]}，不主动公开"
        case = cancel(case, ClockKind.PUBLISH_RESULT, now, actor.login, closed, ())
    if not stops:
        why = "；".join(lacking(written, policy.handling.text))
        case = note(case, EventKind.GREW, now, actor.login, UNMET, why=why)
    if statement.kind in ANSWERS and (stops or not public) and case.state in LIVE_STATES:
        case = replace(case, state=CaseState.PUBLISHED, aftermath=rebound.watched_from(case, now))
    return start_clocks(case, now, policy.calendar)


UNMET = "这次发布不算完成时限要求"
"""Of a statement without substance: what the record says, and whoever pressed the button is told."""


def hand_over(case: Case, actor: Actor, now: datetime, *, outlets: Iterable[str]) -> Case:
    """What outlets refused is owed again. An outlet that is set up no more is not waited for."""
    failed, known = refused(case), frozenset(outlets)
    if not failed:
        raise NotNow("没有要再次交送的文稿")
    for statement, publication in failed:
        again = replace(
            publication, state=DeliveryState.OWED, attempts=0, next_try_at=now, at=None, detail=""
        )
        current = of(case, statement.id)
        rest = tuple(
            again if one is publication else one
            for one in current.publications
            if one is not publication or one.outlet in known
        )
        case = with_statement(case, replace(current, publications=rest))
        where = f"第 {statement.number} 号文稿（{OUTLETS.get(publication.outlet, publication.outlet)}）"
        stop = publication.task is Task.STOP
        if publication.outlet in known:
            what = "再次通知撤下" if stop else "再次交送"
        else:
            what = f"渠道已不再设置，{'请人工确认那里已经撤下' if stop else '不再交送'}"
        case = note(case, EventKind.HANDED_OVER, now, actor.login, f"{where}{what}")
    return case


def of(case: Case, statement_id: str) -> Statement:
    """The case's statement of this id. Raises NotNow where it has none."""
    for statement in case.statements:
        if statement.id == statement_id:
            return statement
    raise NotNow("这件事没有这份文稿")


def _fits_what_it_corrects(case: Case, wanted: Draft) -> None:
    if wanted.corrects and wanted.kind is not of(case, wanted.corrects).kind:
        raise Invalid({"kind": "更正稿的类型要和原文稿一样"})


def _beside(wanted: Draft) -> tuple[object, ...]:
    return wanted.kind, wanted.category, wanted.publicity, wanted.ground, wanted.next_release_at


def _noted(statement: Statement) -> tuple[object, ...]:
    return (
        statement.kind,
        statement.category,
        statement.publicity,
        statement.publicity_reason,
        statement.next_release_at,
    )


def _replaced(statement: Statement) -> tuple[str, ...]:
    """The versions before the next one, oldest first."""
    return (*statement.earlier, statement.sha256)[-EARLIER:]


def _same_bytes(statement: Statement, sha256: str) -> None:
    """What was on the screen is what is approved."""
    if sha256 != statement.sha256:
        raise NotNow("文稿在您打开之后改过，请看过新的一版再决定")


def with_statement(case: Case, statement: Statement) -> Case:
    return replace(
        case, statements=tuple(statement if one.id == statement.id else one for one in case.statements)
    )


def told(
    case: Case,
    statement: Statement,
    kind: EventKind,
    now: datetime,
    actor: Actor,
    what: str,
    texts: tuple[TextRef, ...] = (),
) -> Case:
    name = f"{STATEMENTS[statement.kind]}（第 {statement.number} 号文稿）"
    return note(case, kind, now, actor.login, f"{name}{what}", why=f"SHA-256 {statement.sha256}", texts=texts)
