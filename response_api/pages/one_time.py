"""Pages behind links that work once: set a password, or become the first administrator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from response_api.guard import SESSION_COOKIE, TheHouse, current_person, login_of, posted, text_of
from response_api.house import House
from response_api.one_time import Spent, Why
from response_api.pages.entrance import over_tls
from response_api.pages.frame import page, problem
from response_api.passwords import SHORTEST_PASSWORD
from response_api.people import Faulty

router = APIRouter()

Sent = Annotated[FormData, Depends(posted)]

SPENT = {
    Why.USED: "这个链接已经用过，只能用一次。如果不是您本人用的，请马上联系系统管理员重置账号。",
    Why.OLD: "这个链接已经过期。请联系系统管理员重新发一个。",
    Why.UNKNOWN: "这个链接不对，或已被新的链接代替。请联系系统管理员重新发一个。",
}
SETUP_SPENT = {
    Why.USED: "首位系统管理员已经建好，这个链接只能用一次。请直接登录。",
    Why.UNKNOWN: "这个链接不对，或系统已经重新启动过。请看启动 huiying run 的窗口里最新的链接；已有系统管理员时不再给出。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """The form as typed; passwords are never given back."""

    action: str
    heading: str
    hint: str
    login: str
    name: str
    first: bool = False
    """It makes the account: login and name are asked for too."""
    faults: Mapping[str, str] = field(default_factory=dict)
    shortest: int = SHORTEST_PASSWORD


@router.get("/setup/{token}")
def setup_form(request: Request, token: str, house: TheHouse) -> Response:
    try:
        house.people.links.check_setup(token)
    except Spent as spent:
        return _gone(request, SETUP_SPENT.get(spent.why, SPENT[spent.why]))
    return _setup(request, token)


@router.post("/setup/{token}")
def set_up(request: Request, token: str, house: TheHouse, sent: Sent) -> Response:
    login, name = login_of(sent), text_of(sent, "name")[:80]
    try:
        house.people.set_up(token, login, name, *_passwords(sent), house.clock.now(), unit=house.names.top())
    except Spent as spent:
        return _gone(request, SETUP_SPENT.get(spent.why, SPENT[spent.why]))
    except Faulty as faulty:
        return _setup(request, token, login, name, faulty.faults)
    return _to_login(request, house, login)


@router.get("/invite/{token}")
def invited(request: Request, token: str, house: TheHouse) -> Response:
    try:
        login = house.people.links.invitation(token, house.clock.now()).login
    except Spent as spent:
        return _gone(request, SPENT[spent.why])
    return _invited(request, house, token, login)


@router.post("/invite/{token}")
def accept(request: Request, token: str, house: TheHouse, sent: Sent) -> Response:
    try:
        login = house.people.links.invitation(token, house.clock.now()).login
        house.people.accept(token, *_passwords(sent), house.clock.now())
    except Spent as spent:
        return _gone(request, SPENT[spent.why])
    except Faulty as faulty:
        return _invited(request, house, token, login, faulty.faults)
    return _to_login(request, house, login)


def _setup(
    request: Request, token: str, login: str = "", name: str = "", faults: Mapping[str, str] | None = None
) -> HTMLResponse:
    form = Newcomer(
        action=f"/setup/{token}",
        heading="设置首位系统管理员",
        hint="系统管理员建立和停用账号、分配角色，管来源和值班表，看不到事件和安全日志；办事件的人，进去以后另建账号。这个链接只能用一次。",
        login=login,
        name=name,
        first=True,
        faults=faults or {},
    )
    return page(request, "newcomer.html", {"form": form}, status=422 if faults else 200)


def _invited(
    request: Request, house: House, token: str, login: str, faults: Mapping[str, str] | None = None
) -> HTMLResponse:
    account = house.accounts.find(login)
    here = current_person(request)
    form = Newcomer(
        action=f"/invite/{token}",
        heading="设置登录密码",
        hint=f"现在登录着 {here.name}（{here.login}），设好密码后会先退出。"
        if here
        else "这个链接只能用一次，设好后用账号和密码登录。",
        login=login,
        name=account.name if account else "",
        faults=faults or {},
    )
    return page(request, "newcomer.html", {"form": form}, status=422 if faults else 200)


def _passwords(sent: FormData) -> tuple[str, str]:
    """As typed, spaces and all."""
    first, again = sent.get("password"), sent.get("again")
    return (first if isinstance(first, str) else "", again if isinstance(again, str) else "")


def _to_login(request: Request, house: House, login: str) -> Response:
    """Whoever was signed in on this browser is not any more: it is somebody else's turn."""
    if here := current_person(request):
        house.accounts.sign_out(here, house.clock.now())
    answer = RedirectResponse("/login?" + urlencode({"login": login}), status_code=303)
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=over_tls(house))
    return answer


def _gone(request: Request, text: str) -> HTMLResponse:
    return problem(request, 410, "链接已失效", text)
