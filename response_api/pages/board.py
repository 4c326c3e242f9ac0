"""值班台, and the live connection that keeps it fresh."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from huiying.contracts import OPEN_STATES, CaseEvent, EventKind, Level
from huiying.errors import CaseNotFound
from response_api import times
from response_api.auth import Person
from response_api.board import board
from response_api.facts import Facts, gather
from response_api.filters import CaseFilter, from_query
from response_api.guard import INSIDE, Reader, TheHouse, signed_in
from response_api.house import House
from response_api.live import RECENT, Line
from response_api.onward import told
from response_api.pages.frame import home_of, page
from response_api.paper import Paper
from response_api.sight import SEALED, SEALED_TEXT, Glimpse, Sight, is_sealed, sight_of, title_for
from response_api.words import EVENTS, LEVELS, STATES, TROUBLE, what_was

router = APIRouter()

PARTS = ("tiles", "clocks", "stories", "chart", "heat", "posts", "sources")


@router.get("/")
def show(request: Request, house: TheHouse, person: Annotated[Person, Depends(signed_in())]) -> Response:
    """The front door too, which people type: who sees no matters is led on to where their work is."""
    if not person.has(*INSIDE):
        return RedirectResponse(home_of(person), status_code=303)
    wanted = replace(
        from_query(request.query_params), due=None
    )  # the board parts what is over from what is not
    sight = sight_of(person, house.names)
    seen = house.hub.seen
    facts = gather(house, wanted, house.clock.now(), sight)
    context = {
        "board": board(facts, house.names, sight=sight),
        "sorts": bool(sight.sorts),
        "done": _done(house, sight, request.query_params),
        "position": seen.position,
        "lines": list(islice(_lines(house, seen.lines, sight), RECENT)),
        "wanted": wanted,
        **choices(house, facts.cities, facts.leads, wanted, open_only=True),
    }
    return page(request, "board.html", context, person=person)


def _done(house: House, sight: Sight, query: Mapping[str, str]) -> tuple[str, str, str]:
    """What was done from here, of which matter, and what that is called; '' where nothing was."""
    words, case_id = told(query), query.get("on", "")[:80]
    try:
        case = house.engine.cases.get(case_id) if words else None
    except CaseNotFound:
        case = None
    if case is None or is_sealed(case, sight):
        return "", "", ""
    return words, case.id, title_for(case, sight)


@router.get("/live")
async def live(
    request: Request,
    house: TheHouse,
    person: Reader,
    after: int | None = None,
) -> StreamingResponse:
    last = request.headers.get("last-event-id", "")
    position = int(last) if last.removeprefix("-").isdecimal() and len(last) < 20 else after

    sight = sight_of(person, house.names)

    def allowed() -> bool:
        holder = house.accounts.holder(person.session, house.clock.now())
        return holder is not None and holder.has(*INSIDE) and sight_of(holder, house.names) == sight

    return StreamingResponse(
        house.hub.stream(position, allowed, sight=sight),
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


def _lines(house: House, lines: Iterable[Line], sight: Sight) -> Iterator[str]:
    """As they may be read now: since its line was made a case may have become restricted, or somebody else's, or have lost
    its name."""
    for line in lines:
        audience = house.audiences.of(line.event.case_id)
        now = replace(line, audience=audience).glimpse(sight)
        if now is Glimpse.OPEN and audience.title not in ("", line.event.title):
            renamed = replace(line.event, title=audience.title)
            yield house.paper.render("parts/event.html", _told(renamed, hidden=False))
        elif now is Glimpse.OPEN:
            yield line.html
        elif now is Glimpse.SEALED:
            yield house.paper.render("parts/event.html", _told(sealed(line.event), hidden=True))


def show_event(paper: Paper) -> Callable[[CaseEvent, Glimpse], tuple[str, str]]:
    def show(event: CaseEvent, glimpse: Glimpse) -> tuple[str, str]:
        hidden = glimpse is not Glimpse.OPEN
        event = sealed(event) if hidden else event
        return paper.render("parts/event.html", _told(event, hidden=hidden)), alert_of(event)

    return show


def sealed(event: CaseEvent) -> CaseEvent:
    """What those may read of it who may not know what it is about: when, of what kind, how grave."""
    return replace(event, title=SEALED, what=SEALED_TEXT, why="")


def _told(event: CaseEvent, *, hidden: bool) -> Mapping[str, Any]:
    return {
        "event": event,
        "what": what_was(event),
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


def board_parts(house: House, now: datetime, sights: Collection[Sight]) -> Mapping[Sight, Mapping[str, str]]:
    """The board's panels as HTML, unfiltered: what a pulse sends, once for each sight. The facts are read once for all
    of whom they are the same."""
    facts: dict[_Shared, Facts] = {}
    for sight in sights:
        if _shared(sight) not in facts:
            facts[_shared(sight)] = gather(house, CaseFilter(), now, sight)
    return {sight: _panels(house, facts[_shared(sight)], sight) for sight in sights}


_Shared = tuple[frozenset[str] | None, frozenset[str] | None]


def _shared(sight: Sight) -> _Shared:
    """Of what makes a difference to the facts."""
    return sight.units, sight.open_to


def _panels(house: House, facts: Facts, sight: Sight) -> Mapping[str, str]:
    context = {"board": board(facts, house.names, sight=sight), "wanted": CaseFilter()}
    return {name: house.paper.render(f"parts/{name}.html", context) for name in PARTS}
