"""A person's deadlines for their own calendar: an address without a password, which they make and take back themselves."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from huiying.contracts import Case
from huiying.ports import CaseQuery, Order
from response_api.auth import person_of
from response_api.deadlines import calendar
from response_api.guard import INSIDE, TheHouse
from response_api.house import House
from response_api.sight import Sight, sight_of
from response_api.subscriptions import Subscriptions

router = APIRouter()

PAGE = 200
MOST = 1000
"""Matters with a clock in one calendar, those that are due first, and as many with tickets."""


@router.get("/calendar/{token}.ics")
def deadlines(house: TheHouse, token: str) -> Response:
    """What the person may see at this moment; nothing once the account is disabled or the address taken back."""
    login = Subscriptions(house.engine.register).login_of(token[:200])
    account = house.accounts.find(login) if login else None
    person = person_of(account) if account and account.active else None
    if person is None or not person.has(*INSIDE):
        raise HTTPException(404)
    sight = sight_of(person, house.names)
    body = calendar(_cases(house, sight), sight, house.names, house.clock.now(), base=house.settings.address)
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="deadlines.ics"'}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


def _cases(house: House, sight: Sight) -> list[Case]:
    """Those with a running clock, and those with a caller who waits: a matter that people have ended may have the one alone."""
    asked = CaseQuery(parties=sight.parties, order=Order.NEXT_DUE, limit=PAGE)
    found = [
        *_pages(house, replace(asked, with_running_clock=True)),
        *_pages(house, replace(asked, awaits=frozenset({"ticket"}))),
    ]
    return list({case.id: case for case in found}.values())


def _pages(house: House, query: CaseQuery) -> list[Case]:
    found: list[Case] = []
    while len(found) < MOST:
        page = house.engine.cases.search(query)
        found += page.cases
        query = replace(query, after=page.next)
        if not page.next:
            break
    return found[:MOST]
