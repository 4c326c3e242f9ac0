"""工单 on wall and telephone: the panel with its countdowns, several answered at once, the tray, and the sums."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from huiying.contracts import Case, CaseState, Request, Role
from tests.browser.conftest import PHONE, WALL, Sitting, Web
from tests.browser.hands import press, unfold
from tests.browser.layout import cut_off, too_small, too_wide
from tests.triage.test_tickets import a_ticket
from tests.triage.texts import policy
from triage.record import indexed

SHOTS = os.environ.get("SHOTS_OF_TICKETS", "")


@pytest.fixture
def case(web: Web) -> Case:
    """One in hand, of which four people have told the hotline."""
    now = web.clock.now()
    one = next(case for case in web.cases if case.topic == "T01")
    day = timedelta(days=1)
    tickets = (
        replace(a_ticket(Request.INQUIRY, reference="20261123001", received=now, collected=now), post="p1"),
        replace(
            a_ticket(reference="20261123002", received=now - 14 * day, collected=now - 14 * day), post="p2"
        ),
        replace(a_ticket(None, reference="20261023003", received=now - 40 * day, collected=now), post="p3"),
        replace(
            a_ticket(Request.HELP, reference="20261120004", received=now - 3 * day, collected=now - 3 * day),
            post="p4",
            answered_at=now - day,
            answered_by="handler",
        ),
    )
    one = replace(one, revision=one.revision + 1, state=CaseState.ASSESSED, tickets=tickets)
    web.engine.cases.save([indexed(one, policy())])
    return one


def looked_at(page: Page, name: str, size: tuple[int, int]) -> None:
    assert not too_wide(page) and not cut_off(page)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{size[0]}.png", full_page=True)


@pytest.mark.parametrize("size", [WALL, PHONE], ids=["wall", "phone"])
def test_callers_are_shown_counted_down_to_and_answered_several_at_once(
    sit_down: Sitting, web: Web, case: Case, size: tuple[int, int]
) -> None:
    desk = sit_down(Role.DUTY, size=size)
    page = desk.open("/inbox")
    tray = page.locator("section.tray", has_text="工单待答复")
    expect(tray.locator("time.count")).to_have_count(1)
    looked_at(page, "inbox", size)
    tray.get_by_role("link", name=case.title).click()
    expect(page.locator("#tickets")).to_contain_text("待答复 3 件，共 4 件")
    expect(page.locator("#tickets .body").first).to_be_visible()
    looked_at(page, "case", size)
    press(page, "答复工单")
    form = page.locator("#act-answer_ticket")
    form.get_by_text("20261123001").click()
    form.get_by_text("20261023003").click()
    form.locator("[name=at]").fill("2026-11-23T10:00")
    form.locator("[name=way]").select_option("phone")
    form.locator("[name=said]").fill("已告知车位由开发企业按月出租")
    looked_at(page, "form", size)
    if size == PHONE:
        assert not [one for one in too_small(page) if "ticket" in one]
    form.locator("button[type=submit]").click()
    expect(page.locator("#desk .acted")).to_have_text("已答复工单")
    expect(page.locator("#tickets h2")).to_contain_text("待答复 1 件，共 4 件")
    unfold(page)
    looked_at(page, "answered", size)
    page = desk.open("/stats")
    unfold(page)
    expect(page.locator("#tickets")).to_contain_text("逾期未答复")
    looked_at(page, "stats", size)
    page = sit_down(Role.MONITOR, size=size).open("/posts/new")
    expect(page.locator("[name=reference]")).to_be_visible()
    looked_at(page, "hand", size)
    assert not desk.complaints
