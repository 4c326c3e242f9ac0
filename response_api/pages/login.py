"""In and out."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from huiying.clock import SHANGHAI
from response_api.account_form import MAY
from response_api.auth import (
    PATIENCE,
    REMEMBERED,
    ROLE_NAMES,
    SESSION_HOURS,
    Disabled,
    Locked,
    Person,
    WrongPassword,
)
from response_api.guard import (
    SESSION_COOKIE,
    TheHouse,
    current_person,
    house_of,
    login_of,
    posted,
    safe_next,
    signed_in,
    text_of,
)
from response_api.house import House
from response_api.pages.frame import home_of, page

router = APIRouter()

AT_ONCE = 2
"""Passwords looked at in one moment: each takes 64 MiB and a core."""

KEPT = "登录已失效，刚才写的内容已经保存"
ROLES_MAY = tuple((ROLE_NAMES[role], may) for role, may in MAY.items())


@router.get("/login")
def form(request: Request, next: str = "/", login: str = "") -> Response:
    """``login``: of somebody who has just set their password."""
    if person := current_person(request):
        return RedirectResponse(_on_to(next, person), status_code=303)
    return entrance(request, login[:80], next, said="密码已设好，请登录" if login else "")


@router.post("/login")
async def sign_in(request: Request, house: TheHouse, sent: Annotated[FormData, Depends(posted)]) -> Response:
    login, next = login_of(sent), text_of(sent, "next")
    password = str(sent.get("password") or "")[:1000]
    work = partial(house.accounts.sign_in, login, password, house.clock.now())
    try:
        token = await anyio.to_thread.run_sync(work, limiter=at_once(request, "password", AT_ONCE))
    except Locked as locked:
        until = f"{locked.until.astimezone(SHANGHAI):%H:%M}"
        return entrance(
            request, login, next, f"密码错误 {PATIENCE} 次，已暂停登录，请在 {until} 之后再试", status=429
        )
    except WrongPassword as wrong:
        return entrance(request, login, next, f"账号或密码不对，还可以试 {wrong.left} 次", status=401)
    except Disabled:
        return entrance(request, login, next, "这个账号已停用，请联系系统管理员", status=403)
    return await anyio.to_thread.run_sync(let_in, house, token, next)


@router.post("/logout")
def sign_out(
    house: TheHouse,
    person: Annotated[Person, Depends(signed_in())],
    sent: Annotated[FormData, Depends(posted)],
) -> Response:
    house.accounts.sign_out(person, house.clock.now())
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=over_tls(house))
    return answer


def let_in(house: House, token: str, next: str) -> Response:
    """On to where somebody wanted to go who has just been given a session."""
    person = house.accounts.person(token, house.clock.now())
    answer = RedirectResponse(_on_to(next, person), status_code=303)
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


def _on_to(next: str, person: Person | None) -> str:
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
