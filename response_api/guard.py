"""At the door of every page: who is asking, may they, and does this form come from a page of ours."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from huiying.contracts import Role
from response_api.auth import Person, account_name, session_id
from response_api.house import House
from triage.reach import OUTSIDE

SESSION_COOKIE = "huiying_session"
VISIT_COOKIE = "huiying_visit"
"""A random word of the visitor's, so that a form for people without a session is bound to a browser too."""
PUBLIC = "/public"
VISITED = {
    "/login": "/login",
    "/setup/": "/setup",
    "/invite/": "/invite",
    "/n/": "/n",
    f"{PUBLIC}/cases/": PUBLIC,
    f"{PUBLIC}/privacy": PUBLIC,
}
"""Beginnings of the addresses with such forms, and the path that their visit cookie is for."""

MOST_TEXT = 8 * 1024 * 1024
"""Of one typed field: far above what a form accepts, so that the form itself can say what is too long, and keep it."""
MOST_BYTES = 64 * 1024 * 1024
"""Of a whole form: with pictures beyond what is taken, so that the form can refuse those and keep the rest."""
MOST_HEARD_OUT = 256 * 1024 * 1024
"""Read and thrown away before the answer: a browser that is cut short in the middle of sending shows no page at all."""
MOST_FILES = 6
MOST_FIELDS = 60
"""Of a form without ticks, and of whatever a stranger sends."""
MOST_TICKED = 5_000
"""Of one of ours: a story may hold some thousand posts and tickets, each with a box of its own."""


class NotSignedIn(Exception):
    """Pages answer with the way to the sign-in form, everything else with 401."""


class NotAllowed(Exception):
    """Signed in, but this is not for this role."""


class ForeignForm(Exception):
    """A form that no page of ours made for this browser, or one that is out of date."""


class TooLarge(Exception):
    """More was sent than a form of ours may carry."""


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


TheHouse = Annotated[House, Depends(house_of)]


def signed_in(*roles: Role) -> Callable[[Request], Person]:
    """A dependency: the person who asks. Without roles, anyone with an account."""

    def check(request: Request) -> Person:
        person = current_person(request)
        if person is None:
            raise NotSignedIn
        if roles and not person.has(*roles):
            raise NotAllowed
        return person

    check.__name__ = "signed_in"
    return check


INSIDE = tuple(role for role in Role if role not in OUTSIDE)
"""Who works with matters.  Who keeps the accounts and who looks at what others did read nothing of what anybody wrote (三员分立)."""

Reader = Annotated[Person, Depends(signed_in(*INSIDE))]


def current_person(request: Request) -> Person | None:
    token = request.cookies.get(SESSION_COOKIE, "")
    if not token:
        return None
    house = house_of(request)
    return house.accounts.person(token, house.clock.now())


async def posted(request: Request) -> FormData:
    """A dependency of every POST: the form, once its token was checked. Raises ForeignForm, TooLarge."""
    form = await read_form(request, most=MOST_BYTES, files=MOST_FILES)
    if not await is_ours(request, form):
        raise ForeignForm
    return form


async def read_form(request: Request, *, most: int, files: int) -> FormData:
    """What was sent, before its token is checked. Raises TooLarge; ForeignForm where the browser names another site.

    Who may send pictures is heard out when it is too much, so that the answer is seen; strangers are not.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise ForeignForm
    if _length(request) > most:
        if files:
            await _hear_out(request)
        raise TooLarge
    try:
        fields = MOST_TICKED if files else MOST_FIELDS
        return await request.form(max_files=files, max_fields=fields, max_part_size=MOST_TEXT)
    except HTTPException as refused:
        if files:
            await _hear_out(request)
        if "maximum size" in str(refused.detail) or "Too many fields" in str(refused.detail):
            raise TooLarge from refused
        raise


async def is_ours(request: Request, form: FormData) -> bool:
    """Whether a page of ours made this form for this browser."""
    given = form.get("csrf")
    bound = await anyio.to_thread.run_sync(form_token, request)
    return isinstance(given, str) and same_token(given, bound)


def same_token(given: str, bound: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), bound.encode())


def is_public(path: str) -> bool:
    """Pages for everybody: they know no account, also where somebody with one looks at them."""
    return path == PUBLIC or path.startswith(PUBLIC + "/")


def _length(request: Request) -> int:
    """As announced; beyond every bound where it is not."""
    stated = request.headers.get("content-length", "")
    return int(stated) if stated.isascii() and stated.isdigit() else MOST_BYTES + 1


async def _hear_out(request: Request) -> None:
    left = MOST_HEARD_OUT
    with contextlib.suppress(RuntimeError):  # all of it has come already
        async for chunk in request.stream():
            left -= len(chunk)
            if left < 0:
                return


def form_token(request: Request) -> str:
    """What a form made for this browser must carry: a MAC over its session, or over its visit where there is none."""
    token = "" if is_public(request.url.path) else request.cookies.get(SESSION_COOKIE)
    holder = session_id(token) if token else request.cookies.get(VISIT_COOKIE) or request.state.visit
    return token_for(house_of(request).key, str(holder))


def token_for(key: bytes, holder: str) -> str:
    """``holder``: the id of a session, or the word of a visit."""
    return hmac.new(key, b"form\0" + holder.encode(), hashlib.sha256).hexdigest()


def text_of(form: FormData, name: str) -> str:
    """One field as text; '' where it is missing or a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def login_of(form: FormData) -> str:
    """The name of an account, as it is kept whatever a keyboard made of it: ＺＨＩＢＡＮ and Zhiban are zhiban."""
    return account_name(text_of(form, "login"))


def safe_next(target: str) -> str:
    """A page of ours to go on to after signing in; / where ``target`` leads anywhere else."""
    plain = target.startswith("/") and not target.startswith("//") and "\\" not in target
    if not plain or any(ord(char) < 33 for char in target):
        return "/"
    split = urlsplit(target)
    return "/" if split.scheme or split.netloc else target
