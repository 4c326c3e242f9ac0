"""What the board is made of, read from the engine in one go.  A few bounded queries, however many matters stand open.

A clock runs from the finding of its case, so what is still to come stands among those found last; what has run out
may be of any age, and is counted by the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from huiying.contracts import LIVE_STATES, ArchiveLine, Case, CaseState, ClockState, Disposition, Level
from huiying.errors import Misconfigured
from huiying.ports import CaseQuery, CaseStore, Dimension, LineQuery, Order
from response_api import times
from response_api.filters import SOON, CaseFilter
from response_api.house import House, SourceState
from response_api.sight import EVERYTHING, Audience, Sight, audiences_of
from response_api.suggested import audiences
from response_api.ticket_view import tone_of
from triage.callers import owed

AT_ONCE, MOST_PAGES = 100, 6
"""Cases of one look back, and how many looks back: reading a case takes a sixth of a millisecond."""
MOST_ACTIVE, MOST_OVER, MOST_WITH_CALLERS = 60, 20, 200
HEAT_TOPICS = 7
GRAVE = frozenset({Level.MAJOR, Level.EXTREME})
RELEVANT = frozenset({Disposition.ATTACHED, Disposition.DUPLICATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """Tickets that nobody has answered, of matters in any state: also of those that people have ended."""

    waiting: int = 0
    over: int = 0
    soon: int = 0
    """A day or less is left."""
    cut: bool = False
    """More matters have some than were counted."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    now: datetime
    cases: tuple[Case, ...]
    """Open ones that match the filter: those found last, those that grew last, those that ran out first, and of the grave
    ones those that did."""
    cut: bool
    """There are more of today or still to come than were looked at."""
    flagged: int
    grave: int
    """Of those flagged: 重大 and above."""
    unsigned: int
    """Of those flagged: nobody has signed for them yet."""
    over: int
    """Cases with a clock that ran out."""
    heat: Mapping[tuple[str, str], int]
    """(topic, city) → open cases, of the topics that have most; as the two below, of what the reader may open alone."""
    cities: tuple[str, ...]
    """Cities of open cases, whatever the filter."""
    leads: tuple[str, ...]
    """Units that lead open cases, whatever the filter."""
    today: Mapping[Disposition, int]
    hourly: Mapping[tuple[str, str], int]
    newest: tuple[ArchiveLine, ...]
    audiences: Mapping[str, Audience]
    """Whom the cases concern that the newest posts belong to, by id."""
    sources: Sequence[SourceState]
    alike: Mapping[str, tuple[Audience, ...]] = field(default_factory=dict)
    """Whom the cases concern that may be the same matter as one of ``cases``, by the id of that one."""
    callers: Callers = Callers()
    whole: bool = True
    """Of the whole tree, with what belongs to no case; else of one part of it, and of its cases alone."""


def gather(house: House, wanted: CaseFilter, now: datetime, sight: Sight) -> Facts:
    """Of what is in view; the same for everybody with these ``sight.units`` and ``sight.open_to``."""
    cases, archive, parties = house.engine.cases, house.engine.archive, sight.parties
    query = wanted.query(open_only=True, now=now, sight=sight)
    ran_out = replace(query, order=Order.NEXT_DUE, due_before=now, limit=MOST_OVER)
    over, gravest = cases.search(ran_out), _of_the_grave(cases, ran_out)
    levels = _flagged(cases, query)
    everywhere = replace(CaseFilter().query(open_only=True, now=now, sight=sight), open_to=sight.open_to)
    hand, cut = at_hand(cases, query, now)
    together = _distinct(hand, gravest, over.cases)
    newest = archive.search(LineQuery(dispositions=RELEVANT, parties=parties, limit=14)).lines
    return Facts(
        now=now,
        cases=together,
        cut=cut,
        flagged=sum(levels.values()),
        grave=sum(count for level, count in levels.items() if level in GRAVE),
        unsigned=_unsigned(cases, query),
        over=over.total,
        heat=_heat(cases, replace(query, open_to=sight.open_to)),
        cities=tuple(sorted(filter(None, cases.tally(everywhere, by=Dimension.CITY)))),
        leads=tuple(sorted(cases.tally(everywhere, by=Dimension.LEAD))),
        today=archive.tally(since=times.midnight(now), parties=parties),
        hourly=archive.hourly(since=now - timedelta(hours=24), parties=parties),
        newest=newest,
        audiences=audiences_of(cases, newest),
        sources=source_states(house),
        alike=audiences(cases, together),
        callers=_callers(
            cases, replace(wanted.query(open_only=False, now=now, sight=sight), open_to=sight.open_to), now
        ),
        whole=sight.whole,
    )


def _of_the_grave(cases: CaseStore, query: CaseQuery) -> tuple[Case, ...]:
    """The same of 重大 and above alone, which those of little weight must not crowd out."""
    levels = (query.levels & GRAVE) if query.levels else GRAVE
    return cases.search(replace(query, levels=levels)).cases if levels else ()


def _callers(cases: CaseStore, query: CaseQuery, now: datetime) -> Callers:
    page = cases.search(
        replace(query, awaits=frozenset({"ticket"}), order=Order.NEXT_DUE, limit=MOST_WITH_CALLERS)
    )
    tones = [tone_of(ticket, now) for case in page.cases for ticket in owed(case)]
    return Callers(
        waiting=len(tones), over=tones.count("over"), soon=tones.count("soon"), cut=bool(page.next)
    )


def at_hand(cases: CaseStore, query: CaseQuery, now: datetime) -> tuple[tuple[Case, ...], bool]:
    """Those found last, back to where nothing is of today or still to come, and those that grew last; whether cut off."""
    grown = cases.search(replace(query, order=Order.ACTIVE, limit=MOST_ACTIVE)).cases
    found: list[Case] = []
    page = replace(query, order=Order.NEWEST, limit=AT_ONCE)
    for _ in range(MOST_PAGES):
        got = cases.search(page)
        found += got.cases
        if not got.next or not _worth_more(got.cases, now):
            return _distinct(found, grown), False
        page = replace(page, after=got.next)
    return _distinct(found, grown), True


def soon(cases: CaseStore, wanted: CaseFilter, now: datetime, sight: Sight = EVERYTHING) -> tuple[Case, ...]:
    """Open cases with a clock that runs out within the hour, what runs out next first."""
    hand, _ = at_hand(cases, wanted.query(open_only=True, now=now, sight=sight), now)
    return falling_due(hand, now)


def falling_due(cases: Iterable[Case], now: datetime) -> tuple[Case, ...]:
    due = [(min(ahead), case) for case in cases if (ahead := _ahead(case, now)) and min(ahead) <= now + SOON]
    return tuple(case for _, case in sorted(due, key=lambda pair: pair[0]))


def _worth_more(cases: Sequence[Case], now: datetime) -> bool:
    return cases[-1].detected_at >= times.midnight(now) or any(_ahead(case, now) for case in cases)


def _ahead(case: Case, now: datetime) -> list[datetime]:
    """When its running clocks run out that have not yet."""
    return [clock.due_at for clock in case.clocks if clock.state is ClockState.RUNNING and clock.due_at > now]


def _distinct(*parts: Iterable[Case]) -> tuple[Case, ...]:
    return tuple({case.id: case for part in parts for case in part}.values())


def _flagged(cases: CaseStore, query: CaseQuery) -> Mapping[str, int]:
    """Level → matters, candidates left out; none where the filter leaves matters out."""
    if not (alerted := query.states & LIVE_STATES):
        return {}
    return cases.tally(replace(query, states=alerted), by=Dimension.LEVEL)


_UNSIGNED = frozenset({CaseState.FLAGGED, CaseState.CONFIRMED, CaseState.ASSIGNED})


def _unsigned(cases: CaseStore, query: CaseQuery) -> int:
    if not (waiting := query.states & _UNSIGNED):
        return 0
    return sum(cases.tally(replace(query, states=waiting), by=Dimension.STATE).values())


def _heat(cases: CaseStore, query: CaseQuery) -> dict[tuple[str, str], int]:
    topics = cases.tally(query, by=Dimension.TOPIC)
    most = sorted(topics, key=lambda topic: (-topics[topic], topic))[:HEAT_TOPICS]
    return {
        (topic, city): count
        for topic in most
        for city, count in cases.tally(replace(query, topics=frozenset({topic})), by=Dimension.CITY).items()
    }


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """Stands for the whole catalogue while nobody can read it."""

    note: str
    id: str = "catalogue"
    name: str = "来源目录"
    ok: bool = False
    last_at: datetime | None = None
    posts: int = 0
    state: str = "failing"
    last_ok_at: datetime | None = None


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
