"""Every case, and one case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from huiying.contracts import Case, CaseState
from huiying.errors import CaseNotFound
from huiying.ports import CasePage, CaseQuery, Dimension, LineQuery, Order
from response_api.auth import Person
from response_api.case_list import case_row
from response_api.case_page import case_view
from response_api.facts import soon
from response_api.filters import CaseFilter, Due, from_query
from response_api.guard import Reader, TheHouse
from response_api.house import House
from response_api.pages.board import choices
from response_api.pages.frame import page, problem
from response_api.sight import SEALED, Glimpse, Sight, glimpse, is_sealed, sight_of

router = APIRouter()

ON_A_PAGE = 40
POSTS_ON_A_PAGE = 60
ORDERS = {Order.ACTIVE: "最近有动静", Order.NEXT_DUE: "最先到时", Order.NEWEST: "最近建档"}
DUES = {Due.OVER: "已超时", Due.SOON: "1 小时内到时"}
REFUSED = (
    "这件事走保密通道或纪检通道，只有省级值班长和领导、承办它的单位的经办人可以查看。"
    "您的角色是{role}，需要了解时请直接联系值班长。"
)


@router.get("/cases")
def all_cases(request: Request, house: TheHouse, person: Reader) -> HTMLResponse:
    wanted, sight, now = from_query(request.query_params), sight_of(person, house.names), house.clock.now()
    asked = request.query_params.get("order", "")
    order = Order(asked) if asked in set(Order) else Order.ACTIVE
    if wanted.due is Due.SOON:
        order = Order.NEXT_DUE
    after = request.query_params.get("after", "")[:200]
    found = _found(house, wanted, order, after, now, sight)
    # Whoever may not read a title must not find out its words by asking for them.
    shown = [case for case in found.cases if not (wanted.words and is_sealed(case, sight))]
    context = {
        "rows": [
            case_row(case, house.names, now, sight=sight, ahead=wanted.due is Due.SOON) for case in shown
        ],
        "total": found.total if sight.restricted or not wanted.words else None,
        "wanted": wanted,
        "order": order,
        "order_choices": [(value.value, name) for value, name in ORDERS.items()],
        "due_choices": [(due.value, name) for due, name in DUES.items()],
        "next": wanted.text(order=order, after=found.next) if found.next else "",
        "first": wanted.text(order=order) if after else "",
        **_choices(house, wanted, sight),
    }
    return page(request, "cases.html", context, person=person)


def _found(
    house: House, wanted: CaseFilter, order: Order, after: str, now: datetime, sight: Sight
) -> CasePage:
    cases = house.engine.cases
    if wanted.due is Due.SOON:  # few by nature: all on one page
        due = soon(cases, wanted, now, sight.parties)
        return CasePage(cases=due, total=len(due))
    open_only = wanted.due is Due.OVER
    query = wanted.query(
        open_only=open_only, now=now, order=order, limit=ON_A_PAGE, after=after, parties=sight.parties
    )
    return cases.search(query)


def _choices(house: House, wanted: CaseFilter, sight: Sight) -> Mapping[str, Any]:
    everything = CaseQuery(states=frozenset(CaseState), parties=sight.parties)
    cities = house.engine.cases.tally(everything, by=Dimension.CITY)
    leads = house.engine.cases.tally(everything, by=Dimension.LEAD)
    return choices(house, tuple(sorted(filter(None, cities))), tuple(sorted(leads)), wanted, open_only=False)


@router.get("/cases/{case_id}")
def one_case(request: Request, case_id: str, house: TheHouse, person: Reader) -> HTMLResponse:
    seen = glimpse_of(house, case_id, person)
    if isinstance(seen, Glimpse):
        return unseen(request, seen, person)
    case = seen
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


def glimpse_of(house: House, case_id: str, person: Person) -> Case | Glimpse:
    """The case, where this person may read it; else what they get instead: one out of view is as good as none."""
    try:
        case = house.engine.cases.get(case_id)
    except CaseNotFound:
        return Glimpse.NOTHING
    seen = glimpse(case, sight_of(person, house.names))
    return case if seen is Glimpse.OPEN else seen


def unseen(request: Request, seen: Glimpse, person: Person) -> HTMLResponse:
    """The page for whoever may not read a case."""
    if seen is Glimpse.SEALED:
        return problem(request, 403, SEALED, REFUSED.format(role=person.role_name), person)
    return problem(
        request,
        404,
        "没有这个事件",
        "它可能还没有建档，或地址抄错了。可以在“全部事件”里按关键词查找。",
        person,
    )
