"""办理记录: for the auditor of the whole office, who may check it, and take it away to check it elsewhere."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from starlette.datastructures import FormData

from huiying import logs
from huiying.contracts import Role
from huiying.verify import Report
from response_api import times
from response_api.auth import Person
from response_api.guard import NotAllowed, TheHouse, house_of, posted, signed_in
from response_api.pages.frame import page
from response_api.record_desk import Busy, RecordDesk, TooLong
from response_api.security_log import Mark
from response_api.takeaway import in_pieces

router = APIRouter()

MOST_LINES = 50
"""Problems that the page spells out."""
BUSY = "另一位正在核对或导出，请过一会儿再试。"
TOO_LONG = "记录很长，网页上等不及。请在服务器上运行 huiying record export 文件，再运行 huiying verify 文件。"

_log = logs.get("web")


def desk_of(request: Request) -> RecordDesk:
    desk: RecordDesk = request.app.state.record
    return desk


Desk = Annotated[RecordDesk, Depends(desk_of)]


def auditor(person: Annotated[Person, Depends(signed_in(Role.AUDITOR))], desk: Desk) -> Person:
    """The record is of the whole office: nobody who sees only a part of it may have it."""
    if person.unit != desk.office:
        raise NotAllowed
    return person


Auditor = Annotated[Person, Depends(auditor)]
Sent = Annotated[FormData, Depends(posted)]


@router.get("/record")
def standing(request: Request, desk: Desk, person: Auditor) -> HTMLResponse:
    return _show(request, desk, person)


@router.post("/record/check")
def check(request: Request, house: TheHouse, desk: Desk, person: Auditor, _: Sent) -> HTMLResponse:
    try:
        report = desk.check(house.clock.now())
    except (Busy, TooLong) as reason:
        return _refused(request, desk, person, reason)
    _log.info("record_checked", by=person.login, whole=report.ok, problems=len(report.problems) + report.more)
    return _show(request, desk, person, report=report)


@router.post("/record/export")
def take(request: Request, house: TheHouse, desk: Desk, person: Auditor, _: Sent) -> Response:
    now = house.clock.now()
    try:
        file, summary = desk.take(now, person.login)
    except (Busy, TooLong) as reason:
        return _refused(request, desk, person, reason)
    house.accounts.log.note(Mark.EXPORTED, person.login, now, note=f"办理记录，{summary.events} 条")
    _log.info("record_exported", by=person.login, events=summary.events, seal=summary.seal)
    name = f"record-{desk.office}-{times.local(now):%Y%m%d-%H%M%S}-{summary.seal[:12]}.jsonl"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(in_pieces(file), media_type="application/x-ndjson", headers=headers)


def _refused(request: Request, desk: RecordDesk, person: Person, reason: Exception) -> HTMLResponse:
    busy = isinstance(reason, Busy)
    return _show(request, desk, person, trouble=BUSY if busy else TOO_LONG, status=409 if busy else 413)


def _show(
    request: Request,
    desk: RecordDesk,
    person: Person,
    *,
    report: Report | None = None,
    trouble: str = "",
    status: int = 200,
) -> HTMLResponse:
    standing, named = desk.standing(), house_of(request).accounts.names()
    last = standing.last
    context: dict[str, Any] = {
        "cases": standing.cases,
        "events": standing.events,
        "anchors": standing.anchors,
        "last_at": times.full(last.at) if last else "",
        "last_digest": last.digest if last else "",
        "report": report,
        "problems": report.problems[:MOST_LINES] if report else (),
        "more": max(0, len(report.problems) - MOST_LINES) + report.more if report else 0,
        "trouble": trouble,
        "taken": [(times.full(one.at), named(one.by), one) for one in desk.taken()],
    }
    return page(request, "record.html", context, person=person, status=status)
