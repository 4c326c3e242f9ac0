"""What still stands of the suggestions that one case may be the same matter as another, in one look for many cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from huiying.contracts import Case, Suggestion
from huiying.ports import CaseStore
from response_api.sight import Audience, Glimpse, Sight, audience
from triage.acts import Act, is_now
from triage.saving import wholes

Pairs = tuple[tuple[Suggestion, Case], ...]


def still_suggested(cases: CaseStore, asked: Iterable[Case]) -> Mapping[str, Pairs]:
    """By case id: each other case, or the one that it is part of by now, once, as long as the two could be merged."""
    open_ones = {case.id: case for case in asked if case.suggestions and is_now(Act.LINK, case)}
    ids = {one.case_id for case in open_ones.values() for one in case.suggestions}
    others = wholes(cases, ids) if ids else {}
    return {id: found for id, case in open_ones.items() if (found := _pairs(case, others))}


def _pairs(case: Case, others: Mapping[str, Case]) -> Pairs:
    pairs: dict[str, tuple[Suggestion, Case]] = {}
    for one in case.suggestions:
        other = others.get(one.case_id)
        if other is not None and other.id != case.id and is_now(Act.MERGE, other):
            pairs.setdefault(other.id, (one, other))
    return tuple(pairs.values())


def audiences(cases: CaseStore, asked: Iterable[Case]) -> Mapping[str, tuple[Audience, ...]]:
    """Whom the other cases concern: for panels that several readers share."""
    found = still_suggested(cases, asked)
    return {id: tuple(audience(other) for _, other in pairs) for id, pairs in found.items()}


def in_view(others: Iterable[Audience], sight: Sight) -> int:
    """How many of them this reader may open: what is out of view is not counted either."""
    return sum(sight.of(one) is Glimpse.OPEN for one in others)
