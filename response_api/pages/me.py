"""我的账号: one's own password, and where one is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from huiying.clock import SHANGHAI
from huiying.errors import RevisionConflict
from response_api import times
from response_api.auth import PATIENCE, Locked, Person, WrongPassword
from response_api.guard import INSIDE, TheHouse, house_of, posted, signed_in, text_of
from response_api.kept import called
from response_api.pages.frame import page
from response_api.passwords import password_faults
from response_api.subscriptions import Subscriptions
from triage.words import RANK_NAMES

router = APIRouter()

Somebody = Annotated[Person, Depends(signed_in())]
Inside = Annotated[Person, Depends(signed_in(*INSIDE))]
Sent = Annotated[FormData, Depends(posted)]


@router.get("/me")
def me(request: Request, person: Somebody) -> HTMLResponse:
    return _show(request, person)


@router.post("/me/password")
def change_password(request: Request, house: TheHouse, person: Somebody, sent: Sent) -> Response:
    old, new, again = (str(sent.get(name) or "") for name in ("old", "password", "again"))
    if faults := password_faults(person.login, new, again):
        return _show(request, person, faults, status=422)
    try:
        house.accounts.change_password(person, old[:1000], new, house.clock.now())
    except Locked as locked:
        until = f"{locked.until.astimezone(SHANGHAI):%H:%M}"
        fault = {"old": f"密码错误 {PATIENCE} 次，请在 {until} 之后再试"}
        return _show(request, person, fault, status=429)
    except WrongPassword as wrong:
        return _show(request, person, {"old": f"原密码不对，还可以试 {wrong.left} 次"}, status=422)
    except RevisionConflict:
        return _show(request, person, {"old": "账号刚才被修改过，请再试一次"}, status=409)
    return RedirectResponse("/me?done=1", status_code=303)


@router.post("/me/sessions")
def end_sessions(house: TheHouse, person: Somebody, sent: Sent) -> Response:
    """``session``: the id of one of their own, or ``others`` or ``all``."""
    wanted, now = text_of(sent, "session"), house.clock.now()
    if wanted in {"all", "others"}:
        house.accounts.revoke_all(
            person.login, now, by=person.login, but=person.session if wanted == "others" else ""
        )
    elif wanted in {sitting.id for sitting in house.accounts.sittings(person.login, now)}:
        house.accounts.revoke(wanted, now, by=person.login)
    return RedirectResponse("/me", status_code=303)


@router.post("/me/calendar")
def calendar(request: Request, house: TheHouse, person: Inside, sent: Sent) -> Response:
    """``do``: ``make`` an address for one's own calendar, which is shown this once, or take it back."""
    subscriptions, now = Subscriptions(house.engine.register), house.clock.now()
    if text_of(sent, "do") != "make":
        subscriptions.take_back(person.login)
        return RedirectResponse("/me#calendar", status_code=303)
    token = subscriptions.make(person.login, now)
    return _show(request, person, calendar=f"{house.settings.address}/calendar/{token}.ics")


def _show(
    request: Request,
    person: Person,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
    calendar: str = "",
) -> HTMLResponse:
    """``calendar`` is a new address, which stands on this page and nowhere else."""
    house = house_of(request)
    now = house.clock.now()
    since = Subscriptions(house.engine.register).made_at(person.login)
    context = {
        "calendar": calendar,
        "calendar_since": times.short(since, now) if since else "",
        "may_subscribe": person.has(*INSIDE),
        "faults": faults or {},
        "done": "done" in request.query_params,
        "two_step": house.accounts.factors.of(person.login) is not None,
        "unit": house.names.unit_name(person.unit),
        "rank": RANK_NAMES[person.rank],
        "sittings": [
            (
                sitting.id,
                times.short(sitting.started_at, now),
                times.short(sitting.used_at, now),
                sitting.id == person.session,
            )
            for sitting in house.accounts.sittings(person.login, now)
        ],
        "kept": [
            (
                kept.id,
                times.short(kept.at, now),
                called(kept.path),
            )
            for kept in house.kept.of(person.login, now)
        ],
    }
    return page(request, "me.html", context, person=person, status=status)
