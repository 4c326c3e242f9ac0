"""How far a matter has come and what people made of it, as the case page shows it.  Pure but for the texts it is handed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from huiying.contracts import (
    Case,
    CaseState,
    Decision,
    DeliveryState,
    Publication,
    Receipt,
    Statement,
    StatementState,
    Task,
)
from response_api import times
from response_api.case_page import Read
from response_api.house import Names
from response_api.words import CATEGORIES, DELIVERIES, STATEMENT_STATES, Named, as_is, seen_by
from triage.callers import owed
from triage.clocks import RENEWED
from triage.deeds.levels import about
from triage.deeds.referring import OUTCOMES
from triage.hindrance import unclosable
from triage.rebound import ANSWERED
from triage.severity import is_secondary
from triage.unanswered import unanswered
from triage.words import CHANNELS as WAYS
from triage.words import OUTLETS, PUBLICITIES, STATEMENTS, addressees

ERASED = "（原文已按规定清除）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    name: str
    done: str
    """When, or '' where it is still to come."""
    now: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One thing that people made of the case."""

    name: str
    at: str
    who: str
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    number: int
    kind: str
    title: str
    state: str
    publicity: str
    at: str
    authors: str
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    rung: str
    to: str
    channel: str
    state: str
    at: str
    seen: str
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingView:
    steps: tuple[Step, ...]
    round: int
    turn: str
    """Whose turn it is, in a sentence."""
    ended: str
    """How it ended and who may take it up again; '' while it is open."""
    made: tuple[Made, ...]
    waiting: tuple[StatementRow, ...]
    """Of the statements, those that wait for somebody."""
    statements: tuple[StatementRow, ...]
    receipts: tuple[ReceiptRow, ...]
    merged_into: str
    split_from: str
    absorbed: tuple[str, ...]
    """What was merged into it: there the merge is taken back."""
    rebound: str
    rebound_as: str
    """反弹 or 次生舆情."""
    unresolved: int


def handling_view(
    case: Case,
    names: Names,
    read: Read,
    now: datetime,
    named: Named = as_is,
    *,
    stuck: Mapping[int, str] = MappingProxyType({}),
) -> HandlingView:
    """``stuck``: numbers of signed statements that cannot be published by now, and why."""
    after = case.aftermath
    return HandlingView(
        steps=_steps(case, now),
        round=_round(case),
        turn=_turn(case, names, stuck),
        ended=ENDS.get(case.state, ""),
        made=_made(case, read, now, named),
        waiting=tuple(_statement(one, now, named) for one in in_hand(case)),
        statements=tuple(_statement(one, now, named) for one in reversed(case.statements)),
        receipts=tuple(_receipt(one, now, named) for one in reversed(case.receipts)),
        merged_into=case.merged_into,
        split_from=case.split_from,
        absorbed=case.merged_from,
        rebound=times.full(after.rebound_at) if after and after.rebound_at else "",
        rebound_as="次生舆情" if after and is_secondary(after) else "反弹",
        unresolved=len(after.unresolved) if after else 0,
    )


TURNS = {
    CaseState.WATCHING: "值班台看是不是本办的事：确认，或不予受理",
    CaseState.FLAGGED: "值班台确认后交办；{unit}可以先签收",
    CaseState.CONFIRMED: "值班长交办；{unit}可以先签收",
    CaseState.ASSIGNED: "{unit}签收",
    CaseState.ACKNOWLEDGED: "{unit}研判",
    CaseState.ASSESSED: "{unit}拟稿",
    CaseState.PUBLISHED: "{unit}回访",
    CaseState.FOLLOWED: "值班长或审核人办结",
}
ENDS = {
    CaseState.DISMISSED: "已经不予受理，理由见经过。要接着办，由值班长或领导重开",
    CaseState.CLOSED: "已经办结归档。再有情况，由值班长或领导重开",
    CaseState.LAPSED: "苗头已经消退，不再跟踪。要办，由值班长或领导重开",
}
WAITS = {
    StatementState.DRAFT: "{unit}写好第 {number} 号文稿，送保密审查",
    StatementState.REVIEW: "第 {number} 号文稿等保密审查",
    StatementState.CLEARED: "第 {number} 号文稿待签发",
    StatementState.SIGNED: "第 {number} 号文稿待发布",
}


UNANSWERED = frozenset({CaseState.ACKNOWLEDGED, CaseState.ASSESSED})
"""Where a case stands again whose answer is hidden."""


def _steps(case: Case, now: datetime) -> tuple[Step, ...]:
    """In a later round what was done in an earlier one counts as done no more."""
    since = case.reopened_at
    last = _at_hand(case)
    assignment = case.assignment
    asked = [one.at for one in case.follow_ups if since is None or one.at > since]
    done: list[tuple[str, datetime | None]] = [
        ("签收", assignment.acknowledged_at if assignment else None),
        ("研判", case.assessment.at if case.assessment else None),
        ("会商", case.consultations[-1].at if case.consultations else None),
        ("拟稿", last.edited_at if last and last.state is not StatementState.DRAFT else None),
        ("保密审查", last.review.at if last and last.review else None),
        ("签发", last.signature.at if last and last.signature else None),
        ("发布", last.published_at if last else None),
        ("回访", asked[-1] if asked else None),
        ("办结", case.closed_at if case.state is CaseState.CLOSED else None),
    ]
    told = [
        (name, times.short(at, now) if at and (since is None or at >= since) else "") for name, at in done
    ]
    begun = times.short(assignment.at, now) if assignment else ""
    if since is None:
        first = [("告警", case.flagged_at), ("确认", case.confirmed_at)]
        begin = [(name, times.short(at, now) if at else "") for name, at in first] + [("交办", begun)]
    else:
        kept = "沿用" if assignment and assignment.at < since else begun
        begin = [
            ("重开", times.short(since, now)),
            ("交办", kept if case.state is not CaseState.CONFIRMED else ""),
        ]
    steps = [*begin, *told]
    waiting = (
        next((name for name, at in steps if not at and name != "会商"), "") if case.state in TURNS else ""
    )
    return tuple(Step(name=name, done=at, now=name == waiting) for name, at in steps)


def _at_hand(case: Case) -> Statement | None:
    """The statement that the bar tells of: the answer of this round where the matter is answered, else the one in hand."""
    since = case.reopened_at
    if case.state not in ANSWERED:
        waiting = in_hand(case)
        return waiting[-1] if waiting else None
    told = [
        one
        for one in case.statements
        if one.published_at and not one.corrects and (since is None or one.published_at >= since)
    ]
    return max(told, key=lambda one: one.published_at or one.edited_at, default=None)


def in_hand(case: Case) -> tuple[Statement, ...]:
    """The statements that wait for somebody."""
    return tuple(one for one in case.statements if one.state in WAITS)


def _turn(case: Case, names: Names, stuck: Mapping[int, str]) -> str:
    unit = names.unit_name(case.route.lead)
    waiting = [
        f"第 {one.number} 号文稿还不能发布：{stuck[one.number]}"
        if one.number in stuck
        else WAITS[one.state].format(unit=unit, number=one.number)
        for one in in_hand(case)
    ]
    own = TURNS.get(case.state, "").format(unit=unit)
    if case.state is CaseState.FOLLOWED and (why := unclosable(case)):
        own = f"还不能办结：{why}"
    if running := "、".join(clock.rule.name for clock in unanswered(case)):
        own = f"还欠{running}：{unit}另拟主动公开、有实质内容的文稿；{own}"
    if not own:
        corrections = [waits for one, waits in zip(in_hand(case), waiting, strict=True) if one.corrects]
        return "；".join(corrections) if case.state in ENDS else ""
    if case.state in UNANSWERED and (hidden := [str(one.number) for one in case.statements if one.suspended]):
        own = f"第 {'、'.join(hidden)} 号文稿已暂停公开，{unit}更正或另拟，签发人也可以恢复公开"
    callers = (
        f"{unit}答复来电人、写信人（工单 {len(owed(case))} 件）"
        if owed(case) and case.state is not CaseState.FOLLOWED
        else ""
    )
    steps = waiting if waiting and case.state is CaseState.ASSESSED else [own, *waiting]
    return "；".join([*steps, *([callers] if callers else [])])


def _round(case: Case) -> int:
    """How often it was taken up: a duty that is owed anew meanwhile makes no round."""
    if case.reopened_at is None:
        return 1
    return max((clock.round for clock in case.clocks if clock.rule.kind not in RENEWED), default=2)


def _made(case: Case, read: Read, now: datetime, named: Named) -> tuple[Made, ...]:
    found: list[tuple[datetime, Made]] = []
    if one := case.assessment:
        what = f"{CATEGORIES[one.category]}；{one.duty}" + (f"；依据：{one.source}" if one.source else "")
        found.append((one.at, _row("研判", one.at, named(one.by), what, one.finding, read, now)))
    for met in case.consultations:
        what = "参加：" + "、".join(met.participants)
        found.append((met.at, _row("会商", met.at, named(met.by), what, met.conclusion, read, now)))
    for asked in case.follow_ups:
        what = "已经解决" if asked.solved else "没有解决"
        found.append((asked.at, _row("回访", asked.at, named(asked.by), what, asked.found, read, now)))
    for sent in case.referrals:
        name = "移交线索" if sent.to.clue else "转办"
        what = f"{sent.to.body}：{sent.to.ground}（{sent.to.article}）"
        what += f"；请于 {times.short(sent.due_at, now)} 前反馈" if sent.due_at else ""
        what += "，过期未反馈" if sent.waits and sent.overdue_at else ""
        found.append((sent.at, _row(name, sent.at, named(sent.by), what, sent.note, read, now)))
        if sent.outcome and sent.answered_at:
            what = f"{sent.to.body}：{OUTCOMES[sent.outcome]}"
            found.append((sent.answered_at, _row("反馈", sent.answered_at, "", what, sent.gist, read, now)))
    for wanted in case.decisions:
        what = about(case, wanted)
        said = _word(case, wanted)
        said += f"（{named(wanted.decided_by)}）" if wanted.decided_by else ""
        found.append(
            (
                wanted.asked_at,
                _row(
                    "请示",
                    wanted.asked_at,
                    named(wanted.asked_by),
                    f"{what}：{said}",
                    wanted.reason,
                    read,
                    now,
                ),
            )
        )
    return tuple(made for _, made in sorted(found, key=lambda pair: pair[0], reverse=True))


def _word(case: Case, wanted: Decision) -> str:
    """Nobody is asked any more about what has ended; where it is opened again, the request waits again."""
    if wanted.granted is None:
        return "没有批示" if case.state in ENDS else "等批示"
    return "同意" if wanted.granted else "不同意"


def _row(name: str, at: datetime, who: str, what: str, digest: str, read: Read, now: datetime) -> Made:
    text = read(digest) if digest else ""
    return Made(name=name, at=times.short(at, now), who=who, what=what, text=ERASED if text is None else text)


def _statement(one: Statement, now: datetime, named: Named) -> StatementRow:
    return StatementRow(
        number=one.number,
        kind=f"{STATEMENTS[one.kind]}（更正）" if one.corrects else STATEMENTS[one.kind],
        title=one.title or "（无标题）",
        state="已暂停公开" if one.suspended else STATEMENT_STATES[one.state],
        publicity=PUBLICITIES[one.publicity],
        at=times.short(one.published_at or one.edited_at, now),
        authors="、".join(map(named, one.authors)),
        outlets=tuple(
            f"{OUTLETS.get(p.outlet, p.outlet)} {_at_the_outlet(p)}" + (f"：{p.detail}" if p.detail else "")
            for p in one.publications
        ),
    )


def _at_the_outlet(one: Publication) -> str:
    if one.task is Task.STOP:
        return _TAKEN_DOWN.get(one.state, DELIVERIES[one.state])
    return DELIVERIES[one.state]


_TAKEN_DOWN = {
    DeliveryState.OWED: "待撤下",
    DeliveryState.DELIVERED: "已撤下",
    DeliveryState.FAILED: "没有撤下",
}


def _receipt(one: Receipt, now: datetime, named: Named) -> ReceiptRow:
    seen = f"{times.short(one.seen_at, now)} {seen_by(one, named)}" if one.seen_at else ""
    return ReceiptRow(
        rung=one.rung,
        to=addressees(one.to),
        channel=WAYS.get(one.channel, one.channel),
        state=DELIVERIES[one.state],
        at=times.short(one.at or one.owed_at, now),
        seen=seen,
        trouble=one.detail if one.state in ("failed", "dropped") else "",
    )
