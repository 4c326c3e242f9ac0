"""转办 on wall and telephone: the form, what the page says of it then, the reply, and the letter of the one body."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from huiying.contracts import Case, CaseState, OutsideBody, Role
from tests.browser.conftest import PHONE, WALL, Sitting, Web
from tests.browser.hands import press, send, unfold
from tests.browser.layout import cut_off, too_wide
from tests.response_api.papers.matters import text_of
from tests.triage.texts import policy
from triage.record import indexed
from triage.routing import route

POLICE = OutsideBody(body="公安机关", ground="维护社会治安秩序", article="《人民警察法》第六条", clue=True)


@pytest.fixture
def case(web: Web) -> Case:
    """One in hand, with everybody whom its rules name."""
    one = next(case for case in web.cases if case.topic == "T01")
    ruled = route(one, policy(), web.clock.now())
    one = replace(
        one,
        revision=one.revision + 1,
        state=CaseState.ASSESSED,
        route=replace(one.route, bodies=(*ruled.bodies, POLICE), why=ruled.why),
    )
    web.engine.cases.save([indexed(one, policy())])
    return one


@pytest.mark.parametrize("size", [WALL, PHONE], ids=["wall", "phone"])
def test_a_body_is_handed_what_is_its_business_and_its_reply_recorded(
    sit_down: Sitting, web: Web, case: Case, size: tuple[int, int]
) -> None:
    desk = sit_down(Role.DUTY, size=size)
    page = desk.open(f"/cases/{case.id}")
    press(page, "转办")
    assert not too_wide(page)
    send(page, "转办", body="价格主管部门", until="2026-12-03T10:00", note="请核查是否按公示标准收费")
    expect(page.locator("#desk .acted")).to_have_text("已转办")
    expect(page.locator("#desk")).to_contain_text(
        "价格主管部门：停车等服务收费的定价和价格管理（《价格法》第五条）"
    )
    press(page, "转办")
    send(page, "转办", body="公安机关")
    expect(page.locator("details.deed[open]")).to_contain_text("移交线索要写明移交什么、为什么")
    send(page, "转办", note="有人编造涨价通知，附截图")
    press(page, "登记反馈")
    sent = web.engine.cases.get(case.id).referrals[0]
    send(
        page, "登记反馈", referral=sent.id, outcome="done", at="2026-11-23T10:00", gist="已责令按公示标准收费"
    )
    expect(page.locator("#desk .acted")).to_have_text("已登记反馈")
    expect(page.locator("#desk")).to_contain_text("价格主管部门：已办理并反馈")
    unfold(page)
    assert not too_wide(page) and not cut_off(page)
    with page.expect_download() as saved:
        page.locator("#papers li", has_text="价格主管部门").get_by_role("link", name="转办函").click()
    told = text_of(saved.value.path().read_bytes())
    assert "请于2026年12月3日10时00分前反馈" in told and "自然资源" not in told
    assert page.locator("#papers").get_by_role("link", name="线索移交函").count() == 1
    assert not [one for one in desk.complaints if "422" not in one]
