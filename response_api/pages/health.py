"""Is it alive, is it ready, and does it keep up: for watchdogs, without an account, figures alone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from huiying.errors import TryAgain
from response_api.counts import Counter
from response_api.exposition import Exposition

router = APIRouter()


@router.get("/healthz")
def healthz(request: Request) -> JSONResponse:
    counter: Counter = request.app.state.counter
    try:
        return JSONResponse(counter.read())
    except TryAgain:
        return JSONResponse({}, status_code=503)


@router.get("/livez")
async def livez() -> JSONResponse:
    """200 while the process serves at all, whatever is away: what does not answer here wants a restart."""
    return JSONResponse({"alive": True})


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """200 where stream and stores answer; else 503, and which of them does not: a restart would not help."""
    exposition: Exposition = request.app.state.exposition
    up = exposition.up()
    return JSONResponse({"ready": all(up.values()), **up}, status_code=200 if all(up.values()) else 503)
