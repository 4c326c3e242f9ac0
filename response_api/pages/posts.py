"""人工登记: what was heard by telephone or seen in an app, handed in once, and where it went."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from crawlers import hand
from huiying.contracts import Attachment, Origin, Post
from huiying.topics import POSTS
from response_api import pictures
from response_api.auth import Person, Role
from response_api.guard import TheHouse, posted, signed_in, text_of
from response_api.hand_form import HandForm, Told, channel_choices, checked
from response_api.house import House
from response_api.pages.frame import page
from response_api.words import DISPOSITIONS

router = APIRouter()

Writer = Annotated[Person, Depends(signed_in(Role.MONITOR, Role.DUTY))]
MOST_PICTURES = 4


@router.get("/posts/new")
def blank(request: Request, person: Writer) -> HTMLResponse:
    return _show(request, person, HandForm(nonce=secrets.token_urlsafe(12)))


@router.post("/posts/new")
def hand_in(
    request: Request, house: TheHouse, person: Writer, sent: Annotated[FormData, Depends(posted)]
) -> Response:
    now = house.clock.now()
    form, told = checked(read_form(house, sent), now)
    if told is None:
        return _show(request, person, form, status=422)
    try:
        post = post_of(form, told, person, house.key, now)
    except hand.NotAccepted as reason:
        return _show(request, person, replace(form, faults={"text": str(reason)}), status=422)
    house.engine.stream.publish(POSTS.name, [POSTS.encode(post)])
    return RedirectResponse(f"/posts/{post.id}?done=1", status_code=303)


@router.get("/posts/{post_id}")
def whereabouts(
    request: Request, post_id: str, house: TheHouse, person: Annotated[Person, Depends(signed_in())]
) -> HTMLResponse:
    """Where the way of one post ended, or that it is still on it."""
    lines = house.engine.archive.versions(post_id)
    last = lines[-1] if lines else None
    context = {
        "post_id": post_id,
        "done": "done" in request.query_params,
        "line": last,
        "ended": DISPOSITIONS[last.disposition] if last else "",
    }
    return page(request, "post.html", context, person=person)


def post_of(form: HandForm, told: Told, person: Person, key: bytes, now: datetime) -> Post:
    """The post, named after the sheet it was written on: handed in twice, it is still one. Raises NotAccepted."""
    return hand.hand_post(
        heard_by=person.login,
        sheet=form.nonce,
        channel=told.channel,
        title=told.title,
        text=told.text,
        place=told.place,
        published_at=told.published_at,
        attachments=form.kept,
        key=key,
        now=now,
        origin=Origin.LIVE,
    )


def read_form(house: House, sent: FormData) -> HandForm:
    """As typed. Pictures are put away at once, so that a fault elsewhere does not lose them."""
    form = HandForm(
        nonce=text_of(sent, "nonce")[:40] or secrets.token_urlsafe(12),
        channel=text_of(sent, "channel"),
        title=text_of(sent, "title"),
        text=text_of(sent, "text"),
        place=text_of(sent, "place"),
        when=text_of(sent, "when"),
    )
    kept = [found for value in sent.getlist("kept") if (found := _kept_before(house, str(value)))]
    faults: list[str] = []
    for upload in sent.getlist("pictures"):
        if not isinstance(upload, UploadFile) or not upload.filename:
            continue
        data = upload.file.read(hand.BIGGEST + 1)
        try:
            kept.append(hand.store_attachment(data, upload.filename, house.settings.attachments))
        except hand.NotAccepted as reason:
            faults.append(f"“{upload.filename}”没有收下：{reason}")
    unique = tuple({picture.sha256: picture for picture in kept}.values())
    if len(unique) > MOST_PICTURES:
        faults.append(f"图片最多 {MOST_PICTURES} 张")
    return replace(
        form, kept=unique[:MOST_PICTURES], faults={"pictures": "；".join(faults)} if faults else {}
    )


def _kept_before(house: House, value: str) -> Attachment | None:
    """A picture that an earlier try of this form has put away: ``<sha256>/<name>``."""
    sha256, _, name = value.partition("/")
    data = pictures.stored(house.settings.attachments, sha256)
    if data is None or hashlib.sha256(data).hexdigest() != sha256:
        return None
    return hand.store_attachment(data, name, house.settings.attachments)


def _show(request: Request, person: Person, form: HandForm, status: int = 200) -> HTMLResponse:
    context = {"form": form, "channels": channel_choices(), "most": MOST_PICTURES}
    return page(request, "hand.html", context, person=person, status=status)
