"""核定等级: people say that the level is as the machine has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import Case, EventKind, Level, Reading, Signal, SignalKind
from huiying.ports import Engine
from tests.factories import NOW
from tests.triage.answered import seen
from tests.triage.people import DUTY, HANDLER, LEADER, a_desk, taken_in
from tests.triage.texts import place, policy, reading
from triage.acts import Act, allowed
from triage.desk import Desk
from triage.handle import StoryHandler
from triage.refusals import NotNow, NotYours

TEXT = "小区人防车位乱收费，一个车位要二十万"
HERE = place("郑州市", "中原区")
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


def deadly(text: str, dead: int) -> Reading:
    return replace(
        reading(text, where=HERE), signals=(Signal(kind=SignalKind.DEATHS, amount=dead, claimed=False),)
    )


def confirmed(desk: Desk, case: Case, at: int = 1) -> Case:
    return desk.confirm_level(case.id, DUTY, NOW + at * HOUR, seen=seen(desk, case), reason="看过现场")


def test_a_level_is_confirmed_once_and_stays_as_it_is(engine: Engine, desk: Desk) -> None:
    case = taken_in(engine, reading(TEXT, where=HERE))
    before, clocks = case.severity, case.clocks
    assert Act.CONFIRM_LEVEL in allowed(case, DUTY, policy())
    case = confirmed(desk, case)
    assert case.severity == before and case.clocks == clocks
    assert case.grading is not None and (case.grading.level, case.grading.by) == (before.level, DUTY.login)
    last = case.events[-1]
    assert (last.kind, last.who) == (EventKind.LEVEL_CONFIRMED, DUTY.login)
    assert last.what == f"舆情等级核定为{before.level}（系统初评，{before.low} 分）"
    assert Act.CONFIRM_LEVEL not in allowed(case, DUTY, policy())
    with pytest.raises(NotNow, match="已经由人评定"):
        confirmed(desk, case)
    with pytest.raises(NotYours):
        desk.confirm_level(case.id, HANDLER, NOW + HOUR, seen=seen(desk, case))


def test_the_machine_raises_what_was_confirmed_and_it_can_be_confirmed_again(
    engine: Engine, desk: Desk
) -> None:
    case = confirmed(desk, taken_in(engine, reading(TEXT, where=HERE)))
    worse = deadly(TEXT + "，有人被砸", 3)
    StoryHandler(engine.cases, engine.archive, policy()).handle([worse], NOW + 2 * HOUR)
    raised = desk.cases.get(case.id)
    assert raised.severity.level is Level.MAJOR and raised.grading is None
    assert confirmed(desk, raised, 3).severity.level is Level.MAJOR


def test_a_lowering_that_was_asked_for_still_stands_after_it(engine: Engine, desk: Desk) -> None:
    case = taken_in(engine, deadly(TEXT, 3))
    assert case.severity.level is Level.MAJOR
    case = desk.lower_level(
        case.id, DUTY, NOW + HOUR, seen=seen(desk, case), level=Level.LARGER, reason="核实没有人死亡"
    )
    case = confirmed(desk, case, 2)
    (asked,) = case.decisions
    case = desk.decide(
        case.id, LEADER, NOW + 3 * HOUR, seen=seen(desk, case), decision=asked.id, granted=True, reason="同意"
    )
    assert case.severity.level is Level.LARGER


def test_what_came_with_a_merge_and_was_confirmed_since_stays_when_it_is_taken_back(
    engine: Engine, desk: Desk
) -> None:
    grave = taken_in(engine, deadly(TEXT, 3))
    other = taken_in(
        engine, reading("地铁口防空警报器锈蚀掉落", topic="T07", where=place("洛阳市", "洛龙区"))
    )
    desk.merge(grave.id, DUTY, NOW + HOUR, seen=seen(desk, grave), into=other.id, reason="同一件事")
    confirmed(desk, desk.cases.get(other.id), 2)
    grave = desk.cases.get(grave.id)
    desk.unmerge(grave.id, DUTY, NOW + 3 * HOUR, seen=grave.revision)
    assert desk.cases.get(other.id).severity.level is Level.MAJOR
