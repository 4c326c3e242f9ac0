"""值班台, and the live connection that keeps it fresh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from huiying.contracts import OPEN_STATES, CaseEvent, EventKind, Level
from response_api import times
from response_api.auth import Person
from response_api.board import board
from response_api.facts import gather
from response_api.filters import CaseFilter, from_query
from response_api.guard import TheHouse, signed_in
from response_api.house import House
from response_api.pages.frame import page
from response_api.paper import Paper
from response_api.words import EVENTS, LEVELS, STATES, TROUBLE

router = APIRouter()

PARTS = ("tiles", "clocks", "stories", "chart", "heat", "posts", "sources")


@router.get("/")
def show(request: Request, house: TheHouse, person: Annotated[Person, Depends(signed_in())]) -> HTMLResponse:
    wanted = from_query(request.query_params)
    seen = house.hub.seen
    facts = gather(house, wanted, house.clock.now())
    context = {
        "board": board(facts, house.names),
        "seen": seen,
        "wanted": wanted,
        **choices(house, facts.cities, wanted, open_only=True),
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

    def allowed() -> bool:
        return house.accounts.holder(person.session, house.clock.now()) is not None

    return StreamingResponse(
        house.hub.stream(position, allowed),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


def choices(
    house: House, cities: tuple[str, ...], wanted: CaseFilter, *, open_only: bool
) -> Mapping[str, Any]:
    """What the filter offers: of topics and cities only those that lead somewhere, and what is chosen already."""
    codes = [f"T{number:02d}" for number in range(1, 17)]
    states = [state for state in STATES if not open_only or state in OPEN_STATES]
    return {
        "level_choices": [(level.value, f"{mark.numeral} {mark.word}") for level, mark in LEVELS.items()],
        "topic_choices": [(code, house.names.topic_name(code)) for code in codes],
        "city_choices": [(city, city) for city in dict.fromkeys((*cities, *wanted.cities))],
        "state_choices": [(state.value, STATES[state]) for state in states],
    }


def show_event(paper: Paper) -> Callable[[CaseEvent], tuple[str, str]]:
    def show(event: CaseEvent) -> tuple[str, str]:
        level = LEVELS[event.level]
        line = {
            "event": event,
            "level": level,
            "kind": EVENTS[event.kind],
            "trouble": event.kind in TROUBLE,
            "time": times.clock_time(event.at),
        }
        return paper.render("parts/event.html", line), alert_of(event)

    return show


def alert_of(event: CaseEvent) -> str:
    """What a screen reader says at once: a new red, or a clock that broke. Nothing else interrupts."""
    if event.kind is EventKind.CLOCK_BROKEN:
        return f"超时：{event.title}"
    raised = event.kind in {EventKind.FLAGGED, EventKind.LEVEL_CHANGED}
    return f"新的红色事件：{event.title}" if raised and event.level is Level.EXTREME else ""


def board_parts(house: House, now: datetime) -> Mapping[str, str]:
    """The board's panels as HTML, unfiltered: what a pulse sends."""
    context = {"board": board(gather(house, CaseFilter(), now), house.names), "wanted": CaseFilter()}
    return {name: house.paper.render(f"parts/{name}.html", context) for name in PARTS}
