"""用户: the administrator's page of accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from huiying.contracts import Role
from huiying.errors import RevisionConflict
from response_api import times
from response_api.account_form import (
    AccountForm,
    account_row,
    choices,
    form_of,
    nobody_for,
    place_of,
    read_account,
)
from response_api.auth import Person
from response_api.guard import TheHouse, house_of, posted, signed_in
from response_api.pages.frame import page, problem
from response_api.people import Faulty, NoSuchAccount, NotDone
from response_api.sent_once import SentOnce

router = APIRouter()

Administrator = Annotated[Person, Depends(signed_in(Role.ADMIN))]
Sent = Annotated[FormData, Depends(posted)]

CHANGED_SINCE = "刚才另一位管理员改了这个账号，您填的还没有保存。请看过下面的现状后再改。"
GONE = "它已经用过、过期，或者是另一位管理员给的。要再给一个，请在“用户”页打开这个账号。"


@router.get("/people")
def everybody(request: Request, house: TheHouse, person: Administrator) -> HTMLResponse:
    return _list(request, person, AccountForm(unit=house.names.top()))


@router.post("/people")
def create(request: Request, house: TheHouse, person: Administrator, sent: Sent) -> Response:
    form = read_account(sent)
    now = house.clock.now()

    def invited() -> Response:
        try:
            house.people.invite(form.login, place_of(form), now, by=person.login)
        except Faulty as faulty:
            return _list(request, person, replace(form, faults=faulty.faults), status=422)
        return _to_link(form.login)

    once: SentOnce = request.app.state.sent_once
    return once.answer(request, person, sent, now, invited)


@router.get("/people/{login}")
def one(request: Request, login: str, house: TheHouse, person: Administrator) -> HTMLResponse:
    try:
        return _one(request, person, form_of(*house.people.find(login)))
    except NoSuchAccount:
        return _nobody(request, person)


@router.post("/people/{login}")
def change(request: Request, login: str, house: TheHouse, person: Administrator, sent: Sent) -> Response:
    form = replace(read_account(sent), login=login)
    try:
        house.people.change(login, place_of(form), house.clock.now(), by=person.login, expect=form.revision)
    except Faulty as faulty:
        return _one(request, person, replace(form, faults=faulty.faults), status=422)
    except RevisionConflict:
        return _one(request, person, form_of(*house.people.find(login)), CHANGED_SINCE, status=409)
    except NoSuchAccount:
        return _nobody(request, person)
    except NotDone as reason:
        return problem(request, 409, "没有修改", str(reason), person)
    return RedirectResponse("/people", status_code=303)


@router.post("/people/{login}/disable")
def disable(request: Request, login: str, house: TheHouse, person: Administrator, sent: Sent) -> Response:
    return _done(request, person, lambda: house.people.disable(login, house.clock.now(), by=person.login))


@router.post("/people/{login}/enable")
def enable(request: Request, login: str, house: TheHouse, person: Administrator, sent: Sent) -> Response:
    return _done(request, person, lambda: house.people.enable(login, house.clock.now(), by=person.login))


@router.post("/people/{login}/two-step")
def lift_factor(request: Request, login: str, house: TheHouse, person: Administrator, sent: Sent) -> Response:
    return _done(request, person, lambda: house.people.lift_factor(login, house.clock.now(), by=person.login))


@router.post("/people/{login}/reset")
def reset(request: Request, login: str, house: TheHouse, person: Administrator, sent: Sent) -> Response:
    """``revision``: which account the page showed, so that a reset from a newer page is another one."""
    now = house.clock.now()

    def again() -> Response:
        house.people.reset(login, now, by=person.login)
        return _to_link(login)

    once: SentOnce = request.app.state.sent_once
    return once.answer(request, person, sent, now, lambda: _done(request, person, again))


@router.get("/people/{login}/link")
def link(request: Request, login: str, house: TheHouse, person: Administrator) -> HTMLResponse:
    """The one-time link, for whoever made it, until it is used or runs out."""
    made = house.people.links.still_open(person.login, house.clock.now()).get(login)
    if made is None:
        return problem(request, 404, "没有能用的链接", GONE, person)
    token, until = made
    context = {
        "login": login,
        "link": f"{house.settings.address}/invite/{token}",
        "until": times.full(until)[:16],
        "provider": house.provider.name if house.provider else "",
    }
    return page(request, "invitation.html", context, person=person)


def _done(request: Request, person: Person, act: Callable[[], Response | None]) -> Response:
    try:
        return act() or RedirectResponse("/people", status_code=303)
    except NoSuchAccount:
        return _nobody(request, person)
    except (NotDone, RevisionConflict) as reason:
        told = (
            str(reason) if isinstance(reason, NotDone) else "刚才另一位管理员也在改这个账号，请刷新后再试。"
        )
        return problem(request, 409, "没有修改", told, person)


def _list(request: Request, person: Person, form: AccountForm, status: int = 200) -> HTMLResponse:
    house = house_of(request)
    now = house.clock.now()
    accounts, with_factor = house.accounts.everybody(), house.accounts.factors.logins()
    rows = [
        account_row(
            account,
            house.names,
            now,
            locked=house.accounts.locked_until(account.login, now),
            own=account.login == person.login,
            two_step=account.login in with_factor,
        )
        for account in accounts
    ]
    links = house.people.links.still_open(person.login, now)
    context = {
        "rows": rows,
        "nobody_for": nobody_for(accounts),
        "links": links,
        "form": form,
        **choices(house.names, now, form.unit),
    }
    return page(request, "people.html", context, person=person, status=status)


def _one(
    request: Request, person: Person, form: AccountForm, trouble: str = "", status: int = 200
) -> HTMLResponse:
    house = house_of(request)
    now = house.clock.now()
    account, _ = house.people.find(form.login)
    context = {
        "form": form,
        "trouble": trouble,
        "row": account_row(
            account,
            house.names,
            now,
            locked=house.accounts.locked_until(account.login, now),
            own=account.login == person.login,
            two_step=house.accounts.factors.of(account.login) is not None,
        ),
        "active": account.active,
        "waits": not account.password,
        "has_link": account.login in house.people.links.still_open(person.login, now),
        "sittings": len(house.accounts.sittings(account.login, now)),
        **choices(house.names, now, form.unit),
    }
    return page(request, "person.html", context, person=person, status=status)


def _to_link(login: str) -> Response:
    return RedirectResponse(f"/people/{quote(login)}/link", status_code=303)


def _nobody(request: Request, person: Person) -> HTMLResponse:
    return problem(request, 404, "没有这个账号", "它可能已经改名，或地址抄错了。请从“用户”页进入。", person)
