"""Pictures that came with a post, for people who are signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from response_api.auth import Person
from response_api.guard import TheHouse, signed_in
from response_api.pictures import media_type, stored

router = APIRouter()


@router.get("/attachments/{sha256}")
def attachment(sha256: str, house: TheHouse, person: Annotated[Person, Depends(signed_in())]) -> Response:
    data = stored(house.settings.attachments, sha256)
    if data is None:
        return Response("没有这张图片", status_code=404, media_type="text/plain; charset=utf-8")
    headers = {
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, max-age=86400, immutable",
        "content-disposition": "inline",
    }
    return Response(data, media_type=media_type(data[:16]), headers=headers)
