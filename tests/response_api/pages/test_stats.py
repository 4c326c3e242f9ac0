"""统计与考核, as people of the office open it; and the same as a workbook."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from huiying.contracts import Authority, Case, CaseState, ClockKind, ClockState, EventKind, Origin, Role
from huiying.ports import Engine
from tests.factories import NOW, a_case, a_clock, a_route, a_rule, an_answered_case, tell
from tests.response_api.conftest import Visitor, submit
from triage.ending import BOOKED
from triage.record import note
from triage.texts import Texts

LATE = a_clock(
    rule=a_rule(kind=ClockKind.RESPONSE, name="回应", authority=Authority.STATUTORY),
    started_at=NOW - timedelta(hours=9),
    due_at=NOW - timedelta(hours=7),
    state=ClockState.MET,
    met_at=NOW - timedelta(hours=1),
)


def closed(title: str = "人防车位只租不售", **changes: object) -> Case:
    case = an_answered_case(title=title, clocks=(LATE,))
    return replace(case, state=CaseState.CLOSED, closed_at=NOW, **changes)  # type: ignore[arg-type]


def workbook(client: TestClient, query: str = "") -> dict[str, list[tuple[object, ...]]]:
    answer = client.get(f"/stats.xlsx{query}")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_each_figure_opens_to_its_cases(visitor: Visitor, engine: Engine) -> None:
    case = tell(engine, closed())
    tell(engine, a_case(title="别的事", detected_at=NOW - timedelta(hours=1)))
    page = visitor(Role.LEADER).get("/stats")
    assert page.status_code == 200
    links = re.findall(r'href="(/stats\?[^"]*show=clock%3Astatutory%3Aresponse%3Amissed[^"]*)"', page.text)
    assert links
    shown = visitor(Role.LEADER).get(links[0].replace("&amp;", "&").partition("#")[0])
    assert "回应（法定）逾期" in shown.text
    listed = shown.text.partition('id="shown"')[2].partition("</section>")[0]
    assert f"/cases/{case.id}#score" in listed
    assert "别的事" not in listed


def test_what_a_statement_lacks_is_remembered_from_one_look_at_the_page_to_the_next(
    visitor: Visitor, engine: Engine
) -> None:
    case, leader = tell(engine, closed()), visitor(Role.LEADER)
    first = workbook(leader)
    Texts(engine.register).forget_body(case.statements[0].sha256)
    assert workbook(leader) == first


def test_a_figure_that_nobody_knows_shows_nothing_more(visitor: Visitor) -> None:
    page = visitor(Role.DUTY).get("/stats?show=clock:x:y:z")
    assert page.status_code == 200
    assert 'id="shown"' not in page.text


def test_a_wrong_day_is_said_and_this_month_shown(visitor: Visitor) -> None:
    page = visitor(Role.DUTY).get("/stats?from=2026-13-40")
    assert "起止日期要写成 2026-11-01 这样" in page.text
    assert 'value="2026-11-01"' in page.text


def test_a_unit_sees_its_own_part_and_nothing_of_others(visitor: Visitor, engine: Engine) -> None:
    tell(engine, closed("郑州的事"))
    tell(engine, closed("洛阳的事", route=a_route(lead="luoyang")))
    theirs = visitor(Role.CHECKER, "luoyang").get("/stats?show=all").text
    assert "洛阳的事" in theirs
    assert "郑州的事" not in theirs
    assert '<option value="zhengzhou"' not in theirs
    assert [row[4] for row in workbook(visitor(Role.CHECKER, "luoyang"))["台账"][1:]] == ["洛阳的事"]
    asked = visitor(Role.CHECKER, "luoyang").get("/stats?show=all&unit=zhengzhou").text
    assert "郑州的事" not in asked


def test_what_came_back_is_told_so_once_it_is_answered_anew_too(visitor: Visitor, engine: Engine) -> None:
    again = note(closed(), EventKind.REBOUND, NOW, "system:triage", "出现反弹")
    assert again.aftermath is None or again.aftermath.rebound_at is None
    tell(engine, again)
    head, row = workbook(visitor(Role.LEADER))["台账"]
    assert dict(zip(head, row, strict=True))["反弹"] == "是"


def test_what_was_over_before_it_was_found_has_a_column_of_its_own(visitor: Visitor, engine: Engine) -> None:
    found_late = replace(LATE, working=(f"起算时已逾期（已过 12小时）：{BOOKED}",))
    tell(engine, closed("发现时就晚了", clocks=(found_late,)))
    client = visitor(Role.LEADER)
    page = client.get("/stats").text
    assert 'data-name="法定逾期"><span class="num none">0</span>' in page
    (link,) = re.findall(r'data-name="计入发现和定级"><a href="([^"#]*)', page)
    shown = client.get(link.replace("&amp;", "&")).text
    assert "法定时限逾期计入发现和定级" in shown
    assert "发现时就晚了" in shown.partition('id="shown"')[2].partition("</section>")[0]
    head, row = workbook(client)["单位"]
    unit = dict(zip(head, row, strict=True))
    assert (unit["法定逾期"], unit["计入发现和定级"], unit["按时率"]) == (0, 1, "—")


def test_a_restricted_matter_is_counted_and_not_named(visitor: Visitor, engine: Engine) -> None:
    tell(engine, closed("谁收了钱", route=a_route(restricted=True)))
    client = visitor(Role.MONITOR)
    page = client.get("/stats?show=all").text
    assert "谁收了钱" not in page
    assert "限制知悉事件" in page
    (row,) = workbook(client)["台账"][1:]
    assert (row[4], row[5], row[6]) == ("限制知悉事件", None, None)


def test_no_row_of_a_unit_tells_that_it_has_a_restricted_matter(visitor: Visitor, engine: Engine) -> None:
    tell(engine, closed("谁收了钱", route=a_route(lead="luoyang", restricted=True)))
    client = visitor(Role.MONITOR)
    page = client.get("/stats").text
    assert "另有限制知悉事件 1 件，不分单位列" in page
    assert (
        "show=unit%3Aluoyang" not in page and "show=unit%3Aluoyang" in visitor(Role.DUTY).get("/stats").text
    )
    asked = client.get("/stats?unit=luoyang&show=all").text
    assert "限制知悉事件" not in asked.split("<main")[1]
    sheets = workbook(visitor(Role.DUTY))
    assert sheets["单位"][1][0] == "另有限制知悉事件 1 件，不分单位列", "a workbook goes round"


@pytest.mark.parametrize("role", [Role.DUTY, Role.LEADER])
def test_a_workbook_names_no_restricted_matter_whoever_asks(
    visitor: Visitor, engine: Engine, role: Role
) -> None:
    tell(engine, closed("谁收了钱", route=a_route(restricted=True)))
    client = visitor(role)
    assert "谁收了钱" in client.get("/stats?show=all").text
    sheets = workbook(client)
    assert [sheets["台账"][1][4], sheets["评分"][1][1]] == ["限制知悉事件"] * 2
    assert "谁收了钱" not in str(sheets)


def test_the_workbook_has_sums_clocks_units_ledger_and_scores(visitor: Visitor, engine: Engine) -> None:
    case = tell(engine, closed())
    answer = visitor(Role.LEADER).get("/stats.xlsx?from=2026-11-01&to=2026-11-30")
    assert "stats-20261123.xlsx" in answer.headers["content-disposition"]
    sheets = workbook(visitor(Role.LEADER))
    assert list(sheets) == ["汇总", "时限", "工单", "单位", "台账", "评分"]
    assert sheets["时限"][1][:6] == ("回应", "法定", 0, 1, 0, 0)
    ledger = dict(zip(*sheets["台账"][:2], strict=True))
    assert ledger["编号"] == case.id[:12]
    assert ledger["时限"] == "1 项时限：逾期 1"
    assert ledger["得分"] == "57–79"
    assert "签发人职级" in str(sheets["评分"][1][-1])


def test_what_looks_like_a_formula_is_text(visitor: Visitor, engine: Engine) -> None:
    tell(engine, closed('=HYPERLINK("http://x")'))
    tell(engine, closed("坏\x0b字"))
    answer = visitor(Role.LEADER).get("/stats.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    titles = {str(cell.value): cell.data_type for cell in book["台账"]["E"][1:]}
    assert titles == {'=HYPERLINK("http://x")': "s", "坏字": "s"}


def test_what_came_from_an_old_export_or_before_the_period_counts_for_nothing(
    visitor: Visitor, engine: Engine
) -> None:
    tell(engine, closed("去年的事", detected_at=NOW - timedelta(days=400)))
    tell(engine, closed("旧档里的事", origin=Origin.BACKFILL))
    tell(engine, closed("眼下的事"))
    page = visitor(Role.LEADER).get("/stats?show=all").text
    assert [title in page for title in ("去年的事", "旧档里的事", "眼下的事")] == [False, False, True]
    assert "去年的事" in visitor(Role.LEADER).get("/stats?show=all&from=2025-10-01&to=2025-11-01").text


@pytest.mark.parametrize("path", ["/stats", "/stats.xlsx"])
def test_an_office_without_matters_has_a_page_all_the_same(visitor: Visitor, path: str) -> None:
    assert visitor(Role.MONITOR).get(path).status_code == 200


def test_a_closed_matter_is_evaluated_on_its_page_and_its_score_is_settled(
    visitor: Visitor, engine: Engine
) -> None:
    case = tell(engine, closed())
    checker = visitor(Role.CHECKER)
    page = checker.get(f"/cases/{case.id}").text
    assert 'id="score"' in page
    assert "待评估时填写" in page
    wrong = submit(
        checker,
        f"/cases/{case.id}",
        to=f"/cases/{case.id}/acts/evaluate",
        seen=len(case.events),
        **{"channels.weibo": "on", "flags.criticised": "on", "in_place": "yes", "note": ""},
    )
    assert wrong.status_code == 422
    assert "请写明依据" in wrong.text
    assert re.search(r'name="channels\.weibo" value="on" checked', wrong.text), "what was ticked stays ticked"
    done = submit(
        checker,
        f"/cases/{case.id}",
        to=f"/cases/{case.id}/acts/evaluate",
        seen=len(case.events),
        **{"channels.weibo": "on", "in_place": "yes", "note": "核对过截图"},
    )
    assert done.status_code == 303, done.text
    found = engine.cases.get(case.id).evaluation
    assert found is not None
    assert (found.channels, found.in_place, found.flags) == (("weibo",), True, ())
    after = checker.get(f"/cases/{case.id}").text
    assert "微博" in after.partition('id="score"')[2].partition("</section>")[0]
    assert "核对过截图" in after


def test_neither_yes_nor_no_is_asked_for_again(visitor: Visitor, engine: Engine) -> None:
    case = tell(engine, closed())
    sent = submit(
        visitor(Role.CHECKER),
        f"/cases/{case.id}",
        to=f"/cases/{case.id}/acts/evaluate",
        seen=len(case.events),
    )
    assert sent.status_code == 422
    assert "请选择是或否" in sent.text


def test_the_score_needs_an_answer_first(visitor: Visitor, engine: Engine) -> None:
    case = tell(engine, a_case())
    assert 'id="score"' not in visitor(Role.LEADER).get(f"/cases/{case.id}").text
