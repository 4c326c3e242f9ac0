"""人工登记: what was heard by telephone or seen in an app, handed in once, and where it went."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from crawlers import hand
from huiying import logs, requests
from huiying.contracts import Attachment, Origin, Post, PostKey, Role
from huiying.errors import TryAgain
from huiying.examples import Examples, Labels, post_label
from huiying.identity import is_id, pseudonym
from huiying.topics import POSTS
from response_api import pictures
from response_api.act_calls import labels_of
from response_api.act_forms import label_asks
from response_api.auth import Person
from response_api.guard import Reader, TheHouse, house_of, posted, signed_in, text_of
from response_api.hand_form import HandForm, Told, channel_choices, checked
from response_api.house import House
from response_api.labelling import Labelling, said_of
from response_api.pages.frame import page, problem
from response_api.post_page import PostView, post_view
from response_api.sight import UNTITLED, Glimpse, line_glimpses, sight_of
from response_api.ticket_list import known
from response_api.ticket_view import WENT
from triage.acts import Act, is_for
from triage.refusals import Invalid, NotNow, NotYours

router = APIRouter()

Writer = Annotated[Person, Depends(signed_in(Role.MONITOR, Role.DUTY))]
Labeller = Annotated[Person, Depends(signed_in(Role.MONITOR, Role.DUTY, Role.HANDLER, Role.CHECKER))]
MOST_PICTURES = 4
MOST_LOOKS = 40
"""Of a page that waits for the end of a post's way, three seconds apart; then a person decides whether to go on."""
NOT_SAVED = "现在存不下来：数据服务正忙，或磁盘已满。填写的内容都还在这一页，请稍后再按“登记”；仍不行请联系系统管理员。"
NOT_STORED = (
    "“{name}”没有存下：附件文件夹用不了，或磁盘已满，请联系系统管理员。文字都还在这一页，可先不带图片登记。"
)

ALREADY = "这个编号已经登记过：{title}（事件编号 {id}，工单{state}）。来电人补充情况的，这一栏留空再登记，内容里写明是补充；编号打错了的请改正"

_log = logs.get("web")


@router.get("/posts/new")
def blank(request: Request, person: Writer) -> HTMLResponse:
    return _show(request, person, HandForm(nonce=secrets.token_urlsafe(12)))


@router.post("/posts/new")
def hand_in(
    request: Request, house: TheHouse, person: Writer, sent: Annotated[FormData, Depends(posted)]
) -> Response:
    now = house.clock.now()
    form, told = checked(read_form(house, sent), now)
    if form.trouble:
        return _show(request, person, form, status=503)
    if told is None:
        return _show(request, person, form, status=422)
    if told.reference and (
        one := known(house.engine.cases, told.reference, told.channel, sight_of(person, house.names), now)
    ):
        fault = ALREADY.format(title=one.case.title or UNTITLED, id=one.case.id[:8], state=WENT[one.how])
        return _show(request, person, replace(form, faults={"reference": fault}), status=422)
    try:
        post = post_of(form, told, person, house.key, now)
    except hand.NotAccepted as reason:
        return _show(request, person, replace(form, faults={"text": str(reason)}), status=422)
    try:
        house.engine.stream.publish(POSTS.name, [POSTS.encode(post)])
    except TryAgain as trouble:
        _log.warning("not_published", reason=str(trouble))
        return _show(request, person, replace(form, trouble=NOT_SAVED), status=503)
    return RedirectResponse(f"/posts/{post.id}?done=1", status_code=303)


@router.post("/posts/{post_id}/label")
def label(
    request: Request,
    post_id: str,
    house: TheHouse,
    person: Labeller,
    sent: Annotated[FormData, Depends(posted)],
) -> Response:
    """改判 of one post by itself: kept as an example to learn from."""
    view = _view(house, post_id, person)
    if view is None or view.card is None:
        return problem(request, 404, "没有这条信息", "编号不对，或不在您的范围。", person)
    try:
        labels, _, misread = labels_of(lambda name: text_of(sent, name), house.places.named)
        if misread:
            raise Invalid(misread)
        key = PostKey(post_id, view.card.version)
        house.desk.label(key, person.actor, house.clock.now(), labels=labels)
    except Invalid as fault:
        return _whereabouts(request, house, post_id, person, view, sent=sent, faults=fault.faults, status=422)
    except NotYours as refusal:
        return problem(request, 403, "不能改判", str(refusal), person)
    except NotNow as refusal:
        return problem(request, 409, "现在不能改判", str(refusal), person)
    except TryAgain as trouble:
        _log.warning("label_not_kept", reason=str(trouble))
        faults = {"whole": "现在存不下来：数据服务正忙，或磁盘已满。选好的都还在，请稍后再试"}
        return _whereabouts(request, house, post_id, person, view, sent=sent, faults=faults, status=503)
    return RedirectResponse(f"/posts/{post_id}?labelled=1", status_code=303)


@router.get("/posts/{post_id}")
def whereabouts(request: Request, post_id: str, house: TheHouse, person: Reader) -> HTMLResponse:
    """Where the way of one post ended, or that it is still on it."""
    return _whereabouts(request, house, post_id, person, _view(house, post_id, person))


def _whereabouts(
    request: Request,
    house: House,
    post_id: str,
    person: Person,
    view: PostView | None,
    *,
    sent: FormData | None = None,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    if view is None and not is_id(post_id):
        return problem(
            request, 404, "没有这条信息", "编号不对，地址可能抄错了。可以在“全部信息”里查找。", person
        )
    look = request.query_params.get("look", "")
    looks = int(look) if look.isascii() and look.isdigit() and len(look) < 4 else 0
    context = {
        "post_id": post_id,
        "done": "done" in request.query_params,
        "next_look": looks + 1 if looks < MOST_LOOKS else 0,
        "post": view,
        "labelling": _labelling(house, person, view, sent, faults or {}),
        "labelled": "labelled" in request.query_params,
    }
    return page(request, "post.html", context, person=person, status=status)


def _labelling(
    house: House, person: Person, view: PostView | None, sent: FormData | None, faults: Mapping[str, str]
) -> Labelling | None:
    """The form of 改判, for who may and what can be put right."""
    if view is None or view.card is None or not is_for(Act.RELABEL, person.actor):
        return None
    if view.case_id is None and person.unit != house.names.top():
        return None
    asks = tuple(
        replace(ask, value=text_of(sent, ask.name) if sent is not None else "")
        for ask in label_asks(house.names.topics)
    )
    known = Examples(house.engine.register).get(
        post_label(PostKey(view.card.id, view.card.version), Labels(), by="", at=house.clock.now()).id
    )
    said = said_of(known, house.names, house.accounts.names(), house.clock.now()) if known else ""
    return Labelling(asks=asks, faults=faults, said=said)


def _view(house: House, post_id: str, person: Person) -> PostView | None:
    """What this person may know of a post; None where that is nothing. Who entered it always learns where it went."""
    author = pseudonym(house.key, hand.SOURCE, person.login)
    lines = house.engine.archive.versions([post_id]).get(post_id, ())
    seen = line_glimpses(house.engine.cases, lines, sight_of(person, house.names))
    shown = [
        line
        for line, glimpse in seen
        if glimpse is not Glimpse.NOTHING
        or (line.body and line.body.source == hand.SOURCE and line.body.author == author)
    ]
    if not shown:
        return None
    by_glimpse = {
        wanted: {line.case_id for line, glimpse in seen if line.case_id and glimpse is wanted}
        for wanted in Glimpse
    }
    return post_view(
        shown,
        by_glimpse[Glimpse.SEALED],
        house.clock.now(),
        unseen=by_glimpse[Glimpse.NOTHING],
        topic=house.names.topic_name,
    )


def post_of(form: HandForm, told: Told, person: Person, key: bytes, now: datetime) -> Post:
    """The post, named after the sheet it was written on: handed in twice, it is still one. Raises NotAccepted."""
    return hand.hand_post(
        heard_by=person.login,
        sheet=form.nonce,
        channel=told.channel,
        title=told.title,
        text=told.text,
        place=told.place,
        reference=told.reference,
        request=told.request,
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
        reference=text_of(sent, "reference"),
        request=text_of(sent, "request"),
        when=text_of(sent, "when"),
    )
    kept, trouble = _kept_before(house, [str(value) for value in sent.getlist("kept")])
    faults: list[str] = []
    for upload in sent.getlist("pictures"):
        if not isinstance(upload, UploadFile) or not upload.filename:
            continue
        try:
            kept.append(_put_away(house, upload.file.read(hand.BIGGEST + 1), upload.filename))
        except hand.NotAccepted as reason:
            faults.append(f"“{upload.filename}”没有收下：{reason}")
        except (OSError, TryAgain) as reason:
            _log.warning("picture_not_stored", reason=repr(reason))
            trouble = NOT_STORED.format(name=upload.filename)
    unique = tuple({picture.sha256: picture for picture in kept}.values())
    if len(unique) > MOST_PICTURES:
        faults.append(f"图片最多 {MOST_PICTURES} 张")
    told = {"pictures": "；".join(faults)} if faults else {}
    return replace(form, kept=unique[:MOST_PICTURES], faults=told, trouble=trouble)


def _kept_before(house: House, values: Sequence[str]) -> tuple[list[Attachment], str]:
    """Pictures that an earlier try of this form has put away (``<sha256>/<name>``), and what is wrong with the folder."""
    kept, trouble = list[Attachment](), ""
    for value in values:
        sha256, _, name = value.partition("/")
        data = pictures.stored(house.settings.attachments, sha256)
        if data is None or hashlib.sha256(data).hexdigest() != sha256:
            continue
        try:
            kept.append(_put_away(house, data, name))
        except hand.NotAccepted:
            continue
        except (OSError, TryAgain) as reason:
            _log.warning("picture_not_stored", reason=repr(reason))
            trouble = NOT_STORED.format(name=name)
    return kept, trouble


def _put_away(house: House, data: bytes, name: str) -> Attachment:
    return hand.store_attachment(data, name, house.settings.attachments)


def _show(request: Request, person: Person, form: HandForm, status: int = 200) -> HTMLResponse:
    house = house_of(request)
    context = {
        "form": form,
        "channels": channel_choices(),
        "requests": tuple((one.value, name) for one, name in requests.NAMES.items()),
        "most": MOST_PICTURES,
        "pass_for": lambda sha256: pictures.sheet_pass(house.key, person.login, sha256),
    }
    return page(request, "hand.html", context, person=person, status=status)
