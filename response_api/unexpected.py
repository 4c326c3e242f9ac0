"""What nobody foresaw: the page says so in the words of the house, with the headers of the house, and the fault goes on to the log.

Plain ASGI and innermost, so that the answer is counted and guarded like every other one.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Unexpected:
    def __init__(self, app: ASGIApp, *, page: Callable[[Request], Response]) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception:
            if not begun:
                answer = await run_in_threadpool(self._page, Request(scope))
                await answer(scope, receive, send)
            raise
