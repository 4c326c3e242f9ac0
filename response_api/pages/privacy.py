"""公开告知 and 异议: how the office handles personal information, and how to object to it, without an account."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from huiying import identity
from huiying.errors import TryAgain
from response_api import times
from response_api.disclosure import notice
from response_api.guard import ForeignForm, TheHouse, form_token, text_of
from response_api.house import House
from response_api.limits import Limits
from response_api.objection_view import outcome
from response_api.pages.public import OWN, READ, TRAP, Sent, sent_note, shown, trouble
from response_api.security_log import Mark
from triage.objections import MOST_ADDRESS, MOST_REASON, faults, id_of, plain
from triage.publishing import clean
from triage.refusals import Invalid

router = APIRouter()

FIELDS = ("address", "floor", "reason")


@router.api_route("/public/privacy", methods=READ)
def told(request: Request, house: TheHouse) -> Response:
    if (asked := request.query_params.get("receipt")) is None:
        return _page(request, house)
    if receipt := plain(asked):
        return RedirectResponse(f"/public/privacy/objections/{receipt}", status_code=303)
    fault = "回执编号是 16 个字母和数字，分四组，请照回执抄写。"
    return _page(request, house, asked=asked[:60], lost=fault, status=422)


@router.post("/public/privacy/objections")
def object_to(request: Request, house: TheHouse, sent: Annotated[Sent, Depends(sent_note)]) -> Response:
    typed = {name: text_of(sent.form, name) for name in FIELDS}
    if not sent.ours:
        if not any(typed.values()):
            raise ForeignForm
        whole = "这一页打开得太久，或浏览器没有保存 Cookie。您写的还在下面，请再提交一次。"
        return _page(request, house, typed=typed, wrong={"whole": whole}, status=403)
    if text_of(sent.form, TRAP):
        return RedirectResponse("/public/privacy", status_code=303)
    typed["reason"] = clean(typed["reason"])
    if wrong := faults(**typed):
        return _page(request, house, typed=typed, wrong=wrong, status=422)
    return _take(request, house, typed, text_of(sent.form, "sheet")[:60])


def _take(request: Request, house: House, typed: Mapping[str, str], sheet: str) -> Response:
    now = house.clock.now()
    limits: Limits = request.app.state.limits
    line = request.client.host if request.client else ""
    try:
        wait = limits.take(line, "objection to " + identity.address(typed["address"]), now)
        receipt, new = ("", False) if wait else house.objections.file(**typed, now=now, sheet=sheet)
        if new:
            house.accounts.log.note(Mark.OBJECTION_FILED, "", now, note=f"异议 {id_of(receipt)[:8]}")
    except Invalid as fault:
        return _page(request, house, typed=typed, wrong=fault.faults, status=422)
    except TryAgain:
        whole = "还没有提交：系统正忙，您写的还在下面，请稍后再提交一次。"
        return _page(request, house, typed=typed, wrong={"whole": whole}, status=503)
    if wait:
        whole = f"还没有提交：近一小时从您的网络，或就这个网址提交的已经很多，请在 {times.span(wait)}后再试。"
        answer: Response = _page(request, house, typed=typed, wrong={"whole": whole}, status=429)
        answer.headers["retry-after"] = str(int(wait.total_seconds()) + 1)
        return answer
    return RedirectResponse(f"/public/privacy/objections/{plain(receipt)}", status_code=303)


@router.api_route("/public/privacy/objections/{receipt}", methods=READ)
def looked_up(request: Request, receipt: str, house: TheHouse) -> Response:
    """What became of one objection, for whoever has its receipt."""
    found = house.objections.by_receipt(receipt)
    if found is None:
        fault = "没有这个编号的异议：编号可能抄错了，或已过查询期限。"
        return (
            _page(request, house, asked=receipt[:60], lost=fault, status=404)
            if plain(receipt)
            else trouble(request, 404)
        )
    view = outcome(found, plain(receipt), house.disclosure.protection, house.clock.now())
    answer = shown(request, "public/objection.html", {"objection": view}, cache="no-store")
    answer.headers["x-robots-tag"] = "noindex"
    return answer


def _page(
    request: Request,
    house: House,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    asked: str = "",
    lost: str = "",
    status: int = 200,
) -> HTMLResponse:
    context = {
        "notice": notice(house.disclosure),
        "csrf": form_token(request),
        "sheet": secrets.token_urlsafe(12),
        "trap": TRAP,
        "typed": typed or dict.fromkeys(FIELDS, ""),
        "wrong": wrong or {},
        "asked": asked,
        "lost": lost,
        "most": MOST_REASON,
        "most_address": MOST_ADDRESS,
    }
    cache = OWN if status == 200 else "no-store"
    return shown(request, "public/privacy.html", context, cache=cache, status=status)
