"""Counts every answer by route, method and status, and measures how long it took until it began.

The route is the template, never the address: ``/cases/{case_id}``.  What matches none is ``(none)``.
"""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from huiying import metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Measured:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        method = scope["method"] if scope["method"] in METHODS else "(other)"

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = template(scope)
                metrics.REQUESTS.labels(method, route, str(message["status"])).inc()
                metrics.ANSWERING.labels(method, route).observe(time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, note)


def template(scope: Scope) -> str:
    """The path of the route that answered, as it was declared."""
    route = scope.get("route")
    if route is not None:
        return str(getattr(route, "path", "(none)"))
    return "/static" if scope["path"].startswith("/static/") else "(none)"
