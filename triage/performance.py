"""How matters were dealt with over a period: hours kept and missed, how long things took, and how answers scored.  Pure.

A period's matters are those that were found in it and became matters: a fixed set, so that a figure can be worked out again
at any time, and each opens to its cases.  What the law asks for and what the house asks of itself are never one figure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from huiying.contracts import (
    Authority,
    Case,
    CaseState,
    ClockKind,
    ClockState,
    EventKind,
    Level,
    Request,
    ResponseClock,
    Ticket,
)
from triage.ending import Ending, ending, is_booked
from triage.rebound import rebounded
from triage.record import is_of_people
from triage.scorecard import Scorecard
from triage.scoring import Scoring
from triage.tickets import Went, went

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Of durations or points: how many there are, their median, and what nine in ten do not exceed."""

    n: int
    median: float
    ninety: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """The clocks of one duty and one authority, over all rounds."""

    kind: ClockKind
    name: str
    authority: Authority
    cases: Mapping[Ending, tuple[str, ...]]
    """Ids: a case stands there once for each such clock of it."""
    hours: Spread | None
    """From start to done, of those that were done."""

    def count(self, which: Ending) -> int:
        return len(self.cases.get(which, ()))

    @property
    def ended(self) -> int:
        """Those of which it is known whether they were kept."""
        return self.count(Ending.KEPT) + self.count(Ending.MISSED)

    @property
    def on_time(self) -> float | None:
        """Share, 0 to 1; None where none has ended."""
        return self.count(Ending.KEPT) / self.ended if self.ended else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """The tickets of one kind of request and one authority."""

    request: Request
    authority: Authority
    cases: Mapping[Went, tuple[str, ...]]
    """Ids: a case stands there once for each such ticket of it."""
    owed: tuple[str, ...] = ()
    """Ids likewise: of those whose callers still wait, however it went."""
    extended: tuple[str, ...] = ()
    """Ids likewise: of those that were put off."""

    def count(self, which: Went) -> int:
        return len(self.cases.get(which, ()))

    @property
    def total(self) -> int:
        return sum(map(len, self.cases.values()))

    @property
    def kept(self) -> int:
        """Answered, or sent back, in time."""
        return self.count(Went.KEPT) + self.count(Went.RETURNED)

    @property
    def ended(self) -> int:
        """Those of which it is known whether they were answered in time; not what was over before it came in."""
        return self.kept + self.count(Went.LATE) + self.count(Went.OVER)

    @property
    def on_time(self) -> float | None:
        """Share, 0 to 1; None where none has ended."""
        return self.kept / self.ended if self.ended else None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit's matters, by who leads now."""

    unit: str
    cases: tuple[str, ...]
    closed: int
    kept: int
    missed: tuple[str, ...]
    """Ids of cases, of clocks that the law asks for."""
    booked: tuple[str, ...]
    """Of those too, where the time was over before anybody could know: detection's, not the unit's."""
    corrected: tuple[str, ...]
    """Of those too, where it stood as missed only because of a fact that people have put right."""
    hours: Spread | None
    """From finding to the first answer in public."""
    scored: tuple[str, ...]
    score: float | None
    """Mean of the settled scores, each weighted by its level."""
    grade: str
    vetoed: tuple[str, ...]

    @property
    def on_time(self) -> float | None:
        ended = self.kept + len(self.missed)
        return self.kept / ended if ended else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    since: datetime
    until: datetime
    cases: tuple[str, ...]
    levels: Mapping[Level, tuple[str, ...]]
    states: Mapping[CaseState, tuple[str, ...]]
    clocks: tuple[ClockRow, ...]
    """Those of the law first."""
    tickets: tuple[TicketRow, ...]
    """Those of the law first; those of candidates too, whose callers wait as well."""
    lag: Spread | None
    """Hours from being public to being found, of what says when it was published."""
    answer: Spread | None
    """Hours from finding to the first answer in public."""
    answered: tuple[str, ...]
    rebounds: tuple[str, ...]
    """Answered, and back again."""
    regraded: tuple[str, ...]
    """People set another level than the machine."""
    dismissed: tuple[str, ...]
    units: tuple[UnitRow, ...]
    untold: tuple[str, ...]
    """Those of which it may not be told who leads: no unit's row has them."""
    scores: Spread | None
    """Of the settled ones."""
    scored: tuple[str, ...]
    open_scores: tuple[str, ...]
    """Closed, and not yet evaluated or still watched."""
    flagged: Mapping[str, tuple[str, ...]]
    """What was said beside the scores, by key."""
    cut: bool = False
    """There are more matters than were looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A matter with its score, where it has one, and when it was first answered in public."""

    case: Case
    card: Scorecard | None
    answered_at: datetime | None


def measured(
    matters: Sequence[Scored],
    since: datetime,
    until: datetime,
    now: datetime,
    rules: Scoring,
    *,
    told: Callable[[Case], bool] = lambda _: True,
    candidates: Sequence[Case] = (),
    cut: bool = False,
) -> Performance:
    """``told``: whether the reader may learn who leads a case; ``candidates``: what is no matter yet, and has tickets."""
    cases = [one.case for one in matters]
    settled = [one for one in matters if one.card and one.card.settled and _is_closed(one.case)]
    answered = [one for one in matters if one.answered_at is not None]
    flags: dict[str, list[str]] = defaultdict(list)
    for one in matters:
        for flag in one.card.flags if one.card else ():
            flags[flag.key].append(one.case.id)
    return Performance(
        since=since,
        until=until,
        cases=_ids(cases),
        levels={level: _ids(case for case in cases if case.severity.level is level) for level in Level},
        states={state: _ids(case for case in cases if case.state is state) for state in CaseState},
        clocks=tuple(_clocks(cases, now)),
        tickets=tuple(ticket_rows([*cases, *candidates], now)),
        lag=spread([_hours(case.first_public_at, case.detected_at) for case in cases if _says_when(case)]),
        answer=spread([_hours(one.case.detected_at, one.answered_at) for one in answered]),
        answered=_ids(one.case for one in answered),
        rebounds=_ids(case for case in cases if rebounded(case)),
        regraded=_ids(case for case in cases if _is_regraded(case)),
        dismissed=_ids(case for case in cases if case.state is CaseState.DISMISSED),
        units=tuple(_units([one for one in matters if told(one.case)], now, rules)),
        untold=_ids(case for case in cases if not told(case)),
        scores=spread([one.card.low for one in settled if one.card]),
        scored=_ids(one.case for one in settled),
        open_scores=_ids(
            one.case for one in matters if _is_closed(one.case) and one.card and not one.card.settled
        ),
        flagged={key: tuple(ids) for key, ids in flags.items()},
        cut=cut,
    )


def spread(values: Collection[float]) -> Spread | None:
    """None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return Spread(n=len(ordered), median=median(ordered), ninety=ordered[-(-9 * len(ordered) // 10) - 1])


def clocks_of(case: Case) -> tuple[ResponseClock, ...]:
    """Of every round; a suspicion is the house's own."""
    return (*case.past_clocks, *case.clocks)


def _clocks(cases: Iterable[Case], now: datetime) -> Iterator[ClockRow]:
    rows: dict[tuple[Authority, ClockKind], list[tuple[Case, ResponseClock]]] = defaultdict(list)
    for case in cases:
        for clock in clocks_of(case):
            rows[clock.authority, clock.rule.kind].append((case, clock))
    kinds, authorities = list(ClockKind), list(Authority)
    for authority, kind in sorted(rows, key=lambda key: (authorities.index(key[0]), kinds.index(key[1]))):
        mine = rows[authority, kind]
        names = Counter(clock.rule.name for _, clock in mine)
        yield ClockRow(
            kind=kind,
            name=names.most_common(1)[0][0],
            authority=authority,
            cases={
                one: tuple(case.id for case, clock in mine if ending(clock, now) is one) for one in Ending
            },
            hours=spread(
                [
                    _hours(clock.started_at, clock.met_at)
                    for _, clock in mine
                    if clock.state is ClockState.MET and clock.met_at is not None
                ]
            ),
        )


def ticket_rows(cases: Iterable[Case], now: datetime) -> Iterator[TicketRow]:
    """Every ticket of these once, by authority and kind: the one sum that page, workbook and reports take."""
    rows: dict[tuple[Authority, Request], list[tuple[Case, Ticket]]] = defaultdict(list)
    for case in cases:
        for ticket in case.tickets:
            rows[ticket.authority, ticket.request].append((case, ticket))
    kinds, authorities = list(Request), list(Authority)
    for authority, request in sorted(rows, key=lambda key: (authorities.index(key[0]), kinds.index(key[1]))):
        mine = rows[authority, request]
        how: dict[Went, list[str]] = defaultdict(list)
        for case, ticket in mine:
            how[went(ticket, now)].append(case.id)
        yield TicketRow(
            request=request,
            authority=authority,
            cases={one: tuple(ids) for one, ids in how.items()},
            owed=tuple(case.id for case, ticket in mine if ticket.owed),
            extended=tuple(case.id for case, ticket in mine if ticket.extended_from is not None),
        )


def _units(matters: Sequence[Scored], now: datetime, rules: Scoring) -> Iterator[UnitRow]:
    led: dict[str, list[Scored]] = defaultdict(list)
    for one in matters:
        led[one.case.route.lead].append(one)
    for unit, mine in sorted(led.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        law = [
            (one.case.id, ending(clock, now), is_booked(clock, now))
            for one in mine
            for clock in clocks_of(one.case)
            if clock.authority is Authority.STATUTORY
        ]
        settled = [one for one in mine if one.card and one.card.settled and _is_closed(one.case)]
        score = _mean(settled, rules)
        vetoed = _ids(one.case for one in mine if one.card and one.card.vetoed)
        yield UnitRow(
            unit=unit,
            cases=_ids(one.case for one in mine),
            closed=sum(_is_closed(one.case) for one in mine),
            kept=sum(went is Ending.KEPT for _, went, _ in law),
            missed=tuple(id for id, went, booked in law if went is Ending.MISSED and not booked),
            booked=tuple(id for id, went, booked in law if went is Ending.MISSED and booked),
            corrected=tuple(id for id, went, _ in law if went is Ending.CORRECTED),
            hours=spread([_hours(one.case.detected_at, one.answered_at) for one in mine if one.answered_at]),
            scored=_ids(one.case for one in settled),
            score=score,
            grade="一票否决" if vetoed else rules.graded(score) if score is not None else "",
            vetoed=vetoed,
        )


def _mean(settled: Sequence[Scored], rules: Scoring) -> float | None:
    weighted = [(rules.weights[one.case.severity.level], one.card.low) for one in settled if one.card]
    whole = sum(weight for weight, _ in weighted)
    return sum(weight * points for weight, points in weighted) / whole if whole else None


def _ids(cases: Iterable[Case]) -> tuple[str, ...]:
    return tuple(case.id for case in cases)


def _hours(since: datetime, until: datetime | None) -> float:
    return ((until or since) - since) / HOUR


def _is_closed(case: Case) -> bool:
    return case.state is CaseState.CLOSED


def _says_when(case: Case) -> bool:
    """It was public before it was collected: somebody wrote when."""
    return case.first_public_at < case.collected_at


def _is_regraded(case: Case) -> bool:
    return any(event.kind is EventKind.LEVEL_CHANGED and is_of_people(event) for event in case.events)
