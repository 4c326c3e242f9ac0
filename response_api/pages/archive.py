"""全部信息: every post that was ever collected, and where its way ended.  Answers 为什么没有看到这一条."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from crawlers import hand
from huiying.contracts import Disposition
from huiying.ports import LineQuery
from response_api.archive_list import line_row
from response_api.facts import source_states
from response_api.guard import Reader, TheHouse
from response_api.house import House
from response_api.pages.frame import page
from response_api.sight import Glimpse, line_glimpses, sight_of
from response_api.words import DISPOSITIONS

router = APIRouter()

ON_A_PAGE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFilter:
    words: str = ""
    source: str = ""
    disposition: Disposition | None = None

    def __bool__(self) -> bool:
        return self != LineFilter()

    def query(self, after: str, parties: frozenset[str]) -> LineQuery:
        return LineQuery(
            words=self.words,
            sources=frozenset({self.source} if self.source else ()),
            dispositions=frozenset({self.disposition} if self.disposition else ()),
            parties=parties,
            limit=ON_A_PAGE,
            after=after,
        )

    def text(self, **more: str) -> str:
        """As a query string, without the question mark."""
        named = {"words": self.words, "source": self.source, "disposition": self.disposition or "", **more}
        return urlencode({name: value for name, value in named.items() if value})


def from_query(params: QueryParams) -> LineFilter:
    """Values that mean nothing are left out rather than refused."""
    ended = params.get("disposition", "")
    return LineFilter(
        words=params.get("words", "").strip()[:60],
        source=params.get("source", "").strip()[:80],
        disposition=Disposition(ended) if ended in set(Disposition) else None,
    )


@router.get("/posts")
def all_posts(request: Request, house: TheHouse, person: Reader) -> HTMLResponse:
    wanted, sight, now = from_query(request.query_params), sight_of(person, house.names), house.clock.now()
    after = request.query_params.get("after", "")[:200]
    found = house.engine.archive.search(wanted.query(after, sight.parties))
    seen = line_glimpses(house.engine.cases, found.lines, sight)
    # Whoever may not read a restricted text must not find out its words by asking for them.
    hidden = {Glimpse.NOTHING, Glimpse.SEALED} if wanted.words else {Glimpse.NOTHING}
    context = {
        "rows": [
            line_row(line, now, sealed=glimpse is Glimpse.SEALED)
            for line, glimpse in seen
            if glimpse not in hidden
        ],
        "total": found.total if sight.restricted or not wanted.words else None,
        "whole": sight.whole,
        "wanted": wanted,
        "sources": _sources(house, wanted),
        "dispositions": [(ended.value, name) for ended, name in DISPOSITIONS.items()],
        "next": wanted.text(after=found.next) if found.next else "",
        "first": wanted.text(),
        "later": bool(after),
    }
    return page(request, "posts.html", context, person=person)


def _sources(house: House, wanted: LineFilter) -> Sequence[tuple[str, str]]:
    """Those of the catalogue, what is entered by hand, and what is chosen already: an intake names its own."""
    named = {state.id: state.name for state in source_states(house)}
    named[hand.SOURCE] = "人工登记"
    if wanted.source:
        named.setdefault(wanted.source, wanted.source)
    return sorted(named.items(), key=lambda item: item[1])
