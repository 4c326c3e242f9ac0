"""What a period's figures are made from, out of the ports: its matters, what the public was told of each, and their scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache

from huiying.contracts import ENDED_STATES, LIVE_STATES, Case, CaseState, Origin, Publicity, Statement
from huiying.ports import CaseQuery, CaseStore, Order
from triage.amends import in_public
from triage.answers import Answered, answers_among, answers_of
from triage.performance import Performance, Scored, measured
from triage.policy import Policy
from triage.publishing import Part
from triage.scorecard import Scorecard, lacking, scorecard
from triage.scoring import Scoring
from triage.texts import Texts

PAGE = 200
STATES = LIVE_STATES | ENDED_STATES
"""Of what has become a matter and is not part of another."""
CANDIDATES = frozenset({CaseState.WATCHING, CaseState.LAPSED})
REMEMBERED = 20_000
"""Statements of which it is remembered what they lack."""


class Lost(Exception):
    """A statement's bytes are not there, or are not the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """Figures of a period and the matters that they are about, newest first."""

    figures: Performance
    matters: Mapping[str, Scored]
    """By id."""
    candidates: Mapping[str, Case]
    """By id: what is no matter yet, and has tickets."""

    def case(self, id: str) -> Case:
        """Of any that a figure counts."""
        return self.matters[id].case if id in self.matters else self.candidates[id]


@dataclass(frozen=True, kw_only=True)
class Appraiser:
    """Made once for a house: what bytes of one SHA-256 lack is always the same, so the text store is asked for it once."""

    cases: CaseStore
    texts: Texts
    policy: Policy
    rules: Scoring

    def card(self, case: Case, now: datetime) -> Scorecard | None:
        """None where nothing is scored."""
        return self._card(case, _published(answers_of(self.cases, case)), now)

    def of(
        self,
        since: datetime,
        until: datetime,
        now: datetime,
        *,
        parties: frozenset[str] = frozenset(),
        leads: frozenset[str] = frozenset(),
        told: Callable[[Case], bool] = lambda _: True,
        most: int,
    ) -> Appraisal:
        """Of the matters found from ``since`` to before ``until``, in which one of ``parties`` has part and which one of ``leads``
        leads (empty: any), the newest ``most`` of them; ``told``: whether the reader may learn who leads a case."""
        found, cut = matters_found(self.cases, since, until, parties=parties, leads=leads, most=most)
        waiting, _ = matters_found(
            self.cases, since, until, parties=parties, leads=leads, most=most, states=CANDIDATES
        )
        candidates = [case for case in waiting if case.tickets]
        if leads:
            found = [case for case in found if told(case)]
            candidates = [case for case in candidates if told(case)]
        merged = {id for case in found for id in case.merged_from}
        parts = self.cases.several(merged) if merged else {}
        matters = [self._scored(case, _published(answers_among(case, parts)), now) for case in found]
        return Appraisal(
            figures=measured(
                matters, since, until, now, self.rules, told=told, candidates=candidates, cut=cut
            ),
            matters={one.case.id: one for one in matters},
            candidates={case.id: case for case in candidates},
        )

    def _scored(self, case: Case, published: Sequence[Statement], now: datetime) -> Scored:
        told = [one.published_at for one in published if one.publicity is Publicity.OPEN and one.published_at]
        if not any(map(in_public, published)):
            told = []
        card = self._card(case, published, now) if case.state is CaseState.CLOSED else None
        return Scored(case=case, card=card, answered_at=min(told, default=None))

    def _card(self, case: Case, published: Sequence[Statement], now: datetime) -> Scorecard | None:
        return scorecard(case, published, self._lacks, rules=self.rules, policy=self.policy, now=now)

    def _lacks(self, sha256: str) -> tuple[Part, ...] | None:
        try:
            return self._remembered(sha256)
        except Lost:
            return None

    @cached_property
    def _remembered(self) -> Callable[[str], tuple[Part, ...]]:
        return lru_cache(REMEMBERED)(self._asked)

    def _asked(self, sha256: str) -> tuple[Part, ...]:
        """Raises Lost, which is not remembered: the bytes may come back."""
        body = self.texts.body(sha256)
        if body is None:
            raise Lost
        return lacking(body)


def _published(found: Answered | None) -> Sequence[Statement]:
    return found.statements if found else ()


def matters_found(
    cases: CaseStore,
    since: datetime,
    until: datetime,
    *,
    parties: frozenset[str],
    leads: frozenset[str],
    most: int,
    states: frozenset[CaseState] = STATES,
) -> tuple[list[Case], bool]:
    """The matters that were found from ``since`` to before ``until``, newest first, at most so many; whether there are more."""
    query = CaseQuery(
        states=states,
        parties=parties,
        leads=leads,
        found_since=since,
        found_before=until,
        order=Order.NEWEST,
        limit=PAGE,
    )
    found: list[Case] = []
    while True:
        got = cases.search(query)
        for case in got.cases:
            if case.origin is Origin.LIVE:
                if len(found) == most:
                    return found, True
                found.append(case)
        if not got.next:
            return found, False
        query = replace(query, after=got.next)
