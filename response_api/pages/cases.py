"""Every case, and one case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from huiying.contracts import CaseState
from huiying.errors import CaseNotFound
from huiying.ports import CasePage, CaseQuery, Dimension, LineQuery, Order
from response_api.auth import Person
from response_api.case_list import case_row
from response_api.case_page import case_view
from response_api.facts import soon
from response_api.filters import CaseFilter, Due, from_query
from response_api.guard import TheHouse, signed_in
from response_api.house import House
from response_api.pages.board import choices
from response_api.pages.frame import page, problem
from response_api.sight import SEALED, is_sealed, sees_all

router = APIRouter()

ON_A_PAGE = 40
POSTS_ON_A_PAGE = 60
ORDERS = {Order.ACTIVE: "最近有动静", Order.NEXT_DUE: "最先到时", Order.NEWEST: "最近建档"}
DUES = {Due.OVER: "已超时", Due.SOON: "1 小时内到时"}
REFUSED = (
    "这件事走保密通道或纪检通道，只有值班长和领导可以查看。您的角色是{role}，需要了解时请直接联系值班长。"
)


@router.get("/cases")
def all_cases(
    request: Request, house: TheHouse, person: Annotated[Person, Depends(signed_in())]
) -> HTMLResponse:
    wanted, sees, now = from_query(request.query_params), sees_all(person), house.clock.now()
    asked = request.query_params.get("order", "")
    order = Order(asked) if asked in set(Order) else Order.ACTIVE
    if wanted.due is Due.SOON:
        order = Order.NEXT_DUE
    after = request.query_params.get("after", "")[:200]
    found = _found(house, wanted, order, after, now)
    # Whoever may not read a title must not find out its words by asking for them.
    shown = [case for case in found.cases if not (wanted.words and is_sealed(case, sees))]
    context = {
        "rows": [case_row(case, house.names, now, sees=sees, ahead=wanted.due is Due.SOON) for case in shown],
        "total": found.total if sees or not wanted.words else None,
        "wanted": wanted,
        "order": order,
        "order_choices": [(value.value, name) for value, name in ORDERS.items()],
        "due_choices": [(due.value, name) for due, name in DUES.items()],
        "next": wanted.text(order=order, after=found.next) if found.next else "",
        "first": wanted.text(order=order) if after else "",
        **_choices(house, wanted),
    }
    return page(request, "cases.html", context, person=person)


def _found(house: House, wanted: CaseFilter, order: Order, after: str, now: datetime) -> CasePage:
    cases = house.engine.cases
    if wanted.due is Due.SOON:  # few by nature: all on one page
        due = soon(cases, wanted, now)
        return CasePage(cases=due, total=len(due))
    open_only = wanted.due is Due.OVER
    return cases.search(wanted.query(open_only=open_only, now=now, order=order, limit=ON_A_PAGE, after=after))


def _choices(house: House, wanted: CaseFilter) -> Mapping[str, Any]:
    everything = CaseQuery(states=frozenset(CaseState))
    cities = house.engine.cases.tally(everything, by=Dimension.CITY)
    leads = house.engine.cases.tally(everything, by=Dimension.LEAD)
    return choices(house, tuple(sorted(filter(None, cities))), tuple(sorted(leads)), wanted, open_only=False)


@router.get("/cases/{case_id}")
def one_case(
    request: Request, case_id: str, house: TheHouse, person: Annotated[Person, Depends(signed_in())]
) -> HTMLResponse:
    try:
        case = house.engine.cases.get(case_id)
    except CaseNotFound:
        return problem(
            request,
            404,
            "没有这个事件",
            "它可能还没有建档，或地址抄错了。可以在“全部事件”里按关键词查找。",
            person,
        )
    if is_sealed(case, sees_all(person)):
        return problem(request, 403, SEALED, REFUSED.format(role=person.role_name), person)
    after = request.query_params.get("posts", "")[:200]
    found = house.engine.archive.search(
        LineQuery(cases=frozenset({case.id, *case.merged_from}), limit=POSTS_ON_A_PAGE, after=after)
    )
    context = {
        "case": case_view(case, found.lines, house.names, house.clock.now()),
        "more_posts": found.next,
        "later_page": bool(after),
    }
    return page(request, "case.html", context, person=person)
