"""The leader's page, made for a telephone: what presses, who was told, what waits for a word."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from huiying.contracts import Role
from huiying.errors import CaseNotFound
from response_api.auth import Person
from response_api.guard import NotAllowed, TheHouse, posted, signed_in, text_of
from response_api.leader_facts import gather, may_lead
from response_api.leader_page import leader_view
from response_api.onward import told
from response_api.pages.frame import page
from response_api.sight import Glimpse, glimpse, sight_of
from triage.receipts import seen_inside
from triage.saving import amend
from triage.texts import Texts

router = APIRouter()


def leading(person: Annotated[Person, Depends(signed_in(Role.LEADER, Role.SIGNER))]) -> Person:
    """A dependency: the leader who asks."""
    if not may_lead(person):
        raise NotAllowed
    return person


Leader = Annotated[Person, Depends(leading)]


@router.get("/leader")
def leader(request: Request, house: TheHouse, person: Leader) -> HTMLResponse:
    facts = gather(house, person, house.clock.now())
    view = leader_view(facts, house.names, person, Texts(house.engine.register).read, house.accounts.names())
    return page(request, "leader.html", {"view": view, "done": told(request.query_params)}, person=person)


@router.post("/leader/seen")
def seen(house: TheHouse, person: Leader, sent: Annotated[FormData, Depends(posted)]) -> Response:
    """已阅: what reached this person's rank of one notice is seen by them."""
    case_id, notice = text_of(sent, "case")[:80], text_of(sent, "notice")[:80]
    try:
        case = house.engine.cases.get(case_id)
    except CaseNotFound:
        raise HTTPException(404) from None
    if glimpse(case, sight_of(person, house.names)) is Glimpse.NOTHING:
        raise HTTPException(404)
    change = partial(
        seen_inside, notice_id=notice, rank=person.rank, login=person.login, now=house.clock.now()
    )
    amend(house.engine.cases, case.id, change)
    return RedirectResponse(f"/leader#n-{notice}" if notice.isalnum() else "/leader", status_code=303)
