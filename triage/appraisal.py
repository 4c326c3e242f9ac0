"""What a period's figures are made from, out of the ports: its matters, what the public was told of each, and their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import Case, CaseState, Publicity, Statement
from huiying.ports import CaseStore
from triage.answers import answers_of
from triage.performance import Performance, Scored, found_in, measured
from triage.policy import Policy
from triage.scorecard import Scorecard, scorecard
from triage.scoring import Scoring
from triage.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """Figures of a period and the matters that they are about, newest first."""

    figures: Performance
    matters: Mapping[str, Scored]
    """By id."""


@dataclass(frozen=True, kw_only=True)
class Appraiser:
    cases: CaseStore
    texts: Texts
    policy: Policy
    rules: Scoring

    def card(self, case: Case, now: datetime) -> Scorecard | None:
        """None where nothing is scored."""
        return self._card(case, self._published(case), now)

    def of(
        self,
        since: datetime,
        until: datetime,
        now: datetime,
        *,
        parties: frozenset[str] = frozenset(),
        leads: frozenset[str] = frozenset(),
        most: int,
    ) -> Appraisal:
        """Of the matters found from ``since`` to before ``until``, in which one of ``parties`` has part and which one of ``leads``
        leads (empty: any), the newest ``most`` of them."""
        found, cut = found_in(self.cases, since, until, parties=parties, leads=leads, most=most)
        matters = [self._scored(case, now) for case in found]
        return Appraisal(
            figures=measured(matters, since, until, now, self.rules, cut=cut),
            matters={one.case.id: one for one in matters},
        )

    def _scored(self, case: Case, now: datetime) -> Scored:
        published = self._published(case)
        told = [one.published_at for one in published if one.publicity is Publicity.OPEN and one.published_at]
        card = self._card(case, published, now) if case.state is CaseState.CLOSED else None
        return Scored(case=case, card=card, answered_at=min(told, default=None))

    def _published(self, case: Case) -> Sequence[Statement]:
        found = answers_of(self.cases, case)
        return found.statements if found else ()

    def _card(self, case: Case, published: Sequence[Statement], now: datetime) -> Scorecard | None:
        return scorecard(case, published, self.texts.body, rules=self.rules, policy=self.policy, now=now)
