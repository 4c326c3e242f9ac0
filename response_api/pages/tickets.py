"""工单台账: what callers of the hotline and writers to the mailbox are or were owed, over all matters; the same as a workbook, for
whoever reports back to the hotline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from huiying import requests
from huiying.clock import SHANGHAI
from response_api import times
from response_api.guard import Reader, TheHouse
from response_api.house import House, units_in
from response_api.pages.frame import page
from response_api.security_log import Mark
from response_api.sheets import XLSX
from response_api.sight import Sight, of_unit, sight_of
from response_api.takeaway import called
from response_api.ticket_list import MOST_CASES, STATES, Found, Wanted, find, wanted
from response_api.ticket_sheet import row, workbook

router = APIRouter()

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    wanted: Wanted
    found: list[Found]
    cut: bool
    now: datetime
    units: list[tuple[str, str]]
    """Id and name of those that may be chosen."""


@router.get("/tickets")
def tickets(request: Request, house: TheHouse, person: Reader) -> HTMLResponse:
    one = _asked(request, house, sight_of(person, house.names))
    read, named = house.desk.texts.read, house.accounts.names()
    number = _page_number(request, len(one.found))
    first = (number - 1) * ON_A_PAGE
    context = {
        "wanted": one.wanted,
        "states": list(STATES.items()),
        "kinds": [(kind.value, requests.NAMES[kind]) for kind in requests.OWING],
        "channels": [(channel.value, name) for channel, name in requests.CHANNELS.items()],
        "unit_choices": one.units,
        "rows": [
            row(each, house.names, one.now, read, named) for each in one.found[first : first + ON_A_PAGE]
        ],
        "total": len(one.found),
        "waiting": sum(each.ticket.owed for each in one.found),
        "cut": one.cut,
        "most": MOST_CASES,
        "number": number,
        "previous": one.wanted.query(page=str(number - 1)) if number > 1 else "",
        "next": one.wanted.query(page=str(number + 1)) if first + ON_A_PAGE < len(one.found) else "",
        "query": one.wanted.query(),
    }
    return page(request, "tickets.html", context, person=person)


@router.get("/tickets.xlsx")
def sheet(request: Request, house: TheHouse, person: Reader) -> Response:
    one = _asked(request, house, of_unit(person.unit, house.names))
    made = workbook(
        one.found,
        house.names,
        one.now,
        house.desk.texts.read,
        house.accounts.names(),
        address=house.settings.address,
    )
    about = (
        f"工单台账，{STATES[one.wanted.state]}{f'，{one.wanted.period} 受理' if one.wanted.period else ''}"
    )
    house.accounts.log.note(Mark.EXPORTED, person.login, one.now, note=about)
    name = (
        f"工单台账-{house.names.unit_name(one.wanted.unit or person.unit)}-{times.local(one.now):%Y%m%d}.xlsx"
    )
    headers = called(name, plain=f"tickets-{times.local(one.now):%Y%m%d}.xlsx")
    return Response(made, media_type=XLSX, headers=headers)


def _asked(request: Request, house: House, sight: Sight) -> _Asked:
    now = house.clock.now()
    units = [(unit.id, unit.name) for unit in units_in(house, sight, now)]
    asked = wanted(
        request.query_params, now.astimezone(SHANGHAI).date(), units=frozenset(id for id, _ in units)
    )
    leads = house.names.subtree(asked.unit) if asked.unit else frozenset[str]()
    found, cut = find(house.engine.cases, asked, sight, leads, now)
    return _Asked(wanted=asked, found=found, cut=cut, now=now, units=units)


def _page_number(request: Request, total: int) -> int:
    typed = request.query_params.get("page", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1
    return min(max(1, number), max(1, -(-total // ON_A_PAGE)))
