"""In and out."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from huiying.clock import SHANGHAI
from response_api.auth import (
    PATIENCE,
    CodeNeeded,
    Disabled,
    FactorNeeded,
    Locked,
    Person,
    WrongPassword,
)
from response_api.guard import (
    TheHouse,
    current_person,
    login_of,
    posted,
    signed_in,
    text_of,
)
from response_api.pages.entrance import at_once, entrance, let_in, on_to
from response_api.pages.two_step import half_way

router = APIRouter()

AT_ONCE = 2
"""Passwords looked at in one moment: each takes 64 MiB and a core."""


@router.get("/login")
def form(request: Request, next: str = "/", login: str = "") -> Response:
    """``login``: of somebody who has just set their password."""
    if person := current_person(request):
        return RedirectResponse(on_to(next, person), status_code=303)
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
    except (CodeNeeded, FactorNeeded):
        return half_way(house, login, next)
    return await anyio.to_thread.run_sync(let_in, house, token, next)


@router.post("/logout")
def sign_out(
    house: TheHouse,
    person: Annotated[Person, Depends(signed_in())],
    sent: Annotated[FormData, Depends(posted)],
) -> Response:
    """The cookie stays, and opens nothing any more: a form that another window sends later is known for whose it is."""
    house.accounts.sign_out(person, house.clock.now())
    return RedirectResponse("/login", status_code=303)
