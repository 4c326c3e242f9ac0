"""What part of the cases somebody wants to see.  Lives in the query string, so that a view can be sent as a link."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from huiying.contracts import OPEN_STATES, CaseState, Level
from huiying.ports import CaseQuery, Order
from response_api import times
from response_api.sight import EVERYTHING, Sight

SOON = timedelta(hours=1)
MOST_WORDS = 100
"""Characters: an address of a case is as long."""
_NUMBER = re.compile(r"[a-z2-7]{8,32}(?![^/?#])")


class Due(StrEnum):
    """What time is left. ``soon``: a clock runs out within the hour, whatever else has run out before."""

    OVER = "over"
    SOON = "soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    levels: tuple[Level, ...] = ()
    topics: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    states: tuple[CaseState, ...] = ()
    due: Due | None = None
    words: str = ""
    since: date | None = None
    """Found on that day or later, in Asia/Shanghai."""
    until: date | None = None
    """Found on that day or earlier."""

    def __bool__(self) -> bool:
        return self != CaseFilter()

    @property
    def tells(self) -> bool:
        """Whether what it finds is told more than that there is a matter, when, and how grave: what it is about, where, whose."""
        return bool((self.words and not self.number) or self.topics or self.cities or self.leads)

    @property
    def number(self) -> str:
        """How the id of the one begins that is asked for by its number, as papers and notices have it, or by its address; '' where
        words are asked for."""
        plain = unicodedata.normalize("NFKC", self.words).strip().rstrip("….").lower()
        plain = plain.partition("/cases/")[2] or plain
        found = _NUMBER.match(plain)
        return found.group() if found else ""

    def query(
        self,
        *,
        open_only: bool,
        now: datetime,
        order: Order = Order.NEWEST,
        limit: int = 50,
        after: str = "",
        sight: Sight = EVERYTHING,
    ) -> CaseQuery:
        """For the store. Who may not read a title, topic, place or unit does not find it out by asking for it.

        The store sorts by a case's soonest clock: what a ``soon`` leaves over, ``facts.soon`` sifts."""
        states = frozenset(self.states)
        if open_only:
            states = (states & OPEN_STATES) or OPEN_STATES
        return CaseQuery(
            states=states,
            levels=frozenset(self.levels),
            topics=frozenset(self.topics),
            cities=frozenset(self.cities),
            leads=frozenset(self.leads),
            parties=sight.parties,
            open_to=sight.open_to if self.tells else None,
            words="" if self.number else self.words,
            id_starts=self.number,
            found_since=times.day_start(self.since) if self.since else None,
            found_before=times.day_start(self.until + timedelta(days=1)) if self.until else None,
            due_before=now + (SOON if self.due is Due.SOON else timedelta(0)) if self.due else None,
            order=order,
            limit=limit,
            after=after,
        )

    def with_due(self, due: Due) -> CaseFilter:
        return replace(self, due=due)

    def text(self, **more: str) -> str:
        """As a query string, without the question mark."""
        pairs: list[tuple[str, str]] = [
            *(("level", level.value) for level in self.levels),
            *(("topic", topic) for topic in self.topics),
            *(("city", city) for city in self.cities),
            *(("lead", lead) for lead in self.leads),
            *(("state", state.value) for state in self.states),
        ]
        if self.due:
            pairs.append(("due", self.due))
        if self.words:
            pairs.append(("words", self.words))
        pairs += [
            (name, day.isoformat()) for name, day in (("since", self.since), ("until", self.until)) if day
        ]
        return urlencode([*pairs, *((name, value) for name, value in more.items() if value)])


def from_query(params: QueryParams) -> CaseFilter:
    """Values that mean nothing are left out rather than refused: an old link must still open."""
    due = params.get("due", "")
    return CaseFilter(
        levels=tuple(Level(value) for value in _some(params, "level") if value in set(Level)),
        topics=tuple(_some(params, "topic")),
        cities=tuple(_some(params, "city")),
        leads=tuple(_some(params, "lead")),
        states=tuple(CaseState(value) for value in _some(params, "state") if value in set(CaseState)),
        due=Due(due) if due in set(Due) else None,
        words=params.get("words", "").strip()[:MOST_WORDS],
        since=times.day_of(params.get("since", "")),
        until=times.day_of(params.get("until", "")),
    )


def wrong_days(params: QueryParams) -> str:
    """What is wrong with the days that somebody asked for, in Chinese; '' where nothing is."""
    typed = {name: params.get(name, "").strip() for name in ("since", "until")}
    days = {name: times.day_of(text) for name, text in typed.items()}
    if any(text and days[name] is None for name, text in typed.items()):
        return "发现日期要写成 2026-11-01 这样，没有按看不懂的那一个筛选"
    since, until = days["since"], days["until"]
    return "发现日期的起始晚于截止，没有这样的事件" if since and until and since > until else ""


def _some(params: QueryParams, name: str) -> Sequence[str]:
    return list(dict.fromkeys(value for value in params.getlist(name) if value and len(value) <= 40))
