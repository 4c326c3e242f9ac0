"""What a leader reads: levels gravest first, who was told and saw it, and what waits for a word of theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import Case, CaseState, ClockKind, ClockState, DecisionKind, Level, Rank, Role
from huiying.ports import CasePage, Engine
from response_api.auth import Person
from response_api.leader_facts import LeaderFacts
from response_api.leader_page import ERASED, LeaderView, leader_view
from response_api.sight import sight_of
from tests.factories import NOW
from tests.response_api import escalated, office
from tests.response_api.test_leader_facts import person
from triage.escalation import escalate
from triage.receipts import seen_by_link, seen_inside
from triage.texts import Texts

DEPUTY = person(Role.LEADER)
SIGNER = person(Role.SIGNER)


def the_flood(refusing: str = "") -> Case:
    return escalated.told(office.matter_named("暴雨"), NOW, refusing=refusing)


def view_of(*cases: Case, who: Person = DEPUTY, engine: Engine | None = None, total: int = 0) -> LeaderView:
    """Of these cases, all of them over."""
    facts = LeaderFacts(
        now=NOW,
        sight=sight_of(who, office.names()),
        over={
            level: CasePage(cases=tuple(mine), total=max(total, len(mine)))
            for level in Level
            for mine in [[case for case in cases if case.severity.level is level]]
        },
        soon=(),
        told=cases,
        cut=False,
        asked=CasePage(cases=cases, total=len(cases)),
        to_sign=0,
    )
    read = Texts(engine.register).read if engine else (lambda _: None)
    return leader_view(facts, office.names(), who, read)


def test_levels_stand_gravest_first_each_with_its_clocks_soonest_first() -> None:
    flood = the_flood()
    worse = replace(flood, id="x" * 32, severity=replace(flood.severity, level=Level.EXTREME))
    view = view_of(flood, worse)
    assert [block.level.word for block in view.levels] == ["特别重大", "重大"]
    assert [(row.clock, row.tone) for row in view.levels[1].rows] == [
        ("上报", "over"),
        ("首次发布权威信息", "soon"),
    ]
    assert view.over == 2
    assert not view.levels[0].more
    assert view_of(flood, total=30).levels[0].more


def test_an_escalation_says_why_to_whom_and_what_became_of_it() -> None:
    view = view_of(the_flood())
    assert [row.rung for row in view.escalations if row.to_me] == ["逾期2小时", "逾期30分钟"]
    assert {row.rung for row in view.escalations} == {"到期", "逾期30分钟", "逾期2小时"}, (
        "units' own are left out"
    )
    top = view.escalations[0]
    assert (top.clock, top.reason, top.when) == ("上报", "逾期两小时仍未办", "今天 08:18")
    assert [(way.to, way.channel, way.state) for way in top.ways] == [
        ("分管领导、主要负责人", "值班台", "已送达"),
        ("分管领导", "邮件", "已送出"),
        ("主要负责人", "邮件", "已送出"),
    ]


def test_a_notice_says_what_has_come_of_it_since() -> None:
    flood = the_flood()
    assert {row.since for row in view_of(flood).escalations} == {""}
    clocks = tuple(replace(one, state=ClockState.MET, met_at=NOW) for one in flood.clocks)
    assert {row.since for row in view_of(replace(flood, clocks=clocks)).escalations} == {"上报已完成"}
    dismissed = replace(flood, state=CaseState.DISMISSED)
    assert {row.since for row in view_of(dismissed).escalations} == {"事件不予受理"}


def test_who_saw_it_and_how_is_told() -> None:
    case = the_flood()
    mail = escalated.last_to(case, "head")
    notice = mail.notice
    case = seen_by_link(case, mail, NOW)
    case = seen_inside(case, notice, "deputy", "someone", NOW)
    view = view_of(case)
    row = next(row for row in view.escalations if row.notice == notice)
    assert [(way.to, way.by) for way in row.ways if way.tone == "seen"] == [
        ("分管领导、主要负责人", "someone"),
        ("分管领导", "someone"),
        ("主要负责人", "凭链接"),
    ]
    assert row.seen_by_me and not row.mine
    assert view.escalations[0].mine, "what still waits stands first"
    assert view.waiting == 1


def test_a_notice_that_did_not_arrive_says_why() -> None:
    ways = view_of(the_flood(refusing="zhuyao")).escalations[0].ways
    assert [(way.tone, way.state, way.detail) for way in ways][-1] == (
        "failed",
        "未送达",
        "收件人被拒收（550）",
    )


def test_a_notice_that_nobody_has_tried_to_send_yet_is_owed() -> None:
    case = the_flood()
    rules = replace(office.names(), channels=frozenset({"smtp"}))
    fresh = replace(case, receipts=(), clocks=tuple(replace(clock, fired=()) for clock in case.clocks))
    waiting = escalate(fresh, rules, NOW)
    rows = view_of(waiting).escalations
    assert rows and {way.state for row in rows for way in row.ways} == {"待发送"}
    assert not any(row.mine for row in rows)


def test_what_is_older_than_three_days_is_left_out() -> None:
    case = the_flood()
    old = tuple(replace(one, owed_at=NOW - timedelta(hours=73)) for one in case.receipts)
    assert view_of(replace(case, receipts=old)).escalations == ()


def test_a_request_shows_its_reason_who_asked_and_the_clock_that_runs(engine: Engine) -> None:
    case = escalated.asking(the_flood(), engine, NOW)
    (row,) = view_of(case, engine=engine).decisions
    assert (row.what, row.reason, row.asked_by, row.when) == (
        "免除回应",
        escalated.REASON,
        "chengban",
        "今天 09:35",
    )
    assert row.left == "19:18:00" and row.seen == len(case.events) and row.may == ""
    lower = escalated.asking(
        the_flood(), engine, NOW, kind=DecisionKind.LOWER, clock=None, level=Level.LARGER
    )
    assert view_of(lower, engine=engine).decisions[0].what == "舆情等级由重大降为较大"


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (DEPUTY, ""),
        (person(Role.LEADER, rank=Rank.HEAD), ""),
        (person(Role.LEADER, rank=Rank.DIVISION_HEAD), "分管领导以上"),
        (SIGNER, "有“领导”角色的人"),
        (replace(DEPUTY, login="chengban"), "您自己提出的"),
    ],
)
def test_who_may_not_decide_is_told_who_does(engine: Engine, who: Person, may: str) -> None:
    (row,) = view_of(escalated.asking(the_flood(), engine, NOW), who=who, engine=engine).decisions
    assert (may in row.may) if may else row.may == ""


def test_an_erased_reason_says_so(engine: Engine) -> None:
    case = escalated.asking(the_flood(), engine, NOW, clock=ClockKind.STATEMENT)
    Texts(engine.register).erase(case.decisions[0].reason)
    assert view_of(case, engine=engine).decisions[0].reason == ERASED


def test_who_may_not_know_reads_nothing_of_a_restricted_matter(engine: Engine) -> None:
    case = escalated.asking(the_flood(), engine, NOW)
    sealed = replace(case, route=replace(case.route, restricted=True))
    view = view_of(sealed, who=SIGNER, engine=engine)
    assert case.title not in str(view) and escalated.REASON not in str(view)
    assert all(row.sealed for row in view.escalations)
    assert all(row.sealed for row in view.decisions)
    assert all(row.sealed for row in view.levels[0].rows)
    assert view.decisions[0].may != ""
    assert case.title in str(view_of(sealed, engine=engine)), "leaders act on it"
