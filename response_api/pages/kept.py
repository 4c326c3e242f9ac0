"""What was being written when a session ended: put away as it comes in, and given back after signing in again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from response_api import times
from response_api.auth import Person
from response_api.guard import (
    MOST_BYTES,
    MOST_FILES,
    SESSION_COOKIE,
    ForeignForm,
    TheHouse,
    TooLarge,
    current_person,
    house_of,
    posted,
    read_form,
    same_token,
    signed_in,
    token_for,
)
from response_api.kept import Fields, TooLong, called, looked_at, may_be_kept
from response_api.pages.frame import page, problem
from triage.publishing import PARTS

router = APIRouter()

NAMES = {
    "title": "标题",
    **{part.value: name for part, name in PARTS.items()},
    "next_release_at": "下次发布时间",
    "text": "内容",
    "place": "地点",
    "when": "反映时间",
    "reason": "理由",
    "finding": "研判意见",
    "source": "所依据的官方信息",
    "participants": "参加单位",
    "conclusion": "会商结论",
    "found": "回访情况",
    "note": "说明",
    "into": "并入哪件事",
    "deaths": "死亡人数",
    "injuries": "受伤人数",
    "missing": "失联人数",
    "body": "谁认定、要求或批示",
    "document": "文号",
    "other": "转给哪个单位",
    "ground": "是它的哪项职责",
    "article": "依据哪条规定",
    "gist": "反馈要点",
    "said": "说了什么",
    "where": "登在哪里",
    "url": "网址",
    "copy": "那里的文字",
    "told": "给本人的说明",
    "notes": "另外要交代的",
    "name": "名称",
    "basis": "依据",
    "path": "文件",
    "drop": "读入时就丢弃的列",
}
"""Fields in which people write. What is chosen from a list, and what the page put there itself, goes along unseen."""

Somebody = Annotated[Person, Depends(signed_in())]


@dataclass(frozen=True, slots=True)
class Written:
    """One field that a person wrote in; the others go along as they are."""

    name: str
    label: str
    value: str
    rows: int


@router.get("/kept/{kept_id}")
def show(request: Request, kept_id: str, house: TheHouse, person: Somebody) -> HTMLResponse:
    now = house.clock.now()
    found = house.kept.get(kept_id, person.login, now)
    if found is None:
        return problem(request, 404, "没有保存的内容", "它可能已经交上或删除，或超过 24 小时已清除。", person)
    kept, fields = found
    context = {
        "id": kept.id,
        "path": kept.path,
        "what": called(kept.path),
        "look": looked_at(kept.path),
        "at": times.short(kept.at, now),
        "too_long": False,
        **_parted(fields),
    }
    return page(request, "kept.html", context, person=person)


@router.post("/kept/{kept_id}/drop")
def drop(
    kept_id: str, house: TheHouse, person: Somebody, sent: Annotated[FormData, Depends(posted)]
) -> Response:
    house.kept.drop(kept_id, person.login, house.clock.now())
    return RedirectResponse("/me", status_code=303)


async def after_the_end(request: Request) -> Response | None:
    """To the sign-in page, with what was typed put away; None where there is nothing to keep, or nobody to keep it for."""
    if not may_be_kept(request.url.path):
        return None
    house, token = house_of(request), request.cookies.get(SESSION_COOKIE, "")
    login = await anyio.to_thread.run_sync(house.accounts.ended_session, token, house.clock.now())
    if not login:
        return None
    try:
        sent = await posted(request)
    except (ForeignForm, TooLarge, HTTPException):
        return None
    return await anyio.to_thread.run_sync(_put_away, request, login, _texts(sent))


async def from_an_earlier_session(request: Request) -> Response | None:
    """The same for a form that was opened in a session that has ended, where the same person has signed in since."""
    if request.method != "POST" or not may_be_kept(request.url.path):
        return None
    try:
        sent = await read_form(request, most=MOST_BYTES, files=MOST_FILES)
    except (ForeignForm, TooLarge, HTTPException):
        return None
    return await anyio.to_thread.run_sync(_of_an_earlier_session, request, sent)


def _of_an_earlier_session(request: Request, sent: FormData) -> Response | None:
    house, person, given = house_of(request), current_person(request), sent.get("csrf")
    if person is None or not isinstance(given, str):
        return None
    ended = house.accounts.ended_sessions(person.login, house.clock.now())
    if not any(same_token(given, token_for(house.key, session)) for session in ended):
        return None
    return _put_away(request, person.login, _texts(sent), person)


def _put_away(request: Request, login: str, fields: Fields, person: Person | None = None) -> Response:
    house = house_of(request)
    try:
        kept = house.kept.keep(login, request.url.path, fields, house.clock.now())
    except TooLong:
        context = {
            "id": "",
            "path": request.url.path,
            "what": "",
            "at": "",
            "too_long": True,
            **_parted(fields),
        }
        return page(request, "kept.html", context, person=person, status=413)
    place = f"/kept/{kept.id}"
    return RedirectResponse(
        place if person else "/login?" + urlencode({"next": place}),
        status_code=303,
    )


def _texts(sent: FormData) -> Fields:
    return tuple(
        (name, value) for name, value in sent.multi_items() if name != "csrf" and isinstance(value, str)
    )


def _parted(fields: Fields) -> dict[str, object]:
    """What a person wrote, and what the page itself put into the form."""
    written = [_written(name, value) for name, value in fields if _is_written(name, value)]
    return {"written": written, "along": [pair for pair in fields if not _is_written(*pair)]}


def _is_written(name: str, value: str) -> bool:
    return name in NAMES and bool(value.strip())


def _written(name: str, value: str) -> Written:
    lines = value.count("\n") + 1 + len(value) // 45
    return Written(name, NAMES[name], value, min(20, max(2, lines)))
