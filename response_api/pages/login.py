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
from huiying.contracts import Role
from response_api.auth import PATIENCE, ROLE_NAMES, SESSION_HOURS, Locked, Person, WrongPassword
from response_api.guard import (
    SESSION_COOKIE,
    TheHouse,
    current_person,
    posted,
    safe_next,
    signed_in,
    text_of,
)
from response_api.house import House
from response_api.pages.frame import page

router = APIRouter()

AT_ONCE = 2
"""Passwords looked at in one moment: each takes 64 MiB and a core."""

_MAY = {
    Role.MONITOR: "看值班台、事件与全部信息，登记听到的情况",
    Role.DUTY: "同监测员，并可查看限制知悉的事件",
    Role.LEADER: "看全部事件，含限制知悉的事件",
    Role.HANDLER: "签收本单位的事件，研判、拟稿、回访",
    Role.CHECKER: "审核研判和文稿，可退回修改",
    Role.SECRECY: "保密审查",
    Role.SIGNER: "按等级签发",
    Role.SPOKESPERSON: "拟稿、发布",
    Role.ADMIN: "看值班台、事件与全部信息，不看限制知悉的事件",
    Role.AUDITOR: "看记录和安全日志",
}
ROLES_MAY = tuple((ROLE_NAMES[role], may) for role, may in _MAY.items())


@router.get("/login")
def form(request: Request, next: str = "/") -> Response:
    if current_person(request):
        return RedirectResponse(safe_next(next), status_code=303)
    return _form(request, next=next)


@router.post("/login")
async def sign_in(request: Request, house: TheHouse, sent: Annotated[FormData, Depends(posted)]) -> Response:
    login, next = text_of(sent, "login")[:80], text_of(sent, "next")
    password = str(sent.get("password") or "")[:1000]
    work = partial(house.accounts.sign_in, login, password, house.clock.now())
    try:
        token = await anyio.to_thread.run_sync(work, limiter=_limiter(request))
    except Locked as locked:
        until = f"{locked.until.astimezone(SHANGHAI):%H:%M}"
        return _form(
            request, login, next, f"密码错误 {PATIENCE} 次，已暂停登录，请在 {until} 之后再试", status=429
        )
    except WrongPassword as wrong:
        return _form(request, login, next, f"账号或密码不对，还可以试 {wrong.left} 次", status=401)
    answer = RedirectResponse(safe_next(next), status_code=303)
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=SESSION_HOURS * 3600,
        httponly=True,
        samesite="lax",
        secure=over_tls(house),
    )
    return answer


@router.post("/logout")
def sign_out(
    house: TheHouse,
    person: Annotated[Person, Depends(signed_in())],
    sent: Annotated[FormData, Depends(posted)],
) -> Response:
    house.accounts.revoke(person.session)
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=over_tls(house))
    return answer


def over_tls(house: House) -> bool:
    return house.settings.address.startswith("https://")


def _form(
    request: Request, login: str = "", next: str = "/", fault: str = "", status: int = 200
) -> HTMLResponse:
    context = {"login": login, "next": safe_next(next), "fault": fault, "roles": ROLES_MAY}
    return page(request, "login.html", context, status=status)


def _limiter(request: Request) -> anyio.CapacityLimiter:
    """Made in the loop that uses it."""
    state = request.app.state
    if not hasattr(state, "password_limiter"):
        state.password_limiter = anyio.CapacityLimiter(AT_ONCE)
    limiter: anyio.CapacityLimiter = state.password_limiter
    return limiter
