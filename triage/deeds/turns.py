"""Whose turn a statement has become is told to them: the reviewer, the signer, the spokesperson, or the unit that gets it back.  Pure.

Each step is told of once; what has moved on before the watch came round is not told of at all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from huiying import codec
from huiying.contracts import Case, ClockState, Notice, Statement, StatementState
from triage.policy import Policy
from triage.telling import about, allowed
from triage.turns import untold
from triage.words import STATEMENTS, TURN_RUNGS

_TURNS = {
    StatementState.DRAFT: (("unit",), "改好后重新送审；退回的理由在文稿页上"),
    StatementState.REVIEW: (("secrecy",), "审查将要发布的文字：通过，或退回修改"),
    StatementState.CLEARED: (("signer",), "签发，或退回修改"),
    StatementState.SIGNED: (("spokesperson", "duty"), "发布"),
}
"""Who is told, and what there is to do."""


def hand_on(case: Case, policy: Policy, now: datetime) -> Case:
    """With a notice for each of them; the same object where everybody knows."""
    waiting = untold(case)
    if not waiting:
        return case
    notices = tuple(_notice(case, one, policy, now) for one in waiting)
    statements = tuple(replace(one, untold_since=None) if one in waiting else one for one in case.statements)
    return replace(case, statements=statements, outbox=(*case.outbox, *notices))


def _notice(case: Case, one: Statement, policy: Policy, now: datetime) -> Notice:
    roles, task = _TURNS[one.state]
    rung = TURN_RUNGS[one.state]
    running = [clock for clock in case.clocks if clock.state is ClockState.RUNNING]
    next_up = min(running, key=lambda clock: clock.due_at, default=None)
    reason = f"第 {one.number} 号文稿（{STATEMENTS[one.kind]}）{rung}"
    return about(
        case,
        policy,
        now,
        key=f"turn:{one.id}:{codec.micros(one.untold_since or now)}",
        rung=rung,
        roles=allowed(case, roles, policy),
        reason=reason,
        task=task,
        due=next_up.due_at if next_up else now,
    )
