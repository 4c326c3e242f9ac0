"""登记认定: what the government, a superior or a leader has said is registered, makes law of the emergency's hours, and is put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying import casefile
from huiying.contracts import (
    Authority,
    Case,
    Certainty,
    ClockKind,
    ClockState,
    Erased,
    EventKind,
    Grading,
    Knowledge,
    Level,
    Occurrence,
    Rank,
    Recognised,
    ResponseClock,
    Role,
)
from huiying.examples import Labels
from huiying.ports import Engine
from tests.factories import NOW
from tests.triage.people import CHECKER, DUTY, HANDLER, LEADER, a_desk, person, taken_in
from tests.triage.texts import policy, reading
from triage.clocks import meet, waive
from triage.deeds.filing import erase
from triage.deeds.stories import part_with, take_in
from triage.desk import Desk
from triage.ending import BOOKED, Ending, ending
from triage.performance import clocks_of
from triage.refusals import Invalid, NotNow, NotYours

HOUR = timedelta(hours=1)
SIREN = "魏都区半夜防空警报响了一分多钟，没有通知，老人孩子都吓着了"
BODY, DOCUMENT = "省人民政府", "豫政函〔2026〕9号"


def of(case: Case, kind: ClockKind) -> ResponseClock:
    return next(one for one in case.clocks if one.rule.kind is kind)


def a_matter(engine: Engine, **changes: Any) -> tuple[Desk, Case]:
    return a_desk(engine), taken_in(engine, reading(SIREN, topic="T05", **changes))


def register(
    desk: Desk, case: Case, kind: Recognised = Recognised.EMERGENCY, *, at: datetime = NOW + HOUR, **said: Any
) -> Case:
    case = desk.cases.get(case.id)
    wanted: dict[str, Any] = {"level": Level.MAJOR} if kind is Recognised.EMERGENCY else {}
    wanted |= {"body": BODY, "document": DOCUMENT, "said_at": at, **said}
    return desk.recognise(case.id, wanted.pop("who", DUTY), at, seen=len(case.events), kind=kind, **wanted)


def test_a_grave_emergency_makes_the_five_hours_and_the_day_law(engine: Engine) -> None:
    desk, case = a_matter(engine)
    after = register(desk, case)
    assert after.severity.level is Level.MAJOR
    assert "F6" in {floor.rule for floor in after.severity.floors}
    for kind, hours in ((ClockKind.STATEMENT, 5), (ClockKind.PRESS_CONFERENCE, 24)):
        clock = of(after, kind)
        assert clock.authority is Authority.STATUTORY
        assert clock.due_at == case.first_public_at + hours * HOUR
        assert clock.working[-1].endswith("（法定）")
    told = next(event for event in after.events if event.kind is EventKind.RECOGNISED)
    assert told.who == DUTY.login
    assert "突发事件等级重大" in told.what
    assert BODY not in told.what
    assert [desk.texts.read(ref.digest) for ref in told.texts] == [f"{BODY}，{DOCUMENT}"]


def test_it_counts_from_when_it_happened_as_people_know_it(engine: Engine) -> None:
    desk, case = a_matter(engine)
    moment = Occurrence(at=NOW - 2 * HOUR, source=Knowledge.SITE.value, certainty=Certainty.STATED)
    desk.relabel(
        case.id,
        DUTY,
        NOW,
        seen=len(case.events),
        labels=Labels(occurred=moment),
        reason="值班日志",
    )
    after = register(desk, case)
    assert of(after, ClockKind.STATEMENT).due_at == NOW + 3 * HOUR
    late = register(desk, case, level=Level.EXTREME, at=NOW + 2 * HOUR, reason="升级")
    assert of(late, ClockKind.STATEMENT).due_at == NOW + 3 * HOUR


def test_what_was_over_before_the_government_said_so_is_detection_s(engine: Engine) -> None:
    desk, case = a_matter(engine, at=NOW)
    after = register(desk, case, at=NOW + 9 * HOUR)
    clock = of(after, ClockKind.STATEMENT)
    assert ending(clock, NOW + 9 * HOUR) is Ending.MISSED
    assert any(BOOKED in line for line in clock.working)


def test_clocks_that_run_for_the_house_become_law_and_keep_their_time(engine: Engine) -> None:
    desk, case = a_matter(engine)
    raised = desk.raise_level(
        case.id, CHECKER, NOW, seen=len(case.events), level=Level.MAJOR, reason="影响大"
    )
    met = meet(raised, ClockKind.STATEMENT, NOW + HOUR / 2, DUTY.login, "发布")
    gone = waive(met, ClockKind.PRESS_CONFERENCE, NOW + HOUR / 2, LEADER.login, "分管领导决定免除", ())
    engine.cases.save([replace(gone, revision=gone.revision + 1)])
    after = register(desk, case)
    assert of(after, ClockKind.STATEMENT).state is ClockState.MET
    assert of(after, ClockKind.STATEMENT).authority is Authority.STATUTORY
    again = of(after, ClockKind.PRESS_CONFERENCE)
    assert (again.state, again.authority) == (ClockState.RUNNING, Authority.STATUTORY)
    assert {clock.authority for clock in after.past_clocks} == {Authority.HOUSE}


def test_what_was_done_on_a_suspicion_is_none_any_more_once_the_government_says_so(engine: Engine) -> None:
    desk, case = a_matter(engine)
    suspected = desk.start_clock(
        case.id, DUTY, NOW, seen=len(case.events), clock=ClockKind.STATEMENT, reason="像是突发事件"
    )
    assert of(suspected, ClockKind.STATEMENT).provisional
    met = meet(suspected, ClockKind.STATEMENT, NOW + HOUR / 2, DUTY.login, "发布")
    engine.cases.save([replace(met, revision=met.revision + 1)])
    clock = of(register(desk, case), ClockKind.STATEMENT)
    assert (clock.state, clock.provisional, clock.authority) == (
        ClockState.MET,
        False,
        Authority.STATUTORY,
    )
    assert not [line for line in clock.working if line.startswith("暂定：")]


def test_law_is_done_without_by_the_head_alone(engine: Engine) -> None:
    desk, case = a_matter(engine)
    after = register(desk, case)
    deputy = person(Role.LEADER, login="deputy", rank=Rank.DEPUTY)
    with pytest.raises(NotYours, match="主要负责人"):
        desk.waive(
            case.id,
            deputy,
            NOW + HOUR,
            seen=len(after.events),
            clock=ClockKind.PRESS_CONFERENCE,
            reason="不用开",
        )


def test_a_lesser_emergency_raises_and_starts_no_law(engine: Engine) -> None:
    desk, case = a_matter(engine)
    after = register(desk, case, level=Level.LARGER)
    assert after.severity.level is Level.LARGER
    assert not any(clock.official for clock in after.clocks)
    with pytest.raises(NotNow, match="登记认定"):
        desk.lower_level(
            case.id,
            CHECKER,
            NOW + HOUR,
            seen=len(after.events),
            level=Level.GENERAL,
            reason="不大",
        )


def test_a_lower_level_that_people_had_set_gives_way(engine: Engine) -> None:
    desk, case = a_matter(engine)
    set_low = replace(
        case,
        revision=case.revision + 1,
        severity=replace(case.severity, level=Level.GENERAL),
        grading=Grading(level=Level.GENERAL, machine=Level.EXTREME, by="checker", at=NOW),
    )
    engine.cases.save([set_low])
    after = register(desk, case)
    assert after.severity.level is Level.MAJOR
    assert of(after, ClockKind.STATEMENT).official


@pytest.mark.parametrize("kind", [Recognised.ORDER, Recognised.INSTRUCTION])
def test_an_order_or_an_instruction_raises_to_larger(engine: Engine, kind: Recognised) -> None:
    case = taken_in(engine, reading("锦绣花园人防车位只租不售，一年涨了三次", topic="T01"))
    assert case.severity.level is Level.GENERAL
    after = register(a_desk(engine), case, kind, document="")
    assert after.severity.level is Level.LARGER
    assert {floor.rule for floor in after.severity.floors} == {"F1"}
    assert of(after, ClockKind.REPORT_UP).state is ClockState.RUNNING
    back = register(a_desk(engine), case, kind, stands=False, at=NOW + 2 * HOUR, reason="是另一件事的批示")
    assert back.severity.level is Level.GENERAL
    assert of(back, ClockKind.REPORT_UP).state is ClockState.CANCELLED


def test_an_error_is_put_right_by_the_same_act_and_both_stay(engine: Engine) -> None:
    desk, case = a_matter(engine)
    register(desk, case, at=NOW + 9 * HOUR)
    with pytest.raises(Invalid) as silent:
        register(desk, case, level=Level.LARGER, at=NOW + 10 * HOUR)
    assert "reason" in silent.value.faults
    after = register(desk, case, level=Level.LARGER, at=NOW + 10 * HOUR, reason="看错了文件")
    assert [one.level for one in after.recognitions] == [Level.MAJOR, Level.LARGER]
    assert any("突发事件等级由重大" in event.what for event in after.events)
    clock = of(after, ClockKind.STATEMENT)
    assert clock.authority is Authority.HOUSE
    # From 重大 on a level is lowered by two: until then the house asks for what it asks for at 重大.
    (request,) = after.decisions
    lowered = desk.decide(
        case.id,
        LEADER,
        NOW + 11 * HOUR,
        seen=len(after.events),
        decision=request.id,
        granted=True,
        reason="同意",
    )
    assert lowered.severity.level is Level.LARGER
    kept = [ending(one, NOW + 11 * HOUR) for one in clocks_of(lowered) if one.rule.kind is clock.rule.kind]
    assert kept == [Ending.CORRECTED]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"said_at": NOW + 2 * HOUR}, "said_at"),
        ({"said_at": NOW - timedelta(days=40_000)}, "said_at"),
        ({"body": "  "}, "body"),
        ({"body": "省" * 61}, "body"),
        ({"body": "联系人 13812345678"}, "body"),
        ({"level": None}, "what"),
        ({"stands": False, "level": None}, "what"),
    ],
)
def test_what_cannot_be_registered_says_why(engine: Engine, said: dict[str, Any], field: str) -> None:
    desk, case = a_matter(engine)
    with pytest.raises(Invalid) as refused:
        register(desk, case, **said)
    assert field in refused.value.faults
    assert engine.cases.get(case.id).recognitions == ()


def test_not_everybody_registers_and_nothing_is_registered_twice(engine: Engine) -> None:
    desk, case = a_matter(engine)
    with pytest.raises(NotYours):
        register(desk, case, who=HANDLER)
    register(desk, case)
    with pytest.raises(Invalid) as same:
        register(desk, case, said_at=NOW + HOUR, at=NOW + 2 * HOUR, reason="再登记")
    assert "whole" in same.value.faults


def test_it_goes_with_a_case_that_becomes_part_of_another_and_is_gone_with_its_file(engine: Engine) -> None:
    desk, part = a_matter(engine)
    part = register(desk, part)
    other = taken_in(engine, reading("锦绣花园人防车位只租不售，一年涨了三次", topic="T01"))
    whole = take_in(other, part_with(part, other, DUTY, NOW + HOUR), policy(), NOW + HOUR)
    assert whole.recognitions == part.recognitions
    assert of(whole, ClockKind.STATEMENT).authority is Authority.STATUTORY
    assert casefile.decode(casefile.encode(part)) == part
    bare = erase(part, NOW + 2 * HOUR, Erased(at=NOW + 2 * HOUR, rule="期满"), "清除")
    assert (bare.recognitions[0].body, bare.recognitions[0].document) == ("", "")
    assert bare.recognitions[0].level is Level.MAJOR
