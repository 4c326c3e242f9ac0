"""How much a reading speaks of the same event as a story: words, place, topic, unit and time, as points with grounds.

Pure.  Both sides are laid out once (:class:`Look`, :class:`Story`), so that comparing them is cheap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.contracts import Case, Certainty, Place, Post, Reading, Term
from triage.packs import StoryRow
from triage.routing import cities
from triage.sites import sites

Rarity = Callable[[str], float]
"""How much a word says: the fewer stories carry it, the more."""
Vector = Mapping[str, float]
"""Words and weights, of length 1."""


@dataclass(frozen=True, slots=True)
class Story:
    """An open case, laid out for comparing."""

    case: Case
    sites: frozenset[str]
    cities: frozenset[str]
    provinces: frozenset[str]
    counties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Look:
    """A reading, laid out for comparing."""

    reading: Reading
    at: datetime
    terms: Vector
    topics: tuple[str, ...]
    sites: frozenset[str]
    cities: frozenset[str]
    city: str
    """The one that it names first, for sure where it names any so."""
    sure_cities: frozenset[str]
    sure_provinces: frozenset[str]
    counties: frozenset[str]


def story(case: Case) -> Story:
    return Story(
        case=case,
        sites=sites(f"{case.title}\n{case.lead}"),
        cities=frozenset(cities(case)) or frozenset({_city(case.place)} - {""}),
        provinces=_provinces([case.place.code, *case.profile.places]),
        counties=_counties([case.place.code, *case.profile.places]),
    )


def look(reading: Reading, rarity: Rarity) -> Look:
    post, places = reading.post, reading.places
    return Look(
        reading=reading,
        at=said_at(post),
        terms=vector(reading.terms, rarity),
        topics=tuple(topic.code for topic in reading.topics[:2]),
        sites=sites(f"{post.title}\n{post.text}"),
        cities=frozenset(_city(place) for place in places) - {""},
        city=next((_city(place) for place in sorted(places, key=_guessed) if _city(place)), ""),
        sure_cities=frozenset(_city(p) for p in places if p.certainty is Certainty.STATED) - {""},
        sure_provinces=_provinces(p.code for p in places if p.certainty is Certainty.STATED),
        counties=_counties(place.code for place in places),
    )


def compare(new: Look, old: Story, rules: StoryRow, rarity: Rarity) -> tuple[float, str] | None:
    """The points and their grounds, in Chinese; None where something rules it out. Words alone are worth less: many people ask
    the same of different estates.

    The story's words are weighed by what is rare now, not by what was rare when it was last laid out: a worker that has
    just loaded the stories must find the same one as a worker that has grown with them.
    """
    gap = _gap(new, old.case)
    if gap > timedelta(hours=rules.window_hours) or places_differ(new, old):
        return None
    over_a_city = (
        bool(new.topics) and new.topics[0] in rules.wide_topics and old.case.topic in rules.wide_topics
    )
    if not over_a_city and sites_differ(new, old):
        return None
    wide = over_a_city and new.city in old.cities
    at_once = wide and new.topics[0] == old.case.topic
    profile = old.case.profile
    grounds = [
        ("用词", 0.7 * max(cosine(new.terms, said, rarity) for said in (profile.terms, profile.lead_terms))),
        _place(new, old, wide),
        _topic(new, old.case, over_a_city),
        _site(new, old, over_a_city),
        ("时间相近", (0.2 if at_once else 0.05) if gap <= timedelta(hours=rules.wide_hours) else 0.0),
        ("同一单位", 0.05 if set(new.reading.units) & set(old.case.profile.units) else 0.0),
        ("没有共同地点", -rules.words_alone if _nowhere(new, old) else 0.0),
    ]
    why = "、".join(f"{name}{points:+.2f}" for name, points in grounds if points)
    return sum(points for _, points in grounds), why


def near_in_time(new: Look, old: Story, rules: StoryRow) -> bool:
    """An old text that returns is a new matter."""
    return _gap(new, old.case) <= timedelta(hours=rules.window_hours)


def places_differ(new: Look, old: Story) -> bool:
    """Both say for sure where they are, and it is not the same city, or not the same province."""
    if old.case.place.certainty is not Certainty.STATED:
        return False
    return _apart(new.sure_cities, old.cities) or _apart(new.sure_provinces, old.provinces)


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and one.isdisjoint(other)


def sites_differ(new: Look, old: Story) -> bool:
    """Both name an estate, a school, a market, and it is not the same."""
    return _apart(new.sites, old.sites)


def cosine(one: Vector, said: Iterable[Term], rarity: Rarity) -> float:
    """In one pass, since every candidate of every reading goes through here: no vector is made of what was said."""
    product = square = 0.0
    for term in said:
        weight = term.weight * rarity(term.word)
        square += weight * weight
        if term.word in one:
            product += weight * one[term.word]
    return product / math.sqrt(square) if square else 0.0


def vector(terms: Iterable[Term], rarity: Rarity) -> Vector:
    weights = {term.word: term.weight * rarity(term.word) for term in terms}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}


def said_at(post: Post) -> datetime:
    """When it was public at the latest. A page that dates itself into the future is not believed."""
    return min(post.first_public_at, post.collected_at)


def _gap(new: Look, case: Case) -> timedelta:
    """How far apart in time; 0 within the story's own span."""
    start, end = sorted((case.first_public_at, case.last_post_at))
    return max(start - new.at, new.at - end, timedelta(0))


def _nowhere(new: Look, old: Story) -> bool:
    return new.sites.isdisjoint(old.sites) and new.cities.isdisjoint(old.cities)


def _place(new: Look, old: Story, wide: bool) -> tuple[str, float]:
    if not new.cities or not old.cities:
        return "", 0.0
    if new.cities.isdisjoint(old.cities):
        return "地点不一", -0.2
    if wide:
        return "同城", 0.25
    if new.counties and old.counties:
        return ("同区县", 0.2) if new.counties & old.counties else ("区县不一", -0.1)
    return "同城", 0.15


def _site(new: Look, old: Story, wide: bool) -> tuple[str, float]:
    """One estate has many matters: where the topic is another one, the name alone says a third as much."""
    if new.sites.isdisjoint(old.sites):
        return "", 0.0
    return "同一处所", 0.1 if _topic(new, old.case, wide)[1] < 0 else 0.3


def _topic(new: Look, case: Case, wide: bool) -> tuple[str, float]:
    if not new.topics or not case.topic:
        return "", 0.0
    if new.topics[0] == case.topic:
        return "同一议题", 0.1
    known = wide or case.topic in new.topics or new.topics[0] in case.profile.topics
    return ("", 0.0) if known else ("议题不一", -0.1)


def _city(place: Place) -> str:
    """Four digits of the code; the name where there is none."""
    code = place.code
    if len(code) >= 4:
        return "" if code[2:4] == "00" else code[:4]
    return place.city


def _guessed(place: Place) -> bool:
    return place.certainty is not Certainty.STATED


def _provinces(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(code[:2] for code in codes if code)


def _counties(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(
        code for code in codes if len(code) == 6 and code[4:] != "00" and not code.startswith("4190")
    )
