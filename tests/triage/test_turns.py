"""Whose turn a statement has become hears of it: once a version and stage, and never of what has moved on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import Case, Category, Notice
from huiying.ports import Engine
from tests.factories import NOW
from tests.triage.answered import PARKING, seen
from tests.triage.people import DUTY, HANDLER, SECRECY, SIGNER, SPOKESPERSON, a_desk, a_draft, taken_in
from tests.triage.texts import place, policy, reading
from triage.desk import Desk
from triage.escalation import escalate
from triage.quiet import needless
from triage.turns import untold

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


@pytest.fixture
def case(desk: Desk, engine: Engine) -> Case:
    """With a draft that its author has begun."""
    case = taken_in(engine, reading(PARKING, where=place("郑州市", "中原区")))
    desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    desk.assign(case.id, DUTY, NOW, seen=seen(desk, case), unit="zhengzhou")
    desk.acknowledge(case.id, HANDLER, NOW, seen=seen(desk, case))
    desk.assess(case.id, HANDLER, NOW, seen=seen(desk, case), category=Category.DIFFICULTY, finding="属实")
    return desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=a_draft())


def told(desk: Desk, case: Case, at: int) -> list[Notice]:
    """What the watch tells of turns as it comes round; saved as the watch does."""
    before = desk.cases.get(case.id)
    after = escalate(before, policy(), NOW + at * MINUTE)
    if after is not before:
        desk.cases.save([replace(after, revision=before.revision + 1)])
    known = {one.id for one in before.outbox}
    return [one for one in after.outbox if one.id not in known and one.rung.startswith("文稿")]


def submitted(desk: Desk, case: Case, at: int = 0) -> Case:
    one = case.statements[0]
    return desk.submit(case.id, HANDLER, NOW + at * MINUTE, seen=seen(desk, case), statement=one.id)


def test_each_stage_is_told_once_to_whose_turn_it_is(desk: Desk, case: Case) -> None:
    one = case.statements[0]
    approved = {"statement": one.id, "sha256": one.sha256}
    assert told(desk, case, 1) == [], "an author knows of a draft"
    case = submitted(desk, case)
    assert case.next_rung_at is not None and case.next_rung_at <= NOW, "the watch looks at once"
    (notice,) = told(desk, case, 2)
    assert (notice.to, notice.rung) == (("secrecy",), "文稿待保密审查")
    assert "第 1 号文稿（回应）文稿待保密审查" in notice.reason
    assert told(desk, case, 3) == []
    desk.clear(case.id, SECRECY, NOW, seen=seen(desk, case), **approved)
    assert [(one.to, one.rung) for one in told(desk, case, 4)] == [(("signer",), "文稿待签发")]
    desk.sign(case.id, SIGNER, NOW, seen=seen(desk, case), **approved)
    assert [(one.to, one.rung) for one in told(desk, case, 5)] == [(("spokesperson", "duty"), "文稿待发布")]
    desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=one.id)
    assert told(desk, case, 6) == [] and untold(desk.cases.get(case.id)) == ()


def test_what_is_sent_back_is_told_to_its_unit_and_again_the_next_time(desk: Desk, case: Case) -> None:
    for at in (1, 11):
        submitted(desk, case, at)
        assert [one.rung for one in told(desk, case, at + 1)] == ["文稿待保密审查"]
        statement, later = case.statements[0].id, NOW + (at + 2) * MINUTE
        desk.send_back(
            case.id, SECRECY, later, seen=seen(desk, case), statement=statement, reason="来源不清楚"
        )
        assert [(one.to, one.rung) for one in told(desk, case, at + 3)] == [(("unit",), "文稿退回修改")]


def test_what_has_moved_on_is_needless(desk: Desk, case: Case) -> None:
    (notice,) = (submitted(desk, case), told(desk, case, 2))[1]
    assert needless(desk.cases.get(case.id), notice) == ""
    one = case.statements[0]
    desk.clear(case.id, SECRECY, NOW, seen=seen(desk, case), statement=one.id, sha256=one.sha256)
    assert needless(desk.cases.get(case.id), notice) == "文稿已经办过这一步，不再提醒"
