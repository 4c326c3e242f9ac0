"""What a person sees of a claim beside a statement, and of two matters that may be one, on the wall and on a phone."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from huiying.contracts import Case, CaseState, Channel, Disposition, Role, Suggestion, Tier
from nlp.annotators import allegations
from tests.browser.conftest import PHONE, WALL, Sitting, Web
from tests.browser.hands import unfold
from tests.browser.layout import too_wide
from tests.eventually import eventually
from tests.factories import a_body, a_line, a_post, a_reading, a_statement, an_answered_case, tell
from tests.nlp.reading import a_sheet, annotated
from triage.publishing import Part

DENIED = a_body(
    title="关于全城防空警报鸣响情况的说明",
    parts={Part.FACTS: "今天早上的警报声系施工挖断线路引发误鸣，9时12分已经修复，没有人员受伤。"},
)
SAID = "突然响了，网传是真的空袭，警报响是因为要打仗，大家赶紧囤粮！听说还伤了十几个人。"


@pytest.fixture
def doubted(web: Web) -> Case:
    """The gravest matter of the day: its post hands on what a statement denies, and another one may be the same."""
    before, other = web.cases[0], web.cases[3]
    told = replace(
        an_answered_case(a_statement(before.id, DENIED), id=before.id),
        **{name: getattr(before, name) for name in ("title", "lead", "clocks", "route", "severity", "topic", "place", "tallies", "evidence", "events", "opened_by", "detected_at", "flagged_at", "last_post_at")},
        revision=before.revision + 1,
        state=CaseState.ACKNOWLEDGED,
        assessment=None,
        published_at=None,
        suggestions=(Suggestion(case_id=other.id, score=0.41, why="用词相近、时间接近", at=web.clock.now()),),
    )  # fmt: skip
    tell(web.engine, told, DENIED)
    post = a_post(title="", text=SAID, channel=Channel.FORUM, source_name="大河社区论坛")
    signals = annotated(allegations.annotate, a_sheet(SAID)).signals
    notice = a_post(
        title="9月18日防空警报试鸣公告",
        text="定于9月18日10时在全市组织防空警报试鸣。",
        channel=Channel.GOVERNMENT,
        tier=Tier.GOVERNMENT,
        source_name="洛阳市政府网站",
    )
    web.engine.archive.put(
        [
            a_line(body=post, case_id=told.id, reading=replace(a_reading(post=post), signals=signals)),
            a_line(body=notice, case_id=told.id, disposition=Disposition.ATTACHED),
        ]
    )
    return told


def picture(seen: Page | Locator, name: str) -> None:
    """Kept where SHOTS names a folder, to be looked at."""
    if folder := os.environ.get("SHOTS"):
        seen.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("size", [WALL, PHONE], ids=["wall", "phone"])
def test_a_claim_and_the_statement_stand_side_by_side_or_one_below_the_other(
    sit_down: Sitting, doubted: Case, size: tuple[int, int]
) -> None:
    desk = sit_down(Role.HANDLER, size=size)
    page = desk.open(f"/cases/{doubted.id}")
    unfold(page)
    panel = page.locator("#to-verify")
    expect(panel).to_contain_text("与已发布的声明不一致")
    expect(panel).to_contain_text("相关声明")
    claim = panel.locator(".claim").first.bounding_box()
    told = panel.locator(".told").first.bounding_box()
    assert claim and told
    beside = told["x"] > claim["x"] + claim["width"] - 1
    assert beside if size == WALL else told["y"] >= claim["y"] + claim["height"]
    assert not too_wide(page)
    picture(panel, f"claims-{size[0]}")
    page.get_by_role("link", name="以此声明为据研判").first.click()
    expect(page.locator("#act-assess textarea[name=finding]")).to_be_focused()
    expect(page.locator("#act-assess input[name=source]")).to_have_value(re.compile("说明"))
    picture(page, f"claims-ground-{size[0]}")
    assert desk.complaints == []


@pytest.mark.parametrize("size", [WALL, PHONE], ids=["wall", "phone"])
def test_the_chip_on_board_and_inbox_leads_to_the_question(
    sit_down: Sitting, doubted: Case, size: tuple[int, int]
) -> None:
    desk = sit_down(Role.HANDLER, size=size)
    for path in ("/", "/inbox", "/cases"):
        page = desk.open(path)
        chip = page.locator("a.alike").first
        expect(chip).to_be_visible()
        expect(chip).to_have_text("可能同一件 1")
        box = eventually(chip.bounding_box)  # none while the board puts its rows in anew
        assert box and box["height"] <= 32 and box["x"] + box["width"] <= size[0]
        assert not too_wide(page)
        row = chip.locator("xpath=ancestor::*[self::tr or self::li][1]")
        picture(row if size == PHONE else page, f"alike{path.replace('/', '-')}-{size[0]}")
        chip.click()
        expect(page.locator("#alike")).to_be_in_viewport()
    assert desk.complaints == []
