"""What surrounds every page: who is signed in, the form token, the server's time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from huiying.contracts import Role
from response_api import times
from response_api.auth import Person
from response_api.guard import form_token, house_of
from response_api.leader_facts import may_lead


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    person: Person | None = None,
    status: int = 200,
) -> HTMLResponse:
    house = house_of(request)
    now = house.clock.now()
    frame = {
        "person": person,
        "may_write": lambda someone: someone.has(Role.MONITOR, Role.DUTY),
        "may_lead": may_lead,
        "csrf": form_token(request),
        "now": now,
        "today": times.long_day(now),
        "time": times.clock_time(now),
        "path": request.url.path,
    }
    return HTMLResponse(house.paper.render(template, {**frame, **(context or {})}), status_code=status)


def problem(
    request: Request, status: int, title: str, text: str, person: Person | None = None
) -> HTMLResponse:
    return page(
        request, "problem.html", {"title": title, "text": text, "code": status}, person=person, status=status
    )
