"""Reads what papers are filled from, of one case or of a period, in a few bounded queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from huiying.contracts import LIVE_STATES, ArchiveLine, Case, CaseState
from huiying.ports import CaseQuery, CaseStore, Dimension, Engine, LineQuery, Order
from response_api.house import Names
from response_api.papers.figures import MATTERS, MOST_ROWS, IssueFacts, Tallied
from response_api.papers.issue import Issue
from response_api.papers.material import Material
from response_api.sight import Sight
from triage.answers import answers_of
from triage.scorecard import Scorecard
from triage.texts import Texts

AT_ONCE, MOST_LINES = 200, 2_000
CASES_AT_ONCE, MOST_CASES = 100, 1_000
"""Of each of four questions about a period."""
LOOK_BACK = timedelta(days=31)
"""A matter found earlier counts where it was answered in the period, or still has a clock."""


def material(
    engine: Engine,
    case: Case,
    *,
    names: Names,
    unit: str,
    now: datetime,
    address: str,
    card: Scorecard | None = None,
) -> Material:
    """``unit``: id of whose paper it becomes; ``address``: of the office's own site; ``card``: how its answer scores."""
    texts = Texts(engine.register)
    lines, cut = _lines(engine, case)
    told = answers_of(engine.cases, case)
    published = told.statements if told else ()
    return Material(
        case=case,
        lines=lines,
        cut=cut,
        names=names,
        unit=names.unit_name(unit),
        now=now,
        read=texts.read,
        published=published,
        bodies={one.sha256: texts.body(one.sha256) for one in published},
        address=address,
        card=card,
    )


def _lines(engine: Engine, case: Case) -> tuple[tuple[ArchiveLine, ...], bool]:
    """Newest first, and whether there are more."""
    found: list[ArchiveLine] = []
    after = ""
    while len(found) < MOST_LINES:
        ids = frozenset({case.id, *case.merged_from})
        page = engine.archive.search(LineQuery(cases=ids, limit=AT_ONCE, after=after))
        found += page.lines
        after = page.next
        if not after:
            break
    return tuple(found), bool(after)


def issue_facts(engine: Engine, issue: Issue, *, sight: Sight, now: datetime) -> IssueFacts:
    """What ``sight`` has in view of a period that has begun."""
    cases, previous = engine.cases, issue.previous()
    query = CaseQuery(states=frozenset(CaseState), parties=sight.parties, limit=CASES_AT_ONCE)
    questions = (
        replace(query, found_since=previous.since - LOOK_BACK, found_before=issue.until),
        replace(query, order=Order.PUBLISHED, found_before=issue.until, answered_since=previous.since),
        replace(query, order=Order.NEXT_DUE, with_running_clock=True),
    )
    read = [_pages(cases, one) for one in questions]
    called, more = _pages(cases, replace(query, order=Order.NEXT_DUE, awaits=frozenset({"ticket"})))
    live = replace(query, states=LIVE_STATES, order=Order.NEXT_DUE, limit=MOST_ROWS)
    opened = cases.search(live)
    return IssueFacts(
        issue=issue,
        now=now,
        sight=sight,
        here=_tallied(cases, query, issue, sight),
        before=_tallied(cases, query, previous, sight),
        cases=_distinct(found for found, _ in read),
        cut=more or any(cut for _, cut in read),
        open_total=opened.total,
        open=opened.cases,
        called=tuple(called),
        hourly=engine.archive.hourly(since=previous.since, parties=sight.parties),
    )


def _pages(cases: CaseStore, query: CaseQuery) -> tuple[list[Case], bool]:
    """What a question finds, up to a bound, and whether there is more."""
    found: list[Case] = []
    while len(found) < MOST_CASES:
        page = cases.search(query)
        found += page.cases
        query = replace(query, after=page.next)
        if not page.next:
            break
    return found, bool(query.after)


def _distinct(parts: Iterable[Iterable[Case]]) -> tuple[Case, ...]:
    return tuple({case.id: case for part in parts for case in part}.values())


def _tallied(cases: CaseStore, query: CaseQuery, issue: Issue, sight: Sight) -> Tallied:
    everything = replace(query, found_since=issue.since, found_before=issue.until)
    matters = replace(everything, states=MATTERS)
    told = replace(matters, open_to=sight.open_to)
    return Tallied(
        by_state=cases.tally(everything, by=Dimension.STATE),
        by_level=cases.tally(matters, by=Dimension.LEVEL),
        by_topic=cases.tally(told, by=Dimension.TOPIC),
        by_city=cases.tally(told, by=Dimension.CITY),
    )
