"""全部信息: every post that was ever collected, and where its way ended.  Answers 为什么没有看到这一条."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from crawlers import hand
from huiying.contracts import Disposition
from huiying.ports import LineQuery
from response_api.archive_list import line_row
from response_api.auth import Person
from response_api.facts import sealed_among, source_states
from response_api.guard import TheHouse, signed_in
from response_api.house import House
from response_api.pages.frame import page
from response_api.sight import sees_all
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

    def query(self, after: str) -> LineQuery:
        return LineQuery(
            words=self.words,
            sources=frozenset({self.source} if self.source else ()),
            dispositions=frozenset({self.disposition} if self.disposition else ()),
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
def all_posts(
    request: Request, house: TheHouse, person: Annotated[Person, Depends(signed_in())]
) -> HTMLResponse:
    wanted, sees, now = from_query(request.query_params), sees_all(person), house.clock.now()
    after = request.query_params.get("after", "")[:200]
    found = house.engine.archive.search(wanted.query(after))
    sealed = frozenset[str]() if sees else sealed_among(house.engine.cases, found.lines)
    # Whoever may not read a restricted text must not find out its words by asking for them.
    shown = [line for line in found.lines if not (wanted.words and line.case_id in sealed)]
    context = {
        "rows": [line_row(line, now, sealed=line.case_id in sealed) for line in shown],
        "total": found.total if sees or not wanted.words else None,
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
