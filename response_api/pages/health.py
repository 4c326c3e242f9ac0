"""Is it alive, and does it keep up: for watchdogs, without an account, figures alone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from huiying.errors import TryAgain
from response_api.counts import Counter

router = APIRouter()


@router.get("/healthz")
def healthz(request: Request) -> JSONResponse:
    counter: Counter = request.app.state.counter
    try:
        return JSONResponse(counter.read())
    except TryAgain:
        return JSONResponse({}, status_code=503)
