"""The page behind a one-time link, for leaders on the way: no account, one press of a button.

Mail gateways fetch links, so that opening the address uses up nothing: pressing the button does.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from huiying.contracts import Case, Receipt
from huiying.errors import CaseNotFound
from response_api.guard import TheHouse, form_token, posted
from response_api.house import House
from response_api.notice_page import notice_view
from response_api.pages.frame import page
from response_api.pages.login import over_tls
from response_api.single_use import COOKIE, STAYS, SingleUse
from triage.links import Links
from triage.receipts import find, seen_by_link
from triage.saving import amend, whole

router = APIRouter()

PATH = "/n/{case_id}/{notice_id}/{token}"


@router.get(PATH)
def door(request: Request, case_id: str, notice_id: str, token: str, house: TheHouse) -> Response:
    case, receipt = _found(house, case_id, notice_id, token)
    once = SingleUse(house.engine.register, house.key)
    if once.used(receipt.mark) is None:
        return page(request, "notice_door.html")
    if not once.lets_in(request.cookies.get(COOKIE, ""), receipt.mark, house.clock.now()):
        return _used_up(request)
    matter = whole(house.engine.cases, case.id)
    return page(
        request, "notice.html", {"notice": notice_view(matter, receipt, house.names, house.clock.now())}
    )


@router.post(PATH)
def open_notice(
    request: Request,
    case_id: str,
    notice_id: str,
    token: str,
    house: TheHouse,
    _: Annotated[FormData, Depends(posted)],
) -> Response:
    case, receipt = _found(house, case_id, notice_id, token)
    once, now = SingleUse(house.engine.register, house.key), house.clock.now()
    use = once.use(receipt.mark, browser=form_token(request), now=now)
    if use is None:
        return _used_up(request)
    amend(house.engine.cases, case.id, partial(seen_by_link, receipt=receipt, now=now))
    answer = RedirectResponse(request.url.path, status_code=303)
    answer.set_cookie(
        COOKIE,
        once.pass_for(receipt.mark, use),
        max_age=int(STAYS.total_seconds()),
        path=request.url.path,
        httponly=True,
        samesite="lax",
        secure=over_tls(house),
    )
    return answer


def _found(house: House, case_id: str, notice_id: str, token: str) -> tuple[Case, Receipt]:
    """The case that has the receipt, and the receipt; also where people have merged the case meanwhile."""
    links = Links(key=house.key, base=house.settings.address)
    try:
        case = house.engine.cases.get(case_id)
        for holder in (case, whole(house.engine.cases, case_id)):
            if receipt := find(holder, notice_id, token, links):
                return holder, receipt
    except CaseNotFound:
        pass
    raise HTTPException(404)


def _used_up(request: Request) -> Response:
    return page(request, "notice_used.html", status=410)
