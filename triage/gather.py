"""What a story adds up to: counts, signals, evidence and profile, post by post.  Pure, and small however hot the story."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from huiying.contracts import (
    Attitude,
    Case,
    Category,
    Certainty,
    Engagement,
    Evidence,
    Occurrence,
    Origin,
    Place,
    Post,
    Profile,
    Reading,
    Signal,
    SignalKind,
    SignalSeen,
    Suggestion,
    Tallies,
    Term,
    Tier,
    Told,
    Verdict,
    Why,
)
from triage.echo import Echo, echo_of, official
from triage.likeness import said_at
from triage.pages import page_of, site_of, tag_of
from triage.stories import Relation

T = TypeVar("T")

HOURS = 48
REACH = timedelta(hours=72)
"""How long before the alert a post may be and still move the moment that a story became public."""
TOP_EVIDENCE = 6
SIGNAL_EVIDENCE = 5
SOURCES = 200
"""Sites counted by name; a story told in more places is told everywhere."""
PAGES = 500
"""Pages that are known again when another route brings them, the latest: routes to one page bring it within hours."""
TERMS = 60
PRINTS = 32
EXACTS = 200
PLACES = 20
UNITS = 20
SUGGESTIONS = 3
DETAILS = "；"
"""Between the details of one signal."""
EXCERPT = 120
SAME_TEXT = 0.75
"""Share of its neighbouring characters from which what one post begins with is a copy of another's."""
TELLING = 12
"""Characters. Shorter titles are alike by chance."""

NAMING = frozenset({SignalKind.UNIT_NAMED, SignalKind.OFFICIAL_NAMED})

TIER_WEIGHT = {tier: weight for weight, tier in enumerate(Tier)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """A reading on its way into a case, and how it belongs there."""

    reading: Reading
    relation: Relation
    why: str = ""
    """For the archive and the page: on what ground."""
    suggestions: tuple[Suggestion, ...] = ()
    """Cases that may be the same matter as the one it joins."""
    brings: tuple[str, ...] = ()
    """What its case did not know before, in Chinese."""


def absorb(case: Case, joining: Joining) -> Case:
    """The case with one more post in its sums. State, level, route and clocks are not touched."""
    if (echo := echo_of(case.told, joining.reading)) is not None:
        return _repeated(case, joining, echo)
    if joining.reading.relevance.verdict is Verdict.REPLY:
        return _answered(case, joining)
    reading, post = joining.reading, joining.reading.post
    fresh = joining.relation is not Relation.EDIT
    original = joining.relation is not Relation.DUPLICATE
    grown = replace(
        _moments(case, reading),
        attitude=reading.attitude if case.attitude is Attitude.NEUTRAL else case.attitude,
        topic=case.topic or _topic(reading),
        categories=_categories(case.categories, reading),
        place=_surer(case.place, reading.places),
        tallies=tallied(case.tallies, reading, original=original, told=case.told) if fresh else case.tallies,
        signals=signals(case.signals, reading.signals, post.id),
        units=_distinct((*case.units, *reading.units), UNITS),
        evidence=strongest((*case.evidence, evidence_of(reading))),
        profile=_profile(case.profile, reading, original=original),
        suggestions=likeliest(case, joining.suggestions),
    )
    return replace(grown, **{name: getattr(case, name) for name in case.settled_by_people})


def _repeated(case: Case, joining: Joining, echo: Echo) -> Case:
    """With a post that says again what the office published, or praises it: it is known again by its text, and raises nothing. Of
    what is no copy, the harm, crowds and orders that it tells of count, whom it names does not.
    """
    reading, post = joining.reading, joining.reading.post
    fresh = joining.relation is not Relation.EDIT
    original = joining.relation is not Relation.DUPLICATE
    tells = [one for one in reading.signals if echo is not Echo.COPY and one.kind not in NAMING]
    by_itself = reading.relevance.verdict is not Verdict.REPLY
    return replace(
        case,
        last_post_at=max(case.last_post_at, said_at(post)),
        tallies=tallied(case.tallies, reading, original=original, told=case.told) if fresh else case.tallies,
        signals=signals(case.signals, tells, post.id),
        evidence=strongest((*case.evidence, evidence_of(reading))) if tells else case.evidence,
        profile=_profile(case.profile, reading, original=False) if by_itself else case.profile,
        suggestions=likeliest(case, joining.suggestions),
    )


def _answered(case: Case, joining: Joining) -> Case:
    """With a reply that is the office's business only through what it answers: it counts, and tells of harm and of people
    gathered. What the matter is, where, when, and what it is like, it does not say; idle talk does not even say that the
    matter grows.
    """
    reading, post = joining.reading, joining.reading.post
    known = case.tallies
    if reading.idle:
        fresh = joining.relation is not Relation.EDIT
        return (
            replace(case, tallies=tallied(known, reading, original=True, told=case.told)) if fresh else case
        )
    return replace(
        case,
        last_post_at=max(case.last_post_at, said_at(post)),
        tallies=known
        if joining.relation is Relation.EDIT
        else tallied(known, reading, original=True, told=case.told),
        signals=signals(case.signals, reading.signals, post.id),
        evidence=strongest((*case.evidence, evidence_of(reading))),
    )


def likeliest(case: Case, new: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """The likeliest few. What people have said of another case, and what is part of this one, is not asked again."""
    known = {one.case_id: one for one in case.suggestions}
    settled = {case.id, *case.apart, *case.merged_from, *case.split_into, case.split_from}
    known |= {one.case_id: one for one in new if one.case_id not in settled and one.case_id not in known}
    return tuple(sorted(known.values(), key=lambda one: (-one.score, one.case_id)))[:SUGGESTIONS]


def evidence_of(reading: Reading) -> Evidence:
    post = reading.post
    return Evidence(
        post=post.key,
        source_name=post.source_name,
        channel=post.channel,
        tier=post.tier,
        url=post.url,
        title=post.title,
        excerpt=" ".join(post.text.split())[:EXCERPT],
        published_at=post.published_at,
        attitude=reading.attitude,
        why=_grounds(reading),
    )


def strongest(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The newest version of each post, the posts with the most reach and the strongest grounds first; copies of one text
    behind all that says something else.
    """
    latest = {item.post.id: item for item in found}
    ranked = sorted(latest.values(), key=_strength, reverse=True)
    first = distinct(ranked)
    chosen = {item.post.id for item in first}
    return (*first, *(item for item in ranked if item.post.id not in chosen))[:TOP_EVIDENCE]


def distinct(ranked: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Of each text the first that is given: three copies of an article show one thing."""
    kept: list[Evidence] = []
    for item in ranked:
        if not any(_same_text(item, other) for other in kept):
            kept.append(item)
    return tuple(kept)


def _same_text(one: Evidence, other: Evidence) -> bool:
    if one.title and len(one.title) >= TELLING and one.title == other.title:
        return True
    said, also = one.excerpt or one.title, other.excerpt or other.title
    if min(len(said), len(also)) < TELLING:
        return said == also
    pairs, others = _pairs(said), _pairs(also)
    return len(pairs & others) >= SAME_TEXT * min(len(pairs), len(others))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters, without signs and spaces."""
    plain = "".join(char for char in text if char.isalnum())
    return frozenset(plain[n : n + 2] for n in range(len(plain) - 1))


def signals(known: tuple[SignalSeen, ...], new: Iterable[Signal], post_id: str) -> tuple[SignalSeen, ...]:
    """The strongest form of each kind: official before claimed, then the higher number."""
    by_kind = {seen.kind: seen for seen in known}
    for signal in new:
        old = by_kind.get(signal.kind)
        evidence = _distinct((*(old.evidence if old else ()), post_id), SIGNAL_EVIDENCE)
        if old is None or _weight(signal) > _weight(old):
            by_kind[signal.kind] = SignalSeen(
                kind=signal.kind,
                amount=signal.amount,
                claimed=signal.claimed,
                detail=_details(old, signal),
                evidence=_distinct((post_id, *evidence), SIGNAL_EVIDENCE),
            )
        else:
            by_kind[signal.kind] = replace(old, detail=_details(old, signal), evidence=evidence)
    return tuple(sorted(by_kind.values(), key=lambda seen: seen.kind))


def _weight(seen: Signal | SignalSeen) -> tuple[bool, bool, float]:
    """That nobody came to harm outweighs nothing, whoever says it."""
    return seen.amount != 0, not seen.claimed, seen.amount or 0.0


def hour(at: datetime) -> str:
    """The key of an hourly count: 2026-11-23T02, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H}"


def _details(old: SignalSeen | None, signal: Signal) -> str:
    """Every detail that was given, each once: the furthest stage of an action must not be lost to a later, weaker one."""
    parts = [*(old.detail.split(DETAILS) if old and old.detail else []), signal.detail]
    return DETAILS.join(_distinct((part for part in parts if part), 5))


def _moments(case: Case, reading: Reading) -> Case:
    """When it happened and became public. What came in late from the past never moves a live case's moments."""
    post = reading.post
    last = max(case.last_post_at, said_at(post))
    collected = min(case.collected_at, post.collected_at)
    if case.origin is Origin.LIVE and post.origin is not Origin.LIVE:
        return replace(case, last_post_at=last)
    if post.origin is Origin.LIVE and case.origin is not Origin.LIVE:
        return replace(
            case,
            origin=Origin.LIVE,
            first_public_at=said_at(post),
            collected_at=post.collected_at,
            occurred=reading.occurred,
            last_post_at=last,
        )
    # An old text that turns up again must not make a duty of today run from back then.
    # Reckoned from the alert: from the moment itself, copies each a little older would carry it back for ever.
    alerted = case.flagged_at or case.detected_at
    earlier = said_at(post) if alerted - said_at(post) <= REACH else case.first_public_at
    return replace(
        case,
        first_public_at=min(case.first_public_at, earlier),
        collected_at=collected,
        occurred=_surer_occurrence(case.occurred, reading.occurred),
        last_post_at=last,
    )


_SURENESS = {Certainty.UNKNOWN: 0, Certainty.INFERRED: 1, Certainty.STATED: 2}


def _surer_occurrence(known: Occurrence, new: Occurrence) -> Occurrence:
    """The first that is as sure as any: a later text may speak of an earlier event."""
    return new if _SURENESS[new.certainty] > _SURENESS[known.certainty] else known


def _surer(known: Place, places: tuple[Place, ...]) -> Place:
    if not places:
        return known
    new = places[0]
    if _SURENESS[new.certainty] > _SURENESS[known.certainty]:
        return new
    return new if new.certainty is known.certainty and lies_in(new, known) else known


def lies_in(narrow: Place, wide: Place) -> bool:
    """Whether it is a part of the other: a county of its city, a city or county of its province."""
    if narrow.province != wide.province or wide.county:
        return False
    return bool(narrow.county) and narrow.city == wide.city if wide.city else bool(narrow.city)


def _topic(reading: Reading) -> str:
    return reading.topics[0].code if reading.topics else ""


def _categories(known: tuple[Category, ...], reading: Reading) -> tuple[Category, ...]:
    return _distinct((*known, *(one.category for one in reading.categories[:2])), 4)


def tallied(known: Tallies, reading: Reading, *, original: bool, told: tuple[Told, ...] = ()) -> Tallies:
    """One post more; of idle talk neither how people feel nor how fast it grows, of what was ``told`` before nothing but that it
    was said again, and of a page that another route has brought only how far it reaches.
    """
    post = reading.post
    page, tag = page_of(post), tag_of(post.source)
    echoes = echo_of(told, reading) is not None
    if page and known.pages.get(page, tag) != tag:
        return _come_again(known, reading, weighs=not (echoes or reading.idle))
    known = replace(
        known,
        posts=known.posts + 1,
        originals=known.originals + original,
        idle=known.idle + (reading.idle and not echoes),
        echoes=known.echoes + echoes,
        by_channel=_counted(known.by_channel, post.channel.value, SOURCES),
        pages=_with_page(known.pages, page, tag) if page else known.pages,
    )
    if echoes:
        return known
    known = replace(known, by_source=_counted(_by_site(known.by_source, post), site_of(post), SOURCES))
    if reading.idle:
        return known
    said = hour(said_at(post))
    known = replace(
        with_negative(known),
        by_attitude=_counted(known.by_attitude, reading.attitude.value, SOURCES),
        by_hour=(hours := one_more(known.by_hour, said)),
        peak_day=max(known.peak_day, day_up_to(hours, said)),
        tiers=_tiers(known.tiers, post.tier),
        engagement=_highest(known.engagement, post.engagement),
        last_at=max(known.last_at or said_at(post), said_at(post)),
    )
    if not complains(reading):
        return known
    return replace(
        known,
        negative_by_hour=(hours := one_more(known.negative_by_hour, said)),
        negative_peak_day=max(known.negative_peak_day, day_up_to(hours, said)),
    )


def with_negative(known: Tallies) -> Tallies:
    """What an older version counted without telling complaints apart, with their peak by their share of all that was said."""
    negative, said = known.by_attitude.get(Attitude.NEGATIVE, 0), sum(known.by_attitude.values())
    if known.last_at is not None or not negative:
        return known
    return replace(known, negative_peak_day=math.ceil(known.peak_day * negative / said))


def complains(reading: Reading) -> bool:
    """Whether it speaks against, and no office does."""
    return reading.attitude is Attitude.NEGATIVE and not official(reading.post)


def _come_again(known: Tallies, reading: Reading, *, weighs: bool) -> Tallies:
    post, known = reading.post, replace(known, again=known.again + 1)
    if not weighs:
        return known
    return replace(
        known,
        tiers=_tiers(known.tiers, post.tier),
        engagement=_highest(known.engagement, post.engagement),
    )


def _tiers(known: tuple[Tier, ...], new: Tier) -> tuple[Tier, ...]:
    return known if new in known else tuple(tier for tier in Tier if tier in known or tier is new)


def latest_pages(pages: Mapping[str, str]) -> dict[str, str]:
    """The PAGES that came last."""
    return dict(list(pages.items())[-PAGES:])


def _with_page(pages: Mapping[str, str], page: str, tag: str) -> dict[str, str]:
    """Each of them as the source had it that came first."""
    return latest_pages({**pages, page: pages.get(page, tag)})


def _by_site(counts: Mapping[str, int], post: Post) -> Mapping[str, int]:
    """What an older version counted of this source by its id, is its site's."""
    site = site_of(post)
    if site == post.source or post.source not in counts:
        return counts
    moved = {name: count for name, count in counts.items() if name != post.source}
    return {**moved, site: moved.get(site, 0) + counts[post.source]}


def _counted(counts: Mapping[str, int], key: str, most: int) -> dict[str, int]:
    if key not in counts and len(counts) >= most:
        key = "其他"
    return {**counts, key: counts.get(key, 0) + 1}


def one_more(counts: Mapping[str, int], at: str) -> dict[str, int]:
    """Of an hour; the last HOURS are kept."""
    return recent_hours({**counts, at: counts.get(at, 0) + 1})


def recent_hours(counts: Mapping[str, int]) -> dict[str, int]:
    """The last HOURS of them, in order."""
    if not counts:
        return {}
    oldest = hour(_opens(max(counts)) - timedelta(hours=HOURS - 1))
    return {key: counts[key] for key in sorted(counts) if key >= oldest}


def day_up_to(counts: Mapping[str, int], last: str) -> int:
    """Posts of the 24 clock hours that end with this one."""
    first = hour(_opens(last) - timedelta(hours=23))
    return sum(count for key, count in counts.items() if first <= key <= last)


def _opens(hour: str) -> datetime:
    return datetime.fromisoformat(hour + ":00").replace(tzinfo=UTC)


def _highest(known: Engagement, new: Engagement) -> Engagement:
    def top(one: int | None, other: int | None) -> int | None:
        return max((n for n in (one, other) if n is not None), default=None)

    return Engagement(
        views=top(known.views, new.views),
        likes=top(known.likes, new.likes),
        comments=top(known.comments, new.comments),
        reposts=top(known.reposts, new.reposts),
    )


def _profile(known: Profile, reading: Reading, *, original: bool) -> Profile:
    """A copy teaches nothing new about a story's words; it does say how else the text looks."""
    print = reading.fingerprint
    prints = (*known.prints, print) if print.minhash and original else known.prints
    return replace(
        known,
        terms=_blend(known.terms, reading.terms) if original else known.terms,
        lead_terms=known.lead_terms or reading.terms,
        prints=_distinct(prints, PRINTS),
        exacts=_distinct((*known.exacts, print.exact), EXACTS),
        topics=_distinct((*known.topics, *(topic.code for topic in reading.topics[:1])), 5),
        places=_distinct((*known.places, *stated(reading)), PLACES),
        units=_distinct((*known.units, *reading.units), UNITS),
    )


def stated(reading: Reading) -> tuple[str, ...]:
    """Codes of the places that it names for sure."""
    return tuple(place.code for place in reading.places if place.certainty is Certainty.STATED and place.code)


def _blend(known: tuple[Term, ...], new: tuple[Term, ...]) -> tuple[Term, ...]:
    """A slow mean: what many posts say stays, what one post says fades."""
    if not known:
        return new[:TERMS]
    weights = {term.word: term.weight * 0.85 for term in known}
    for term in new:
        weights[term.word] = weights.get(term.word, 0.0) + term.weight * 0.15
    top = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:TERMS]
    return tuple(Term(word=word, weight=round(weight, 4)) for word, weight in top)


def _grounds(reading: Reading) -> tuple[Why, ...]:
    """The three strongest reasons why this post counts."""
    found = [*(why for signal in reading.signals for why in signal.why), *reading.relevance.why]
    return tuple(sorted(found, key=lambda why: -abs(why.weight))[:3])


def _strength(item: Evidence) -> tuple[int, float]:
    return TIER_WEIGHT[item.tier], sum(abs(why.weight) for why in item.why)


def _distinct(items: Iterable[T], most: int) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))[:most]
