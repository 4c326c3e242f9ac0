"""发生时间, 伤亡 and 登记认定 are given in a browser, on the wall and on a phone."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.clock import SHANGHAI
from huiying.contracts import CaseState, Certainty, Level, Occurrence, Role
from tests.browser.conftest import PHONE, WALL, Sitting, Web
from tests.browser.contrast import faint
from tests.browser.hands import unfold
from tests.browser.layout import too_wide
from tests.factories import a_case, a_severity
from tests.triage.texts import CALENDAR, rules
from triage.clocks import start_clocks


@pytest.mark.parametrize("size", [WALL, PHONE])
def test_facts_are_put_right_and_an_emergency_is_registered(
    sit_down: Sitting, web: Web, size: tuple[int, int]
) -> None:
    now = web.clock.now()
    misread = Occurrence(at=now - timedelta(hours=30), source="text", certainty=Certainty.STATED)
    case = a_case(
        severity=a_severity(level=Level.MAJOR),
        clock_rules=rules(),
        occurred=misread,
        state=CaseState.CONFIRMED,
        first_public_at=now,
        flagged_at=now,
    )
    case = start_clocks(case, now, CALENDAR)
    web.engine.cases.save([replace(case, revision=case.revision + 1)])
    sitting = sit_down(Role.DUTY, size=size)
    page = sitting.open(f"/cases/{case.id}")
    unfold(page)
    form = page.locator('form[action$="/acts/relabel"]')
    form.locator("xpath=ancestor-or-self::details[1]").evaluate("one => { one.open = true }")
    form.locator('[name="occurred"]').fill(
        f"{(now - timedelta(hours=1)).astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
    )
    form.locator('[name="occurred_source"]').select_option("site")
    form.locator('[name="injuries"]').fill("4")
    form.locator('[name="harm_source"]').select_option("official")
    form.locator('[name="reason"]').fill("到现场看过，卫健委通报")
    shot = os.environ.get("SHOTS_OF_FACTS")
    if shot:
        page.screenshot(path=f"{shot}/form-{size[0]}.png", full_page=True)
    form.locator("button").last.click()
    page.wait_for_url("**done=relabel**")
    unfold(page)
    form = page.locator('form[action$="/acts/recognise"]')
    form.locator("xpath=ancestor-or-self::details[1]").evaluate("one => { one.open = true }")
    form.locator('[name="what"]').select_option("emergency:重大")
    form.locator('[name="body"]').fill("省人民政府")
    form.locator('[name="document"]').fill("豫政函〔2026〕9号")
    form.locator('[name="said_at"]').fill(f"{now.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}")
    if shot:
        page.screenshot(path=f"{shot}/recognise-{size[0]}.png", full_page=True)
    form.locator("button").last.click()
    page.wait_for_url("**done=recognise**")
    assert "更正：原记" in page.content()
    assert "受伤：4 人（主管部门或上级通报）" in page.content()
    assert too_wide(page) == [] and faint(page) == []
    if shot:
        page.screenshot(path=f"{shot}/after-{size[0]}.png", full_page=True)
