"""转办 by forms alone: whom it goes to and why, what came back, what is missed; and what the public sees of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from huiying.contracts import Case, CaseState, OutsideBody, Referral, ReferralOutcome, Role
from huiying.ports import Engine
from tests.factories import NOW, a_body, a_case, a_route, an_answered_case, tell
from tests.response_api.conftest import Visitor
from tests.response_api.pages.test_acts import act
from tests.triage.texts import policy
from triage.record import indexed

PRICES = OutsideBody(body="价格主管部门", ground="停车收费的价格管理", article="《价格法》第五条", basis="L")
POLICE = OutsideBody(body="公安机关", ground="维护治安", article="《人民警察法》第六条", basis="L", clue=True)


TICKED: dict[str, Any] = {"clue.yes": "on"}


@pytest.fixture
def case(engine: Engine) -> Case:
    made = a_case(state=CaseState.ASSESSED, route=a_route(lead="zhengzhou", bodies=(PRICES, POLICE)))
    engine.cases.save([made])
    return made


def test_the_form_offers_whom_the_rules_name_and_the_page_shows_what_was_sent(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    client = visitor(Role.HANDLER, "zhengzhou")
    page = client.get(f"/cases/{case.id}").text
    assert ">价格主管部门：停车收费的价格管理</option>" in page
    assert ">公安机关：维护治安（移交线索）</option>" in page
    assert "其他单位（写在下一栏）" in page
    assert 'class="chip warn">移交线索' in page, "where it would go is marked in 分办 too"
    assert "act-take_reply" not in page
    done = act(client, case, "refer", body="价格主管部门", until="2026-12-03T10:00", note="请核查")
    after = client.get(done.headers["location"]).text
    assert "已转办" in after
    assert "价格主管部门：停车收费的价格管理（《价格法》第五条）" in after
    assert "act-take_reply" in after
    (sent,) = engine.cases.get(case.id).referrals
    assert sent.due_at == NOW + timedelta(days=10), "as typed, in Beijing time"


def test_what_is_missing_is_said_in_the_form_and_given_back(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    client = visitor(Role.HANDLER, "zhengzhou")
    refused = act(client, case, "refer", body="other", other="市水利局", note="请看看")
    assert refused.status_code == 422
    assert "请写明是它的哪项职责" in refused.text and "请写明依据哪条规定" in refused.text
    assert "市水利局" in refused.text and "请看看" in refused.text
    none = act(client, case, "refer", body="other")
    assert none.status_code == 422 and "请选择转给谁，或写明单位" in none.text
    clue = act(client, case, "refer", body="公安机关")
    assert clue.status_code == 422 and "移交线索要写明移交什么、为什么" in clue.text
    when = act(client, case, "refer", body="价格主管部门", until="明天")
    assert when.status_code == 422 and "时间看不懂" in when.text
    assert engine.cases.get(case.id).referrals == ()


def test_a_reply_is_recorded_and_ends_the_waiting(visitor: Visitor, engine: Engine, case: Case) -> None:
    client = visitor(Role.HANDLER, "zhengzhou")
    act(client, case, "refer", body="公安机关", note="编造谣言的线索", **TICKED)
    (sent,) = engine.cases.get(case.id).referrals
    assert sent.to.clue
    page = client.get(f"/cases/{case.id}").text
    assert "移交线索：公安机关（2026-11-23 10:00）" in page
    refused = act(client, case, "take_reply", referral=sent.id, at="2026-11-23T10:00", gist="已立案")
    assert refused.status_code == 422 and "请选择结果" in refused.text
    done = act(
        client, case, "take_reply", referral=sent.id, outcome="done", at="2026-11-23T10:00", gist="已立案调查"
    )
    after = client.get(done.headers["location"]).text
    assert "已登记反馈" in after
    assert "公安机关：已办理并反馈" in after and "已立案调查" in after
    assert engine.cases.get(case.id).referrals[0].outcome is ReferralOutcome.DONE


def test_a_reply_that_is_late_stands_in_the_inbox_of_those_who_may_record_it(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    sent = Referral(id="r1", to=PRICES, by="handler", at=NOW, due_at=NOW + timedelta(days=1))
    late = replace(sent, overdue_at=NOW + timedelta(days=1))
    engine.cases.save([indexed(replace(case, referrals=(sent,), revision=2), policy())])
    assert "转办过期未反馈" not in visitor(Role.HANDLER, "zhengzhou").get("/inbox").text
    engine.cases.save([indexed(replace(case, referrals=(late,), revision=3), policy())])
    for role, unit in ((Role.HANDLER, "zhengzhou"), (Role.DUTY, "henan"), (Role.CHECKER, "zhengzhou")):
        page = visitor(role, unit).get("/inbox").text
        assert "转办过期未反馈" in page and case.title in page
    assert "转办过期未反馈" not in visitor(Role.SIGNER, "zhengzhou").get("/inbox").text


def test_the_public_page_says_whom_it_went_to_and_nothing_of_a_lead(visitor: Visitor, engine: Engine) -> None:
    sent = tuple(Referral(id=one.body, to=one, by="handler", at=NOW) for one in (PRICES, POLICE))
    case = tell(engine, an_answered_case(referrals=sent), a_body())
    page = visitor(Role.DUTY).get(f"/public/cases/{case.id}").text
    assert "已转价格主管部门（2026-11-23）" in page
    assert "公安机关" not in page and "线索" not in page
