"""One matter goes all the way, each step by the person whose it is, in windows of their own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from huiying.contracts import CaseState, ClockKind, ClockState, Role
from response_api import auth
from tests.browser.conftest import PHONE, Sitting, Web, fill
from tests.browser.hands import press, send, unfold, write_out
from tests.browser.layout import too_wide
from tests.conftest import settings  # noqa: F401  every engine, in place of the one that pages are looked at on
from tests.factories import a_case, a_clock, a_line, a_post, a_reading, a_route, a_rule
from tests.response_api.conftest import QUICK
from tests.triage.people import WORDS


@pytest.fixture
def case_id(web: Web) -> str:
    now = web.clock.now()
    case = a_case(
        title="人防车位只售不租",
        detected_at=now,
        route=a_route(lead="zhengzhou"),
        clocks=(
            a_clock(started_at=now),
            a_clock(started_at=now, rule=a_rule(kind=ClockKind.RESPONSE, name="回应", hours=24)),
        ),
    )
    web.engine.cases.save([case])
    return case.id


def test_one_matter_goes_all_the_way(sit_down: Sitting, web: Web, case_id: str) -> None:
    address = f"/cases/{case_id}"
    desks = {role: sit_down(role) for role in (Role.DUTY, Role.HANDLER, Role.SECRECY, Role.SIGNER)}
    desks[Role.SPOKESPERSON] = sit_down(Role.SPOKESPERSON, size=PHONE)

    duty = desks[Role.DUTY].open(address)
    press(duty, "确认")
    expect(duty.locator("#desk .acted")).to_have_text("已确认")
    press(duty, "交办")
    send(duty, "交办", unit="zhengzhou", note="请尽快签收")
    expect(duty.locator(".steps .now b")).to_have_text("签收")

    handler = desks[Role.HANDLER].open("/inbox")
    expect(handler.locator("section.tray", has_text="待签收").locator("time.count").first).to_be_visible()
    handler.get_by_role("link", name="人防车位只售不租").first.click()
    press(handler, "签收")
    expect(handler.locator("#clocks .clock.met")).to_have_count(1)
    press(handler, "研判")
    send(handler, "研判", category="difficulty", finding="现场核对属实，开发企业停止了出租")
    expect(handler.locator(".steps .now b")).to_have_text("拟稿")
    press(handler, "会商")
    send(handler, "会商", participants="市住房保障局\n市委网信办", conclusion="由市人防办牵头答复")
    press(handler, "拟稿")
    handler.locator("#desk").get_by_role("link", name="回应", exact=True).click()
    write_out(handler, "关于锦绣花园人防车位租售问题的回应", WORDS)
    expect(handler.locator("pre.paper")).to_contain_text("只售不租")
    statement = handler.url.partition("?")[0].removeprefix(web.base)
    digest = handler.locator(".digest code").inner_text()
    press(handler, "送审")
    expect(handler.locator(".chip.on")).to_have_text("保密审查中")

    secrecy = desks[Role.SECRECY].open("/inbox")
    secrecy.get_by_role("link", name="人防车位只售不租").click()
    expect(secrecy.locator(".digest code")).to_have_text(digest)
    press(secrecy, "审查通过")
    send(secrecy, "审查通过")
    expect(secrecy.locator(".chip.on")).to_have_text("待签发")

    signer = desks[Role.SIGNER].open(statement)
    press(signer, "签发")
    send(signer, "签发")
    expect(signer.locator(".chip.on")).to_have_text("待发布")

    spokesperson = desks[Role.SPOKESPERSON].open("/inbox")
    spokesperson.get_by_role("link", name="人防车位只售不租").click()
    press(spokesperson, "发布")
    send(spokesperson, "发布")
    expect(spokesperson.locator(".chip.on")).to_have_text("已发布")

    handler.goto(f"{web.base}{address}")
    press(handler, "回访")
    send(handler, "回访", solved="yes", found="来电确认可以按月租了")
    duty.goto(f"{web.base}{address}")
    press(duty, "办结")
    send(duty, "办结")
    expect(duty.locator("#desk .acted")).to_have_text("已办结")

    closed = web.engine.cases.get(case_id)
    assert closed.state is CaseState.CLOSED
    assert {clock.rule.kind: clock.state for clock in closed.clocks} == {
        ClockKind.ACKNOWLEDGE: ClockState.MET,
        ClockKind.RESPONSE: ClockState.MET,
    }
    assert [desk.complaints for desk in desks.values()] == [[]] * 5


def test_the_second_of_two_is_told_and_loses_no_word(sit_down: Sitting, web: Web, case_id: str) -> None:
    first, second = (
        sit_down(Role.DUTY).open(f"/cases/{case_id}"),
        sit_down(Role.MONITOR).open(f"/cases/{case_id}"),
    )
    press(first, "不予受理")
    first.locator("details.deed[open] textarea").fill("施工噪音，不是警报，已电话核实")
    press(second, "确认")
    first.locator("details.deed[open]").get_by_role("button", name="不予受理").click()
    expect(first.locator(".changed")).to_contain_text("确认为本办事项")
    expect(first.locator("details.deed[open] textarea")).to_have_value("施工噪音，不是警报，已电话核实")
    send(first, "不予受理")
    expect(first.locator("#desk .acted")).to_have_text("已不予受理")


def test_the_ground_is_asked_for_only_where_it_is_needed(sit_down: Sitting, case_id: str) -> None:
    page = sit_down(Role.HANDLER, script=False).open(f"/cases/{case_id}/statements/new")
    expect(page.locator("[name=ground]")).to_be_hidden()
    page.select_option("[name=publicity]", "closed")
    expect(page.locator("[name=ground]")).to_be_visible()


def test_a_refused_form_is_scrolled_to_without_a_script(sit_down: Sitting, case_id: str) -> None:
    page = sit_down(Role.DUTY, size=PHONE, script=False).open(f"/cases/{case_id}")
    press(page, "升级")
    send(page, "升级", level="重大", reason="  ")
    expect(page.locator("#act-raise .fault")).to_be_in_viewport()
    expect(page.locator("#act-raise textarea")).to_be_focused()


def test_the_kinds_of_statement_stand_below_their_step_each_on_one_line(
    sit_down: Sitting, web: Web, case_id: str
) -> None:
    page = sit_down(Role.HANDLER, size=PHONE).open(f"/cases/{case_id}")
    press(page, "签收")
    press(page, "拟稿")
    step, *kinds = page.locator("details.deed[open]").locator("summary, a.button").all()
    above = step.bounding_box()
    assert above and kinds
    for kind in kinds:
        box = kind.bounding_box()
        assert box and box["y"] > above["y"] + above["height"] + 4 and box["height"] < 50, kind.inner_text()


def test_whoever_works_off_the_inbox_stays_in_it(sit_down: Sitting, web: Web, case_id: str) -> None:
    page = sit_down(Role.DUTY, size=PHONE, script=False).open("/inbox")
    with page.expect_navigation():
        page.get_by_role("button", name="确认：人防车位只售不租", exact=True).click()
    expect(page.locator(".acted")).to_have_text("已确认")
    tray = page.locator("section.tray", has_text="待交办")
    expect(tray.get_by_role("link", name="人防车位只售不租", exact=True)).to_be_visible()
    assert not too_wide(page)


@pytest.mark.parametrize(("role", "path"), [(Role.ADMIN, "/people"), (Role.AUDITOR, "/audit")])
def test_the_head_of_a_page_stays_on_one_line_on_a_phone(
    sit_down: Sitting, web: Web, role: Role, path: str
) -> None:
    name, password = f"{auth.ROLE_NAMES[role]}（演示账号）", "a-long-password"
    accounts = auth.Accounts(web.engine.register, QUICK)
    accounts.create("long", name, [role], password, web.clock.now(), unit="henan")
    page = sit_down(None, size=PHONE).open(f"/login?next={path}")
    fill(page, {"login": "long", "password": password})
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{path}")
    brand, own = (page.locator(part).bounding_box() for part in (".brand", ".person a"))
    assert brand and own and abs(brand["y"] - own["y"]) < 20 and own["x"] + own["width"] <= PHONE[0]


PAGES = {
    "case": (Role.HANDLER, "/cases/{case}"),
    "inbox": (Role.HANDLER, "/inbox"),
    "draft": (Role.HANDLER, "/cases/{case}/statements/new"),
    "case of duty": (Role.DUTY, "/cases/{case}"),
    "inbox of leader": (Role.LEADER, "/inbox"),
    "leader": (Role.LEADER, "/leader"),
    "people": (Role.ADMIN, "/people"),
    "log": (Role.AUDITOR, "/audit"),
}
LONG = "锦绣花园地下车库人防车位只售不租业主连日反映" * 4


@pytest.mark.parametrize(("role", "path"), PAGES.values(), ids=PAGES)
def test_nothing_of_peoples_part_overflows_on_a_phone(
    sit_down: Sitting, web: Web, case_id: str, role: Role, path: str
) -> None:
    for title in (LONG, "https://example.invalid/" + "a" * 300):
        post = a_post(title=title, source_name="省级媒体")
        web.engine.archive.put([a_line(reading=a_reading(post=post), case_id=case_id)])
    page = sit_down(role, size=PHONE).open(path.format(case=case_id))
    expect(page.locator("main")).to_be_visible()
    unfold(page)
    for summary in page.locator("#desk details.deed > summary").all():
        summary.click()
        assert not too_wide(page), summary.inner_text()
    assert not too_wide(page)
