"""Every case, and one case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from huiying.contracts import CaseState
from huiying.errors import CaseNotFound
from huiying.ports import CaseQuery, Dimension, LineQuery, Order
from response_api.auth import Person
from response_api.case_list import case_row
from response_api.case_page import case_view
from response_api.filters import from_query
from response_api.guard import TheHouse, signed_in
from response_api.pages.board import choices
from response_api.pages.frame import page, problem

router = APIRouter()

ON_A_PAGE = 40
POSTS_ON_A_PAGE = 60
ORDERS = {Order.ACTIVE: "最近有动静", Order.NEXT_DUE: "最先到时", Order.NEWEST: "最近建档"}


@router.get("/cases")
def all_cases(
    request: Request, house: TheHouse, person: Annotated[Person, Depends(signed_in())]
) -> HTMLResponse:
    wanted = from_query(request.query_params)
    asked = request.query_params.get("order", "")
    order = Order(asked) if asked in set(Order) else Order.ACTIVE
    after = request.query_params.get("after", "")[:200]
    cases = house.engine.cases
    found = cases.search(wanted.query(open_only=False, order=order, limit=ON_A_PAGE, after=after))
    everywhere = cases.tally(CaseQuery(states=frozenset(CaseState)), by=Dimension.CITY)
    context = {
        "rows": [case_row(case, house.names, house.clock.now()) for case in found.cases],
        "total": found.total,
        "wanted": wanted,
        "order": order,
        "order_choices": [(value.value, name) for value, name in ORDERS.items()],
        "next": wanted.text(order=order, after=found.next) if found.next else "",
        "first": wanted.text(order=order) if after else "",
        **choices(house, tuple(sorted(filter(None, everywhere))), wanted, open_only=False),
    }
    return page(request, "cases.html", context, person=person)


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
    after = request.query_params.get("posts", "")[:200]
    found = house.engine.archive.search(LineQuery(case_id=case.id, limit=POSTS_ON_A_PAGE, after=after))
    context = {
        "case": case_view(case, found.lines, house.names, house.clock.now()),
        "more_posts": found.next,
        "later_page": bool(after),
    }
    return page(request, "case.html", context, person=person)
