"""值班台, as the server renders it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.contracts import CaseState, EventKind, Level, Role, Suggestion
from huiying.ports import CasePage, CaseQuery, CaseStore, Engine
from huiying.topics import CASE_EVENTS
from response_api.auth import person_of
from response_api.facts import AT_ONCE, MOST_ACTIVE, MOST_OVER, MOST_PAGES
from response_api.guard import INSIDE
from response_api.pages.board import alert_of, board_parts
from response_api.sight import EVERYTHING, SORTING, Sight
from tests.conftest import settings  # noqa: F401  every engine
from tests.eventually import eventually
from tests.factories import NOW, a_case, a_clock, a_route, a_rule
from tests.response_api import office
from tests.response_api.conftest import Visitor
from triage.acts import allowed

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>=HYPERLINK("http://x")'


def test_an_empty_board_says_so(visitor: Visitor) -> None:
    page = visitor(Role.DUTY).get("/").text
    assert "当前无未办结事件" in page
    assert "没有新的苗头" in page


def test_the_board_shows_what_runs_out_next_first_and_what_is_over_above_all(
    visitor: Visitor, engine: Engine
) -> None:
    office.seed(engine, NOW)
    page = visitor(Role.DUTY).get("/").text
    dues = [int(due) for due in re.findall(r'data-due="(\d+)"', page)]
    assert dues == sorted(dues)
    assert len(dues) >= 12
    assert dues[0] < NOW.timestamp() * 1000
    assert '<tr class="over">' in page
    assert "−03:42:00" in page


def test_the_tiles_agree_with_the_store(visitor: Visitor, engine: Engine) -> None:
    cases = office.seed(engine, NOW)
    page = visitor(Role.DUTY).get("/").text
    tiles = dict(
        re.findall(r'<span>(\S+?)</span><b class="num">([\d,]+)</b>', page.replace("1 小时", "1小时"))
    )
    flagged = sum(case.state is CaseState.FLAGGED for case in cases)
    assert tiles["未办结事件"] == str(flagged)
    assert tiles["已超时"] == "1"
    assert '采集 <b id="sources-ok" class="num">10/12</b> 源' in page


def test_filters_live_in_the_query_string(visitor: Visitor, engine: Engine) -> None:
    office.seed(engine, NOW)
    person = visitor(Role.DUTY)
    page = person.get("/", params={"level": "重大"}).text
    clocks = page.split('id="clocks"')[1].split("</table>")[0]
    assert "地下人防车库暴雨后被淹" in clocks
    assert "全城防空警报" not in clocks
    assert '<option value="重大" selected>' in page
    assert "已筛选" in page
    words = person.get("/", params={"words": "没有这样的词"}).text
    assert "当前无未办结事件" in words
    assert person.get("/", params={"level": "nonsense", "state": "x"}).status_code == 200


def test_no_page_carries_inline_script_or_style(visitor: Visitor, engine: Engine) -> None:
    cases = office.seed(engine, NOW)
    person = visitor(Role.DUTY)
    for path in ("/", "/cases", f"/cases/{cases[0].id}", "/posts/new", "/posts/x", "/nowhere"):
        page = person.get(path).text
        assert " style=" not in page, path
        assert not re.search(r"<script(?![^>]* src=)", page), path
        assert not re.search(r"\son\w+=", page), path
        assert "http://" not in re.sub(r'href="http://127[^"]*"', "", page), path


@pytest.mark.parametrize("path", ["/", "/cases", "/cases/{}"])
def test_crawled_text_is_never_markup(visitor: Visitor, engine: Engine, path: str) -> None:
    case = a_case(title=EVIL, lead=EVIL, units=(EVIL,))
    event = office.an_event(case, 1, NOW, EVIL)
    engine.cases.save([replace(case, events=(event,))])
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(event)])
    person = visitor(Role.DUTY)
    page = eventually(lambda: person.get(path.format(case.id)).text, until=lambda text: "HYPERLINK" in text)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_the_page_and_its_stream_join_without_a_gap(
    visitor: Visitor, stranger: TestClient, engine: Engine
) -> None:
    office.seed(engine, NOW)
    person = visitor(Role.DUTY)
    end = str(engine.stream.end(CASE_EVENTS.name))
    page = eventually(lambda: person.get("/").text, until=lambda text: f'data-after="{end}"' in text)
    assert f'data-after="{end}"' in page
    stream = page.split('id="stream"')[1].split("</ol>")[0]
    times = re.findall(r'datetime="([^"]+)"', stream)
    assert times == sorted(times, reverse=True)
    assert len(times) == 60


def test_only_a_new_red_or_a_broken_clock_interrupts() -> None:
    red = a_case(severity=replace(a_case().severity, level=Level.EXTREME))
    assert "新的红色事件" in alert_of(office.an_event(red, 1, NOW, "定级", EventKind.FLAGGED))
    assert "超时" in alert_of(office.an_event(a_case(), 1, NOW, "超时", EventKind.CLOCK_BROKEN))
    assert alert_of(office.an_event(red, 1, NOW, "新增")) == ""
    assert alert_of(office.an_event(a_case(), 1, NOW, "告警", EventKind.FLAGGED)) == ""


def test_a_line_is_hidden_once_its_case_has_become_restricted(visitor: Visitor, engine: Engine) -> None:
    case = a_case(title="起初是常事")
    first = office.an_event(case, 1, NOW, "建档", EventKind.OPENED)
    engine.cases.save([replace(case, events=(first,))])
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(first)])
    person = visitor(Role.MONITOR)
    eventually(lambda: person.get("/").text, until=lambda page: "#e1" in page)
    second = office.an_event(case, 2, NOW, "改派", EventKind.ROUTED)
    secret = replace(case, revision=2, events=(first, second), route=a_route(restricted=True))
    engine.cases.save([secret])
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(second)])
    page = eventually(lambda: person.get("/").text, until=lambda page: page.count("限制知悉事件") >= 3)
    assert "起初是常事" not in page
    assert "起初是常事" in visitor(Role.DUTY).get("/").text


def test_a_line_goes_by_the_name_that_its_case_has_now(visitor: Visitor, engine: Engine) -> None:
    case = a_case(title="独有的题目")
    first = office.an_event(case, 1, NOW, "建档", EventKind.OPENED)
    engine.cases.save([replace(case, events=(first,))])
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(first)])
    person = visitor(Role.MONITOR)
    assert "独有的题目" in eventually(lambda: person.get("/").text, until=lambda page: "#e1" in page)
    renamed = replace(case, revision=2, title="（标题已依异议清除）", lead="")
    second = office.an_event(renamed, 2, NOW, "1 条信息依异议停止处理", EventKind.POST_WITHDRAWN)
    engine.cases.save([replace(renamed, events=(replace(first, title=renamed.title), second))])
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(second)])
    page = eventually(lambda: person.get("/").text, until=lambda page: "#e2" in page)
    assert "#e1" in page
    assert "独有的题目" not in page


def test_the_topics_on_offer_are_those_of_the_policy(visitor: Visitor) -> None:
    page = visitor(Role.DUTY).get("/").text
    offered = re.findall(r'<option value="(T\d+)"', page)
    assert offered == list(office.names().topics)


class Counting:
    """The real store, and how many cases it was made to read."""

    def __init__(self, real: CaseStore) -> None:
        self._real = real
        self.read = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def search(self, query: CaseQuery) -> CasePage:
        page = self._real.search(query)
        self.read += len(page.cases)
        return page


def test_a_board_reads_no_more_cases_than_it_can_show(app: FastAPI, engine: Engine) -> None:
    clock = a_clock(due_at=NOW + timedelta(hours=1))
    seed = office.seed_case()
    engine.cases.save(
        [replace(seed, id=f"case{number}", clocks=(*seed.clocks, clock)) for number in range(1500)]
    )
    counting = Counting(engine.cases)
    house = replace(app.state.house, engine=replace(engine, cases=cast(CaseStore, counting)))
    board_parts(house, NOW, {EVERYTHING})
    assert 0 < counting.read <= AT_ONCE * MOST_PAGES + MOST_ACTIVE + MOST_OVER


def test_a_city_board_tells_what_happened_to_its_own_matters(visitor: Visitor, engine: Engine) -> None:
    ours, theirs = a_case(title="郑州的事"), a_case(title="洛阳的事", route=a_route(lead="luoyang"))
    engine.cases.save([ours, theirs])
    told = [office.an_event(theirs, number, NOW, "有动静") for number in range(1, 100)]
    told.insert(0, office.an_event(ours, 1, NOW, "有动静"))
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(event) for event in told])
    person = visitor(Role.DUTY)
    eventually(lambda: person.get("/").text, until=lambda page: "#e99" in page)
    stream = visitor(Role.DUTY, "zhengzhou").get("/").text.split('id="stream"')[1].split("</ol>")[0]
    assert stream.count("<li>") == 1, "older than what the whole office was told last, and shown"
    assert "郑州的事" in stream


def test_a_line_is_gone_for_whom_the_matter_left_and_not_told_to_whom_it_came_later(
    visitor: Visitor, engine: Engine
) -> None:
    case = a_case(title="先在郑州", events=())
    first = replace(office.an_event(case, 1, NOW, "建档"), parties=("zhengzhou",))
    engine.cases.save([replace(case, events=(first,))])
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(first)])
    here, there = visitor(Role.HANDLER, "zhengzhou"), visitor(Role.HANDLER, "luoyang")
    eventually(lambda: here.get("/").text, until=lambda page: "#e1" in page)
    second = replace(office.an_event(case, 2, NOW, "改派"), parties=("luoyang",))
    moved = replace(case, revision=2, events=(first, second), route=a_route(lead="luoyang"))
    engine.cases.save([moved])
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(second)])
    page = eventually(lambda: there.get("/").text, until=lambda page: "#e2" in page)
    assert "#e1" not in page
    assert "先在郑州" not in here.get("/").text


def test_panels_are_made_once_for_each_sight_and_facts_once_for_each_part_of_the_tree(
    app: FastAPI, engine: Engine
) -> None:
    office.seed(engine, NOW)
    names = office.names()
    city = Sight(restricted=False, units=names.subtree("zhengzhou"), own=frozenset())
    sights = {EVERYTHING, replace(EVERYTHING, restricted=False), city}
    parts = board_parts(app.state.house, NOW, sights)
    assert set(parts) == sights
    assert "全城防空警报" in parts[EVERYTHING]["clocks"]
    assert "全城防空警报" not in parts[city]["clocks"]
    assert "地下人防车库" in parts[city]["clocks"]


def test_what_may_be_the_same_matter_is_said_on_the_board_the_list_and_the_inbox_and_leads_to_the_question(
    visitor: Visitor, engine: Engine
) -> None:
    other = a_case(title="许昌多处警报误响", clocks=(a_clock(), a_clock(rule=a_rule(hours=24))))
    asked = Suggestion(case_id=other.id, score=0.4, why="用词相近", at=NOW)
    case = a_case(title="警报响了一分钟", clocks=other.clocks, suggestions=(asked,))
    engine.cases.save([other, case])
    duty = visitor(Role.DUTY)
    link = f'href="/cases/{case.id}#alike"'
    assert duty.get("/").text.count(link) == 2  # once among the clocks, once among the stories
    for path in ("/cases", "/inbox"):
        assert duty.get(path).text.count(link) == 1, path
    assert f"/cases/{other.id}#alike" not in duty.get("/cases").text
    assert 'id="alike"' in duty.get(f"/cases/{case.id}").text


FRESH = (
    a_case(title="苗头一件", state=CaseState.WATCHING),
    a_case(title="告警一件", state=CaseState.FLAGGED),
    a_case(title="市里的苗头", state=CaseState.WATCHING, route=a_route(lead="zhengzhou")),
    a_case(title="只配合的", state=CaseState.WATCHING, route=a_route(lead="henan", assist=("zhengzhou",))),
    a_case(title="举报某负责人", route=a_route(lead="zhengzhou", restricted=True)),
)


def on_rows(page: str) -> set[tuple[str, str]]:
    """What may be done to a new story from its row on the board."""
    pressed = re.findall(r'formaction="/cases/([^/"]+)/acts/(\w+)"', page)
    return {*pressed, *((id, "dismiss") for id in re.findall(r'href="/cases/([^/"]+)#act-dismiss"', page))}


@pytest.mark.parametrize("unit", ["henan", "zhengzhou"])
@pytest.mark.parametrize("role", INSIDE)
def test_a_new_story_is_confirmed_or_dismissed_from_its_row_by_those_who_may(
    visitor: Visitor, engine: Engine, app: FastAPI, role: Role, unit: str
) -> None:
    engine.cases.save([replace(case, detected_at=NOW, flagged_at=NOW) for case in FRESH])
    person = visitor(role, unit)
    house = app.state.house
    account = house.accounts.find(role.value if unit == "henan" else f"{role.value}.{unit}")
    actor = person_of(account).actor
    may = {
        (case.id, act.value)
        for case in FRESH
        for act in allowed(case, actor, house.desk.policy)
        if act in SORTING
    }
    page = person.get("/").text
    assert on_rows(page) == may
    assert ('id="sort"' in page) is (role in {Role.MONITOR, Role.DUTY})
    if role is Role.DUTY:
        assert len(may) == (10 if unit == "henan" else 6)


def test_who_confirms_from_the_board_comes_back_to_the_same_view_of_it(
    visitor: Visitor, engine: Engine
) -> None:
    case = replace(FRESH[0], detected_at=NOW)
    engine.cases.save([case])
    monitor = visitor(Role.MONITOR)
    shown = monitor.get("/?state=watching").text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown))
    (seen,) = re.findall(r'name="seen" value="(\d+)"', shown)
    answer = monitor.post(f"/cases/{case.id}/acts/confirm", data={**hidden, "seen": seen})
    assert answer.headers["location"] == f"/?state=watching&done=confirm&on={case.id}#done"
    assert engine.cases.get(case.id).state is CaseState.CONFIRMED
    back = monitor.get(answer.headers["location"]).text
    assert f'role="status">已确认：<a href="/cases/{case.id}">苗头一件</a>' in back
    again = monitor.post(f"/cases/{case.id}/acts/confirm", data={**hidden, "seen": "99"})
    assert again.status_code == 409


@pytest.mark.parametrize("query", ["done=confirm", "done=confirm&on=nothing", "done=x&on={id}", "on={id}"])
def test_a_board_says_that_something_was_done_of_what_is_there_alone(
    visitor: Visitor, engine: Engine, query: str
) -> None:
    engine.cases.save([FRESH[0]])
    assert 'id="done"' not in visitor(Role.DUTY).get(f"/?{query.format(id=FRESH[0].id)}").text


def test_a_board_names_no_restricted_or_foreign_matter_that_its_address_asks_for(
    visitor: Visitor, engine: Engine
) -> None:
    away = a_case(title="洛阳的事", route=a_route(lead="luoyang"))
    engine.cases.save([FRESH[4], away])
    for person, case in ((visitor(Role.MONITOR), FRESH[4]), (visitor(Role.DUTY, "zhengzhou"), away)):
        page = person.get(f"/?done=confirm&on={case.id}").text
        assert 'id="done"' not in page and case.title not in page


def test_where_nothing_may_be_the_same_no_row_says_so(visitor: Visitor, engine: Engine) -> None:
    office.seed(engine, NOW)
    person = visitor(Role.DUTY)
    assert all("可能同一件" not in person.get(path).text for path in ("/", "/cases", "/inbox"))
