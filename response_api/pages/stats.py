"""统计与考核: how the matters of a period were dealt with, each figure with its cases; the same as a workbook,
which goes round and names no restricted matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from huiying.clock import SHANGHAI
from response_api import times
from response_api.auth import Person
from response_api.case_list import case_row
from response_api.guard import Reader, TheHouse
from response_api.house import House, units_in
from response_api.pages.frame import page
from response_api.period import Period, asked, presets
from response_api.security_log import Mark
from response_api.sheets import XLSX
from response_api.sight import Sight, is_sealed, of_unit, sight_of
from response_api.stats_sheet import workbook
from response_api.stats_view import ENDINGS, PUT_OFF, RESTRICTED_APART, shown, stats_view
from response_api.takeaway import called
from response_api.ticket_view import WENT
from triage.appraisal import Appraisal

router = APIRouter()

MOST, MOST_SHOWN = 2000, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What somebody asks for, and what there is of it."""

    period: Period
    fault: str
    unit: str
    sight: Sight
    now: datetime
    found: Appraisal

    @property
    def query(self) -> dict[str, str]:
        days = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        return days | ({"unit": self.unit} if self.unit else {})


@router.get("/stats")
def stats(request: Request, house: TheHouse, person: Reader) -> HTMLResponse:
    one, rules = _asked(request, house, person, sight_of(person, house.names)), house.desk.scoring
    show = request.query_params.get("show", "")[:120]
    found = shown(one.found.figures, show, house.names, rules)
    title, ids = found or ("", ())
    today = one.now.astimezone(SHANGHAI).date()
    context = {
        "view": stats_view(one.found.figures, house.names, rules),
        "endings": list(ENDINGS.values()),
        "went": list(WENT.values()),
        "put_off": PUT_OFF,
        "period": one.period,
        "fault": one.fault,
        "unit": one.unit,
        "unit_choices": [(unit.id, unit.name) for unit in units_in(house, one.sight, one.now)],
        "presets": [
            (name, urlencode({**one.query, "from": days.first.isoformat(), "to": days.last.isoformat()}),
             days == one.period)
            for name, days in presets(today)
        ],
        "query": urlencode(one.query),
        "show": show if found else "",
        "shown_title": title,
        "shown_total": len(ids),
        "rows": [
            case_row(one.found.case(id), house.names, one.now, sight=one.sight)
            for id in ids[:MOST_SHOWN]
        ],
        "scores": {
            id: f"{card.low}" if card.settled else f"{card.low}–{card.high}"
            for id in ids[:MOST_SHOWN]
            if id in one.found.matters and (card := one.found.matters[id].card)
        },
        "most": MOST,
        "restricted_apart": RESTRICTED_APART,
        "rules": rules,
    }  # fmt: skip
    return page(request, "stats.html", context, person=person)


@router.get("/stats.xlsx")
def sheet(request: Request, house: TheHouse, person: Reader) -> Response:
    one = _asked(request, house, person, of_unit(person.unit, house.names))
    unit = house.names.unit_name(one.unit or person.unit)
    made = workbook(
        stats_view(one.found.figures, house.names, house.desk.scoring),
        one.found.matters,
        house.names,
        one.sight,
        about=f"{unit}，{one.period} 发现的事件",
        now=one.now,
    )
    house.accounts.log.note(Mark.EXPORTED, person.login, one.now, note=f"统计与考核，{one.period}")
    name = f"统计与考核-{unit}-{one.period.first:%Y%m%d}-{one.period.last:%Y%m%d}.xlsx"
    headers = called(name, plain=f"stats-{times.local(one.now):%Y%m%d}.xlsx")
    return Response(made, media_type=XLSX, headers=headers)


def _asked(request: Request, house: House, person: Person, sight: Sight) -> _Asked:
    now = house.clock.now()
    period, fault = asked(request.query_params, now.astimezone(SHANGHAI).date())
    unit = request.query_params.get("unit", "")[:80]
    unit = unit if unit in {one.id for one in units_in(house, sight, now)} else ""
    found = house.appraiser.of(
        period.since,
        period.until,
        now,
        parties=sight.parties,
        leads=house.names.subtree(unit) if unit else frozenset(),
        told=lambda case: not is_sealed(case, sight),
        most=MOST,
    )
    return _Asked(period=period, fault=fault, unit=unit, sight=sight, now=now, found=found)
