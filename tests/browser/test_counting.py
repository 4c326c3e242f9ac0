"""What a person sees of posts that are one page, and of those that are no volume, on the wall and on a phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from huiying.contracts import Attitude, Case, Role
from tests.browser.conftest import PHONE, WALL, Sitting, Web
from tests.browser.hands import unfold
from tests.browser.layout import too_wide
from tests.browser.test_claims import picture
from tests.factories import NOW
from tests.triage.people import a_desk, taken_in
from tests.triage.test_counting import after, reprints, routed
from tests.triage.test_desk import published

NAMES = {"news-list": "示例网·滚动新闻", "news-feed": "示例网·订阅", "site-map": "示例网·站点地图"}
HOURS = timedelta(hours=3)


@pytest.fixture
def answered(web: Web) -> Case:
    """Found on one page by three routes; then the office's answer, its reprints, and what people made of it."""
    brought = [
        replace(one, post=replace(one.post, source_name=NAMES[one.post.source]))
        for one in routed(attitude=Attitude.NEGATIVE)
    ]
    case = published(a_desk(web.engine), taken_in(web.engine, *brought))
    cold = "回应通篇套话，推诿扯皮，电话打过去转来转去，寒了老百姓的心，第{}次说"
    told = [
        *reprints(4),
        after("锦绣花园人防车位的事办得好，感谢市人防办", Attitude.POSITIVE),
        *(after(cold.format(n), Attitude.NEGATIVE, owes_answer=True) for n in "一二三四五六"),
    ]
    taken_in(
        web.engine,
        *(replace(one, post=replace(one.post, repost_of=case.opened_by.id)) for one in told),
        now=NOW + HOURS,
    )
    web.clock.put_on(HOURS)
    return web.engine.cases.get(case.id)


@pytest.mark.parametrize("size", [WALL, PHONE], ids=["wall", "phone"])
def test_one_page_is_one_post_reprints_are_no_volume_and_new_complaints_are_told_as_such(
    sit_down: Sitting, answered: Case, size: tuple[int, int]
) -> None:
    desk = sit_down(Role.DUTY, size=size)
    page = desk.open(f"/cases/{answered.id}")
    unfold(page)
    facts = page.locator("dl.facts").first
    expect(facts).to_contain_text("12 条")
    expect(facts).to_contain_text("发布之后转述、官方和夸奖的 5 条不计声量")
    expect(facts).to_contain_text("同一网页重复采到 2 条不另计")
    posts = page.locator("#posts")
    expect(posts.get_by_text("3 个来源采到，计一条")).to_be_visible()
    expect(posts).to_contain_text("同一网页还由这些来源采到：示例网·站点地图、示例网·订阅")
    expect(posts).to_contain_text("转述本办声明，不计声量")
    expect(posts.get_by_text("发布之后的夸奖，不计声量").first).to_be_attached()
    expect(page.locator("#timeline")).to_contain_text("出现次生舆情")
    expect(page.locator("#timeline")).to_contain_text("其中 6 条是次生舆情")
    expect(page.locator("#severity")).to_contain_text("答复之后出现次生舆情")
    expect(page.locator("#desk")).to_contain_text("出现次生舆情")
    assert not too_wide(page)
    picture(page, f"counting-{size[0]}")
    picture(posts, f"counting-posts-{size[0]}")
    assert desk.complaints == []
