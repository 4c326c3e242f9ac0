"""Roster, handover, log of notices, a case with broken clocks and the page behind a duty link: on a wall and on a telephone."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from huiying.contracts import Awaited, Case, ClockKind, Delivery, DeliveryState, Role
from response_api import auth
from tests.browser.conftest import PHONE, WALL, Sitting, Web
from tests.browser.hands import unfold
from tests.browser.layout import cut_off, too_wide
from tests.response_api import escalated
from tests.response_api.conftest import QUICK
from tests.triage.notifiers.letters import a_notice
from triage.links import Links
from triage.reach import Leave, ReachBook
from triage.receipts import booked
from triage.roster import Roster, Shift

CALLED = ("周值守（139****0001）", "吴值守（139****0001）")
SEEN = os.environ.get("HUIYING_LOOK_AT", "")
"""A folder for pictures of what was looked at."""


@pytest.fixture
def case(web: Web) -> Case:
    """A matter whose clocks run and are broken, told, and asked to be acknowledged; a roster, a leave and a handover."""
    now, engine = web.clock.now(), web.engine
    auth.Accounts(engine.register, QUICK).create(
        "duty2", "接班的人", [Role.DUTY], "correct-duty", now, unit="henan"
    )
    cases = escalated.tell(engine, web.cases, now)
    case = next(one for one in cases if "暴雨" in one.title)
    delivery = duty_delivery(case, web)
    notice = duty_notice(case, web, delivery)
    asked = Awaited(
        notice=notice.id, rung="预警", reason="须尽快上报", roles=("duty",), logins=("duty",), persons=CALLED,
        since=now, next_at=now + timedelta(minutes=30), reminded=1,
    )  # fmt: skip
    held = booked(case, notice, delivery, escalated.LINKS.mark(notice, delivery))
    engine.cases.save([replace(held, awaited=(asked,), revision=held.revision + 1)])
    book, day = ReachBook(engine.register), timedelta(days=1)
    shifts = [
        Shift(unit="henan", role="duty", start=now - day / 2, end=now + day, name="值班长", login="duty", phone="13900000009"),
        Shift(unit="henan", role="duty", start=now - day / 2, end=now + day, name="周值守", phone="13900000001"),
        Shift(unit="henan", role="duty", start=now + day + day / 2, end=now + 2 * day, name="接班的人", login="duty2"),
    ]  # fmt: skip
    book.put_roster(Roster(shifts=tuple(shifts), imported_at=now, imported_by="duty", file="十一月.csv"))
    book.put_leave(Leave(login="duty2", start=now, end=now + day, deputy="duty"))
    return engine.cases.get(case.id)


def duty_delivery(case: Case, web: Web) -> Delivery:
    now = web.clock.now()
    return Delivery(
        channel="sms", address="13900000001", next_try_at=now, to=("duty",), persons=CALLED,
        state=DeliveryState.SENT, attempts=1, at=now,
    )  # fmt: skip


def duty_notice(case: Case, web: Web, delivery: Delivery):  # type: ignore[no-untyped-def]
    return a_notice(
        id="dutynotice2345", case_id=case.id, clock=ClockKind.REPORT_UP, to=("duty",),
        deliveries=(delivery,), owed_at=web.clock.now(),
    )  # fmt: skip


def look(page: Page, name: str) -> None:
    assert not too_wide(page), name
    if SEEN:
        page.screenshot(path=Path(SEEN) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("size", "ending"), [(WALL, ""), (PHONE, "-phone")])
def test_every_page_of_the_desk_fits_and_keeps_what_was_typed(
    sit_down: Sitting, web: Web, case: Case, size: tuple[int, int], ending: str
) -> None:
    desk = sit_down(Role.DUTY, size=size)
    for path, name in (("/roster", "roster"), ("/notices", "notices"), (f"/cases/{case.id}", "case")):
        page = desk.open(path)
        page.wait_for_load_state()
        unfold(page)
        look(page, f"{name}{ending}")
        page.close()
    page = desk.open("/handover")
    unfold(page)
    look(page, f"handover{ending}")
    page.select_option("select[name=taker]", "duty2")
    page.fill("textarea[name=notes]", "请回电 13812345678")
    page.click("form[action='/handover'] button[type=submit]")
    page.wait_for_selector("#f-notes")
    assert page.input_value("textarea[name=notes]") == "请回电 13812345678"
    assert page.input_value("select[name=taker]") == "duty2"
    look(page, f"handover-wrong{ending}")
    page.fill("textarea[name=notes]", "车库那件等回话")
    page.click("form[action='/handover'] button[type=submit]")
    page.wait_for_selector(".pending")
    look(page, f"handover-pending{ending}")


def test_on_a_telephone_names_stand_whole_and_buttons_are_large_enough(
    sit_down: Sitting, web: Web, case: Case
) -> None:
    desk = sit_down(Role.DUTY, size=PHONE)
    for path in ("/cases", "/inbox", "/handover", "/notices", "/roster", f"/cases/{case.id}"):
        page = desk.open(path)
        unfold(page)
        assert cut_off(page) == [], path
        for button in page.locator("main button:visible, main .deed > summary:visible").all():
            box = button.bounding_box()
            assert box and box["height"] >= 44, (path, button.inner_text())
        page.close()


def test_the_form_of_a_handover_is_one_press_away_on_a_telephone(
    sit_down: Sitting, web: Web, case: Case
) -> None:
    page = sit_down(Role.DUTY, size=PHONE).open("/handover")
    page.get_by_role("link", name="去交班").click()
    expect(page.get_by_role("button", name="交班", exact=True)).to_be_in_viewport()


def test_the_duty_link_on_a_telephone(sit_down: Sitting, web: Web, case: Case) -> None:
    delivery = duty_delivery(case, web)
    link = Links(key=escalated.KEY, base="").for_delivery(duty_notice(case, web, delivery), delivery)
    page = sit_down(None, size=PHONE).open(link)
    look(page, "door-phone")
    page.click("button >> nth=0")
    page.wait_for_selector(".taken")
    look(page, "taken-phone")
    page.click(".taken button")
    page.wait_for_selector(".taken p.met >> nth=1")
