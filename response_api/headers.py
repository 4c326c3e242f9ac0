"""What every answer says about itself: nothing from elsewhere, no frame, no guessing of types, nothing kept by caches.

Plain ASGI, so that a stream passes through untouched.
"""

from __future__ import annotations

import secrets
from http.cookies import SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from response_api.guard import VISIT_COOKIE, VISITED

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}


class SecurityHeaders:
    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visit = "" if _has_visit(scope) else secrets.token_urlsafe(16)
        place = next((path for start, path in VISITED.items() if scope["path"].startswith(start)), "")
        scope.setdefault("state", {})["visit"] = visit

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if visit and place:
                    headers.append("set-cookie", _cookie(visit, place, self.secure))
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _has_visit(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return VISIT_COOKIE in cookie_parser(headers.get(b"cookie", b"").decode("latin-1"))


def _cookie(visit: str, place: str, secure: bool) -> str:
    cookie: SimpleCookie = SimpleCookie()
    cookie[VISIT_COOKIE] = visit
    for name, value in (("path", place), ("httponly", True), ("samesite", "strict"), ("secure", secure)):
        cookie[VISIT_COOKIE][name] = value
    return cookie[VISIT_COOKIE].OutputString()
