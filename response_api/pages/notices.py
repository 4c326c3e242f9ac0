"""通知记录: every notice of the matters in view, newest matters first, a page of matters at a time."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from huiying.clock import SHANGHAI
from huiying.contracts import LIVE_STATES
from huiying.errors import CaseNotFound
from huiying.ports import CaseQuery, Order
from response_api.guard import Reader, TheHouse, posted, text_of
from response_api.notice_log import Wanted, asked_of, lines
from response_api.pages.frame import page
from response_api.sight import Glimpse, glimpse, sight_of
from triage.each import acknowledged
from triage.saving import amend

router = APIRouter()

MATTERS, MOST_ASKED = 20, 200
WANTED = {
    Wanted.FAILED: "没有送到",
    Wanted.OWED: "还没发出",
    Wanted.UNSEEN: "送出未阅",
    Wanted.UNTOLD: "未单独通知、不再提醒",
}


@router.get("/notices")
def notices(request: Request, house: TheHouse, person: Reader) -> HTMLResponse:
    asked = request.query_params.get("wanted", "")
    wanted = Wanted(asked) if asked in set(Wanted) else None
    unit = request.query_params.get("unit", "")[:80]
    after = request.query_params.get("after", "")[:200]
    sight, now = sight_of(person, house.names), house.clock.now()
    units = house.names.units_on(now.astimezone(SHANGHAI).date())
    leads = house.names.subtree(unit) if unit in {one.id for one in units} else frozenset()
    found = house.engine.cases.search(
        CaseQuery(parties=sight.parties, leads=leads, order=Order.ACTIVE, limit=MATTERS, after=after)
    )
    asking = CaseQuery(states=LIVE_STATES, parties=sight.parties, order=Order.ACTIVE, limit=MOST_ASKED)
    kept = {"wanted": asked, "unit": unit}
    query = {name: value for name, value in kept.items() if value}
    context = {
        "rows": lines(found.cases, sight, house.names, house.accounts.names(), now, wanted),
        "asked": asked_of(house.engine.cases.search(asking).cases, person.login, sight, now),
        "matters": len(found.cases),
        "wanted": asked,
        "wanted_choices": [(one.value, name) for one, name in WANTED.items()],
        "unit": unit,
        "unit_choices": [(one.id, one.name) for one in units],
        "next": urlencode({**query, "after": found.next}) if found.next else "",
        "first": urlencode(query),
        "later": bool(after),
    }
    return page(request, "notices.html", context, person=person)


@router.post("/notices/seen")
def seen(house: TheHouse, person: Reader, sent: Annotated[FormData, Depends(posted)]) -> Response:
    """已阅 by one of those who have to acknowledge a notice for themselves."""
    case_id, notice = text_of(sent, "case")[:80], text_of(sent, "notice")[:80]
    try:
        case = house.engine.cases.get(case_id)
    except CaseNotFound:
        raise HTTPException(404) from None
    if glimpse(case, sight_of(person, house.names)) is Glimpse.NOTHING:
        raise HTTPException(404)
    amend(
        house.engine.cases,
        case.id,
        partial(acknowledged, notice_id=notice, login=person.login, now=house.clock.now()),
    )
    return RedirectResponse("/notices", status_code=303)
