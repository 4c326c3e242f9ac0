"""The list of all cases."""

import re
from datetime import timedelta
from typing import Any

import pytest

from huiying.contracts import CaseState, Place, Role
from huiying.ports import Engine
from tests.conftest import settings  # noqa: F401  every engine
from tests.factories import NOW, a_case, a_clock, a_line, a_post, a_route
from tests.response_api import office
from tests.response_api.conftest import Visitor

SECRET = a_case(title="举报某负责人", route=a_route(restricted=True))


def test_the_list_pages_through_every_case_once(visitor: Visitor, engine: Engine) -> None:
    cases = [a_case(title=f"第{number}件事") for number in range(95)]
    engine.cases.save(cases)
    person, path, seen = visitor(Role.LEADER), "/cases?order=newest", list[str]()
    while path:
        page = person.get(path).text
        seen += re.findall(r'class="title"><a href="/cases/(\w+)"', page)
        following = re.search(r'href="(/cases\?[^"]*)">下一页', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
    assert sorted(seen) == sorted(case.id for case in cases)


def test_the_words_of_a_restricted_case_cannot_be_guessed(visitor: Visitor, engine: Engine) -> None:
    engine.cases.save([SECRET])
    engine.archive.put([a_line(body=a_post(title="举报某负责人"), case_id=SECRET.id)])
    person = visitor(Role.MONITOR)
    for path in ("/cases", "/posts"):
        right, wrong = (
            re.sub(r'value="[^"]*"', "", person.get(path, params={"words": words}).text.split("<main")[1])
            for words in ("举报某负责人", "举报别的人")
        )
        assert right == wrong, path
    assert "1 件" in visitor(Role.DUTY).get("/cases", params={"words": "举报某负责人"}).text


@pytest.mark.parametrize("asked", [{"topic": "T05"}, {"city": "许昌市"}, {"lead": "xuchang"}])
def test_nobody_finds_out_by_a_filter_what_a_row_keeps_back(
    visitor: Visitor, engine: Engine, asked: dict[str, str]
) -> None:
    of_it: dict[str, Any] = {
        "topic": "T05",
        "place": Place(province="河南省", city="许昌市"),
        "clocks": (a_clock(),),
    }
    engine.cases.save(
        [
            a_case(title="举报某负责人", route=a_route(lead="xuchang", restricted=True), **of_it),
            a_case(title="防护门锈蚀", route=a_route(lead="xuchang"), **of_it),
        ]
    )
    for path in ("/cases", "/"):
        page = visitor(Role.MONITOR).get(path, params=asked).text
        assert "防护门锈蚀" in page, path
        assert "限制知悉事件" not in page.split("<main")[1], path
        assert "限制知悉事件" in visitor(Role.MONITOR).get(path).text, path
    assert "2 件" in visitor(Role.DUTY).get("/cases", params=asked).text
    assert "1 件" in visitor(Role.MONITOR).get("/cases", params=asked).text


def test_cases_can_be_asked_for_by_the_unit_that_leads(visitor: Visitor, engine: Engine) -> None:
    office.seed(engine, NOW)
    person = visitor(Role.DUTY)
    for path in ("/cases", "/"):
        page = person.get(path, params={"lead": "xuchang"}).text
        assert '<option value="xuchang" selected>' in page
        assert "实弹防空演习" in page
        assert "责任单位" in page
    listed = person.get("/cases", params={"lead": "xuchang"}).text
    assert len(re.findall(r'class="title"><a', listed)) == 1


def test_the_tiles_lead_to_the_cases_that_they_count(visitor: Visitor, engine: Engine) -> None:
    past = NOW - timedelta(hours=8)
    over, ahead = a_clock(started_at=past, due_at=NOW - timedelta(hours=1)), NOW + timedelta(minutes=20)
    engine.cases.save(
        [
            a_case(title="只超时", detected_at=past, clocks=(over,)),
            a_case(title="又超又急", detected_at=past, clocks=(over, a_clock(due_at=ahead))),
            a_case(title="急", clocks=(a_clock(due_at=ahead + timedelta(minutes=5)),)),
            a_case(title="不急", clocks=(a_clock(due_at=NOW + timedelta(hours=5)),)),
            a_case(title="消退", state=CaseState.LAPSED),
        ]
    )
    person = visitor(Role.LEADER)
    page = person.get("/").text
    links = dict(re.findall(r'<a class="tile \w+" href="([^"]+)">\s*<span>([^<]+)</span>', page))
    assert sorted(links.values()) == ["1 小时内到时", "已超时"]
    listed = {
        name: re.findall(r'class="title"><a[^>]*>([^<]+)', person.get(link.replace("&amp;", "&")).text)
        for link, name in links.items()
    }
    assert sorted(listed["已超时"]) == sorted(["只超时", "又超又急"])
    assert listed["1 小时内到时"] == ["又超又急", "急"]
    for name, titles in listed.items():
        assert re.search(f'<span>{name}</span><b class="num">{len(titles)}</b>', page)
