"""What keeps a step from being taken that the table of acts allows: why, and what comes first, in Chinese.  Pure.

A deed asks here before it does anything, and a page before it offers a button, so what is offered is not refused for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from huiying.contracts import (
    LIVE_STATES,
    Case,
    CaseState,
    Category,
    ClockState,
    DeliveryState,
    Publication,
    Rank,
    Statement,
    StatementState,
)
from triage.acts import RANKS, Act
from triage.amends import IN_HAND
from triage.appearances import left_over
from triage.approval import approved
from triage.callers import owed
from triage.policy import Policy
from triage.record import refused
from triage.severity import rank
from triage.terms import ANSWERS
from triage.words import OWN_PAGE, RANK_NAMES


def hindrance(act: Act, case: Case, policy: Policy, statement: Statement | None = None) -> str:
    """'' where nothing stands in the way. ``statement``: the one that the act is done to."""
    match act:
        case Act.CLOSE:
            return unclosable(case)
        case Act.MERGE | Act.LINK | Act.UNSPLIT:
            return unmergeable(case)
        case Act.RESUME if statement:
            return approved(statement)
        case Act.SUBMIT if statement:
            return unfit(case, statement, policy)
        case Act.PUBLISH if statement:
            return approved(statement) or _outgrown(case, statement, policy) or unfit(case, statement, policy)
        case _:
            return ""


def stuck(case: Case, policy: Policy) -> dict[int, str]:
    """Number of each signed statement that cannot be published as the case is by now, and why."""
    signed = (one for one in case.statements if one.state is StatementState.SIGNED)
    found = ((one.number, hindrance(Act.PUBLISH, case, policy, one)) for one in signed)
    return {number: why for number, why in found if why}


def unfit(case: Case, statement: Statement, policy: Policy) -> str:
    """Why the statement does not fit what the case has become; '' where it does."""
    if statement.unit != case.route.lead:
        return (
            f"承办单位已改为{policy.unit_name(case.route.lead)}，文稿上还是原来的发布单位，请改稿后重新送审"
        )
    if statement.corrects and case.state not in LIVE_STATES and statement.next_release_at is not None:
        return "这件事已经办结，没有人盯着下次发布：请在更正稿里去掉下次发布时间，或先重开"
    answers = statement.kind in ANSWERS
    if answers and case.state in _NOT_SIGNED_FOR and not statement.corrects:
        return "还没有签收，先签收"
    assessed = case.assessment.category if case.assessment else None
    if statement.category is not assessed and (answers or statement.category is Category.UNTRUE):
        now = policy.handling.row(assessed).name if assessed else "没有研判"
        return f"文稿写的处置分类是{policy.handling.row(statement.category).name}，研判是{now}，两处要一致"
    grave = rank(case.severity.level) >= rank(policy.handling.consult.from_)
    if answers and grave and not case.consultations:
        return f"{case.severity.level}的事件要先会商，再答复"
    return ""


def too_low(case: Case, held: Rank, policy: Policy) -> str:
    """Why somebody of this rank does not sign at the level as it is; '' where they may."""
    needed = policy.handling.sign[case.severity.level]
    if RANKS.index(held) >= RANKS.index(needed):
        return ""
    return f"{case.severity.level}的事件要由{RANK_NAMES[needed]}以上签发"


def unmergeable(case: Case) -> str:
    if any(statement.published_at for statement in case.statements):
        return "这件事已经发布过文稿，不能再并入别的事件；可以反过来合并"
    if any(statement.state is not StatementState.WITHDRAWN for statement in case.statements):
        return "这件事还有没发布的文稿，合并后就看不到了。可以反过来合并，或先把文稿作废"
    return ""


def unclosable(case: Case) -> str:
    unpublished = [str(one.number) for one in case.statements if one.state in IN_HAND]
    if unpublished:
        return f"第 {'、'.join(unpublished)} 号文稿还没有发布。先发布，或作废"
    running = [clock.rule.name for clock in case.clocks if clock.state is ClockState.RUNNING]
    if running:
        return f"还有在走的时限：{'、'.join(running)}。先完成，或请领导免除"
    if waited := [one.to.body for one in case.referrals if one.waits]:
        return f"已转{'、'.join(waited)}，还在等反馈。先登记反馈；等不到的，登记为不再等"
    if waiting := owed(case):
        return f"还有 {len(waiting)} 件工单没有答复。先答复工单；不归本单位的，退回工单"
    if failed := _numbers(refused(case)):
        return f"第 {failed} 号文稿没有上网，或没有撤下。请新闻发言人或值班长先再次交送"
    if left := left_over(case.statements):
        one, there = left[0]
        why = "已暂停公开" if one.suspended else "已更正"
        return f"第 {one.number} 号文稿{why}，{there.where}等 {len(left)} 处还登着原来的文字。先撤下或换成更正稿，再登记撤下"
    if way := _numbers(_under_way(case)):
        return f"第 {way} 号文稿正在交给外网，请过几分钟再办结"
    return ""


def _outgrown(case: Case, statement: Statement, policy: Policy) -> str:
    why = too_low(case, statement.signature.rank, policy) if statement.signature else ""
    return f"{why}，请退回后重新送审、签发" if why else ""


def _under_way(case: Case) -> list[tuple[Statement, Publication]]:
    """On their way to an outlet. On the own page a statement stands from the moment that it is published."""
    return [
        (statement, one)
        for statement in case.statements
        for one in statement.publications
        if one.state is DeliveryState.OWED and one.outlet != OWN_PAGE
    ]


def _numbers(found: Iterable[tuple[Statement, Publication]]) -> str:
    return "、".join(dict.fromkeys(str(statement.number) for statement, _ in found))


_NOT_SIGNED_FOR = frozenset({CaseState.FLAGGED, CaseState.CONFIRMED, CaseState.ASSIGNED})
