"""Two cases become one, one becomes two.  Pure; nobody gains time by either, and no post is counted twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from huiying import identity
from huiying.contracts import (
    Actor,
    ArchiveLine,
    Case,
    CaseState,
    ClockState,
    Disposition,
    EventKind,
    Origin,
    Profile,
    Reading,
    Recomputed,
    ResponseClock,
    SignalSeen,
    Tallies,
    TextRef,
    Tier,
)
from triage.clocks import cancel_all, start_clocks
from triage.gather import (
    EXACTS,
    MINHASHES,
    PLACES,
    SIGNAL_EVIDENCE,
    UNITS,
    Joining,
    absorb,
    day_up_to,
    recent_hours,
    strongest,
)
from triage.likeness import said_at
from triage.policy import Policy
from triage.record import note, with_clock
from triage.refusals import Invalid, NotNow
from triage.routing import route
from triage.severity import grade
from triage.stories import Relation

T = TypeVar("T")

# -------------------------------------------------------------------------------------------- merging


def part_with(case: Case, into: Case, actor: Actor, now: datetime, *, texts: tuple[TextRef, ...]) -> Case:
    """The case that becomes part of another one. Its clocks end here; ``take_in`` lets them go on there."""
    if into.id == case.id:
        raise Invalid({"into": "不能并入自己"})
    if into.state is CaseState.MERGED or into.jurisdiction != case.jurisdiction:
        raise Invalid({"into": "那件事已经并入别的事件，或者不在同一管辖"})
    if into.route.restricted != case.route.restricted:
        raise Invalid({"into": "限制知悉的事件不能与其他事件合并"})
    if any(statement.published_at for statement in case.statements):
        raise NotNow("这件事已经公开回应过，不能再并入别的事件；可以反过来合并")
    case = replace(case, state=CaseState.MERGED, merged_into=into.id, merging=True, closed_at=now)
    return note(case, EventKind.MERGED, now, actor.login, f"并入事件 {into.id}", texts=texts)


def take_in(into: Case, case: Case, now: datetime, who: str) -> Case:
    """The case that the other one has become part of; unchanged where that is done already."""
    if case.id in into.merged_from:
        return into
    into = replace(
        into,
        merged_from=(*into.merged_from, case.id, *case.merged_from),
        origin=Origin.LIVE if Origin.LIVE in (case.origin, into.origin) else into.origin,
        first_public_at=min(into.first_public_at, case.first_public_at),
        collected_at=min(into.collected_at, case.collected_at),
        detected_at=min(into.detected_at, case.detected_at),
        flagged_at=_earlier(into.flagged_at, case.flagged_at),
        last_post_at=max(into.last_post_at, case.last_post_at),
        tallies=_together(into.tallies, case.tallies),
        signals=_stronger(into.signals, case.signals),
        units=_distinct((*into.units, *case.units), UNITS),
        evidence=strongest((*into.evidence, *case.evidence)),
        profile=_both(into.profile, case.profile),
    )
    into = note(into, EventKind.MERGED, now, who, f"事件 {case.id} 并入本事件（{case.tallies.posts} 条信息）")
    for clock in case.clocks:
        if clock.state is ClockState.RUNNING:
            into = _inherit(into, clock, now)
    return into


def let_go(case: Case, now: datetime, who: str) -> Case:
    """The merged case once the other one has taken it in."""
    return replace(cancel_all(case, now, who, "并入其他事件，时限在那里继续"), merging=False)


def _inherit(into: Case, clock: ResponseClock, now: datetime) -> Case:
    """The earlier deadline of the two goes on; a duty that was done there is done for both."""
    own = next((one for one in into.clocks if one.rule.kind is clock.rule.kind), None)
    if own is None:
        return replace(into, clocks=(*into.clocks, clock))
    if own.state is not ClockState.RUNNING or own.due_at <= clock.due_at:
        return into
    moved = Recomputed(at=now, was=own.due_at, now=clock.due_at, reason="合并的事件到期更早")
    sooner = replace(
        clock,
        round=own.round,
        fired=tuple(dict.fromkeys((*own.fired, *clock.fired))),
        broken_at=own.broken_at or clock.broken_at,
        recomputed=(*own.recomputed, *clock.recomputed, moved),
    )
    return with_clock(into, sooner)


def _together(one: Tallies, other: Tallies) -> Tallies:
    hours = recent_hours(_sum(one.by_hour, other.by_hour))
    busiest = max((day_up_to(hours, key) for key in hours), default=0)
    return replace(
        one,
        posts=one.posts + other.posts,
        originals=one.originals + other.originals,
        peak_day=max(one.peak_day, other.peak_day, busiest),
        by_source=_sum(one.by_source, other.by_source),
        by_channel=_sum(one.by_channel, other.by_channel),
        by_attitude=_sum(one.by_attitude, other.by_attitude),
        by_hour=hours,
        tiers=tuple(tier for tier in Tier if tier in one.tiers or tier in other.tiers),
    )


def _stronger(one: tuple[SignalSeen, ...], other: tuple[SignalSeen, ...]) -> tuple[SignalSeen, ...]:
    kinds = {seen.kind: seen for seen in one}
    for seen in other:
        known = kinds.get(seen.kind)
        if known is None:
            kinds[seen.kind] = seen
            continue
        strong, weak = (seen, known) if _weight(seen) > _weight(known) else (known, seen)
        evidence = _distinct((*strong.evidence, *weak.evidence), SIGNAL_EVIDENCE)
        kinds[seen.kind] = replace(strong, evidence=evidence)
    return tuple(sorted(kinds.values(), key=lambda seen: seen.kind))


def _weight(seen: SignalSeen) -> tuple[bool, bool, float]:
    return seen.amount != 0, not seen.claimed, seen.amount or 0.0


def _both(one: Profile, other: Profile) -> Profile:
    """Words stay those of the case that goes on; what a copy looks like is known from both."""
    return replace(
        one,
        minhashes=_distinct((*one.minhashes, *other.minhashes), MINHASHES),
        exacts=_distinct((*one.exacts, *other.exacts), EXACTS),
        topics=_distinct((*one.topics, *other.topics), 5),
        places=_distinct((*one.places, *other.places), PLACES),
        units=_distinct((*one.units, *other.units), UNITS),
    )


# ------------------------------------------------------------------------------------------ splitting


def split_off(
    case: Case, lines: Sequence[ArchiveLine], actor: Actor, policy: Policy, now: datetime, *, blank: Case
) -> Case:
    """The case that these posts make by themselves. ``lines`` are theirs, each with its reading; ``blank`` holds nothing.

    It was found when the other one was: a split gives nobody more time.
    """
    made = replace(
        blank,
        id=identity.split_id(case.id, len(case.split_into) + 1),
        state=CaseState.WATCHING if case.state is CaseState.WATCHING else CaseState.CONFIRMED,
        detected_at=case.detected_at,
        flagged_at=case.flagged_at,
        confirmed_at=None if case.state is CaseState.WATCHING else now,
        claims=tuple(dict.fromkeys(line.post.id for line in lines)),
        split_from=case.id,
    )
    for reading, relation in _once(lines):
        made = absorb(made, Joining(reading=reading, relation=relation))
    made = note(
        made, EventKind.OPENED, now, actor.login, f"由事件 {case.id} 拆出（{len(made.claims)} 条信息）"
    )
    made = replace(made, severity=grade(made, policy.rubric, now, policy=policy.ref), graded_at=now)
    made = replace(made, route=route(made, policy, now))
    return start_clocks(made, now)


def lose(case: Case, made: Case, lines: Sequence[ArchiveLine], now: datetime, who: str) -> Case:
    """The case without the posts that went to ``made``; unchanged where that is done already."""
    if made.id in case.split_into:
        return case
    gone = frozenset(made.claims)
    prints = [reading.fingerprint for reading, _ in _once(lines)]
    exacts, minhashes = {p.exact for p in prints}, {p.minhash for p in prints}
    case = replace(
        case,
        split_into=(*case.split_into, made.id),
        tallies=_without(case.tallies, made.tallies),
        signals=tuple(left for seen in case.signals if (left := _less(seen, gone)) is not None),
        evidence=tuple(item for item in case.evidence if item.post.id not in gone),
        profile=replace(
            case.profile,
            exacts=tuple(one for one in case.profile.exacts if one not in exacts),
            minhashes=tuple(one for one in case.profile.minhashes if one not in minhashes),
        ),
    )
    return note(
        case, EventKind.SPLIT, now, who, f"拆出事件 {made.id}（{len(gone)} 条信息）", evidence=(made.id,)
    )


def check_split(case: Case, chosen: Collection[str], lines: Sequence[ArchiveLine]) -> None:
    """Raises Invalid where these posts cannot make a case of their own."""
    there = {line.post.id for line in lines}
    if not chosen or not set(chosen) <= there:
        raise Invalid({"posts": "请选择要拆出的信息"})
    if case.opened_by.id in chosen:
        raise Invalid({"posts": "立案的那一条要留在原事件"})
    if any(line.reading is None for line in lines if line.post.id in chosen):
        raise Invalid({"posts": "选中的信息里有读不了的，不能拆出"})


def opening_of(lines: Sequence[ArchiveLine]) -> Reading:
    """The reading that the new case takes its title from: the earliest."""
    return min(_readings(lines), key=lambda reading: said_at(reading.post))


def _readings(lines: Sequence[ArchiveLine]) -> list[Reading]:
    return [line.reading for line in lines if line.reading is not None]


def _once(lines: Sequence[ArchiveLine]) -> list[tuple[Reading, Relation]]:
    """Every version, and how it counts: of a post the first version as a post, the others as edits."""
    seen: set[str] = set()
    found: list[tuple[Reading, Relation]] = []
    for line in lines:
        if line.reading is None:
            continue
        copy = Relation.DUPLICATE if line.disposition is Disposition.DUPLICATE else Relation.SAME_EVENT
        found.append((line.reading, Relation.EDIT if line.post.id in seen else copy))
        seen.add(line.post.id)
    return found


def _less(seen: SignalSeen, gone: frozenset[str]) -> SignalSeen | None:
    left = tuple(post for post in seen.evidence if post not in gone)
    return replace(seen, evidence=left) if left else None


def _without(one: Tallies, other: Tallies) -> Tallies:
    return replace(
        one,
        posts=max(0, one.posts - other.posts),
        originals=max(0, one.originals - other.originals),
        by_source=_difference(one.by_source, other.by_source),
        by_channel=_difference(one.by_channel, other.by_channel),
        by_attitude=_difference(one.by_attitude, other.by_attitude),
        by_hour=_difference(one.by_hour, other.by_hour),
    )


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in (*one, *(k for k in other if k not in one))}


def _difference(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: left for key, count in one.items() if (left := count - other.get(key, 0)) > 0}


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


def _distinct(items: Sequence[T], most: int) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))[:most]
