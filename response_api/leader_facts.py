"""What a leader has to know, read from the store in a few bounded queries, however many matters there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from huiying.contracts import LIVE_STATES, Case, CaseState, Level, Rank, Role
from huiying.ports import CasePage, CaseQuery, CaseStore, Order
from response_api.auth import Person
from response_api.facts import falling_due
from response_api.house import House
from response_api.sight import Sight, sight_of

LOOK_BACK = timedelta(hours=72)
LONGEST_LADDER = timedelta(hours=50)
"""From the finding of a matter to the last rung of its longest clock: what is older escalates no more."""
AT_ONCE, MOST_PAGES = 100, 6
MOST_ACTIVE, MOST_OVER, MOST_DECISIONS = 60, 12, 50
TOLD_OF = frozenset(CaseState) - {CaseState.WATCHING, CaseState.LAPSED}


@dataclass(frozen=True, kw_only=True)
class LeaderFacts:
    now: datetime
    sight: Sight
    """What this leader may see of the cases."""
    over: Mapping[Level, CasePage]
    """Cases with a clock that ran out, soonest first, a few of each level and how many there are."""
    soon: tuple[Case, ...]
    """Live cases with a clock that runs out within the hour."""
    told: tuple[Case, ...]
    """Where there may have been an escalation within the look back."""
    cut: bool
    """There are more than were looked at."""
    asked: CasePage
    """Cases in which somebody asks for a decision."""
    to_sign: int
    """Cases with a statement that waits for a signature."""


def may_lead(person: Person) -> bool:
    """Leaders, and those who sign with a rank."""
    return person.has(Role.LEADER) or (person.has(Role.SIGNER) and person.rank is not Rank.STAFF)


def gather(house: House, person: Person, now: datetime) -> LeaderFacts:
    cases, sight = house.engine.cases, sight_of(person, house.names)
    live = CaseQuery(states=LIVE_STATES, parties=sight.parties, order=Order.NEXT_DUE)
    over = {
        level: cases.search(replace(live, levels=frozenset({level}), due_before=now, limit=MOST_OVER))
        for level in reversed(Level)
    }
    told, cut = _recent(cases, replace(live, states=TOLD_OF), now)
    known = _distinct((case for page in over.values() for case in page.cases), told)
    return LeaderFacts(
        now=now,
        sight=sight,
        over=over,
        soon=falling_due((case for case in known if case.state in LIVE_STATES), now),
        told=known,
        cut=cut,
        asked=cases.search(replace(live, awaits=frozenset({"decision"}), limit=MOST_DECISIONS)),
        to_sign=cases.search(replace(live, awaits=frozenset({"sign"}), limit=1)).total,
    )


def _recent(cases: CaseStore, query: CaseQuery, now: datetime) -> tuple[tuple[Case, ...], bool]:
    """Those found within the look back and a ladder, and those that grew last; whether cut off."""
    since = now - LOOK_BACK - LONGEST_LADDER
    found = list(cases.search(replace(query, order=Order.ACTIVE, limit=MOST_ACTIVE)).cases)
    page = replace(query, order=Order.NEWEST, limit=AT_ONCE)
    for _ in range(MOST_PAGES):
        got = cases.search(page)
        found += got.cases
        if not got.next or got.cases[-1].detected_at < since:
            return _distinct(found), False
        page = replace(page, after=got.next)
    return _distinct(found), True


def _distinct(*parts: Iterable[Case]) -> tuple[Case, ...]:
    return tuple({case.id: case for part in parts for case in part}.values())
