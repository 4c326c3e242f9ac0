"""What part of the cases somebody wants to see.  Lives in the query string, so that a view can be sent as a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from huiying.contracts import OPEN_STATES, CaseState, Level
from huiying.ports import CaseQuery, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    levels: tuple[Level, ...] = ()
    topics: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    states: tuple[CaseState, ...] = ()
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.levels or self.topics or self.cities or self.states or self.words)

    def query(
        self, *, open_only: bool, order: Order = Order.NEWEST, limit: int = 50, after: str = ""
    ) -> CaseQuery:
        states = frozenset(self.states)
        if open_only:
            states = (states & OPEN_STATES) or OPEN_STATES
        return CaseQuery(
            states=states,
            levels=frozenset(self.levels),
            topics=frozenset(self.topics),
            cities=frozenset(self.cities),
            words=self.words,
            order=order,
            limit=limit,
            after=after,
        )

    def text(self, **more: str) -> str:
        """As a query string, without the question mark."""
        pairs: list[tuple[str, str]] = [
            *(("level", level.value) for level in self.levels),
            *(("topic", topic) for topic in self.topics),
            *(("city", city) for city in self.cities),
            *(("state", state.value) for state in self.states),
        ]
        if self.words:
            pairs.append(("words", self.words))
        return urlencode([*pairs, *((name, value) for name, value in more.items() if value)])


def from_query(params: QueryParams) -> CaseFilter:
    """Values that mean nothing are left out rather than refused: an old link must still open."""
    return CaseFilter(
        levels=tuple(Level(value) for value in _some(params, "level") if value in set(Level)),
        topics=tuple(_some(params, "topic")),
        cities=tuple(_some(params, "city")),
        states=tuple(CaseState(value) for value in _some(params, "state") if value in set(CaseState)),
        words=params.get("words", "").strip()[:60],
    )


def _some(params: QueryParams, name: str) -> Sequence[str]:
    return list(dict.fromkeys(value for value in params.getlist(name) if value and len(value) <= 40))
