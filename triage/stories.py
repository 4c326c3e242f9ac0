"""Which open story a reading belongs to, if any.  Pure: it looks at readings and cases, and asks nobody.

In this order: a post that a story already holds, or that answers or repeats one; the same text; nearly the same text;
the same event told in other words.  Cities that differ veto the last three.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from huiying.contracts import Case, Certainty, Disposition, Place, Post, PostKey, Reading, Term
from triage.packs import StoryRow
from triage.routing import cities
from triage.sites import sites

BAND = 4
"""Values a band: 32 bands of 4 out of 128 find 87 of 100 pairs at a similarity of 0.5, and 99 at 0.6."""
SHORT = 12
"""Characters. Shorter texts are alike by chance."""
SURE = 0.8
"""Similarity from which two texts that name different estates are still one text."""
CANDIDATES = 200
SIGNPOSTS = 15
"""Words of a text under which its story is looked up."""


class Relation(StrEnum):
    EDIT = "edit"
    KIN = "kin"
    """Answers or forwards a post of the story."""
    DUPLICATE = "duplicate"
    SAME_EVENT = "same_event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    case_id: str
    relation: Relation
    score: float
    why: str

    @property
    def disposition(self) -> Disposition:
        return Disposition.DUPLICATE if self.relation is Relation.DUPLICATE else Disposition.ATTACHED


@dataclass(frozen=True, slots=True)
class _Story:
    case: Case
    terms: Mapping[str, float]
    lead: Mapping[str, float]
    sites: frozenset[str]
    cities: frozenset[str]


@dataclass(slots=True)
class StoryIndex:
    """The open stories of one jurisdiction, laid out for looking up."""

    rules: StoryRow
    _stories: dict[str, _Story] = field(default_factory=dict)
    _by_word: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _by_exact: dict[str, str] = field(default_factory=dict)
    _by_band: dict[tuple[int, tuple[int, ...]], set[str]] = field(default_factory=lambda: defaultdict(set))
    _wide: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, cases: Iterable[Case], rules: StoryRow) -> StoryIndex:
        index = cls(rules)
        for case in cases:
            index.put(case)
        return index

    def __contains__(self, case_id: str) -> bool:
        return case_id in self._stories

    def __getitem__(self, case_id: str) -> Case:
        return self._stories[case_id].case

    def __iter__(self) -> Iterator[Case]:
        return (story.case for story in self._stories.values())

    def put(self, case: Case) -> None:
        """Take in a story, or its newer form."""
        known = self._stories.get(case.id)
        if known is not None:
            for word in _signposts(known):
                self._by_word[word].discard(case.id)
        story = _lay_out(case)
        self._stories[case.id] = story
        for word in _signposts(story):
            self._by_word[word].add(case.id)
        for exact in case.profile.exacts:
            self._by_exact.setdefault(exact, case.id)
        seen = set(known.case.profile.minhashes) if known else set()
        for minhash in case.profile.minhashes:
            if minhash not in seen:
                for band in _bands(minhash):
                    self._by_band[band].add(case.id)
        if case.topic in self.rules.wide_topics:
            for city in story.cities:
                self._wide[case.topic, city].add(case.id)

    def find(self, reading: Reading, kin: Mapping[str, str]) -> Match | None:
        """The story of a reading. ``kin`` says which case holds a post: the reading's own, or one that it refers to."""
        return self._kin(reading, kin) or self._same_text(reading) or self._same_event(reading)

    # ------------------------------------------------------------------------------------------- steps

    def _kin(self, reading: Reading, kin: Mapping[str, str]) -> Match | None:
        post = reading.post
        for id, relation, why in (
            (post.id, Relation.EDIT, "同一帖子的新版本"),
            (post.repost_of, Relation.DUPLICATE, "平台标明的转发"),
            (post.reply_to, Relation.KIN, "对已归并帖子的回复"),
        ):
            case_id = kin.get(id or "")
            if case_id in self._stories:
                return Match(case_id=case_id, relation=relation, score=1.0, why=why)
        return None

    def _same_text(self, reading: Reading) -> Match | None:
        print = reading.fingerprint
        if print.length < SHORT:
            return None
        case_id = self._by_exact.get(print.exact)
        if case_id is not None and not self._cities_differ(reading, self._stories[case_id]):
            return Match(case_id=case_id, relation=Relation.DUPLICATE, score=1.0, why="全文相同")
        best = max(self._nearly_same(reading), default=None)
        if best is None:
            return None
        return Match(
            case_id=best[1],
            relation=Relation.DUPLICATE,
            score=best[0],
            why=f"近似重复，相似度约 {best[0]:.2f}",
        )

    def _nearly_same(self, reading: Reading) -> Iterator[tuple[float, str]]:
        minhash = reading.fingerprint.minhash
        named = _sites_of(reading)
        for case_id in {id for band in _bands(minhash) for id in self._by_band.get(band, ())}:
            story = self._stories[case_id]
            alike = max(similarity(minhash, known) for known in story.case.profile.minhashes)
            other_site = bool(named and story.sites and named.isdisjoint(story.sites))
            wanted = SURE if other_site else self.rules.duplicate
            if alike >= wanted and not self._cities_differ(reading, story):
                yield alike, case_id

    def _same_event(self, reading: Reading) -> Match | None:
        terms = vector(reading.terms)
        scored = (self._score(reading, terms, self._stories[id]) for id in self._candidates(reading, terms))
        best = max((match for match in scored if match is not None), key=_strength, default=None)
        return best if best is not None and best.score >= self.rules.same_event else None

    def _candidates(self, reading: Reading, terms: Mapping[str, float]) -> Iterable[str]:
        shared: dict[str, float] = defaultdict(float)
        for word, weight in terms.items():
            for case_id in self._by_word.get(word, ()):
                shared[case_id] += weight * self._rarity(word)
        for topic in _topics(reading):
            for city in _cities_of(reading):
                for case_id in self._wide.get((topic, city), ()):
                    shared[case_id] += 1.0
        return sorted(shared, key=lambda id: (-shared[id], id))[:CANDIDATES]

    def _score(self, reading: Reading, terms: Mapping[str, float], story: _Story) -> Match | None:
        gap = _gap(reading, story.case)
        if gap > timedelta(hours=self.rules.window_hours) or self._cities_differ(reading, story):
            return None
        topics = _topics(reading)
        wide = (
            bool(topics)
            and topics[0] in self.rules.wide_topics
            and story.case.topic in self.rules.wide_topics
        )
        named = _sites_of(reading)
        if not wide and named and story.sites and named.isdisjoint(story.sites):
            return None
        likeness = max(self._cosine(terms, story.terms), self._cosine(terms, story.lead))
        grounds = [("用词", 0.7 * likeness)]
        grounds += self._place(reading, story, wide) + _topic(topics, story.case, wide)
        if named & story.sites:
            grounds.append(("同一处所", 0.3))
        if gap <= timedelta(hours=self.rules.wide_hours):
            grounds.append(("时间相近", 0.2 if wide else 0.05))
        if set(reading.units) & set(story.case.profile.units):
            grounds.append(("同一单位", 0.05))
        why = "、".join(f"{name}{points:+.2f}" for name, points in grounds if points)
        score = sum(points for _, points in grounds)
        return Match(case_id=story.case.id, relation=Relation.SAME_EVENT, score=score, why=why)

    def _place(self, reading: Reading, story: _Story, wide: bool) -> list[tuple[str, float]]:
        here, there = _cities_of(reading), story.cities
        if not here or not there:
            return []
        if here.isdisjoint(there):
            return [("地点不一", -0.2)]
        if wide:
            return [("同城", 0.25)]
        counties = _counties(code for place in reading.places for code in [place.code])
        others = _counties([story.case.place.code, *story.case.profile.places])
        if counties and others:
            return [("同区县", 0.2)] if counties & others else [("区县不一", -0.1)]
        return [("同城", 0.15)]

    def _cities_differ(self, reading: Reading, story: _Story) -> bool:
        """Both say for sure where they are, and it is not the same city."""
        if story.case.place.certainty is not Certainty.STATED:
            return False
        here = frozenset(_city(p) for p in reading.places if p.certainty is Certainty.STATED) - {""}
        return bool(here and story.cities) and here.isdisjoint(story.cities)

    def _cosine(self, one: Mapping[str, float], other: Mapping[str, float]) -> float:
        shared = sum(
            weight * other[word] * self._rarity(word) ** 2 for word, weight in one.items() if word in other
        )
        return shared / (self._length(one) * self._length(other)) if shared else 0.0

    def _length(self, terms: Mapping[str, float]) -> float:
        return math.sqrt(sum((weight * self._rarity(word)) ** 2 for word, weight in terms.items()))

    def _rarity(self, word: str) -> float:
        """A word that many open stories carry says little. Few stories, little to learn from: it starts level."""
        return math.log((len(self._stories) + 20) / (len(self._by_word.get(word, ())) + 1))


# ------------------------------------------------------------------------------------------- small facts


def said_at(post: Post) -> datetime:
    """When it was public at the latest. A page that dates itself into the future is not believed."""
    return min(post.first_public_at, post.collected_at)


def vector(terms: Iterable[Term]) -> dict[str, float]:
    return {term.word: term.weight for term in terms}


def similarity(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The Jaccard similarity that two MinHashes estimate; 0 where they cannot be compared."""
    if not one or len(one) != len(other):
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def held(cases: Iterable[Case]) -> dict[PostKey, tuple[str, Disposition]]:
    """Post versions that a saved case has taken in; their archive lines may be missing."""
    return {s.post: (case.id, s.disposition) for case in cases for s in case.settled}


def _lay_out(case: Case) -> _Story:
    return _Story(
        case=case,
        terms=vector(case.profile.terms),
        lead=vector(case.profile.lead_terms),
        sites=sites(f"{case.title}\n{case.lead}"),
        cities=frozenset(cities(case)) or frozenset({_city(case.place)} - {""}),
    )


def _signposts(story: _Story) -> Iterable[str]:
    return dict.fromkeys([*list(story.lead)[:SIGNPOSTS], *list(story.terms)[:SIGNPOSTS]])


def _bands(minhash: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    for start in range(0, len(minhash) - BAND + 1, BAND):
        yield start, minhash[start : start + BAND]


def _strength(match: Match) -> tuple[float, str]:
    return match.score, match.case_id


def _topics(reading: Reading) -> tuple[str, ...]:
    return tuple(topic.code for topic in reading.topics[:2])


def _topic(topics: tuple[str, ...], case: Case, wide: bool) -> list[tuple[str, float]]:
    if not topics or not case.topic:
        return []
    if topics[0] == case.topic:
        return [("同一议题", 0.1)]
    if wide or case.topic in topics or topics[0] in case.profile.topics:
        return []
    return [("议题不一", -0.1)]


def _gap(reading: Reading, case: Case) -> timedelta:
    """How far apart in time; 0 within the story's own span."""
    at = said_at(reading.post)
    start, end = sorted((case.first_public_at, case.last_post_at))
    return max(start - at, at - end, timedelta(0))


def _city(place: Place) -> str:
    """Four digits of the code; the name where there is none."""
    code = place.code
    if len(code) >= 4:
        return "" if code[2:4] == "00" else code[:4]
    return place.city


def _cities_of(reading: Reading) -> frozenset[str]:
    return frozenset(_city(place) for place in reading.places) - {""}


def _counties(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(
        code for code in codes if len(code) == 6 and code[4:] != "00" and not code.startswith("4190")
    )


def _sites_of(reading: Reading) -> frozenset[str]:
    return sites(f"{reading.post.title}\n{reading.post.text}")
