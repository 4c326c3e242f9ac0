"""What the board is made of, read from the engine in one go.  A few queries, whatever the number of clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.contracts import ArchiveLine, Case, CaseState, Disposition
from huiying.errors import Misconfigured
from huiying.ports import CaseQuery, Dimension, LineQuery, Order
from response_api import times
from response_api.filters import CaseFilter
from response_api.house import House, SourceState

MOST_CASES = 400
RELEVANT = frozenset({Disposition.ATTACHED, Disposition.DUPLICATE})


@dataclass(frozen=True, kw_only=True)
class Facts:
    now: datetime
    cases: tuple[Case, ...]
    """Open ones that match the filter, what runs out next first; at most MOST_CASES."""
    total: int
    by_state: Mapping[str, int]
    cities: tuple[str, ...]
    """Cities of open cases, whatever the filter."""
    today: Mapping[Disposition, int]
    hourly: Mapping[tuple[str, str], int]
    newest: tuple[ArchiveLine, ...]
    sources: Sequence[SourceState]


def gather(house: House, wanted: CaseFilter, now: datetime) -> Facts:
    cases, archive = house.engine.cases, house.engine.archive
    query = wanted.query(open_only=True, order=Order.NEXT_DUE, limit=MOST_CASES)
    page = cases.search(query)
    everywhere = cases.tally(CaseFilter().query(open_only=True), by=Dimension.CITY)
    return Facts(
        now=now,
        cases=page.cases,
        total=page.total,
        by_state=cases.tally(query, by=Dimension.STATE),
        cities=tuple(sorted(city for city in everywhere if city)),
        today=archive.tally(since=times.midnight(now)),
        hourly=archive.hourly(since=now - timedelta(hours=24)),
        newest=archive.search(LineQuery(dispositions=RELEVANT, limit=14)).lines,
        sources=source_states(house),
    )


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """Stands for the whole catalogue while nobody can read it."""

    note: str
    id: str = "catalogue"
    name: str = "来源目录"
    ok: bool = False
    last_at: datetime | None = None
    posts: int = 0


def source_states(house: House) -> tuple[SourceState, ...]:
    """A slip in the catalogue, which people edit while all this runs, must not take the board down."""
    try:
        return tuple(house.sources())
    except Misconfigured as fault:
        return (Unreadable(note=str(fault).splitlines()[0]),)


def pulse(house: House, now: datetime) -> tuple[object, ...]:
    """Something small that differs when the board would: cheap enough to ask every two seconds.

    The minute is in it, because clocks break and fall due without anybody's doing.
    """
    everything = CaseQuery(states=frozenset(CaseState))
    return (
        house.engine.stream.end("case-events"),
        tuple(sorted(house.engine.archive.tally(since=times.midnight(now)).items())),
        tuple(sorted(house.engine.cases.tally(everything, by=Dimension.STATE).items())),
        tuple((state.id, state.ok, state.note, state.posts) for state in source_states(house)),
        now.replace(second=0, microsecond=0),
    )
