"""简报: the same figures on the screen and in the file, each number with the way to its cases."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from huiying.contracts import CaseState, Request, Role
from huiying.ports import Engine
from tests.factories import NOW, a_body, a_case, a_route, a_severity, an_answered_case, tell
from tests.response_api import office
from tests.response_api.conftest import Visitor
from tests.response_api.pages.test_tickets import a_called_case
from tests.response_api.papers.matters import text_of
from tests.triage.test_tickets import a_ticket

DAY = timedelta(days=1)


@pytest.fixture
def duty(visitor: Visitor) -> TestClient:
    return visitor(Role.DUTY)


def figure(page: str, name: str) -> tuple[str, list[str]]:
    """The link of a line's number, or '', and its figures."""
    row = re.search(rf'<th scope="row">{name}</th>(.*?)</tr>', page)
    assert row is not None, name
    link = re.search(r'href="([^"]+)"', row[1])
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[1])
    return html.unescape(link[1]) if link else "", [re.sub("<[^>]+>", "", cell) for cell in cells]


def test_each_number_leads_to_its_cases(duty: TestClient, engine: Engine) -> None:
    office.seed(engine, NOW)
    page = duty.get("/reports?period=week&day=2026-11-23").text
    for name in ("新发现事件", "苗头", r"II级（重大）", "警报误鸣、自鸣", "洛阳市"):
        link, (now, *_) = figure(page, name)
        listed = duty.get(link).text
        assert f">{now} 件</small>" in listed, name
        assert int(now) > 0
    every = re.search(r'href="([^"]+)">全部未办结事件 (\d+) 件', page)
    assert every is not None and f">{every[2]} 件</small>" in duty.get(html.unescape(every[1])).text
    assert figure(page, "相关信息（按发布时间）")[0] == "" and figure(page, "不予受理") == (
        "",
        ["0", "0", "持平"],
    )


def test_the_file_has_the_figures_of_the_page(duty: TestClient, engine: Engine) -> None:
    office.seed(engine, NOW)
    tell(engine, an_answered_case(), a_body())
    page = duty.get("/reports?period=day&day=2026-11-23").text
    link = re.search(r'href="(/reports/day\.docx[^"]+)"', page)
    assert link is not None
    answer = duty.get(html.unescape(link[1]))
    told = text_of(answer.content)
    for name in (
        "新发现事件",
        "苗头",
        "相关信息（按发布时间）",
        "公开回应",
        "法定时限按时",
        "法定时限逾期",
        "郑州市",
    ):
        _, cells = figure(page, name)
        assert "｜".join([name, *cells]) in told
    given = answer.headers["content-disposition"]
    assert unquote(given.rpartition("'")[2]) == "舆情日报_20261123.docx"
    assert duty.get(html.unescape(link[1])).content == answer.content


def test_the_way_leads_to_the_periods_around_it_and_not_beyond_today(duty: TestClient) -> None:
    page = duty.get("/reports?period=week&day=2026-11-18").text
    assert "2026年11月16日至22日" in page
    assert "period=week&amp;day=2026-11-09" in page and "period=week&amp;day=2026-11-23" in page
    today = duty.get("/reports").text
    assert "舆情日报" in today and "2026年11月23日" in today and "day=2026-11-24" not in today
    assert "本期还没有结束，数字截至2026年11月23日10时00分。" in today


@pytest.mark.parametrize(
    "day", ["2026-11-24", "20261123", "gestern", "2026-02-30", "9999-12-31", "0001-01-01"]
)
def test_a_day_that_cannot_be_is_given_back_with_what_is_wrong(duty: TestClient, day: str) -> None:
    answer = duty.get("/reports", params={"period": "month", "day": day})
    assert answer.status_code == 400
    assert f'value="{day}"' in answer.text and "不能晚于今天" in answer.text
    assert '<option value="month" selected>' in answer.text
    refused = duty.get("/reports/month.docx", params={"day": day})
    assert refused.status_code == 400 and "日期不对" in refused.text


def test_a_period_that_there_is_not_is_a_page_that_says_so(duty: TestClient) -> None:
    assert duty.get("/reports/year.docx").status_code == 404
    assert "舆情日报" in duty.get("/reports?period=year").text


def test_a_city_counts_its_own_and_a_sealed_title_is_for_the_screens_of_few(
    visitor: Visitor, engine: Engine
) -> None:
    own = a_case()
    sealed = a_case(
        title="机关内部问题",
        route=a_route(restricted=True, lead="henan.jiguanjiwei"),
        severity=a_severity(restricted="纪检通道"),
    )
    engine.cases.save([own, sealed])
    city = visitor(Role.MONITOR, "zhengzhou")
    assert figure(city.get("/reports").text, "新发现事件")[1][0] == "1"
    for client, shown in ((visitor(Role.MONITOR), False), (visitor(Role.DUTY), True)):
        page = client.get("/reports").text
        assert figure(page, "新发现事件")[1][0] == "2"
        assert ("机关内部问题" in page) is shown
        file = text_of(client.get("/reports/day.docx").content)
        assert "新发现事件｜2｜" in file and "限制知悉事件" in file
        assert "机关内部问题" not in file, "a file goes round"
        assert ("事项、地区的件数不含限制知悉事件" in page) is not shown
        assert "事项、地区的件数不含限制知悉事件" in file
        assert (f'href="/cases/{sealed.id}"' in page) is shown


def test_the_list_keeps_the_days_that_it_was_asked_for(duty: TestClient, engine: Engine) -> None:
    engine.cases.save([a_case(), a_case(detected_at=NOW - 3 * DAY, state=CaseState.CLOSED)])
    page = duty.get("/cases?since=2026-11-20&until=2026-11-22").text
    assert ">1 件</small>" in page
    assert 'name="since" value="2026-11-20"' in page and 'name="until" value="2026-11-22"' in page


def cells(page: str, kind: str) -> dict[str, str]:
    """The figures of one kind of ticket by their names, as the table of a page has them."""
    panel = page[page.index('id="tickets"') :]
    row = panel[panel.index(f'<th scope="row">{kind} ') :]
    found = re.findall(r'data-name="([^"]+)">(.*?)</td>', row[: row.index("</tr>")])
    return {name: re.sub("<[^>]+>", "", cell).strip() for name, cell in found}


def test_tickets_are_the_same_on_page_file_and_in_the_sums_of_the_office(
    duty: TestClient, engine: Engine
) -> None:
    ticket = a_ticket(Request.INQUIRY, reference="HN-1")
    late = replace(a_ticket(Request.INQUIRY, reference="HN-2"), due_at=NOW - DAY, entered_at=NOW - 9 * DAY)
    back = replace(a_ticket(Request.INQUIRY, reference="HN-3"), answered_at=NOW, returned=True)
    engine.cases.save([a_called_case(ticket, late, back, state=CaseState.DISMISSED)])
    page = duty.get("/reports?period=day&day=2026-11-23").text
    sums = cells(duty.get("/stats?from=2026-11-23&to=2026-11-23").text, "咨询")
    told = cells(page, "咨询")
    assert told == {
        "收到": "3", "按期答复": "0", "逾期答复": "0", "逾期未答复": "1", "待答复": "1", "已退回": "1", "录入时已逾期": "0",
        "延过期": "0",
    }  # fmt: skip
    assert {name: sums[name] for name in told if name != "收到"} == {
        name: count for name, count in told.items() if name != "收到"
    }
    assert (sums["应答复"], sums["还没有答复"]) == ("3", "2")
    said = "待答复的工单2件，涉及1件事，其中已逾期1件"
    assert said in page and "待答复工单 2 件" in page
    paper = text_of(duty.get("/reports/day.docx?day=2026-11-23").content)
    assert "｜".join(["咨询（法定）", *told.values()]) in paper and said in paper
    assert (
        "工单"
        not in duty.get("/reports?period=day&day=2026-11-20").text.split("全部事件中")[0].split("<main")[1]
    )
