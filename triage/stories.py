"""Which open story a reading belongs to, if any.  Pure: it looks at readings and cases, and asks nobody.

In this order: a post that a story already holds, or that answers or repeats one; the same text; nearly the same text;
the same event told in other words.  Places that differ veto the last three.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache

from huiying.contracts import OPEN_STATES, Case, Disposition, PostKey, Profile, Reading, Suggestion, Verdict
from triage.copies import Copies
from triage.likeness import (
    Look,
    Story,
    compare,
    look,
    near_in_time,
    places_differ,
    sites_differ,
    story,
)
from triage.packs import StoryRow
from triage.wording import Wording, shipped_wording

SHORT = 12
"""Characters. Shorter texts are alike by chance."""
CANDIDATES = 100
FINALISTS = 2
"""Stories whose wording is compared, the likeliest by points."""
DOUBT = 0.06
"""How near to a threshold the wording is worth comparing."""
WORDING = 0.1
"""What the whole range of a comparison of the wording is worth: it settles doubts and never overrules place and time."""
USUAL = 0.3
"""From there on the comparison speaks for a post and a story, below against them: most pairs in doubt lie around it."""
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
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a reading belongs, and which other stories may be the same matter as that one, or as the one it opens."""

    match: Match | None
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(slots=True)
class StoryIndex:
    """The open stories of one jurisdiction, laid out for looking up."""

    rules: StoryRow
    wording: Wording = field(default_factory=shipped_wording)
    _stories: dict[str, Story] = field(default_factory=dict)
    _by_word: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _by_exact: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _copies: Copies = field(default_factory=Copies)
    _wide: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, cases: Iterable[Case], rules: StoryRow, wording: Wording | None = None) -> StoryIndex:
        index = cls(rules, wording or shipped_wording())
        for case in cases:
            index.put(case)
        return index

    def __contains__(self, case_id: str) -> bool:
        return case_id in self._stories

    def __getitem__(self, case_id: str) -> Case:
        return self._stories[case_id].case

    def cases(self) -> list[Case]:
        return [story.case for story in self._stories.values()]

    def put(self, case: Case) -> None:
        """Take in a story, or its newer form."""
        old = self._stories.get(case.id)
        new = self._stories[case.id] = story(case)
        for word in _signposts(old) - _signposts(new):
            self._by_word[word].discard(case.id)
        for word in _signposts(new):
            self._by_word[word].add(case.id)
        self._put_texts(case, old.case.profile if old else Profile())
        if case.topic in self.rules.wide_topics:
            for city in new.cities:
                self._wide[case.topic, city].add(case.id)

    def _put_texts(self, case: Case, before: Profile) -> None:
        """What a split has taken away is found here no more."""
        if case.profile.exacts != before.exacts:
            old, new = set(before.exacts), set(case.profile.exacts)
            for exact in old - new:
                self._by_exact[exact].discard(case.id)
            for exact in new - old:
                self._by_exact[exact].add(case.id)
        if case.profile.prints == before.prints:
            return
        left = {print.exact for print in case.profile.prints}
        for print in before.prints:
            if print.exact not in left:
                self._copies.drop(case.id, print.exact)
        for print in case.profile.prints:
            self._copies.put(case.id, print)

    def find(self, reading: Reading, kin: Mapping[str, str]) -> Match | None:
        """The story of a reading. ``kin`` says which case holds a post: the reading's own, or one that it refers to."""
        return self.look_up(reading, kin).match

    def look_up(self, reading: Reading, kin: Mapping[str, str]) -> Found:
        """The story of a reading, and what a person should look at beside it."""
        if (known := self._kin(reading, kin)) is not None:
            return Found(match=known)
        if reading.relevance.verdict is Verdict.REPLY:
            return Found(match=None)
        new = look(reading, self._rarity)
        if (same := self._same_text(new)) is not None:
            return Found(match=same)
        return self._same_event(new)

    def _kin(self, reading: Reading, kin: Mapping[str, str]) -> Match | None:
        post = reading.post
        for id, relation, why in (
            (post.id, Relation.EDIT, "同一帖子的新版本"),
            (post.repost_of, Relation.DUPLICATE, "平台标明的转发"),
            (post.reply_to, Relation.KIN, "对已归并帖子的回复"),
        ):
            case_id = kin.get(id or "")
            if case_id in self._stories:
                return Match(case_id=case_id, relation=relation, why=why)
        return None

    def _same_text(self, new: Look) -> Match | None:
        print = new.reading.fingerprint
        if print.length < SHORT:
            return None
        same = [self._stories[id] for id in self._by_exact.get(print.exact, ())]
        fitting = (old.case for old in same if self._may_be(new, old))
        if first := min(fitting, key=lambda case: (case.detected_at, case.id), default=None):
            return Match(case_id=first.id, relation=Relation.DUPLICATE, why="全文相同")
        for likeness, case_id in self._copies.near(print, self.rules.duplicate):
            old = self._stories[case_id]
            if self._may_be(new, old) and not sites_differ(new, old):
                why = f"近似重复，相同的四字串占 {likeness:.0%}"
                return Match(case_id=case_id, relation=Relation.DUPLICATE, why=why)
        return None

    def _may_be(self, new: Look, old: Story) -> bool:
        return near_in_time(new, old, self.rules) and not places_differ(new, old)

    def _same_event(self, new: Look) -> Found:
        """Of several stories that are sure enough it belongs to the first, and the others are suggested to be that one."""
        ranked = sorted(
            (self._weighed(new, *one) for one in heapq.nlargest(FINALISTS, self._alike(new))), reverse=True
        )
        if not ranked or ranked[0][0] < self.rules.same_event:
            return Found(
                match=None, suggestions=self._suggested(ranked, self.rules.suggest, new.reading.read_at)
            )
        _, case_id, why = ranked[0]
        match = Match(case_id=case_id, relation=Relation.SAME_EVENT, why=why)
        known = self._stories[case_id].case
        others = [one for one in ranked[1:] if not _parted(known, self._stories[one[1]].case)]
        return Found(
            match=match, suggestions=self._suggested(others, self.rules.same_event, new.reading.read_at)
        )

    def _suggested(
        self, ranked: Iterable[tuple[float, str, str]], least: float, at: datetime
    ) -> tuple[Suggestion, ...]:
        return tuple(
            Suggestion(case_id=case_id, score=round(points, 2), why=why, at=at)
            for points, case_id, why in ranked
            if points >= least and self._stories[case_id].case.state in OPEN_STATES
        )

    def _weighed(self, new: Look, points: float, case_id: str, why: str) -> tuple[float, str, str]:
        """Near the thresholds the wording decides: how it compares with the story's title and lead."""
        if not self.rules.suggest - DOUBT <= points < self.rules.same_event + DOUBT:
            return points, case_id, why
        more = WORDING * (self.wording.likely(new.reading.post, self._stories[case_id].case) - USUAL)
        return points + more, case_id, f"{why}、与标题导语比对{more:+.2f}"

    def _alike(self, new: Look) -> Iterator[tuple[float, str, str]]:
        rarity = cache(self._rarity)
        for case_id in self._candidates(new):
            compared = compare(new, self._stories[case_id], self.rules, rarity)
            if compared is not None:
                yield compared[0], case_id, compared[1]

    def _candidates(self, new: Look) -> Iterable[str]:
        shared: dict[str, float] = defaultdict(float)
        for word, weight in new.terms.items():
            for case_id in self._by_word.get(word, ()):
                shared[case_id] += weight
        for topic in new.topics:
            for city in new.cities:
                for case_id in self._wide.get((topic, city), ()):
                    shared[case_id] += 1.0
        return heapq.nlargest(CANDIDATES, shared, key=lambda id: (shared[id], id))

    def _rarity(self, word: str) -> float:
        """A word that many open stories carry says little. Few stories, little to learn from: it starts level."""
        return math.log((len(self._stories) + 20) / (len(self._by_word.get(word, ())) + 1))


def _parted(one: Case, other: Case) -> bool:
    return other.id in one.apart or one.id in other.apart


def held(cases: Iterable[Case]) -> dict[PostKey, tuple[str, Disposition]]:
    """Post versions that a saved case has taken in; their archive lines may be missing."""
    return {s.post: (case.id, s.disposition) for case in cases for s in case.settled}


def _signposts(known: Story | None) -> frozenset[str]:
    """The heaviest words of its lead and of all that was said."""
    if known is None:
        return frozenset()
    profile = known.case.profile
    heaviest = (*profile.lead_terms[:SIGNPOSTS], *profile.terms[:SIGNPOSTS])
    return frozenset(term.word for term in heaviest)
