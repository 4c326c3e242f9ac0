"""The list of cases, and one case laid open."""

import re
from dataclasses import replace

from huiying.contracts import Disposition
from huiying.ports import Engine
from response_api.auth import Role
from tests.factories import NOW, a_case, a_line, a_post, a_reading
from tests.response_api import office
from tests.response_api.conftest import Visitor


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


def test_a_case_says_why_it_is_here_who_must_act_and_by_which_article(
    visitor: Visitor, engine: Engine
) -> None:
    case = next(case for case in office.seed(engine, NOW) if "暴雨" in case.title)
    page = visitor(Role.LEADER).get(f"/cases/{case.id}").text
    for told in (
        "写明人防事项",
        "<mark",
        "工程安全、积水被淹、擅自拆改",
        "47–60",
        "未知，按区间计",
        case.route.article,
        "郑州市人民防空办公室",
        "自发现时间起，按自然小时计",
        "国家上限 48 小时",
        "逾期30分钟",
        "转载与重复",
    ):
        assert told in page, told
    for event in case.events:
        assert f'id="e{event.sequence}"' in page


def test_evidence_links_lead_to_posts_that_are_on_the_page(visitor: Visitor, engine: Engine) -> None:
    case = office.seed(engine, NOW)[0]
    page = visitor(Role.LEADER).get(f"/cases/{case.id}").text
    links = set(re.findall(r'href="#(p-\w+)"', page))
    assert links
    assert all(f'id="{link}"' in page for link in links)


def test_only_web_addresses_become_links(visitor: Visitor, engine: Engine) -> None:
    case = a_case()
    post = a_post(url="javascript:alert(1)")
    engine.cases.save([case])
    engine.archive.put([a_line(reading=a_reading(post=post), case_id=case.id)])
    page = visitor(Role.DUTY).get(f"/cases/{case.id}").text
    assert 'href="javascript' not in page
    assert "javascript:alert(1)" in page


def test_a_case_with_many_posts_is_told_page_by_page(visitor: Visitor, engine: Engine) -> None:
    case = a_case()
    engine.cases.save([case])
    posts = [a_post() for _ in range(70)]
    lines = [a_line(reading=a_reading(post=post), case_id=case.id) for post in posts]
    engine.archive.put(
        [*lines[:60], *(replace(line, disposition=Disposition.DUPLICATE) for line in lines[60:])]
    )
    person = visitor(Role.DUTY)
    first = person.get(f"/cases/{case.id}").text
    rest = person.get(re.findall(r'href="([^"]+)">更早的信息', first)[0].replace("&amp;", "&")).text
    shown = [re.findall(r'id="p-(\w+)"', page) for page in (first, rest)]
    assert sorted(shown[0] + shown[1]) == sorted(post.id for post in posts)


def test_an_unknown_case_is_answered_in_chinese(visitor: Visitor) -> None:
    answer = visitor(Role.DUTY).get("/cases/nothing")
    assert answer.status_code == 404
    assert "没有这个事件" in answer.text
