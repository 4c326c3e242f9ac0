"""The page behind a one-time link, for leaders on the way and those on duty without an account: one press of a button.

Where somebody of the roster is reached, the button is 收到 and says who presses it: it confirms this notice and stops no clock.

Mail gateways fetch links, so that opening the address uses up nothing: pressing the button does.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from huiying.contracts import Case, Receipt
from huiying.errors import CaseNotFound
from response_api.guard import TheHouse, form_token, posted, text_of
from response_api.house import House
from response_api.notice_page import notice_view, taken
from response_api.pages.entrance import over_tls
from response_api.pages.frame import page
from response_api.single_use import COOKIE, STAYS, SingleUse
from triage.each import confirmed_by_link
from triage.links import Links
from triage.receipts import find, seen_by_link
from triage.saving import amend, whole

router = APIRouter()

PATH = "/n/{case_id}/{notice_id}/{token}"


@router.get(PATH)
def door(request: Request, case_id: str, notice_id: str, token: str, house: TheHouse) -> Response:
    case, receipt = _found(house, case_id, notice_id, token)
    now = house.clock.now()
    if _has_been_in(request, house, receipt):
        matter = whole(house.engine.cases, case.id)
        view = notice_view(matter, receipt, house.names, now)
        told = {"notice": view, "taken": taken(case, receipt, now), "persons": _others(house, receipt)}
        return page(request, "notice.html", told)
    if _left(house, receipt):
        return page(request, "notice_door.html", {"persons": _others(house, receipt), "fault": ""})
    return _used_up(request, receipt)


@router.post(PATH)
def open_notice(
    request: Request,
    case_id: str,
    notice_id: str,
    token: str,
    house: TheHouse,
    sent: Annotated[FormData, Depends(posted)],
) -> Response:
    """``who``: which of those whom it reaches without an account; a leader's link asks for nobody."""
    case, receipt = _found(house, case_id, notice_id, token)
    once, now = SingleUse(house.engine.register, house.key), house.clock.now()
    person = text_of(sent, "who")[:200]
    if receipt.persons and person not in receipt.persons:
        left = _left(house, receipt)
        told = {"persons": left, "fault": "请点您自己名字的那一个“收到”"}
        return page(request, "notice_door.html", told, status=422) if left else _used_up(request, receipt)
    use = once.use(_use_of(receipt, person), browser=form_token(request), now=now)
    if use is None:
        return _used_up(request, receipt)
    if receipt.persons:
        change = partial(confirmed_by_link, receipt=receipt, person=person, now=now)
    else:
        change = partial(seen_by_link, receipt=receipt, now=now)
    amend(house.engine.cases, case.id, change)
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


def _use_of(receipt: Receipt, person: str) -> str:
    """The name of one use: everybody who is reached at one address presses for themselves."""
    if len(receipt.persons) < 2:
        return receipt.mark
    return hashlib.sha256(f"{receipt.mark}\0{person}".encode()).hexdigest()


def _left(house: House, receipt: Receipt) -> tuple[str, ...]:
    """Who may still press; of a leader's link, one without a name."""
    once = SingleUse(house.engine.register, house.key)
    return tuple(person for person in receipt.persons or ("",) if once.used(_use_of(receipt, person)) is None)


def _others(house: House, receipt: Receipt) -> tuple[str, ...]:
    """Who is reached at the same address and has not pressed yet: they may sit at the same machine."""
    return _left(house, receipt) if receipt.persons else ()


def _has_been_in(request: Request, house: House, receipt: Receipt) -> bool:
    once = SingleUse(house.engine.register, house.key)
    opened = len(_left(house, receipt)) < max(1, len(receipt.persons))
    return opened and once.lets_in(request.cookies.get(COOKIE, ""), receipt.mark, house.clock.now())


def _used_up(request: Request, receipt: Receipt) -> Response:
    return page(request, "notice_used.html", {"confirmed": bool(receipt.persons)}, status=410)
