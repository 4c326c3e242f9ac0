"""值班台, and the live connection that keeps it fresh."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from huiying.contracts import OPEN_STATES, CaseEvent, EventKind, Level
from response_api import times
from response_api.auth import Person
from response_api.board import board
from response_api.facts import Facts, gather
from response_api.filters import CaseFilter, from_query
from response_api.guard import TheHouse, signed_in
from response_api.house import House
from response_api.live import Line
from response_api.pages.frame import page
from response_api.paper import Paper
from response_api.sight import SEALED, SEALED_TEXT, Seals, sees_all
from response_api.words import EVENTS, LEVELS, STATES, TROUBLE

router = APIRouter()

PARTS = ("tiles", "clocks", "stories", "chart", "heat", "posts", "sources")


@router.get("/")
def show(request: Request, house: TheHouse, person: Annotated[Person, Depends(signed_in())]) -> HTMLResponse:
    wanted = replace(
        from_query(request.query_params), due=None
    )  # the board parts what is over from what is not
    sees = sees_all(person)
    seen = house.hub.seen
    facts = gather(house, wanted, house.clock.now())
    context = {
        "board": board(facts, house.names, sees=sees),
        "position": seen.position,
        "lines": [_line(house, line, sees) for line in seen.lines],
        "wanted": wanted,
        **choices(house, facts.cities, facts.leads, wanted, open_only=True),
    }
    return page(request, "board.html", context, person=person)


@router.get("/live")
async def live(
    request: Request,
    house: TheHouse,
    person: Annotated[Person, Depends(signed_in())],
    after: int | None = None,
) -> StreamingResponse:
    last = request.headers.get("last-event-id", "")
    position = int(last) if last.removeprefix("-").isdecimal() and len(last) < 20 else after

    sees = sees_all(person)

    def allowed() -> bool:
        holder = house.accounts.holder(person.session, house.clock.now())
        return holder is not None and sees_all(holder) is sees

    return StreamingResponse(
        house.hub.stream(position, allowed, sees=sees),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


def choices(
    house: House,
    cities: tuple[str, ...],
    leads: tuple[str, ...],
    wanted: CaseFilter,
    *,
    open_only: bool,
) -> Mapping[str, Any]:
    """What the filter offers: of cities and units only those that lead somewhere, and what is chosen already."""
    states = [state for state in STATES if not open_only or state in OPEN_STATES]
    return {
        "level_choices": [(level.value, f"{mark.numeral} {mark.word}") for level, mark in LEVELS.items()],
        "topic_choices": list(house.names.topics.items()),
        "city_choices": [(city, city) for city in dict.fromkeys((*cities, *wanted.cities))],
        "lead_choices": [
            (lead, house.names.unit_name(lead)) for lead in dict.fromkeys((*leads, *wanted.leads))
        ],
        "state_choices": [(state.value, STATES[state]) for state in states],
    }


def _line(house: House, line: Line, sees: bool) -> str:
    """As it may be read now: its case may have become restricted since the line was made."""
    if sees or not house.seals.on(line.event.case_id):
        return line.html
    return house.paper.render("parts/event.html", _told(sealed(line.event), hidden=True))


def show_event(paper: Paper, seals: Seals) -> Callable[[CaseEvent, bool], tuple[str, str]]:
    def show(event: CaseEvent, sees: bool) -> tuple[str, str]:
        hidden = not sees and seals.on(event.case_id, event.sequence)
        event = sealed(event) if hidden else event
        return paper.render("parts/event.html", _told(event, hidden=hidden)), alert_of(event)

    return show


def sealed(event: CaseEvent) -> CaseEvent:
    """What those may read of it who may not know what it is about: when, of what kind, how grave."""
    return replace(event, title=SEALED, what=SEALED_TEXT, why="")


def _told(event: CaseEvent, *, hidden: bool) -> Mapping[str, Any]:
    return {
        "event": event,
        "hidden": hidden,
        "level": LEVELS[event.level],
        "kind": EVENTS[event.kind],
        "trouble": event.kind in TROUBLE,
        "time": times.clock_time(event.at),
    }


def alert_of(event: CaseEvent) -> str:
    """What a screen reader says at once: a new red, or a clock that broke. Nothing else interrupts."""
    if event.kind is EventKind.CLOCK_BROKEN:
        return f"超时：{event.title}"
    raised = event.kind in {EventKind.FLAGGED, EventKind.LEVEL_CHANGED}
    return f"新的红色事件：{event.title}" if raised and event.level is Level.EXTREME else ""


def board_parts(house: House, now: datetime, sights: Collection[bool]) -> Mapping[bool, Mapping[str, str]]:
    """The board's panels as HTML, unfiltered: what a pulse sends, for those who see everything and for the others."""
    facts = gather(house, CaseFilter(), now)
    return {sees: _panels(house, facts, sees) for sees in sights}


def _panels(house: House, facts: Facts, sees: bool) -> Mapping[str, str]:
    context = {"board": board(facts, house.names, sees=sees), "wanted": CaseFilter()}
    return {name: house.paper.render(f"parts/{name}.html", context) for name in PARTS}
