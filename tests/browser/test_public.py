"""The public pages on a telephone, in a browser that runs no script: found, read, checked, answered back."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from playwright.sync_api import expect

from huiying.contracts import EventKind
from tests.browser.conftest import PHONE, WALL, Desk, Sitting, Web
from tests.browser.layout import too_wide
from tests.factories import a_body, a_case, a_statement, an_answered_case, tell
from tests.response_api import outcomes
from triage.publishing import Part
from triage.texts import Texts

MARKUP = '<img src="/nowhere" onerror="window.hurt=1"><b>加粗</b><script>window.hurt=1</script>'
REFUSED = "422"


def complaints(desk: Desk) -> list[str]:
    return [told for told in desk.complaints if REFUSED not in told]


def test_a_citizen_finds_an_answer_reads_it_checks_it_and_says_that_it_is_not_solved(
    sit_down: Sitting, web: Web
) -> None:
    case = outcomes.seed(web.engine, web.clock.now())[1]
    desk = sit_down(None, size=PHONE, script=False)
    page = desk.open("/login")
    link = page.locator(".hint a[href='/public']")
    assert link.evaluate("one => getComputedStyle(one).textDecorationLine") == "underline", (
        "not by colour alone"
    )
    link.click()
    expect(page.locator("h1")).to_contain_text("公开回应")
    assert not too_wide(page)
    page.click("text=重大问题")
    expect(page.locator("h1")).to_contain_text("重大问题")
    page.click("text=金水区地下车库被淹一事的调查处理结果")
    expect(page.locator("h1")).to_have_text("金水区地下车库被淹一事的调查处理结果")
    expect(page.locator(".owed.missed h3 b")).to_have_text("逾期 3小时")
    assert not too_wide(page)
    text = page.locator("a[href$='.txt']").first.get_attribute("href")
    body = desk.context.request.get(f"{web.base}{text}").body()
    assert page.locator(".hash").first.inner_text() == hashlib.sha256(body).hexdigest()

    page.fill("textarea", "水泵又坏了，请打13812345678")
    page.click("main button")
    expect(page.locator(".fault")).to_contain_text("请删去手机号码“13812345678”")
    expect(page.locator("textarea")).to_have_value("水泵又坏了，请打13812345678")
    assert not too_wide(page)
    page.fill("textarea", "水泵又坏了")
    page.click("main button")
    expect(page.locator("h1")).to_have_text("已收到，谢谢您")
    assert not too_wide(page)
    event = web.engine.cases.get(case.id).events[-1]
    assert event.kind is EventKind.UNRESOLVED
    assert Texts(web.engine.register).read(event.texts[0].digest) == "水泵又坏了"
    page.click("text=回到这件事")
    expect(page.locator("#unresolved")).to_be_visible()
    assert complaints(desk) == []


def test_markup_in_an_answer_is_read_and_not_run(sit_down: Sitting, web: Web) -> None:
    body = a_body(title=MARKUP, parts=dict.fromkeys(Part, MARKUP))
    case = a_case()
    case = an_answered_case(a_statement(case.id, body), opened_by=case.opened_by)
    tell(web.engine, replace(case, published_at=web.clock.now()), body)
    desk = sit_down(None, size=WALL)
    for path in ("/public", f"/public/cases/{case.id}"):
        page = desk.open(path)
        expect(page.get_by_text(MARKUP).first).to_be_visible()
        assert page.evaluate("window.hurt === undefined")
        assert not too_wide(page)
    assert desk.complaints == []


def test_the_wide_screen_is_filled(sit_down: Sitting, web: Web) -> None:
    outcomes.seed(web.engine, web.clock.now())
    page = sit_down(None, size=WALL, script=False).open("/public")
    last = page.locator("li.row").nth(1).bounding_box()
    assert last and last["x"] + last["width"] > 0.9 * WALL[0]
