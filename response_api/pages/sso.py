"""统一身份认证: to the office's identity provider, and back from it."""

from __future__ import annotations

from datetime import datetime

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from huiying import logs
from response_api import sso
from response_api.auth import Disabled, Unknown
from response_api.guard import TheHouse, safe_next
from response_api.house import House
from response_api.pages.entrance import at_once, entrance, let_in, over_tls
from response_api.pages.frame import problem

router = APIRouter()
_log = logs.get("web")


AT_ONCE = 8
"""Browsers for which the provider is asked in one moment, however slowly it answers."""


@router.get(sso.PATH)
async def depart(request: Request, house: TheHouse, next: str = "/") -> Response:
    if house.provider is None:
        return _none(request)
    return await anyio.to_thread.run_sync(
        _departed, request, house, house.provider, next, limiter=at_once(request, "provider", AT_ONCE)
    )


def _departed(request: Request, house: House, provider: sso.IdentityProvider, next: str) -> Response:
    try:
        there, taken = provider.depart(safe_next(next), house.clock.now())
    except sso.NoAnswer as reason:
        return entrance(request, next=next, fault=str(reason), status=502)
    answer = RedirectResponse(there, status_code=303)
    answer.set_cookie(
        sso.COOKIE,
        taken,
        max_age=int(sso.STAYS.total_seconds()),
        path=sso.PATH,
        httponly=True,
        samesite="lax",
        secure=over_tls(house),
    )
    return answer


@router.get(f"{sso.PATH}/back")
async def arrive(request: Request, house: TheHouse) -> Response:
    if house.provider is None:
        return _none(request)
    answer = await anyio.to_thread.run_sync(
        _arrived,
        request,
        house,
        house.provider,
        house.clock.now(),
        limiter=at_once(request, "provider", AT_ONCE),
    )
    answer.delete_cookie(sso.COOKIE, path=sso.PATH, httponly=True, samesite="lax", secure=over_tls(house))
    return answer


def _arrived(request: Request, house: House, provider: sso.IdentityProvider, now: datetime) -> Response:
    taken = request.cookies.get(sso.COOKIE, "")
    try:
        came = provider.arrive(taken, request.query_params, now)
    except sso.NoAnswer as reason:
        return entrance(request, fault=str(reason), status=502)
    except sso.NotLetIn as reason:
        return entrance(request, fault=str(reason), status=401)
    try:
        token = house.accounts.admit(came.login, now, vouched_by=provider.name)
    except Unknown:
        fault = f"{provider.name}已经通过，但这里没有账号“{came.login}”。请联系系统管理员建立同名的账号"
        return entrance(request, next=came.next, fault=fault, status=403)
    except Disabled:
        return entrance(request, came.login, came.next, "这个账号已停用，请联系系统管理员", status=403)
    return let_in(house, token, came.next)


def _none(request: Request) -> Response:
    return problem(request, 404, "没有这个页面", "这里没有接统一身份认证，请用账号密码登录。", None)
