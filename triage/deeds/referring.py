"""转办 and 移交线索: one body outside at a time, on its own ground; what came back, and what did not come in time.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from huiying import identity
from huiying.contracts import (
    LIVE_STATES,
    Actor,
    Case,
    EventKind,
    OutsideBody,
    Referral,
    ReferralOutcome,
    TextRef,
)
from triage.record import WATCH, note, shown
from triage.refusals import Invalid, NotNow

LONGEST = timedelta(days=366)
"""That a reply may be waited for."""
NOT_NAMED = "规则以外的单位"
"""What the record calls a body that somebody typed; the case itself does so once its file is erased."""
OUTCOMES = {
    ReferralOutcome.DONE: "已办理并反馈",
    ReferralOutcome.NOT_THEIRS: "退回，认为不属其职责",
    ReferralOutcome.GIVEN_UP: "没有反馈，不再等",
}


def refer(
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    to: OutsideBody,
    due_at: datetime | None,
    by_rule: bool,
    texts: Sequence[TextRef],
) -> Case:
    _may_go(case, to)
    if to.clue and not texts:
        raise Invalid({"note": "移交线索要写明移交什么、为什么"})
    if due_at is not None and not now < due_at <= now + LONGEST:
        raise Invalid({"until": "要晚于现在，最多一年；不要求反馈的留空"})
    made = Referral(
        id=identity.digest("referral", case.id, str(_so_far(case)))[:12],
        to=to,
        by=actor.login,
        at=now,
        due_at=due_at,
        note=texts[0].digest if texts else "",
        by_rule=by_rule,
    )
    case = replace(case, referrals=(*case.referrals, made))
    what = f"{way(to)}{recorded(made)}" + (f"，请于 {shown(due_at)} 前反馈" if due_at else "")
    why = f"{to.ground}（{to.article}）" if by_rule else ""
    return note(case, EventKind.REFERRED, now, actor.login, what, why=why, texts=tuple(texts))


def take_reply(
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    referral: str,
    outcome: ReferralOutcome,
    at: datetime,
    gist: TextRef,
) -> Case:
    """``at`` is when the reply arrived."""
    sent = next((one for one in unanswered(case) if one.id == referral), None)
    if sent is None:
        raise NotNow("这次转办已经登记过反馈，或者不在这件事上")
    if at > now:
        raise Invalid({"at": "不能晚于现在"})
    if at < sent.at.replace(second=0, microsecond=0):
        raise Invalid({"at": f"不能早于转办的时间（{shown(sent.at)}）"})
    answered = replace(sent, outcome=outcome, answered_at=at, gist=gist.digest)
    case = replace(case, referrals=tuple(answered if one is sent else one for one in case.referrals))
    what = f"{recorded(sent)}：{OUTCOMES[outcome]}（{shown(at)}）"
    return note(case, EventKind.REFERRAL_ANSWERED, now, actor.login, what, texts=(gist,))


def book_overdue(case: Case, now: datetime) -> Case:
    """With every reply booked that did not come in time; the same where none is late."""
    if case.state not in LIVE_STATES:
        return case
    for one in case.referrals:
        if not one.waits or one.overdue_at is not None or one.due_at is None or now < one.due_at:
            continue
        late = replace(one, overdue_at=now)
        case = replace(case, referrals=tuple(late if other is one else other for other in case.referrals))
        what = f"{recorded(one)}没有在 {shown(one.due_at)} 前反馈"
        case = note(case, EventKind.REFERRAL_OVERDUE, now, WATCH, what)
    return case


def unanswered(case: Case) -> tuple[Referral, ...]:
    return tuple(one for one in case.referrals if one.outcome is None)


def recorded(one: Referral) -> str:
    return one.to.body if one.by_rule else NOT_NAMED


def untyped(one: Referral) -> Referral:
    """Without what somebody typed."""
    return one if one.by_rule else replace(one, to=OutsideBody(body=NOT_NAMED, clue=one.to.clue))


def way(to: OutsideBody) -> str:
    return "移交线索：" if to.clue else "转办："


def choices(case: Case) -> tuple[OutsideBody, ...]:
    """Whom the rules name for the case, as far as it may go there."""
    return tuple(one for one in case.route.bodies if one.clue or not case.route.restricted)


def _may_go(case: Case, to: OutsideBody) -> None:
    if case.route.restricted and to.body not in {one.body for one in choices(case)}:
        raise Invalid({"body": "限制知悉的事件不转外单位，只能把线索移交规则写明的机关"})
    if any(one.to.body == to.body for one in unanswered(case)):
        raise Invalid({"body": f"已经转过{to.body}，还没有反馈。先登记反馈，再转"})


def _so_far(case: Case) -> int:
    """By the record: what came with another case may have gone with it again."""
    return sum(event.kind is EventKind.REFERRED for event in case.events)
