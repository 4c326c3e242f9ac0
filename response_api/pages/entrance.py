"""The way in, whatever somebody came in by: the sign-in page with what went wrong, and on to where they wanted to go."""

from __future__ import annotations

import anyio
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from response_api.account_form import MAY
from response_api.auth import REMEMBERED, ROLE_NAMES, SESSION_HOURS, Person
from response_api.guard import SESSION_COOKIE, house_of, safe_next
from response_api.house import House
from response_api.pages.frame import home_of, page

KEPT = "登录已失效，刚才写的内容已经保存"
ROLES_MAY = tuple((ROLE_NAMES[role], may) for role, may in MAY.items())


def let_in(house: House, token: str, next: str) -> Response:
    """On to where somebody wanted to go who has just been given a session."""
    person = house.accounts.person(token, house.clock.now())
    answer = RedirectResponse(on_to(next, person), status_code=303)
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        # It outlives the session, so that a form sent too late is known for whose it is.
        max_age=SESSION_HOURS * 3600 + int(REMEMBERED.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=over_tls(house),
    )
    return answer


def over_tls(house: House) -> bool:
    return house.settings.address.startswith("https://")


def entrance(
    request: Request,
    login: str = "",
    next: str = "/",
    fault: str = "",
    *,
    said: str = "",
    status: int = 200,
) -> HTMLResponse:
    next, house = safe_next(next), house_of(request)
    context = {
        "login": login,
        "next": next,
        "fault": fault,
        "said": KEPT if next.startswith("/kept/") else said,
        "roles": ROLES_MAY,
        "provider": house.provider.name if house.provider else "",
    }
    return page(request, "login.html", context, status=status)


def on_to(next: str, person: Person | None) -> str:
    """Where they wanted to go; from the front door, to where their work is."""
    wanted = safe_next(next)
    return home_of(person) if wanted == "/" else wanted


def at_once(request: Request, what: str, most: int) -> anyio.CapacityLimiter:
    """How many of a kind of work are done in one moment; the others wait without a thread. Made in the loop that uses it."""
    state, name = request.app.state, f"{what}_at_once"
    if not hasattr(state, name):
        setattr(state, name, anyio.CapacityLimiter(most))
    limiter: anyio.CapacityLimiter = getattr(state, name)
    return limiter
