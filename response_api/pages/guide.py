"""使用说明, for whoever is signed in: by their own roles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from response_api import guide
from response_api.account_form import MAY
from response_api.auth import ROLE_NAMES, Person
from response_api.guard import INSIDE, TheHouse, signed_in
from response_api.pages.frame import page, ways_of

router = APIRouter()


@router.get("/guide")
def show(request: Request, house: TheHouse, person: Annotated[Person, Depends(signed_in())]) -> HTMLResponse:
    works = person.has(*INSIDE)
    context = {
        "unit": house.names.unit_name(person.unit),
        "pages": [way for way, _ in ways_of(person, request.url.path) if way.path != request.url.path],
        "steps": guide.steps() if works else (),
        "chapters": guide.chapters(person.roles),
        "questions": guide.QUESTIONS if works else (),
        "everybody": [(ROLE_NAMES[role], may, role in person.roles) for role, may in MAY.items()],
    }
    return page(request, "guide.html", context, person=person)
