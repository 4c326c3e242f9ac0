"""One case laid open."""

import re
from dataclasses import replace

import pytest

from huiying.contracts import Disposition, Role
from huiying.ports import Engine
from response_api.auth import ROLE_NAMES
from tests.conftest import settings  # noqa: F401  every engine
from tests.factories import NOW, a_case, a_clock, a_line, a_post, a_reading, a_route
from tests.response_api import office
from tests.response_api.conftest import Visitor

SECRET = a_case(title="举报某负责人", route=a_route(restricted=True))


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
    assert "不归您的单位看" in answer.text, "said of what is not there too, so that it gives nothing away"


@pytest.mark.parametrize("role", [Role.MONITOR, Role.SPOKESPERSON])
def test_a_restricted_case_is_refused_in_chinese_and_its_name_is_nowhere(
    visitor: Visitor, engine: Engine, role: Role
) -> None:
    line = a_line(case_id=SECRET.id)
    event = office.an_event(SECRET, 1, NOW, "分派给纪检")
    engine.cases.save([replace(SECRET, events=(event,), clocks=(a_clock(),)), a_case(title="常事")])
    engine.archive.put([line])
    person = visitor(role)
    refused = person.get(f"/cases/{SECRET.id}")
    assert refused.status_code == 403
    assert "只有最上级单位的值班长、领导和承办它的单位的经办人可以查看" in refused.text
    assert ROLE_NAMES[role] in refused.text.split("<main")[1]
    for path in ("/", "/cases", f"/cases/{SECRET.id}", "/posts", f"/posts/{line.post.id}"):
        page = person.get(path).text
        assert SECRET.title not in page, path
        assert f"/cases/{SECRET.id}" not in page, path
        assert "限制知悉事件" in page, path
        assert line.body is not None
        assert line.body.text[:20] not in page, path


@pytest.mark.parametrize("role", [Role.DUTY, Role.LEADER])
def test_those_who_must_act_on_a_restricted_case_see_it(visitor: Visitor, engine: Engine, role: Role) -> None:
    engine.cases.save([SECRET])
    person = visitor(role)
    for path in ("/", "/cases", f"/cases/{SECRET.id}"):
        assert SECRET.title in person.get(path).text, path


def test_a_post_on_the_case_page_says_why_it_joined(visitor: Visitor, engine: Engine) -> None:
    case = a_case()
    engine.cases.save([case])
    engine.archive.put([a_line(case_id=case.id, reason="用词、地点相近，0.62 分")])
    page = visitor(Role.DUTY).get(f"/cases/{case.id}").text
    assert "归并理由" in page
    assert "用词、地点相近，0.62 分" in page


def test_a_case_out_of_view_is_as_good_as_none(visitor: Visitor, engine: Engine) -> None:
    ours, theirs = a_case(title="郑州的事"), a_case(title="洛阳的事", route=a_route(lead="luoyang"))
    helped = a_case(title="省里的事", route=a_route(lead="henan.gongcheng", assist=("zhengzhou",)))
    secret = a_case(title="洛阳的密事", route=a_route(lead="luoyang", restricted=True))
    engine.cases.save([ours, theirs, helped, secret])
    person = visitor(Role.HANDLER, "zhengzhou")
    unknown = person.get("/cases/nothing")
    for case in (theirs, secret):
        answer = person.get(f"/cases/{case.id}")
        assert answer.status_code == unknown.status_code == 404
        assert answer.text == unknown.text
    assert person.get(f"/cases/{ours.id}").status_code == 200
    for path in ("/", "/cases", "/cases?lead=luoyang", "/cases?due=soon", "/cases?words=洛阳"):
        page = person.get(path).text
        assert "洛阳的" not in page, path
        assert "限制知悉事件" not in page, path
    listed = person.get("/cases").text
    assert "2 件" in listed
    assert '<option value="luoyang"' not in listed
    assert "省里的事" in listed


def test_the_handlers_of_a_party_read_a_restricted_case_and_their_monitor_does_not(
    visitor: Visitor, engine: Engine
) -> None:
    engine.cases.save([SECRET])
    assert SECRET.title in visitor(Role.HANDLER, "zhengzhou").get(f"/cases/{SECRET.id}").text
    assert visitor(Role.MONITOR, "zhengzhou").get(f"/cases/{SECRET.id}").status_code == 403
    assert visitor(Role.HANDLER).get(f"/cases/{SECRET.id}").status_code == 403
    assert visitor(Role.DUTY, "zhengzhou").get(f"/cases/{SECRET.id}").status_code == 403
