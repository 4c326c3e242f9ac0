"""登记认定: what others with authority have said of a matter is put on record, and put right by the same act.  Pure.

The government sets 突发事件等级, and a superior or a leader asks for an answer; the office registers who said so, by which
document and when. The latest word of a kind counts, the earlier ones stay.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from huiying.contracts import (
    Actor,
    Case,
    EventKind,
    Grading,
    Level,
    Recognised,
    Recognition,
    TextRef,
)
from triage.clocks import put_right, start_clocks
from triage.deeds.labels import LONG_AGO
from triage.deeds.levels import follow
from triage.known import standing
from triage.lifecycle import reckoned
from triage.policy import Policy
from triage.record import note, shown
from triage.refusals import Invalid
from triage.severity import grade, rank
from triage.words import RECOGNISED


def recognise(
    case: Case, actor: Actor, policy: Policy, now: datetime, *, said: Recognition, texts: tuple[TextRef, ...]
) -> Case:
    """``texts``: on what it rests and, where something is put right, why, the last of them."""
    known = standing(case, said.kind)
    _check(said, known, now, corrected=len(texts) > 1)
    before, why = case, _what(said, known)
    case = replace(case, recognitions=(*case.recognitions, said))
    case = note(case, EventKind.RECOGNISED, now, actor.login, why, texts=texts)
    case = put_right(case, now, policy.calendar, why) if known else case
    case = _raised_by_it(case, actor, policy, now)
    case = reckoned(case, case, policy, now)
    if known is None:
        return case
    return follow(case, before, actor, policy, now, why=f"更正{RECOGNISED[said.kind]}", reason=texts[-1])


def _check(said: Recognition, known: Recognition | None, now: datetime, *, corrected: bool) -> None:
    if not said.stands and known is None:
        raise Invalid({"what": "没有登记过，不用撤销"})
    if said.stands and (said.kind is Recognised.EMERGENCY) is (said.level is None):
        raise Invalid({"what": "请选择登记什么"})
    if said.said_at > now:
        raise Invalid({"said_at": "不能晚于现在"})
    if said.said_at < LONG_AGO:
        raise Invalid({"said_at": "要在 2000 年以后，请核对年份"})
    if known is not None and replace(known, by=said.by, at=said.at) == said:
        raise Invalid({"whole": "和已经登记的一样"})
    if known is not None and not corrected:
        raise Invalid({"reason": "已经登记过：更正、撤销要写明理由"})


def _raised_by_it(case: Case, actor: Actor, policy: Policy, now: datetime) -> Case:
    """Where people have set a lower level than what is registered asks for, it gives way: a floor raises whatever stands."""
    if case.grading is None:
        return case
    machine = grade(case, policy.rubric, now, policy=policy.ref, soundings=policy.soundings)
    fresh = [floor.level for floor in machine.floors if floor not in case.severity.floors]
    floor = max(fresh, key=rank, default=Level.GENERAL)
    was = case.severity.level
    if rank(floor) <= rank(was):
        return case
    case = replace(
        case,
        severity=replace(case.severity, level=floor),
        graded_at=now,
        grading=Grading(level=floor, machine=machine.level, by=actor.login, at=now),
    )
    what = f"舆情等级由{was}升为{floor}（按登记的认定）"
    case = note(case, EventKind.LEVEL_CHANGED, now, actor.login, what)
    return start_clocks(case, now, policy.calendar, raised=True)


def _what(said: Recognition, known: Recognition | None) -> str:
    name, when = RECOGNISED[said.kind], shown(said.said_at)
    level = said.level.value if said.level else ""
    if known is None:
        return f"登记认定：{name}{level}（{when}）"
    was = f"{known.level.value if known.level else ''}（{shown(known.said_at)}）"
    if not said.stands:
        return f"更正认定：撤销{name}{was}"
    return f"更正认定：{name}由{was}改为{level}（{when}）"
