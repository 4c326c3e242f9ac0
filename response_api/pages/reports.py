"""简报: what a day, a week or a month came to, on the screen and as a Word file, which goes round and names no restricted matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from huiying.contracts import LIVE_STATES, CaseState, Level
from huiying.ports import Order
from response_api import times
from response_api.filters import CaseFilter
from response_api.guard import Reader, TheHouse
from response_api.house import House
from response_api.pages.frame import page
from response_api.pages.papers import download
from response_api.pages.reach import OutOfReach
from response_api.papers.figures import CANDIDATES, MATTERS, Report, report
from response_api.papers.gather import issue_facts
from response_api.papers.issue import NAMES, TURNS, Issue, Span, issue_of
from response_api.papers.report import TICKETS_SAID, callers_said, file_name, notes, report_paper
from response_api.papers.word import written
from response_api.security_log import Mark
from response_api.sight import Sight, of_unit, sight_of
from response_api.stats_view import PUT_OFF
from response_api.ticket_view import WENT

router = APIRouter()

SPANS = {Span.DAY: "日", Span.WEEK: "周", Span.MONTH: "月"}
MOST_OPEN = 12
"""Open matters that the screen shows; the paper shows more, the list all."""
NO_DAY = "日期要写成 2026-11-23 这样，而且不能晚于今天"


@router.get("/reports")
def reports(request: Request, house: TheHouse, person: Reader) -> HTMLResponse:
    now = house.clock.now()
    today = times.local(now).date()
    asked, typed = request.query_params.get("period", ""), request.query_params.get("day", "")[:40]
    span = Span(asked) if asked in set(Span) else Span.DAY
    day = _day(typed, now) if typed else today
    shown = issue_of(span, day or today)
    made = _made(house, sight_of(person, house.names), shown, now)
    context = {
        "report": made,
        "notes": notes(made),
        "went": list(WENT.values()),
        "put_off": PUT_OFF,
        "tickets_said": TICKETS_SAID,
        "callers_said": callers_said(made) if made.callers.owed else "",
        "spans": [(one.value, name) for one, name in SPANS.items()],
        "span": span.value,
        "name": NAMES[span],
        "before": TURNS[span][0],
        "after": TURNS[span][1],
        "typed": typed or today.isoformat(),
        "fault": NO_DAY if day is None else "",
        "last_day": today.isoformat(),
        "file": f"/reports/{span.value}.docx?" + urlencode({"day": shown.first.isoformat()}),
        "earlier": _link(shown.previous()),
        "later": _link(shown.following()) if shown.following().first <= today else "",
        "links": _links(shown),
        "open_link": f"/cases?{CaseFilter(states=_in_order(LIVE_STATES)).text(order=Order.NEXT_DUE)}",
        "most_open": MOST_OPEN,
        "scale": max((count for _, count in made.days), default=1) or 1,
    }
    return page(request, "reports.html", context, person=person, status=400 if day is None else 200)


@router.get("/reports/{span}.docx")
def report_file(span: str, request: Request, house: TheHouse, person: Reader) -> Response:
    if span not in set(Span):
        raise OutOfReach(404, "没有这种简报", "地址可能抄错了。请从“简报”页面下载。")
    now = house.clock.now()
    typed = request.query_params.get("day", "")
    day = _day(typed, now) if typed else times.local(now).date()
    if day is None:
        raise OutOfReach(400, "日期不对", f"{NO_DAY}。请从“简报”页面重新选。")
    made = _made(house, of_unit(person.unit, house.names), issue_of(Span(span), day), now)
    paper = report_paper(made, unit=house.names.unit_name(person.unit))
    house.accounts.log.note(Mark.EXPORTED, person.login, now, note=paper.title)
    return download(written(paper), file_name(made))


def _made(house: House, sight: Sight, shown: Issue, now: datetime) -> Report:
    facts = issue_facts(house.engine, shown, sight=sight, now=now)
    return report(facts, house.names, house.desk.policy.calendar)


def _day(text: str, now: datetime) -> date | None:
    """Up to today; None for anything else."""
    day = times.day_of(text)
    return day if day is not None and day <= times.local(now).date() else None


def _link(shown: Issue) -> str:
    return "/reports?" + urlencode({"period": shown.span.value, "day": shown.first.isoformat()})


def _links(shown: Issue) -> Callable[[str, str], str]:
    """Where the cases of a number are listed: by what it counts and its key."""
    matters = CaseFilter(states=_in_order(MATTERS), since=shown.first, until=shown.last)
    states = {
        "matters": matters.states,
        "candidates": _in_order(CANDIDATES),
        "dismissed": (CaseState.DISMISSED,),
    }

    def link(kind: str, key: str) -> str:
        match kind:
            case "count" if key in states:
                wanted = replace(matters, states=states[key])
            case "level":
                wanted = replace(matters, levels=(Level(key),))
            case "topic" if key:
                wanted = replace(matters, topics=(key,))
            case "city" if key:
                wanted = replace(matters, cities=(key,))
            case _:
                return ""
        return f"/cases?{wanted.text(order='newest')}"

    return link


def _in_order(states: frozenset[CaseState]) -> tuple[CaseState, ...]:
    return tuple(state for state in CaseState if state in states)
