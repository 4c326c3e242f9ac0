"""工单 by forms alone: what callers are owed on the case page, in the inbox and in the sums; answered, returned, put off."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook

from huiying.contracts import Case, CaseState, EventKind, Request, Role, SortedBy, Ticket
from huiying.ports import Engine
from response_api.act_forms import every_of
from response_api.ticket_view import WENT, tickets_view
from tests.factories import NOW, a_body, a_case, a_route, an_answered_case, tell
from tests.response_api.conftest import Visitor
from tests.response_api.pages.test_acts import act
from tests.triage.test_tickets import a_ticket, at
from tests.triage.texts import policy
from triage.callers import owed
from triage.record import indexed
from triage.tickets import Went

THIRD: dict[str, Any] = {"tickets.post-HN-3": "on"}
LONG_OVER = at("2026-10-12 10:00")


def a_called_case(*tickets: Ticket, state: CaseState = CaseState.ASSESSED) -> Case:
    made = a_case(state=state, route=a_route(lead="zhengzhou"), tickets=tickets)
    return indexed(made, policy())


@pytest.fixture
def case(engine: Engine) -> Case:
    made = a_called_case(
        a_ticket(reference="HN-1"),
        a_ticket(Request.INQUIRY, reference="HN-2"),
        a_ticket(None, reference="HN-3"),
    )
    engine.cases.save([made])
    return made


def test_the_page_shows_each_ticket_with_its_kind_its_countdown_and_its_working(
    visitor: Visitor, case: Case
) -> None:
    page = visitor(Role.HANDLER, "zhengzhou").get(f"/cases/{case.id}").text
    assert "待答复 3 件，共 3 件" in page and "工单待答复 3 件" in page
    for told in ("HN-1", "热线投诉", "热线咨询", "工单上写明", "工单上没有写，按系统对内容的判断"):
        assert told in page
    assert "计入：11月24日、11月25日、11月26日" in page and "跳过：11月28日周六" in page
    assert "依据：河南省12345政务服务便民热线运行管理办法（待核）（法定）" in page
    assert page.index('id="t-post-HN-2"') < page.index('id="t-post-HN-1"'), "the most pressing first"
    assert all(
        f'id="act-{name}"' in page
        for name in ("answer_ticket", "return_ticket", "extend_ticket", "sort_ticket")
    )


def test_the_board_says_how_many_callers_wait_and_how_many_too_long(visitor: Visitor, engine: Engine) -> None:
    board = visitor(Role.DUTY)
    assert "工单待答复" not in board.get("/").text
    late = replace(a_ticket(reference="HN-9"), due_at=LONG_OVER)
    for made in (
        a_called_case(late, a_ticket(reference="HN-1")),
        a_called_case(late, state=CaseState.CLOSED),
    ):
        engine.cases.save([replace(made, id=f"{made.state}-with-callers")])
    told = " ".join(re.sub(r"<[^>]+>", "", board.get("/").text).split())
    assert "工单待答复 3 件逾期 2 件" in told
    assert "工单待答复" not in visitor(Role.HANDLER, "luoyang").get("/").text, "they are another unit's"


def test_several_are_answered_at_once_and_the_page_says_when_how_and_what(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    client = visitor(Role.HANDLER, "zhengzhou")
    ticks: dict[str, Any] = {f"tickets.post-HN-{number}": "on" for number in (1, 2)}
    done = act(
        client, case, "answer_ticket", at="2026-11-23T10:00", way="phone", said="已告知处理安排", **ticks
    )
    assert done.status_code == 303
    after = client.get(done.headers["location"]).text
    assert "已答复工单" in after and "待答复 1 件，共 3 件" in after
    assert "2026-11-23 10:00:00 答复（电话）" in after and "已告知处理安排" in after and "按期答复" in after
    held = engine.cases.get(case.id)
    assert [one.reference for one in owed(held)] == ["HN-3"] and held.clocks == case.clocks


def test_hundreds_are_ticked_and_answered_at_once(visitor: Visitor, engine: Engine) -> None:
    case = a_called_case(*(a_ticket(reference=f"HN-{number}") for number in range(400)))
    engine.cases.save([case])
    client = visitor(Role.HANDLER, "zhengzhou")
    ticks: dict[str, Any] = {f"tickets.post-HN-{number}": "on" for number in range(300)}
    done = act(
        client, case, "answer_ticket", at="2026-11-23T10:00", way="phone", said="已告知处理安排", **ticks
    )
    assert done.status_code == 303, done.text
    assert len(owed(engine.cases.get(case.id))) == 100


def test_all_that_the_page_showed_are_answered_and_none_that_came_since(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    client = visitor(Role.HANDLER, "zhengzhou")
    every: dict[str, Any] = {f"tickets.{every_of(owed(case))}": "on"}
    more = replace(case, revision=case.revision + 1, tickets=(*case.tickets, a_ticket(reference="HN-4")))
    engine.cases.save([more])
    said: dict[str, Any] = {"at": "2026-11-23T10:00", "way": "sms", "said": "已答复"}
    refused = act(client, case, "answer_ticket", **said, **every)
    assert (
        refused.status_code == 422 and "这一页有了变化，请重选" in refused.text and "已答复" in refused.text
    )
    now: dict[str, Any] = {f"tickets.{every_of(owed(more))}": "on"}
    assert act(client, case, "answer_ticket", **said, **now).status_code == 303
    assert owed(engine.cases.get(case.id)) == ()


def test_what_is_missing_is_said_and_what_was_typed_given_back(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    client = visitor(Role.HANDLER, "zhengzhou")
    tick: dict[str, Any] = {"tickets.post-HN-1": "on"}
    refused = act(client, case, "answer_ticket", at="明天", way="", said="打过电话13812345678", **tick)
    assert refused.status_code == 422
    for fault in ("时间看不懂", "请选择怎么答复的", "疑似手机号码"):
        assert fault in refused.text
    assert 'name="tickets.post-HN-1" value="on" checked' in refused.text
    empty = act(client, case, "answer_ticket", at="2026-11-23T10:00", way="phone", **tick)
    assert "请写明怎么答复的，或选一份已经发布的文稿" in empty.text
    assert engine.cases.get(case.id).tickets == case.tickets


def test_the_published_statement_may_be_what_the_caller_was_told_and_publishing_it_answers_nobody(
    visitor: Visitor, engine: Engine
) -> None:
    case = tell(
        engine,
        an_answered_case(route=a_route(lead="zhengzhou"), tickets=(a_ticket(reference="HN-1"),)),
        a_body(),
    )
    assert len(owed(case)) == 1
    client = visitor(Role.HANDLER, "zhengzhou")
    assert "内容就是已发布的文稿" in client.get(f"/cases/{case.id}").text
    sent: dict[str, Any] = {
        "tickets.post-HN-1": "on",
        "at": "2026-11-23T10:00",
        "way": "platform",
        "statement": "1",
    }
    after = client.get(act(client, case, "answer_ticket", **sent).headers["location"]).text
    assert "内容为第 1 号文稿" in after


def test_one_that_is_not_ours_goes_back_and_one_is_put_off_by_the_head(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    client = visitor(Role.CHECKER, "zhengzhou")
    sent: dict[str, Any] = {"tickets.post-HN-1": "on", "at": "2026-11-23T10:00", "reason": "归住建部门"}
    after = client.get(act(client, case, "return_ticket", **sent).headers["location"]).text
    assert "已退回工单" in after and "已退回" in after and "归住建部门" in after
    head = visitor(Role.LEADER, "zhengzhou")
    put = act(
        head,
        case,
        "extend_ticket",
        until="2026-12-11T17:00",
        reason="要现场勘查",
        **THIRD,
    )
    assert put.status_code == 303 and "已延期" in head.get(put.headers["location"]).text
    assert engine.cases.get(case.id).events[-1].kind is EventKind.TICKET_MOVED
    again = act(client, case, "sort_ticket", request="inquiry", **THIRD)
    assert again.status_code == 303
    held = next(one for one in engine.cases.get(case.id).tickets if one.reference == "HN-3")
    assert (held.request, held.sorted_by) == (Request.INQUIRY, SortedBy.PEOPLE)


def test_what_was_over_when_it_came_in_says_so(visitor: Visitor, engine: Engine) -> None:
    case = a_called_case(a_ticket(reference="HN-9", received=LONG_OVER))
    engine.cases.save([case])
    assert "录入时已逾期，待答复" in visitor(Role.HANDLER, "zhengzhou").get(f"/cases/{case.id}").text


def test_the_inbox_counts_down_to_the_next_ticket_also_where_the_matter_has_ended(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    ended = replace(
        a_called_case(
            a_ticket(Request.INQUIRY, reference="HN-5", received=LONG_OVER), state=CaseState.DISMISSED
        ),
        id="ended",
    )
    engine.cases.save([ended])
    for role, unit in ((Role.HANDLER, "zhengzhou"), (Role.DUTY, "henan"), (Role.CHECKER, "zhengzhou")):
        page = visitor(role, unit).get("/inbox").text
        tray = page[page.index("工单待答复") :]
        assert "2 件" in tray[:40]
        assert tray.index("/cases/ended#tickets") < tray.index(f"/cases/{case.id}#tickets"), "the later first"
        assert "工单 3 件" in tray and "工单 1 件" in tray and "data-due" in tray
    assert "工单待答复" not in visitor(Role.SIGNER, "zhengzhou").get("/inbox").text


def test_whose_callers_have_waited_longest_stands_first(visitor: Visitor, engine: Engine) -> None:
    received = {"aa": NOW, "bb": LONG_OVER, "cc": at("2026-11-24 10:00"), "dd": at("2026-10-19 10:00")}
    for name, moment in received.items():
        called = a_called_case(a_ticket(reference=name, received=moment), state=CaseState.CLOSED)
        engine.cases.save([replace(called, id=name)])
    page = visitor(Role.DUTY).get("/inbox").text
    places = [page.index(f"/cases/{name}#tickets") for name in ("bb", "dd", "aa", "cc")]
    assert places == sorted(places)


def test_the_sums_count_what_was_answered_in_time_what_late_and_what_is_open(
    visitor: Visitor, engine: Engine
) -> None:
    in_time = replace(a_ticket(reference="A"), answered_at=NOW)
    late = replace(a_ticket(reference="B"), answered_at=at("2026-12-08 09:00"))
    came_late = a_ticket(reference="C", received=LONG_OVER)
    asked = a_ticket(Request.INQUIRY, reference="D")
    candidate = replace(a_called_case(a_ticket(reference="E"), state=CaseState.WATCHING), id="candidate")
    case = a_called_case(in_time, late, came_late, asked)
    engine.cases.save([case, candidate])
    client = visitor(Role.DUTY)
    page = client.get("/stats?from=2026-11-01&to=2026-11-30").text
    panel = page[page.index("tickets-name") :]
    row = panel[panel.index("投诉") :][:2400]
    for name, count in (("应答复", 4), ("按期答复", 1), ("逾期答复", 1), ("待答复", 1), ("录入时已逾期", 1)):
        assert f'data-name="{name}"' in row
        cell = row[row.index(f'data-name="{name}"') :][:220]
        assert f">{count}<" in cell, name
    assert "50.0%（1/2）" in row
    shown = client.get("/stats?from=2026-11-01&to=2026-11-30&show=ticket:statutory:complaint:open").text
    assert "投诉工单（法定）待答复" in shown and "/cases/candidate" in shown
    book = load_workbook(io.BytesIO(client.get("/stats.xlsx?from=2026-11-01&to=2026-11-30").content))
    assert [cell.value for cell in book["工单"][2]][:4] == ["咨询", "法定", 1, 0]


def test_a_request_to_put_one_off_stands_on_the_leaders_page_with_its_last_day(
    visitor: Visitor, case: Case
) -> None:
    client = visitor(Role.HANDLER, "zhengzhou")
    asked = act(client, case, "extend_ticket", until="2026-12-11T17:00", reason="要现场勘查", **THIRD)
    assert "已提出请示：延期工单" in client.get(asked.headers["location"]).text
    page = visitor(Role.LEADER).get("/leader").text
    assert "工单 1 件延至 2026-12-11 23:59" in page and "要现场勘查" in page
    assert "投诉、举报工单答复（法定，河南省12345政务服务便民热线运行管理办法（待核））" in page


def test_what_only_a_caller_waits_for_is_handed_over_to_the_next_shift(
    visitor: Visitor, engine: Engine
) -> None:
    ended = a_called_case(a_ticket(reference="HN-7"), state=CaseState.DISMISSED)
    engine.cases.save([ended])
    page = visitor(Role.DUTY).get("/handover").text
    assert "只有工单待答复" in page and ended.title in page


def test_a_restricted_matter_shows_its_tickets_to_those_who_handle_it_alone(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    sealed = replace(case, revision=case.revision + 1, route=replace(case.route, restricted=True))
    engine.cases.save([sealed])
    assert "HN-1" in visitor(Role.HANDLER, "zhengzhou").get(f"/cases/{case.id}").text
    outside = visitor(Role.MONITOR)
    assert "HN-1" not in outside.get(f"/cases/{case.id}").text + outside.get("/inbox").text
    assert "HN-" not in visitor(Role.DUTY).get("/inbox").text, "a row names no ticket"


def test_many_fold_away_and_none_is_lost() -> None:
    case = a_case(tickets=tuple(a_ticket(reference=f"N{number:03d}") for number in range(40)))
    view = tickets_view(case, NOW, lambda _: None)
    assert view is not None and view.waiting == 40 and len(view.pressing) + len(view.rest) == 40
    assert tickets_view(a_case(), NOW, lambda _: None) is None
    assert set(Went) == set(WENT)
