"""Figures for Prometheus: of this process, and of what the stores hold.  For machines; no account opens it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from huiying import metrics
from huiying.metrics_server import may_read
from response_api.exposition import Exposition

router = APIRouter()


@router.get("/metrics")
def show(request: Request) -> Response:
    """404 to whoever may not read them: with a token whoever lacks it, without one whoever is not on this machine."""
    forwarded = any(name in request.headers for name in ("x-forwarded-for", "forwarded"))
    if not may_read(
        peer=request.client.host if request.client else "",
        forwarded=forwarded,
        authorization=request.headers.get("authorization", ""),
        token=request.app.state.house.settings.metrics_token.get_secret_value(),
    ):
        raise HTTPException(404)
    exposition: Exposition = request.app.state.exposition
    return Response(exposition.text(), media_type=metrics.CONTENT_TYPE)
