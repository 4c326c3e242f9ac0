"""What people decided of matters like this one: the nearest cases that they confirmed, and those that they dismissed.

Looked for when the page is asked for, among a bounded number of the newest ones with the same topic.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import LIVE_STATES, Case, CaseState, Profile
from huiying.ports import CaseQuery, CaseStore
from response_api import times
from response_api.sight import Sight, is_sealed
from response_api.words import CATEGORIES, STATES

LOOKED_AT = 60
"""Cases: one search of the store."""
SHOWN = 3
NEAR = 0.15
"""Cosine of the two stories' words from which they are alike at all."""
WORDS = 5

_DECIDED = (LIVE_STATES - {CaseState.FLAGGED}) | {CaseState.CLOSED, CaseState.DISMISSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedent:
    id: str
    title: str
    likeness: str
    """0.00 to 1.00, of the words alone."""
    words: tuple[str, ...]
    """Those that weigh most in both."""
    decided: str
    when: str
    against: bool
    """People dismissed it."""


def precedents(cases: CaseStore, case: Case, sight: Sight, now: datetime) -> tuple[Precedent, ...]:
    """The nearest first; only what this reader may open."""
    query = CaseQuery(
        states=_DECIDED,
        topics=frozenset({case.topic}) if case.topic else frozenset(),
        parties=sight.parties,
        limit=LOOKED_AT,
    )
    own = weights(case.profile)
    found = []
    for other in cases.search(query).cases:
        if other.id == case.id or is_sealed(other, sight):
            continue
        near, words = likeness(own, weights(other.profile))
        if near >= NEAR:
            found.append((near, other, words))
    found.sort(key=lambda one: (-one[0], one[1].id))
    return tuple(_precedent(near, other, words, now) for near, other, words in found[:SHOWN])


def weights(profile: Profile) -> Mapping[str, float]:
    """Word → weight: the story as it stands, and its lead where nothing has been added."""
    return {term.word: term.weight for term in (*profile.lead_terms, *profile.terms)}


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> tuple[float, tuple[str, ...]]:
    """Cosine, and the shared words that weigh most."""
    size = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    shared = {word: weight * other[word] for word, weight in one.items() if word in other}
    heaviest = sorted(shared, key=lambda word: (-shared[word], word))[:WORDS]
    return (sum(shared.values()) / size if size else 0.0), tuple(heaviest)


def _precedent(near: float, case: Case, words: tuple[str, ...], now: datetime) -> Precedent:
    against = case.state is CaseState.DISMISSED
    decided = "不予受理" if against else "经人确认"
    if case.assessment is not None:
        decided += f"，研判为{CATEGORIES[case.assessment.category]}"
    elif not against:
        decided += f"，{STATES[case.state]}"
    return Precedent(
        id=case.id,
        title=case.title or "（无标题）",
        likeness=f"{near:.2f}",
        words=words,
        decided=decided,
        when=times.short(case.closed_at or case.confirmed_at or case.detected_at, now),
        against=against,
    )
