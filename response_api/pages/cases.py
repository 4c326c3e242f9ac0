"""The list of all cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData, QueryParams

from huiying.contracts import CaseState
from huiying.ports import CasePage, CaseQuery, Dimension, Order
from response_api.auth import Person
from response_api.bulk import Outcome
from response_api.bulk_bar import bulk_bar
from response_api.case_list import case_row
from response_api.facts import soon
from response_api.filters import CaseFilter, Due, from_query, wrong_days
from response_api.guard import Reader, TheHouse
from response_api.house import House
from response_api.pages.board import choices
from response_api.pages.frame import page
from response_api.sight import Sight, sight_of
from response_api.suggested import audiences

router = APIRouter()

ON_A_PAGE = 40
ORDERS = {Order.ACTIVE: "最近有动静", Order.NEXT_DUE: "最先到时", Order.NEWEST: "最近建档"}
DUES = {Due.OVER: "已超时", Due.SOON: "1 小时内到时"}


@router.get("/cases")
def all_cases(request: Request, house: TheHouse, person: Reader) -> HTMLResponse:
    return show_list(request, house, person, request.query_params)


def show_list(
    request: Request,
    house: House,
    person: Person,
    params: QueryParams,
    *,
    tried: Outcome | None = None,
    sent: FormData | None = None,
    status: int = 200,
) -> HTMLResponse:
    """A view of the list; ``tried``: what was done of what was ticked, and what was not, with what was typed."""
    wanted, sight, now = from_query(params), sight_of(person, house.names), house.clock.now()
    asked = params.get("order", "")
    order = Order(asked) if asked in set(Order) else Order.ACTIVE
    if wanted.due is Due.SOON:
        order = Order.NEXT_DUE
    after = params.get("after", "")[:200]
    found = _found(house, wanted, order, after, now, sight)
    rows = found.cases
    alike, ahead = audiences(house.engine.cases, rows), wanted.due is Due.SOON
    context = {
        "fault": wrong_days(params),
        "rows": [
            case_row(case, house.names, now, sight=sight, ahead=ahead, alike=alike.get(case.id, ()))
            for case in rows
        ],
        "total": found.total,
        "wanted": wanted,
        "order": order,
        "order_choices": [(value.value, name) for value, name in ORDERS.items()],
        "due_choices": [(due.value, name) for due, name in DUES.items()],
        "next": wanted.text(order=order, after=found.next) if found.next else "",
        "first": wanted.text(order=order) if after else "",
        **_choices(house, wanted, sight),
        **bulk_bar(house, person, rows, sight, params, tried, sent),
    }
    return page(request, "cases.html", context, person=person, status=status)


def _found(
    house: House, wanted: CaseFilter, order: Order, after: str, now: datetime, sight: Sight
) -> CasePage:
    cases = house.engine.cases
    if wanted.due is Due.SOON:  # few by nature: all on one page
        due = soon(cases, wanted, now, sight)
        return CasePage(cases=due, total=len(due))
    open_only = wanted.due is Due.OVER
    query = wanted.query(open_only=open_only, now=now, order=order, limit=ON_A_PAGE, after=after, sight=sight)
    return cases.search(query)


def _choices(house: House, wanted: CaseFilter, sight: Sight) -> Mapping[str, Any]:
    everything = CaseQuery(states=frozenset(CaseState), parties=sight.parties, open_to=sight.open_to)
    cities = house.engine.cases.tally(everything, by=Dimension.CITY)
    leads = house.engine.cases.tally(everything, by=Dimension.LEAD)
    return choices(house, tuple(sorted(filter(None, cities))), tuple(sorted(leads)), wanted, open_only=False)
