"""What everybody may see, without an account: the outcomes, each matter with its answers, the feeds, and 仍未解决."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from huiying import identity
from huiying.contracts import HANDLED_AS, CaseState, Category
from huiying.errors import CaseNotFound, TryAgain
from huiying.ports import CaseQuery, Order
from response_api import public_feeds, times
from response_api.guard import ForeignForm, TheHouse, form_token, house_of, is_ours, read_form, text_of
from response_api.house import House
from response_api.limits import Limits
from response_api.public_case import public_case
from response_api.public_feeds import ENTRIES, Feed
from response_api.public_list import class_choices, outcome, wanted_class
from response_api.public_statements import PublicStatement, changed_at, public_statement
from triage.answers import Answered, answered, answers_of
from triage.hearing import MOST_CHARACTERS, faults
from triage.publishing import clean
from triage.texts import Texts

router = APIRouter()

ON_A_PAGE = 20
READ = ["GET", "HEAD"]
SHORT = "public, max-age=60"
OWN = "private, max-age=60"
"""For a page with a form: what it carries fits one browser alone."""
MOST_NOTE_BYTES = 256 * 1024
"""Far above what is taken, so that the form itself can say what is too long, and give it back."""
SHOWN_STATES = frozenset(CaseState) - {CaseState.MERGED}
"""Whatever people make of a matter later, its answers stay; what was merged shows where it belongs now."""
ROBOTS = "User-agent: *\nAllow: /public\nAllow: /static/public.css\nDisallow: /public/privacy/objections/\nDisallow: /\n"
TRAP = "website"
"""A field that people do not see and machines fill in."""


@dataclass(frozen=True, slots=True)
class Sent:
    form: FormData
    ours: bool


async def sent_note(request: Request) -> Sent:
    """A dependency: the small form of the public pages. One that is out of date comes through, so that its text can be kept."""
    form = await read_form(request, most=MOST_NOTE_BYTES, files=0)
    return Sent(form, await is_ours(request, form))


# ------------------------------------------------------------------------------------------- outcomes


@router.api_route("/public", methods=READ)
def outcomes(request: Request, house: TheHouse) -> HTMLResponse:
    chosen = wanted_class(request.query_params.get("class", ""))
    after = request.query_params.get("after", "")[:200]
    asked = frozenset({chosen} if chosen else ())
    found = house.engine.cases.search(_published(handled_as=asked, limit=ON_A_PAGE, after=after))
    told = [one for case in found.cases if (one := answers_of(house.engine.cases, case))]
    now, here = house.clock.now(), f"class={chosen.value}&" if chosen else ""
    context = {
        "rows": [outcome(one, _bodies(house, one), house.names, now) for one in told],
        "total": found.total,
        "classes": class_choices(house.names, _counts(house), chosen),
        "chosen": chosen,
        "everything": _total(house, frozenset()),
        "next": f"/public?{here}after={found.next}" if found.next else "",
        "first": (f"/public?{here}".rstrip("?&")) if after else "",
    }
    return shown(request, "public/outcomes.html", context, cache=SHORT)


def _published(*, handled_as: frozenset[Category], limit: int, after: str = "") -> CaseQuery:
    return CaseQuery(
        states=SHOWN_STATES, handled_as=handled_as, order=Order.PUBLISHED, limit=limit, after=after
    )


def _counts(house: House) -> Mapping[Category, int]:
    return {category: _total(house, frozenset({category})) for category in HANDLED_AS}


def _total(house: House, handled_as: frozenset[Category]) -> int:
    return house.engine.cases.search(_published(handled_as=handled_as, limit=1)).total


# ----------------------------------------------------------------------------------------- one matter


@router.api_route("/public/cases/{case_id}", methods=READ)
def one_case(request: Request, case_id: str, house: TheHouse) -> Response:
    found = _answered(house, case_id)
    if found is None:
        return trouble(request, 404)
    if found.case.id != case_id:
        return RedirectResponse(f"/public/cases/{found.case.id}", status_code=302)
    return _case_page(request, house, found)


def _case_page(
    request: Request, house: House, found: Answered, *, said: str = "", fault: str = "", status: int = 200
) -> HTMLResponse:
    context = {
        "case": public_case(found, _bodies(house, found), house.names, house.clock.now()),
        "csrf": form_token(request),
        "trap": TRAP,
        "said": said,
        "fault": fault,
        "most": MOST_CHARACTERS,
        "link": f"{house.settings.address}/public/cases/{found.case.id}",
    }
    cache = OWN if status == 200 else "no-store"
    return shown(request, "public/case.html", context, cache=cache, status=status)


def _answered(house: House, case_id: str) -> Answered | None:
    try:
        return answered(house.engine.cases, case_id)
    except CaseNotFound:
        return None


def _bodies(house: House, found: Answered) -> Mapping[str, bytes | None]:
    texts = Texts(house.engine.register)
    return {statement.sha256: texts.body(statement.sha256) for statement in found.statements}


# ----------------------------------------------------------------------------------------- statements


@router.api_route("/public/statements/{statement_id}.txt", methods=READ)
def statement_bytes(request: Request, statement_id: str, house: TheHouse) -> Response:
    """Exactly the bytes that were signed: their SHA-256 is the one on the page."""
    found = _statement(house, statement_id)
    if found is None or not found[1].open:
        return trouble(request, 404)
    statement = found[1]
    if statement.stopped:
        return PlainTextResponse(
            f"本篇{statement.stopped}。", status_code=410, headers={"cache-control": "no-store"}
        )
    body = Texts(house.engine.register).body(statement.sha256)
    if body is None:
        return PlainTextResponse(statement.trouble, status_code=503, headers={"cache-control": "no-store"})
    headers = {"cache-control": SHORT, "etag": f'"{statement.sha256}"'}
    if public_feeds.is_fresh(request.headers.get("if-none-match"), None, headers["etag"], statement.at):
        return Response(status_code=304, headers=headers)
    headers["content-disposition"] = f'inline; filename="{statement.id}.txt"'
    return Response(body, media_type="text/plain; charset=utf-8", headers=headers)


@router.api_route("/public/statements/{statement_id}", methods=READ)
def one_statement(request: Request, statement_id: str, house: TheHouse) -> Response:
    found = _statement(house, statement_id)
    if found is None:
        return trouble(request, 404)
    return RedirectResponse(f"/public/cases/{found[0].case.id}#{found[1].id}", status_code=302)


def _statement(house: House, statement_id: str) -> tuple[Answered, PublicStatement] | None:
    found = _answered(house, identity.case_of_statement(statement_id))
    if found is None:
        return None
    for statement in found.statements:
        if statement.id == statement_id:
            body = Texts(house.engine.register).body(statement.sha256)
            return found, public_statement(found.case, statement, body, house.names, found.statements)
    return None


# ---------------------------------------------------------------------------------------------- feeds


@router.api_route("/public/feed.atom", methods=READ)
def atom(request: Request, house: TheHouse) -> Response:
    feed = _feed(house)
    return _fed(request, feed, public_feeds.atom(feed), "application/atom+xml; charset=utf-8")


@router.api_route("/public/feed.json", methods=READ)
def json_feed(request: Request, house: TheHouse) -> Response:
    feed = _feed(house)
    return _fed(request, feed, public_feeds.json_feed(feed), "application/feed+json; charset=utf-8")


def _feed(house: House) -> Feed:
    """The statements that changed last stand in the cases that the public heard of last."""
    cases = house.engine.cases.search(_published(handled_as=frozenset(), limit=ENTRIES)).cases
    told = [one for case in cases if (one := answers_of(house.engine.cases, case))]
    newest = sorted(
        (
            (changed_at(statement, one.statements), one, statement)
            for one in told
            for statement in one.statements
        ),
        key=lambda entry: (entry[0], entry[2].id),
        reverse=True,
    )[:ENTRIES]
    texts = Texts(house.engine.register)
    statements = [
        public_statement(one.case, statement, texts.body(statement.sha256), house.names, one.statements)
        for _, one, statement in newest
    ]
    return Feed(address=house.settings.address, office=_office(house), statements=statements)


def _fed(request: Request, feed: Feed, content: bytes, media_type: str) -> Response:
    tag, asked = public_feeds.tag_of(content), request.headers
    headers = {
        "etag": tag,
        "last-modified": public_feeds.http_date(feed.updated),
        "cache-control": SHORT,
    }
    if public_feeds.is_fresh(asked.get("if-none-match"), asked.get("if-modified-since"), tag, feed.updated):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


# ------------------------------------------------------------------------------------------ 仍未解决


@router.post("/public/cases/{case_id}/unresolved")
def unresolved(
    request: Request, case_id: str, house: TheHouse, sent: Annotated[Sent, Depends(sent_note)]
) -> Response:
    found = _answered(house, case_id)
    if found is None:
        if not sent.ours:
            raise ForeignForm
        return trouble(request, 404)
    said = text_of(sent.form, "note")
    if not sent.ours:
        fault = "这一页打开得太久，或浏览器没有保存 Cookie。您写的还在下面，请再提交一次。"
        return _case_page(request, house, found, said=said, fault=fault, status=403)
    if text_of(sent.form, TRAP):
        return _heard(found)
    if wrong := faults(said):
        fault = "还没有提交：" + "；".join(wrong) + "。"
        return _case_page(request, house, found, said=clean(said), fault=fault, status=422)
    return _take(request, house, found, said)


def _take(request: Request, house: House, found: Answered, said: str) -> Response:
    now, case = house.clock.now(), found.case
    limits: Limits = request.app.state.limits
    address = request.client.host if request.client else ""
    try:
        wait = limits.take(address, case.id, now)
        first = wait is None and limits.first_today(address, case.id, now)
    except TryAgain:
        return _busy(request, house, found, said)
    if wait:
        fault = f"还没有提交：近一小时从您的网络，或就这件事提交的已经很多，请在 {times.span(wait)}后再试。"
        answer: Response = _case_page(request, house, found, said=said, fault=fault, status=429)
        answer.headers["retry-after"] = str(int(wait.total_seconds()) + 1)
        return answer
    try:
        house.desk.hear(case.id, said, now, counts=first)
    except TryAgain:
        if first:
            with suppress(
                TryAgain
            ):  # then it was not to be: what comes again today is kept and does not count
                limits.not_said(address, case.id, now)
        return _busy(request, house, found, said)
    return _heard(found)


def _busy(request: Request, house: House, found: Answered, said: str) -> Response:
    fault = "还没有提交：系统正忙，您写的还在下面，请稍后再提交一次。"
    return _case_page(request, house, found, said=said, fault=fault, status=503)


def _heard(found: Answered) -> Response:
    """By a new address, so that loading the page again does not say it twice."""
    return RedirectResponse(f"/public/cases/{found.case.id}/heard", status_code=303)


@router.api_route("/public/cases/{case_id}/heard", methods=READ)
def heard(request: Request, case_id: str, house: TheHouse) -> Response:
    found = _answered(house, case_id)
    if found is None:
        return trouble(request, 404)
    view = public_case(found, _bodies(house, found), house.names, house.clock.now())
    return shown(request, "public/heard.html", {"case": view}, cache="no-store")


# --------------------------------------------------------------------------------------------- around


@router.api_route("/robots.txt", methods=READ)
def robots() -> Response:
    return PlainTextResponse(ROBOTS, headers={"cache-control": SHORT})


def trouble(request: Request, status: int) -> HTMLResponse:
    """Something went wrong on a public page; of what is not published it says no more than of what never was."""
    title, text = _TROUBLES.get(status, ("请求没有成功", "请返回上一页再试。"))
    context = {"title": title, "text": text, "code": status}
    return shown(request, "public/problem.html", context, cache="no-store", status=status)


_TROUBLES = {
    400: ("提交的内容看不懂", "请返回上一页，重新填写后再提交。"),
    403: ("表单已过期", "请返回这件事的页面，刷新后再提交；已写的内容可以先复制。"),
    404: ("没有这一页", "地址可能抄错了，或者这件事还没有公开的回应。"),
    405: ("不能这样访问", "请从页面上的按钮或链接进入。"),
    413: ("内容太大", f"补充说明最多 {MOST_CHARACTERS} 字，不能带附件。"),
    500: ("系统出错", "这一页没有做出来，不是您操作的问题，原因已记入日志。请稍后再试。"),
    503: ("暂时读不到", "系统正忙或正在重启，请稍后刷新。"),
}


def _office(house: House) -> str:
    return house.names.unit_name(house.names.top())


def shown(
    request: Request, template: str, context: Mapping[str, Any], *, cache: str, status: int = 200
) -> HTMLResponse:
    house = house_of(request)
    frame = {"office": _office(house), "path": request.url.path}
    return HTMLResponse(
        house.paper.render(template, {**frame, **context}),
        status_code=status,
        headers={"cache-control": cache},
    )
