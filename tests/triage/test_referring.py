"""A body outside is handed what is its business: on its own ground, on record, and missed when its reply does not come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from huiying.clock import ManualClock
from huiying.contracts import (
    Case,
    CaseState,
    Erased,
    EventKind,
    OutsideBody,
    Rank,
    ReferralOutcome,
    Role,
)
from huiying.engines import open_engine
from huiying.ports import CaseQuery, Engine
from huiying.settings import Settings
from tests.factories import NOW, a_case, a_route, a_severity
from tests.triage.people import CHECKER, DUTY, HANDLER, MONITOR, a_desk, person, taken_in
from tests.triage.texts import place, policy, reading
from triage.acts import Act, allowed
from triage.deeds import filing
from triage.deeds.referring import NOT_NAMED, untyped
from triage.desk import Desk
from triage.hindrance import unclosable
from triage.refusals import Invalid, NotNow, NotYours
from triage.saving import amend
from triage.watch import Watch

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PARKING = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金"
PRICES = "价格主管部门"


@pytest.fixture
def engine(tmp_path) -> Engine:  # type: ignore[no-untyped-def]
    return open_engine(Settings(data=tmp_path, engine="embedded"))


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


@pytest.fixture
def case(engine: Engine, desk: Desk) -> Case:
    made = taken_in(engine, reading(PARKING, where=place("郑州市", "中原区")))
    return desk.acknowledge(made.id, HANDLER, NOW, seen=len(made.events))


def refer(desk: Desk, case: Case, body: str = PRICES, now=NOW, **more):  # type: ignore[no-untyped-def]
    who = more.pop("who", HANDLER)
    return desk.refer(case.id, who, now, seen=len(desk.cases.get(case.id).events), body=body, **more)


def reply(desk: Desk, case: Case, now=NOW + HOUR, **more):  # type: ignore[no-untyped-def]
    said = {
        "referral": case.referrals[-1].id,
        "outcome": ReferralOutcome.DONE,
        "at": now,
        "gist": "已约谈开发企业，价格已公示",
        **more,
    }
    return desk.take_reply(case.id, HANDLER, now, seen=len(desk.cases.get(case.id).events), **said)


def test_it_is_on_record_to_whom_and_on_which_ground_of_theirs(desk: Desk, case: Case) -> None:
    after = refer(desk, case, until=NOW + 10 * DAY, note="请核查收费标准")
    (sent,) = after.referrals
    assert (sent.to.body, sent.to.ground) == (PRICES, "停车等服务收费的定价和价格管理")
    assert sent.to.article == "《价格法》第五条" and not sent.to.clue and sent.by_rule
    assert (sent.by, sent.at, sent.due_at) == (HANDLER.login, NOW, NOW + 10 * DAY)
    event = after.events[-1]
    assert event.kind is EventKind.REFERRED
    assert event.what == "转办：价格主管部门，请于 2026-12-03 10:00 前反馈"
    assert event.why == "停车等服务收费的定价和价格管理（《价格法》第五条）"
    assert desk.texts.read(event.texts[0].digest) == "请核查收费标准"
    assert after.state is case.state and after.clocks == case.clocks, "it stops no clock"


def test_a_body_that_the_rules_do_not_name_wants_ground_and_article_and_its_name_stays_out_of_the_record(
    desk: Desk, case: Case
) -> None:
    with pytest.raises(Invalid) as refused:
        refer(desk, case, "市水利局")
    assert set(refused.value.faults) == {"ground", "article"}
    after = refer(desk, case, "市水利局", ground="河道管理", article="《河道管理条例》第四条")
    assert after.referrals[0].to == OutsideBody(
        body="市水利局", ground="河道管理", article="《河道管理条例》第四条"
    )
    assert after.events[-1].what == f"转办：{NOT_NAMED}" and after.events[-1].why == ""
    assert "水利" not in repr(after.events)
    assert untyped(after.referrals[0]).to == OutsideBody(body=NOT_NAMED)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"body": ""}, "body"),
        ({"body": "某" * 41}, "body"),
        ({"body": "联系人13812345678"}, "body"),
        ({"ground": "职" * 81}, "ground"),
        ({"until": NOW}, "until"),
        ({"until": NOW + 367 * DAY}, "until"),
        ({"clue": True}, "note"),
        ({"note": "电话13812345678"}, "note"),
    ],
)
def test_what_is_typed_wrongly_is_said_at_its_place_and_nothing_is_kept(
    desk: Desk, case: Case, fields: dict[str, Any], fault: str
) -> None:
    with pytest.raises(Invalid) as refused:
        refer(desk, case, **fields)
    assert set(refused.value.faults) == {fault}
    assert desk.cases.get(case.id).referrals == ()


def test_a_lead_for_an_inquiry_is_marked_and_says_what_for(desk: Desk, case: Case) -> None:
    after = refer(desk, case, clue=True, note="涉嫌价格欺诈，附收据")
    assert after.referrals[0].to.clue
    assert after.events[-1].what == "移交线索：规则以外的单位", (
        "the rules name it for business, not for a lead"
    )
    ruled = replace(
        after.route, bodies=(OutsideBody(body="公安机关", ground="治安", article="某法", clue=True),)
    )
    amend(desk.cases, case.id, lambda one: replace(one, route=ruled))
    with pytest.raises(Invalid) as refused:
        refer(desk, case, "公安机关")
    assert "note" in refused.value.faults
    told = refer(desk, case, "公安机关", note="编造谣言的线索")
    assert told.events[-1].what == "移交线索：公安机关"


def test_one_body_is_asked_once_until_it_has_answered(desk: Desk, case: Case) -> None:
    sent = refer(desk, case)
    with pytest.raises(Invalid) as refused:
        refer(desk, case)
    assert "已经转过价格主管部门，还没有反馈" in refused.value.faults["body"]
    reply(desk, sent)
    assert len(refer(desk, case, now=NOW + 2 * HOUR).referrals) == 2
    ids = {one.id for one in desk.cases.get(case.id).referrals}
    assert len(ids) == 2


def test_what_came_back_is_recorded_once_with_day_and_gist(desk: Desk, case: Case) -> None:
    sent = refer(desk, case)
    after = reply(desk, sent, outcome=ReferralOutcome.NOT_THEIRS, gist="属市场监管职责")
    (one,) = after.referrals
    assert (one.outcome, one.answered_at) == (ReferralOutcome.NOT_THEIRS, NOW + HOUR)
    event = after.events[-1]
    assert event.kind is EventKind.REFERRAL_ANSWERED
    assert event.what == "价格主管部门：退回，认为不属其职责（2026-11-23 11:00）"
    assert desk.texts.read(event.texts[0].digest) == "属市场监管职责"
    with pytest.raises(NotNow, match="已经登记过反馈"):
        reply(desk, sent)


@pytest.mark.parametrize(
    ("at", "fault"), [(NOW + DAY, "不能晚于现在"), (NOW - HOUR, "不能早于转办的时间（2026-11-23 10:00）")]
)
def test_a_reply_comes_after_it_was_asked_for_and_not_tomorrow(
    desk: Desk, case: Case, at: object, fault: str
) -> None:
    sent = refer(desk, case)
    with pytest.raises(Invalid) as refused:
        reply(desk, sent, at=at)
    assert refused.value.faults["at"] == fault


def test_a_reply_that_does_not_come_stands_in_the_inbox_until_it_is_recorded(
    engine: Engine, desk: Desk, case: Case
) -> None:
    sent = refer(desk, case, until=NOW + 30 * DAY)
    assert sent.next_rung_at is not None and sent.next_rung_at <= NOW + 30 * DAY
    late = CaseQuery(awaits=frozenset({"referral"}), states=frozenset(CaseState))
    clock = ManualClock(NOW + 30 * DAY)
    watch = Watch(engine.cases, engine.archive, policy(), clock)
    watch.tick(NOW + 30 * DAY - timedelta(minutes=1))
    assert not engine.cases.search(late).total
    watch.tick(NOW + 30 * DAY)
    found = engine.cases.get(case.id)
    (event,) = [one for one in found.events if one.kind is EventKind.REFERRAL_OVERDUE]
    assert event.what == "价格主管部门没有在 2026-12-23 10:00 前反馈" and event.who == "system:watch"
    assert engine.cases.search(late).total == 1
    watch.tick(NOW + 30 * DAY + timedelta(minutes=1))
    again = engine.cases.get(case.id)
    assert len([one for one in again.events if one.kind is EventKind.REFERRAL_OVERDUE]) == 1
    reply(desk, again, now=NOW + 31 * DAY)
    assert not engine.cases.search(late).total


def test_who_asks_for_no_reply_waits_for_none(desk: Desk, case: Case) -> None:
    after = refer(desk, case)
    assert not after.referrals[0].waits and unclosable(replace(after, clocks=())) == ""
    due = refer(desk, case, "市场监管部门", until=NOW + DAY)
    assert "已转市场监管部门，还在等反馈" in unclosable(replace(due, clocks=()))
    given_up = reply(desk, due, outcome=ReferralOutcome.GIVEN_UP, gist="催过两次，不再等")
    assert unclosable(replace(given_up, clocks=())) == ""


def test_it_is_for_those_who_lead_and_for_the_desk(desk: Desk, case: Case) -> None:
    for who in (MONITOR, person(Role.SPOKESPERSON), person(Role.LEADER, rank=Rank.HEAD)):
        with pytest.raises(NotYours):
            refer(desk, case, who=who)
    assert refer(desk, case, who=DUTY).referrals
    assert refer(desk, case, "市场监管部门", who=CHECKER).referrals
    helper = person(Role.HANDLER, unit="luoyang")
    helped = replace(case, route=replace(case.route, assist=("luoyang",)))
    assert Act.REFER not in allowed(helped, helper, policy())
    assert Act.REFER in allowed(helped, HANDLER, policy())
    assert Act.TAKE_REPLY not in allowed(helped, HANDLER, policy()), "nothing was referred"


def test_nothing_is_referred_before_it_is_confirmed_or_after_it_has_ended() -> None:
    for state in (CaseState.WATCHING, CaseState.FLAGGED, CaseState.CLOSED, CaseState.DISMISSED):
        found = allowed(a_case(state=state, route=a_route(lead="zhengzhou")), HANDLER, policy())
        assert Act.REFER not in found


def test_a_restricted_matter_goes_as_a_lead_alone_and_where_the_rules_say(desk: Desk, case: Case) -> None:
    police = OutsideBody(body="纪检监察机关", ground="监督调查", article="《监察法》第十一条", clue=True)
    plain = OutsideBody(body="财政部门", ground="非税收入", article="某办法")
    route = replace(case.route, restricted=True, bodies=(police, plain))
    amend(
        desk.cases,
        case.id,
        lambda one: replace(one, route=route, severity=a_severity(restricted="纪检通道")),
    )
    for body in ("财政部门", "市水利局"):
        with pytest.raises(Invalid) as refused:
            refer(desk, case, body, ground="某职责", article="某法")
        assert "限制知悉的事件不转外单位" in refused.value.faults["body"]
    assert refer(desk, case, "纪检监察机关", note="问题线索").referrals[0].to == police
    without = replace(case, route=replace(route, bodies=(plain,)))
    assert Act.REFER not in allowed(without, HANDLER, policy())


def test_what_was_typed_goes_with_the_file(desk: Desk, case: Case) -> None:
    refer(desk, case)
    after = refer(desk, case, "市水利局", ground="河道管理", article="《河道管理条例》第四条")
    gone = filing.erase(after, NOW, Erased(at=NOW, rule="案卷保存期限"), "清除")
    assert [one.to.body for one in gone.referrals] == [PRICES, NOT_NAMED]
    assert "河道" not in repr(gone)
