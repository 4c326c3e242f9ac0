"""What a person sees: the pages in a real browser, with the live connection, without it, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from huiying.contracts import Case, EventKind, Place, Post, Role
from huiying.topics import POSTS
from response_api import live
from tests.browser.conftest import PHONE, WALL, Sitting, Web, fill, sign_in
from tests.browser.hands import unfold
from tests.browser.layout import too_wide
from tests.eventually import eventually
from tests.factories import a_case, a_clock
from tests.pictures import png
from tests.response_api import office

MARKUP = '<img src="/nowhere" onerror="window.hurt=1"><b>加粗</b><script>window.hurt=1</script>'
TOLD = {
    "title": "警报自己响了",
    "text": "刚才来电说洛阳涧西区的防空警报自己响了一分钟，没有提前通知",
    "place": "洛阳市涧西区",
}


def published(web: Web) -> list[Post]:
    return [POSTS.decode(record.value) for record in web.engine.stream.scan(POSTS.name)]


def running(page: Page) -> None:
    expect(page.locator("#link.on")).to_be_visible()


def mark_life(page: Page) -> None:
    """Leave something in the page that does not outlive a reload."""
    page.evaluate("window.life = 1")


def same_life(page: Page) -> bool:
    return bool(page.evaluate("window.life === 1"))


def told(page: Page) -> list[str]:
    """What the event stream on the board says, newest first."""
    return page.locator("#stream li a > span").all_inner_texts()


def news(web: Web, what: str, number: int = 900) -> None:
    web.publish(office.an_event(web.cases[0], number, web.clock.now(), what))


# ------------------------------------------------------------------------------------------------ the board


@pytest.mark.parametrize("width", [1366, 1024])
def test_the_screen_of_an_old_office_machine_is_wide_enough(sit_down: Sitting, web: Web, width: int) -> None:
    page = sit_down(size=(width, 768), script=False).open("/")
    title, legend = page.locator(".stories a").first.bounding_box(), page.locator(".legend").bounding_box()
    assert title and title["width"] > 160, "a title of two words and three dots says nothing"
    assert legend and legend["height"] < 30
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
    assert page.locator(".sources .ok .name").evaluate_all(cut) == []
    for path in ("/", "/cases", "/inbox", "/posts"):
        page.goto(f"{web.base}{path}")
        assert not too_wide(page), path


@pytest.mark.parametrize("size", [WALL, PHONE], ids=["wall", "phone"])
def test_every_place_of_the_heat_table_can_be_read(
    sit_down: Sitting, web: Web, size: tuple[int, int]
) -> None:
    cities = ("三门峡市", "平顶山市", "驻马店市", "济源市", "")
    places = [Place(province="河南省" if city else "", city=city) for city in cities for _ in range(9)]
    web.engine.cases.save([a_case(place=place, detected_at=web.clock.now()) for place in places])
    page = sit_down(size=size).open("/")
    unfold(page)
    heads = page.locator(".heat thead th")
    expect(heads.filter(has_text="三门峡")).to_be_visible()
    cut = heads.evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
    )
    assert cut == []


def test_a_person_signs_in_and_no_page_gives_the_browser_a_reason_to_complain(
    sit_down: Sitting, web: Web
) -> None:
    desk = sit_down(None)
    page = desk.open("/")
    sign_in(page, Role.DUTY)
    running(page)
    expect(page.locator("#clocks tbody tr").first).to_be_visible()
    expect(page.locator("#stories li").first).to_be_visible()
    expect(page.locator("#stream li").first).to_be_visible()
    for path in ("/cases", f"/cases/{web.cases[0].id}", "/posts/new"):
        page.goto(f"{web.base}{path}")
        expect(page.locator("main h1")).to_be_visible()
    assert desk.complaints == []


def test_an_event_appears_on_the_board_without_a_reload_and_once(sit_down: Sitting, web: Web) -> None:
    page = sit_down().open("/")
    running(page)
    mark_life(page)
    news(web, "新增一条：街道已到现场")
    line = page.locator("#stream li", has_text="街道已到现场")
    expect(line).to_be_visible()
    news(web, "新增一条：警报已停", 901)
    expect(page.locator("#stream li", has_text="警报已停")).to_be_visible()
    expect(line).to_have_count(1)
    assert told(page)[:2] == ["新增一条：警报已停", "新增一条：街道已到现场"]
    assert same_life(page)


def test_what_happened_while_the_server_was_away_appears_once(sit_down: Sitting, web: Web) -> None:
    page = sit_down().open("/")
    running(page)
    mark_life(page)
    news(web, "断线之前", 900)
    expect(page.locator("#stream li", has_text="断线之前")).to_be_visible()
    web.stop()
    expect(page.locator("#link.wait")).to_be_visible()
    news(web, "断线之中", 901)
    web.start()
    expect(page.locator("#stream li", has_text="断线之中")).to_be_visible()
    news(web, "断线之后", 902)
    expect(page.locator("#stream li", has_text="断线之后")).to_be_visible()
    running(page)
    assert told(page)[:3] == ["断线之后", "断线之中", "断线之前"]
    assert sum(what.startswith("断线之") for what in told(page)) == 3
    assert same_life(page)


def test_clocks_stand_still_and_say_so_when_the_server_is_gone_for_half_a_minute(
    sit_down: Sitting, web: Web
) -> None:
    desk = sit_down()
    page = desk.context.new_page()
    page.clock.install()
    page.goto(web.base)
    running(page)
    web.stop()
    expect(page.locator("#link.wait")).to_be_visible()
    page.clock.run_for(32_000)
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#stale b")).to_have_text(re.compile(r"10:0\d:\d\d"))
    left = page.locator("#clocks time.count").first.inner_text()
    page.clock.run_for(5_000)
    assert page.locator("#clocks time.count").first.inner_text() == left


def test_clocks_count_down_and_go_on_below_zero(
    sit_down: Sitting, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PING_SECONDS", 0.2)
    due = web.clock.now() + timedelta(minutes=9)
    clock = a_clock(started_at=due - timedelta(hours=2), due_at=due)
    case = replace(a_case(title="马上到时", detected_at=due - timedelta(hours=2)), clocks=(clock,))
    web.engine.cases.save([case])
    desk = sit_down()
    board, page = desk.open("/"), desk.context.new_page()
    running(board)
    page.clock.install()
    page.goto(f"{web.base}/cases/{case.id}")
    on_board = board.locator("#clocks tr", has_text="马上到时").locator("time.count")
    on_page = page.locator("#clocks time.count")
    for one, count in ((board, on_board), (page, on_page)):
        expect(count).to_have_text(re.compile(r"^00:0[0-8]:\d\d$"))
        expect(count).to_have_class(re.compile("soon"))
        before = count.inner_text()
        assert eventually(count.inner_text, until=before.__gt__) < before
        mark_life(one)
    web.clock.put_on(timedelta(minutes=10))  # the board is told so, on the page so much time goes by
    page.clock.fast_forward(600_000)
    for one, count in ((board, on_board), (page, on_page)):
        expect(count).to_have_text(re.compile(r"^−00:0\d:\d\d$"))
        expect(count).to_have_class(re.compile("over"))
        before = count.inner_text()
        assert eventually(count.inner_text, until=before.__lt__) > before
        assert same_life(one)


# ------------------------------------------------------------------------------------------------ while somebody is at it


def comes_true(page: Page, look: Callable[[], bool], *, seconds: float = 10.0) -> bool:
    """Of what the browser tells by itself: it is listened to meanwhile."""

    def listened() -> bool:
        page.wait_for_timeout(20)
        return look()

    return eventually(listened, seconds=seconds)


@contextmanager
def hears(page: Page, event: str) -> Iterator[None]:
    """Until the page's live connection has brought such an event, after what stands in the block."""
    session = page.context.new_cdp_session(page)
    heard: list[str] = []
    session.on("Network.eventSourceMessageReceived", lambda told: heard.append(told["eventName"]))
    session.send("Network.enable")
    yield
    assert comes_true(page, lambda: event in heard)
    session.detach()


def a_new_case(web: Web, title: str) -> Case:
    """One that runs out before all others."""
    due = web.clock.now() - timedelta(hours=9)
    case = replace(a_case(title=title), clocks=(a_clock(started_at=due - timedelta(hours=2), due_at=due),))
    web.engine.cases.save([case])
    return case


def put_finger_on(page: Page, link: Locator) -> str:
    """Press and do not let go; the address that the link leads to."""
    address = link.get_attribute("href")
    assert address
    link.hover()
    page.mouse.down()
    return address


@pytest.mark.parametrize("place", ["#clocks td.what a", "#stream li a"], ids=["a panel", "the stream"])
def test_what_is_pressed_opens_though_the_board_changes_meanwhile(
    sit_down: Sitting, web: Web, place: str
) -> None:
    page = sit_down().open("/")
    running(page)
    address = put_finger_on(page, page.locator(place).first)
    with hears(page, "pulse" if "clocks" in place else "case"):
        a_new_case(web, "刚刚来的一件")
        news(web, "刚刚来的一条")
    page.mouse.up()
    expect(page).to_have_url(f"{web.base}{address}")


def test_what_came_while_somebody_pressed_is_shown_when_they_let_go(sit_down: Sitting, web: Web) -> None:
    page = sit_down().open("/")
    running(page)
    came = page.locator("#clocks tr", has_text="刚刚来的一件")
    page.locator("#clocks th").first.hover()
    page.mouse.down()
    with hears(page, "pulse"):
        a_new_case(web, "刚刚来的一件")
    expect(came).to_have_count(0)
    page.mouse.up()
    expect(came).to_be_visible()


def test_an_older_answer_never_comes_last_on_a_filtered_board(sit_down: Sitting, web: Web) -> None:
    page = sit_down().context.new_page()
    asked: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.is_navigation_request():
            route.continue_()
        else:
            asked.append(route)

    page.route("**/?words=*", hold)
    page.goto(f"{web.base}/?words=一件")
    running(page)
    assert comes_true(page, lambda: len(asked) > 0)
    old = (
        asked[0]
        .fetch()
        .text()
        .replace('id="clocks" class="scroll">', 'id="clocks" class="scroll"><p>从前</p>')
    )
    with hears(page, "pulse"):
        a_new_case(web, "刚刚来的一件")
    comes_true(page, lambda: len(asked) > 1, seconds=0.5)
    came = page.locator("#clocks tr", has_text="刚刚来的一件")
    if overtaking := len(asked) > 1:
        asked[1].continue_()
        expect(came).to_be_visible()
    asked[0].fulfill(body=old, content_type="text/html")
    expect(page.locator("#clocks", has_text="从前")).to_be_visible()
    if not overtaking:
        assert comes_true(page, lambda: len(asked) > 1)
        asked[1].continue_()
    expect(came).to_be_visible()


@pytest.mark.parametrize("size", [WALL, PHONE])
@pytest.mark.parametrize("script", [True, False])
def test_a_new_story_is_confirmed_from_its_row_by_keyboard_and_the_board_is_there_again(
    sit_down: Sitting, web: Web, size: tuple[int, int], script: bool
) -> None:
    desk = sit_down(Role.MONITOR, size=size, script=script)
    page = desk.open("/?state=watching")
    row = page.locator(".stories li").first
    title = row.locator("> a").inner_text()
    row.get_by_role("button", name=f"确认：{title}").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "state=watching" in page.url
    expect(page.locator("#done")).to_have_text(f"已确认：{title}")
    expect(page.locator("#done")).to_be_in_viewport()
    expect(page.locator(".stories > li > a", has_text=title)).to_have_count(0)
    assert too_wide(page) == []
    assert desk.complaints == []


@pytest.mark.parametrize("size", [WALL, PHONE])
def test_what_is_not_taken_up_is_led_to_the_form_that_asks_why(
    sit_down: Sitting, web: Web, size: tuple[int, int]
) -> None:
    page = sit_down(Role.DUTY, size=size).open("/")
    row = page.locator(".stories li").first
    with page.expect_navigation():
        row.get_by_role("link", name="不予受理：").click()
    expect(page.locator("#act-dismiss textarea")).to_be_in_viewport()


def test_whoever_stands_on_a_button_still_does_when_the_board_is_drawn_anew(
    sit_down: Sitting, web: Web
) -> None:
    page = sit_down(Role.MONITOR).open("/")
    running(page)
    button = page.locator(".stories li").first.get_by_role("button")
    name = button.get_attribute("aria-label")
    button.focus()
    with hears(page, "pulse"):
        a_new_case(web, "刚刚来的一件")
    expect(page.locator("#stories", has_text="刚刚来的一件")).to_be_visible()
    expect(page.locator(f'#stories button[aria-label="{name}"]')).to_be_focused()


# ------------------------------------------------------------------------------------------------ what stands on pages


def test_the_words_that_decided_are_marked_in_the_post(sit_down: Sitting, web: Web) -> None:
    case = web.cases[0]
    page = sit_down().open(f"/cases/{case.id}")
    opening = page.locator(f'[id="p-{office.opening_of(case).id}"]').first
    words = {span.text for why in case.evidence[0].why for span in why.spans}
    assert words
    assert set(opening.locator(".text mark").all_inner_texts()) == words
    mark = opening.locator(".text mark").first
    ground = "element => getComputedStyle(element).backgroundColor"
    assert mark.evaluate(ground) != opening.locator(".text").evaluate(ground)


def test_markup_in_a_title_stays_text(sit_down: Sitting, web: Web) -> None:
    case = _with_title(web, MARKUP)
    desk = sit_down()
    board = desk.open("/")
    running(board)
    web.publish(office.an_event(case, 1, web.clock.now(), MARKUP, EventKind.FLAGGED))
    expect(board.locator("#stream li b", has_text=MARKUP)).to_have_count(2)
    expect(board.locator("#clocks a", has_text=MARKUP)).to_be_visible()
    for page in (board, desk.open("/cases"), desk.open(f"/cases/{case.id}")):
        assert MARKUP in page.locator("main").inner_text()
        assert page.locator('img[src="/nowhere"]').count() == 0
        assert page.evaluate("window.hurt") is None


PAGES = {
    "board": "/",
    "case": "/cases/{gravest}",
    "case with a long name": "/cases/{long}",
    "cases": "/cases",
    "hand": "/posts/new",
    "login": "/login",
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_nothing_overflows_sideways_on_a_phone(sit_down: Sitting, web: Web, path: str) -> None:
    long = _with_title(web, "http://127.0.0.1/" + "averylongaddresswithoutaspace" * 8)
    desk = sit_down(None if path == "/login" else Role.DUTY, size=PHONE)
    page = desk.open(path.format(gravest=web.cases[0].id, long=long.id))
    expect(page.locator("main")).to_be_visible()
    unfold(page)
    assert not too_wide(page)


def _with_title(web: Web, title: str) -> Case:
    """A case of this name that runs out next, told on the stream too."""
    due = web.clock.now() + timedelta(minutes=1)
    case = replace(a_case(title=title, lead=title), clocks=(a_clock(due_at=due),))
    web.engine.cases.save([case])
    web.publish(office.an_event(case, 0, web.clock.now(), title, EventKind.OPENED))
    return case


# ------------------------------------------------------------------------------------------------ the form


def test_without_javascript_board_case_and_form_still_work(sit_down: Sitting, web: Web) -> None:
    case = web.cases[0]
    page = sit_down(None, script=False).open("/")
    sign_in(page, Role.MONITOR)
    expect(page.locator("#clocks time.count").first).to_have_text(re.compile(r"^−?\d+:\d\d:\d\d$"))
    expect(page.locator("#stream li").first).to_be_visible()
    page.locator("#clocks a, #stories a", has_text=case.title).first.click()
    expect(page.locator("main h1")).to_have_text(case.title)
    page.get_by_role("link", name="人工登记").click()
    fill(page, TOLD)
    page.get_by_role("button", name="登记").click()
    expect(page.locator("main")).to_contain_text("已登记")
    (post,) = published(web)
    assert (post.title, post.text, post.stated_place) == tuple(TOLD.values())


def test_the_form_keeps_what_was_typed_and_the_picture_when_a_field_is_wrong(
    sit_down: Sitting, web: Web, tmp_path: Path
) -> None:
    picture = tmp_path / "现场.png"
    picture.write_bytes(png())
    page = sit_down(Role.MONITOR).open("/posts/new")
    fill(page, {**TOLD, "when": "2027-01-01T08:00"})
    page.select_option("[name=channel]", "mailbox")
    page.set_input_files("[name=pictures]", picture)
    page.get_by_role("button", name="登记").click()
    expect(page.locator("#f-when")).to_contain_text("时间在将来")
    for name, typed in {**TOLD, "channel": "mailbox", "when": "2027-01-01T08:00"}.items():
        expect(page.locator(f"main [name={name}]")).to_have_value(typed)
    expect(page.get_by_label("现场.png")).to_be_checked()
    expect(page.locator(".kept img")).to_have_js_property("naturalWidth", 8)
    assert published(web) == []
    fill(page, {"when": "2026-11-23T09:40"})
    page.get_by_role("button", name="登记").click()
    expect(page.locator("main")).to_contain_text("已登记")
    (post,) = published(web)
    assert [attachment.name for attachment in post.attachments] == ["现场.png"]
