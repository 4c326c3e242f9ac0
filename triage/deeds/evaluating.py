"""评估: what a person adds to the score of a closed matter.  Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from huiying.contracts import Actor, Case, Evaluation, EventKind, StatementState, TextRef
from triage.record import note
from triage.refusals import Invalid, NotYours
from triage.scoring import Scoring


def evaluate(
    case: Case,
    actor: Actor,
    now: datetime,
    rules: Scoring,
    *,
    channels: Collection[str],
    in_place: bool,
    flags: Collection[str],
    texts: tuple[TextRef, ...],
) -> Case:
    """A later evaluation replaces the one before; the record keeps both."""
    if is_of_authors(case, actor):
        raise NotYours("文稿作者不能评估自己的答复，请由别人评估")
    used = tuple(row for row in rules.channel if row.key in channels)
    told = tuple(row for row in rules.flag if row.key in flags)
    if len(used) != len(set(channels)):
        raise Invalid({"channels": "请从列出的渠道里选"})
    if len(told) != len(set(flags)):
        raise Invalid({"flags": "请从列出的情况里选"})
    if told and not texts:
        raise Invalid({"note": "标明了另行记载的情况，请写明依据"})
    found = Evaluation(
        at=now,
        by=actor.login,
        channels=tuple(row.key for row in used),
        in_place=in_place,
        flags=tuple(row.key for row in told),
        note=texts[0].digest if texts else "",
    )
    what = (
        f"{'重新评估' if case.evaluation else '评估'}：渠道 {'、'.join(row.name for row in used) or '无'}，"
    )
    what += "在反映的地方已回应" if in_place else "没有在反映的地方回应"
    what += "".join(f"；{row.name}" for row in told)
    return note(replace(case, evaluation=found), EventKind.EVALUATED, now, actor.login, what, texts=texts)


def is_of_authors(case: Case, actor: Actor) -> bool:
    """Whether they wrote what was published."""
    return any(
        actor.login in (one.author, *one.authors)
        for one in case.statements
        if one.state is StatementState.PUBLISHED
    )
