"""值班台, as the server renders it."""

import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.contracts import CaseState, EventKind, Level, Role
from huiying.ports import Engine
from huiying.topics import CASE_EVENTS
from response_api.pages.board import alert_of, board_parts
from tests.eventually import eventually
from tests.factories import NOW, a_case, a_clock, a_route
from tests.response_api import office
from tests.response_api.conftest import Visitor

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


def test_the_topics_on_offer_are_those_of_the_policy(visitor: Visitor) -> None:
    page = visitor(Role.DUTY).get("/").text
    offered = re.findall(r'<option value="(T\d+)"', page)
    assert offered == list(office.names().topics)


def test_a_board_of_a_thousand_open_cases_is_made_at_once(app: FastAPI, engine: Engine) -> None:
    clock = a_clock(due_at=NOW + timedelta(hours=1))
    seed = office.seed_case()
    cases = [replace(seed, id=f"case{number}", clocks=(*seed.clocks, clock)) for number in range(1000)]
    engine.cases.save(cases)
    took = []
    for _ in range(3):
        start = time.perf_counter()
        board_parts(app.state.house, NOW, {True})
        took.append(time.perf_counter() - start)
    assert min(took) < 0.3
