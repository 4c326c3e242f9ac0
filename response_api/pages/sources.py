"""来源: the catalogue with how each source is doing, and a trial of one, which takes nothing in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from crawlers import cataloguing
from crawlers.sources import Source
from huiying import logs
from huiying.contracts import Role
from huiying.errors import Misconfigured
from response_api.auth import Person
from response_api.facts import source_states
from response_api.guard import TheHouse, house_of, posted, signed_in
from response_api.house import House
from response_api.pages.frame import page, problem
from response_api.source_list import source_rows, trial_rows
from response_api.source_trial import Busy, Failed, Outcome, Trials

router = APIRouter()
_log = logs.get("web")

Admin = Annotated[Person, Depends(signed_in(Role.ADMIN))]


@router.get("/sources")
def sources(request: Request, person: Admin) -> HTMLResponse:
    return catalogue_page(request, person)


@router.post("/sources/{source_id}/try")
def try_one(
    request: Request,
    source_id: str,
    house: TheHouse,
    person: Admin,
    _: Annotated[FormData, Depends(posted)],
) -> HTMLResponse:
    """Only what stands in the catalogue: nobody makes the server ask for an address of their own."""
    known = {source.id for source in _catalogue(house)[0]}
    if source_id not in known:
        return problem(request, 404, "没有这个来源", "它可能已经从目录里删去。请回到来源页看一看。", person)
    trials: Trials = request.app.state.trials
    _log.info("source_tried", source=source_id, by=person.login)
    try:
        outcome = trials.run(source_id)
    except (Busy, Failed) as reason:
        status = 409 if isinstance(reason, Busy) else 502
        return catalogue_page(request, person, tried=source_id, trouble=str(reason), status=status)
    return catalogue_page(request, person, tried=source_id, outcome=outcome)


def _catalogue(house: House) -> tuple[tuple[Source, ...], str]:
    """The sources as they are in force, and in Chinese what is wrong with the file where that is another."""
    try:
        return cataloguing.read(house.settings.sources).catalogue.source, ""
    except Misconfigured as fault:
        told = str(fault)
    try:
        return house.disclosure.catalogue().source, told
    except Misconfigured:
        return (), told


def catalogue_page(
    request: Request,
    person: Person,
    *,
    tried: str = "",
    outcome: Outcome | None = None,
    trouble: str = "",
    status: int = 200,
) -> HTMLResponse:
    house = house_of(request)
    now = house.clock.now()
    found, fault = _catalogue(house)
    context = {
        "rows": source_rows(found, source_states(house), now),
        "fault": fault,
        "on": sum(source.enabled for source in found),
        "tried": tried,
        "may_switch_on": any(source.id == tried and not source.enabled for source in found),
        "outcome": outcome,
        "posts": trial_rows(outcome, now) if outcome else [],
        "trouble": trouble,
    }
    return page(request, "sources.html", context, person=person, status=status)
