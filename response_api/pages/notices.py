"""通知记录: every notice of the matters in view, newest matters first, a page of matters at a time."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from huiying.clock import SHANGHAI
from huiying.ports import CaseQuery, Order
from response_api.guard import Reader, TheHouse
from response_api.notice_log import Wanted, lines
from response_api.pages.frame import page
from response_api.sight import sight_of

router = APIRouter()

MATTERS = 60
WANTED = {
    Wanted.FAILED: "没有送到",
    Wanted.OWED: "还没发出",
    Wanted.UNSEEN: "送出未阅",
    Wanted.UNTOLD: "未单独通知",
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
    kept = {"wanted": asked, "unit": unit}
    query = {name: value for name, value in kept.items() if value}
    context = {
        "rows": lines(found.cases, sight, house.names, house.accounts.names(), now, wanted),
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
