"""Pictures that came with a post, for people who may read it, and for whoever has just put one on a sheet."""

from __future__ import annotations

import hmac

from fastapi import APIRouter
from fastapi.responses import Response

from response_api.auth import Person
from response_api.guard import Reader, TheHouse
from response_api.house import House
from response_api.pictures import media_type, sheet_pass, stored
from response_api.sight import Glimpse, line_glimpses, sight_of

router = APIRouter()


@router.get("/attachments/{sha256}")
def attachment(sha256: str, house: TheHouse, person: Reader, post: str = "", sheet: str = "") -> Response:
    """``post`` names the post that it is looked at in; ``sheet`` is the pass of a sheet that is not handed in yet."""
    data = stored(house.settings.attachments, sha256)
    if data is None or not (_on_sheet(house, sha256, sheet, person) or _in_post(house, sha256, post, person)):
        return Response("没有这张图片", status_code=404, media_type="text/plain; charset=utf-8")
    headers = {
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, max-age=86400, immutable",
        "content-disposition": "inline",
    }
    return Response(data, media_type=media_type(data[:16]), headers=headers)


def _on_sheet(house: House, sha256: str, given: str, person: Person) -> bool:
    return hmac.compare_digest(given.encode(), sheet_pass(house.key, person.login, sha256).encode())


def _in_post(house: House, sha256: str, post_id: str, person: Person) -> bool:
    lines = house.engine.archive.versions([post_id] if post_id else []).get(post_id, ())
    return any(
        glimpse is Glimpse.OPEN and line.body and any(one.sha256 == sha256 for one in line.body.attachments)
        for line, glimpse in line_glimpses(house.engine.cases, lines, sight_of(person, house.names))
    )
