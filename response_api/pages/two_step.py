"""两步验证: the code after the password, and a factor of one's own to set, to renew and to lift."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

import msgspec
import segno
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from huiying.clock import SHANGHAI
from huiying.contracts import Instant
from huiying.errors import RevisionConflict
from response_api import times
from response_api.auth import PATIENCE, Disabled, Locked, Person, WrongCode, WrongPassword
from response_api.carried import Carrier
from response_api.factors import address_of, new_secret
from response_api.guard import TheHouse, posted, safe_next, signed_in, text_of
from response_api.house import House
from response_api.pages.entrance import entrance, let_in, on_to, over_tls
from response_api.pages.frame import page

router = APIRouter()

Somebody = Annotated[Person, Depends(signed_in())]
Sent = Annotated[FormData, Depends(posted)]

CODE, OWN = "/login/code", "/me/two-step"
COOKIE = "huiying_half"
STAYS = timedelta(minutes=15)
"""From the password to the code: somebody may have to put the program on their telephone first."""
MOST_NEXT = 1_000

TOO_LATE = "隔了太久，请再输一次密码"
SET_MEANWHILE = "这个账号刚才已经设好两步验证，请用那一次的验证码登录"


class Half(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whose password was right."""

    login: str
    next: str
    since: Instant


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A secret that is nobody's yet, on its way through the form that shows it."""

    login: str
    secret: str
    until: Instant


# ----------------------------------------------------------------------------------- after the password


def half_way(house: House, login: str, next: str) -> Response:
    """To the page of the code, for somebody whose password was right."""
    half = Half(
        login=login,
        next=next if len(next) <= MOST_NEXT else "/",
        since=house.clock.now(),
    )
    answer = RedirectResponse(CODE, status_code=303)
    answer.set_cookie(
        COOKIE,
        _halves(house).pack(half),
        max_age=int(STAYS.total_seconds()),
        path=CODE,
        httponly=True,
        samesite="strict",
        secure=over_tls(house),
    )
    return answer


@router.get(CODE)
def code_form(request: Request, house: TheHouse) -> Response:
    half = _half(request, house)
    return _ask(request, house, half) if half else RedirectResponse("/login", status_code=303)


@router.post(CODE)
def second_step(request: Request, house: TheHouse, sent: Sent) -> Response:
    """``code``; with an ``offer`` it is the first code of a new factor."""
    half = _half(request, house)
    if half is None:
        return entrance(request, fault=TOO_LATE, status=401)
    now, code, sealed = house.clock.now(), text_of(sent, "code"), text_of(sent, "offer")
    spare: tuple[str, ...] = ()
    try:
        if sealed:
            if (offer := _offer(house, half.login, sealed, now)) is None:
                return _ask(request, house, half, fault="页面隔了太久，请扫下面的新码", status=422)
            token, spare = house.accounts.sign_in_with_factor(
                half.login, offer.secret, code, now, since=half.since
            )
        else:
            token = house.accounts.sign_in_by_code(half.login, code, now, since=half.since)
    except (Locked, WrongCode) as wrong:
        return _ask(request, house, half, sealed, *_wrong(wrong))
    except Disabled:
        return _over(
            house,
            entrance(request, half.login, half.next, "这个账号已停用或重置，请联系系统管理员", status=403),
        )
    except RevisionConflict:
        return _over(house, entrance(request, half.login, half.next, SET_MEANWHILE, status=409))
    answer = let_in(house, token, half.next)
    if spare:
        person = house.accounts.person(token, now)
        shown = _spare_page(request, spare, on_to(half.next, person))
        shown.headers.append("set-cookie", answer.headers["set-cookie"])
        answer = shown
    return _over(house, answer)


def _ask(
    request: Request, house: House, half: Half, sealed: str = "", fault: str = "", status: int = 200
) -> HTMLResponse:
    """For a code; of somebody without a factor, with what they set it up by."""
    now = house.clock.now()
    context: dict[str, object] = {
        "login": half.login,
        "fault": fault,
        "next": safe_next(half.next),
        "offer": "",
    }
    if house.accounts.factors.of(half.login) is None:
        context |= _offered(house, half.login, now, sealed)
    return page(request, "code.html", context, status=status)


def _half(request: Request, house: House) -> Half | None:
    half = _halves(house).unpack(request.cookies.get(COOKIE, ""), Half)
    return half if half and house.clock.now() < half.since + STAYS else None


def _over(house: House, answer: Response) -> Response:
    answer.delete_cookie(COOKIE, path=CODE, httponly=True, samesite="strict", secure=over_tls(house))
    return answer


# ----------------------------------------------------------------------------------- one's own


@router.get(OWN)
def own(request: Request, house: TheHouse, person: Somebody) -> HTMLResponse:
    return _show(request, house, person)


@router.post(OWN)
def change(request: Request, house: TheHouse, person: Somebody, sent: Sent) -> Response:
    """``do``: ``set`` a factor by ``password``, ``offer`` and its first ``code``; by a ``code``, ``spare`` for new spare codes, or ``lift``."""
    now, do, code = house.clock.now(), text_of(sent, "do"), text_of(sent, "code")
    sealed = text_of(sent, "offer")
    again = partial(_show, request, house, person, sealed)
    try:
        if do == "set":
            house.accounts.check_password(person, str(sent.get("password") or "")[:1000], now)
            if (offer := _offer(house, person.login, sealed, now)) is None:
                return again({"code": "页面隔了太久，请扫新的码"}, 422)
            spare = house.accounts.set_factor(person.login, offer.secret, code, now)
            return _spare_page(request, spare, OWN, person)
        house.accounts.check_code(person.login, code, now)
        if do == "spare":
            return _spare_page(request, house.accounts.renew_spare(person.login, now), OWN, person)
        house.accounts.lift_factor(person.login, now, by=person.login)
    except WrongPassword as wrong:
        return again({"password": f"密码不对，还可以试 {wrong.left} 次"}, 422)
    except (Locked, WrongCode) as wrong:
        told, status = _wrong(wrong)
        return again({"code": told}, status)
    except RevisionConflict:
        return again({"code": "刚才在另一处改过，请看过现状再试"}, 409)
    return RedirectResponse(OWN, status_code=303)


def _show(
    request: Request,
    house: House,
    person: Person,
    sealed: str = "",
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    now, account = house.clock.now(), house.accounts.find(person.login)
    factor = house.accounts.factors.of(person.login)
    context: dict[str, object] = {
        "login": person.login,
        "faults": faults or {},
        "required": house.accounts.two_step,
        "has_password": bool(account and account.password),
        "provider": house.provider.name if house.provider else "",
        "since": times.short(factor.set_at, now) if factor else "",
        "spare_left": len(factor.spare) if factor else 0,
    }
    if factor is None:
        context |= _offered(house, person.login, now, sealed)
    return page(request, "two_step.html", context, person=person, status=status)


def _spare_page(
    request: Request, spare: tuple[str, ...], next: str, person: Person | None = None
) -> HTMLResponse:
    """It is told once: who loads the page again has made new ones, or is asked for a code."""
    return page(request, "spare_codes.html", {"spare": spare, "next": next}, person=person)


# ------------------------------------------------------------------------------------- both


def _offered(house: House, login: str, now: datetime, sealed: str) -> dict[str, object]:
    """A secret as a square code, as a link for the telephone itself, and in groups of four to type; the one that was offered before, while
    it is good.
    """
    known = _offer(house, login, sealed, now)
    offer = known or Offer(login=login, secret=new_secret(), until=now + STAYS)
    address = address_of(offer.secret, login)
    secret = offer.secret
    return {
        "offer": _offers(house).pack(offer),
        "address": address,
        "square": segno.make(address, error="m").svg_inline(
            omitsize=True, light="#fff", title="用手机验证器扫这个码"
        ),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }


def _offer(house: House, login: str, sealed: str, now: datetime) -> Offer | None:
    offer = _offers(house).unpack(sealed, Offer)
    return offer if offer and offer.login == login and now < offer.until else None


def _wrong(wrong: Locked | WrongCode) -> tuple[str, int]:
    if isinstance(wrong, Locked):
        until = f"{wrong.until.astimezone(SHANGHAI):%H:%M}"
        return f"输错 {PATIENCE} 次，请在 {until} 之后再试", 429
    return f"验证码不对，或已经用过。等手机上换出新的数字再试，还可以试 {wrong.left} 次", 422


def _halves(house: House) -> Carrier:
    return Carrier("half", house.key)


def _offers(house: House) -> Carrier:
    return Carrier("offer", house.key)
