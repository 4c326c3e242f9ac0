"""Two cases become one, one becomes two.  Pure; nobody gains time by either, and no post is counted twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from huiying import identity
from huiying.contracts import (
    LIVE_STATES,
    Actor,
    ArchiveLine,
    Case,
    CaseState,
    Certainty,
    ClockState,
    Disposition,
    EventKind,
    Origin,
    Place,
    Post,
    Profile,
    Reading,
    Recomputed,
    ResponseClock,
    SignalSeen,
    Tallies,
    TextRef,
    Tier,
    Told,
    Took,
    Why,
)
from triage import rebound
from triage.calendar import Calendar
from triage.clocks import as_sure, cancel_all, next_round, put_by, start_clocks
from triage.deeds.carried import carry
from triage.echo import latest
from triage.gather import (
    EXACTS,
    PLACES,
    PRINTS,
    SIGNAL_EVIDENCE,
    UNITS,
    Joining,
    absorb,
    day_up_to,
    latest_pages,
    lies_in,
    recent_hours,
    signals,
    strongest,
    tallied,
)
from triage.hindrance import unmergeable
from triage.lifecycle import reckoned
from triage.likeness import said_at
from triage.pages import page_of, tag_of
from triage.policy import Policy
from triage.record import TRIAGE, note, shown, with_clock
from triage.refusals import Invalid, NotNow
from triage.routing import route
from triage.severity import grade, rank
from triage.standing import stood_at
from triage.stories import Relation

T = TypeVar("T")

JOINED = "并入其他事件，时限在那里继续"
SOONER = "合并的事件到期更早"
TOOK = 20
APART = 100

# -------------------------------------------------------------------------------------------- merging


def part_with(
    case: Case, into: Case, actor: Actor, now: datetime, *, texts: tuple[TextRef, ...] = (), why: str = ""
) -> Case:
    """The case that becomes part of another one. Its clocks end here; ``take_in`` lets them go on there."""
    if into.id == case.id:
        raise Invalid({"into": "不能并入自己"})
    if into.state is CaseState.MERGED or into.jurisdiction != case.jurisdiction:
        raise Invalid({"into": "那件事已经并入别的事件，或者不在同一管辖"})
    if into.route.restricted != case.route.restricted:
        raise Invalid({"into": "限制知悉的事件不能与其他事件合并"})
    if into.id in case.merged_from:
        raise Invalid({"into": "那件事已经并入本事件"})
    if case.claims:
        raise NotNow("这件事正在拆分，请过几秒再合并")
    if trouble := unmergeable(case):
        raise NotNow(trouble)
    case = replace(case, state=CaseState.MERGED, merged_into=into.id, merging=True, closed_at=now)
    return note(case, EventKind.MERGED, now, actor.login, f"并入事件 {into.id}", texts=texts, why=why)


def take_in(
    into: Case, case: Case, policy: Policy, now: datetime, *, both: Sequence[ArchiveLine] = ()
) -> Case:
    """The case that the other one has become part of; unchanged where that is done already. ``both``: lines of the other's posts
    whose pages this one has counted already (:func:`in_both`)."""
    if case.id in into.merged_from:
        return into
    once = counted_elsewhere(case.tallies, both, case.told)
    into = replace(
        into,
        took=(*into.took, _standing(into, case.id, now))[-TOOK:],
        suggestions=tuple(one for one in into.suggestions if one.case_id != case.id),
        apart=tuple(one for one in into.apart if one != case.id),
        merged_from=(*into.merged_from, case.id, *case.merged_from),
        # What it had let go of already is not in its sums any more, and must not be taken out of these again.
        split_into=(*into.split_into, *case.split_into),
        origin=Origin.LIVE if Origin.LIVE in (case.origin, into.origin) else into.origin,
        collected_at=min(into.collected_at, case.collected_at),
        detected_at=min(into.detected_at, case.detected_at),
        last_post_at=max(into.last_post_at, case.last_post_at),
        tallies=_together(into.tallies, once),
        told=latest(*into.told, *case.told),
        signals=_stronger(into.signals, case.signals),
        units=_distinct((*into.units, *case.units), UNITS),
        evidence=strongest((*into.evidence, *case.evidence)),
        profile=_both(into.profile, case.profile),
    )
    into = rebound.heard_too(into, replace(case, tallies=once))
    into = _from_the_earlier(into, case)
    told = f"事件 {case.id} 并入本事件（{case.tallies.posts} 条信息）"
    into = note(into, EventKind.MERGED, now, who_merged(case), told, evidence=(case.id,))
    into = _awake(into, case, now)
    for clock in case.clocks:
        if clock.state is ClockState.RUNNING:
            into = _inherit(into, clock, now)
    into = _as_grave(into, case, policy.calendar, now)
    into = carry(into, case, now)
    return reckoned(into, into, policy, now)


def _standing(into: Case, case_id: str, now: datetime) -> Took:
    return Took(
        case_id=case_id,
        at=now,
        events=len(into.events),
        state=into.state,
        level=into.severity.level,
        grading=into.grading,
        clocks=into.clocks,
        topics=into.profile.topics,
        places=into.profile.places,
        units=into.units,
        occurred=replace(into.occurred, why=()),
        settled_by_people=into.settled_by_people,
        casualties=into.casualties,
        origin=into.origin,
        first_public_at=into.first_public_at,
        collected_at=into.collected_at,
        detected_at=into.detected_at,
        flagged_at=into.flagged_at,
        confirmed_at=into.confirmed_at,
        reopened_at=into.reopened_at,
        closed_at=into.closed_at,
    )


def apart(case: Case, other: str, actor: Actor, now: datetime) -> Case:
    """A person says that a case which was suggested is another matter."""
    if other not in {one.case_id for one in case.suggestions}:
        raise NotNow("这条提示已经处理过了")
    case = replace(
        case,
        suggestions=tuple(one for one in case.suggestions if one.case_id != other),
        apart=_distinct((*case.apart, other), APART),
    )
    return note(
        case, EventKind.PARTED, now, actor.login, f"认定与事件 {other} 不是同一件事", evidence=(other,)
    )


def let_go(case: Case, now: datetime, who: str) -> Case:
    """The merged case once the other one has taken it in."""
    return replace(cancel_all(case, now, who, JOINED), merging=False)


def come_back(case: Case, now: datetime, who: str) -> Case:
    """One of several that were merged into each other at the same moment: it is the one that stays."""
    case = replace(case, state=stood_at(case), merged_into="", merging=False, closed_at=None)
    return note(case, EventKind.REOPENED, now, who, "几件事同时互相并入，保留本事件，继续办理")


def who_merged(case: Case) -> str:
    """The person who made the case part of another one."""
    return next((event.who for event in reversed(case.events) if event.kind is EventKind.MERGED), TRIAGE)


def _from_the_earlier(into: Case, case: Case) -> Case:
    """The moments that duties count from: the earlier of the two, but not from before the other was taken up again."""
    if case.reopened_at is not None:
        return replace(into, flagged_at=_earlier(into.flagged_at, case.reopened_at))
    return replace(
        into,
        first_public_at=min(into.first_public_at, case.first_public_at),
        flagged_at=_earlier(into.flagged_at, case.flagged_at),
    )


def _awake(into: Case, case: Case, now: datetime) -> Case:
    """A matter that runs never sleeps with one that does not: its clocks would stand still."""
    if into.state in LIVE_STATES:
        return into
    if case.flagged_at is None:
        return replace(into, state=CaseState.WATCHING) if into.state is CaseState.LAPSED else into
    if into.state in (CaseState.WATCHING, CaseState.LAPSED):
        state = CaseState.CONFIRMED if case.confirmed_at else CaseState.FLAGGED
        into = replace(into, state=state, confirmed_at=into.confirmed_at or case.confirmed_at)
        return note(into, EventKind.FLAGGED, now, TRIAGE, "并入的事件已经预警，苗头随之转为事件")
    state = CaseState.ASSIGNED if into.assignment else CaseState.CONFIRMED
    since = case.reopened_at or case.flagged_at
    into = replace(put_by(into), state=state, closed_at=None, evaluation=None, reopened_at=since)
    return note(into, EventKind.REOPENED, now, TRIAGE, "并入的事件还在办，重新启动")


def _inherit(into: Case, clock: ResponseClock, now: datetime) -> Case:
    """The earlier deadline of the two goes on. A duty that was done there is done for both; one that somebody did without
    there is not done here.
    """
    own = next((one for one in into.clocks if one.rule.kind is clock.rule.kind), None)
    if own is not None and own.state in (ClockState.WAIVED, ClockState.CANCELLED):
        rest = tuple(one for one in into.clocks if one is not own)
        into = replace(into, clocks=rest, past_clocks=(*into.past_clocks, own))
        own = None
    if own is None:
        going = replace(clock, round=next_round(into, clock.rule.kind))
        what = f"随并入的事件接着计时：{clock.rule.name}，{shown(clock.due_at)} 前{clock.rule.duty}"
        into = replace(into, clocks=(*into.clocks, going))
        return note(into, EventKind.CLOCK_STARTED, now, TRIAGE, what, why=clock.rule.citation)
    if own.state is not ClockState.RUNNING or own.due_at <= clock.due_at:
        return into
    moved = Recomputed(at=now, was=own.due_at, now=clock.due_at, reason=SOONER)
    sooner = replace(
        clock if own.provisional else as_sure(clock),
        round=own.round,
        postponed=own.postponed,
        fired=tuple(dict.fromkeys((*own.fired, *clock.fired))),
        untold=(*own.untold, *(name for name in clock.untold if name not in own.fired)),
        broken_at=own.broken_at or clock.broken_at,
        recomputed=(*own.recomputed, *clock.recomputed, moved),
    )
    what = f"{own.rule.name}到期时间由 {shown(moved.was)} 改为 {shown(moved.now)}"
    return note(with_clock(into, sooner), EventKind.CLOCK_RECOMPUTED, now, TRIAGE, what, why=moved.reason)


def _as_grave(into: Case, case: Case, calendar: Calendar, now: datetime) -> Case:
    """The higher level of the two, and whoever set it: nobody lowers a level by merging."""
    was, level = into.severity.level, case.severity.level
    restricted = into.severity.restricted or case.severity.restricted
    into = replace(into, severity=replace(into.severity, restricted=restricted))
    if rank(level) <= rank(was):
        return into
    into = replace(into, severity=replace(into.severity, level=level), grading=case.grading, graded_at=now)
    what = f"舆情等级由{was}升为{level}（并入的事件是{level}）"
    into = note(into, EventKind.LEVEL_CHANGED, now, TRIAGE, what, evidence=(case.id,))
    return start_clocks(into, now, calendar, raised=True)


def in_both(into: Case, case: Case, lines: Iterable[ArchiveLine]) -> list[ArchiveLine]:
    """Of the lines of ``case``, those of pages that ``into`` has counted as another source's."""
    return [line for line in lines if line.body and _stands_in(into.tallies.pages, line.body)]


def _stands_in(pages: Mapping[str, str], post: Post) -> bool:
    page, tag = page_of(post), tag_of(post.source)
    return bool(page) and pages.get(page, tag) != tag


def counted_elsewhere(tallies: Tallies, lines: Sequence[ArchiveLine], told: tuple[Told, ...]) -> Tallies:
    """The sums of a case without the pages of these lines, which now are pages that came again."""
    own = tallies_of(lines, told)
    return replace(_without(tallies, own), again=tallies.again + own.posts) if own.posts else tallies


def _together(one: Tallies, other: Tallies) -> Tallies:
    hours = recent_hours(_sum(one.by_hour, other.by_hour))
    negative = recent_hours(_sum(one.negative_by_hour, other.negative_by_hour))
    return replace(
        one,
        posts=one.posts + other.posts,
        originals=one.originals + other.originals,
        again=one.again + other.again,
        idle=one.idle + other.idle,
        echoes=one.echoes + other.echoes,
        peak_day=max(one.peak_day, other.peak_day, _busiest(hours)),
        negative_peak_day=max(one.negative_peak_day, other.negative_peak_day, _busiest(negative)),
        by_source=_sum(one.by_source, other.by_source),
        by_channel=_sum(one.by_channel, other.by_channel),
        by_attitude=_sum(one.by_attitude, other.by_attitude),
        by_hour=hours,
        negative_by_hour=negative,
        tiers=tuple(tier for tier in Tier if tier in one.tiers or tier in other.tiers),
        last_at=max((at for at in (one.last_at, other.last_at) if at is not None), default=None),
        pages=latest_pages({**other.pages, **one.pages}),
    )


def _busiest(hours: Mapping[str, int]) -> int:
    return max((day_up_to(hours, key) for key in hours), default=0)


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
        prints=_distinct((*one.prints, *other.prints), PRINTS),
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
    posts = frozenset(line.post.id for line in lines)
    made = replace(
        blank,
        id=next_split(case),
        state=CaseState.WATCHING if case.state is CaseState.WATCHING else CaseState.CONFIRMED,
        detected_at=case.detected_at,
        flagged_at=case.flagged_at,
        confirmed_at=None if case.state is CaseState.WATCHING else now,
        reopened_at=case.reopened_at,
        policy=case.policy,
        clock_rules=case.clock_rules,
        claims=tuple(dict.fromkeys(line.post.id for line in lines)),
        split_from=case.id,
        apart=(case.id,),
        told=case.told,
        tickets=tuple(ticket for ticket in case.tickets if ticket.post in posts),
    )
    for reading, relation in _once(lines):
        made = absorb(made, Joining(reading=reading, relation=relation))
    made = replace(made, place=_place_of(made, case, [reading for reading, _ in _once(lines)]))
    made = note(
        made, EventKind.OPENED, now, actor.login, f"由事件 {case.id} 拆出（{len(made.claims)} 条信息）"
    )
    graded = grade(made, policy.rubric, now, policy=policy.ref, soundings=policy.soundings)
    graded = replace(graded, restricted=graded.restricted or case.severity.restricted)
    made = replace(made, severity=graded, graded_at=now)
    # What few may know is not known to more because it was taken apart.
    found = route(made, policy, now)
    made = replace(made, route=case.route if case.route.restricted and not found.restricted else found)
    return start_clocks(made, now, policy.calendar)


def _place_of(made: Case, case: Case, readings: Sequence[Reading]) -> Place:
    """Where the old case is, where these posts name no city and none of them speaks of somewhere else."""
    known, old = made.place, case.place
    vague = known.certainty is Certainty.UNKNOWN or (not known.city and lies_in(old, known))
    said = [one for reading in readings for one in reading.places if one.certainty is Certainty.STATED]
    elsewhere = any(one.province != old.province or one.city not in ("", old.city) for one in said)
    if old.certainty is Certainty.UNKNOWN or not vague or elsewhere:
        return known
    return replace(
        old, certainty=Certainty.INFERRED, why=(Why(rule="place.split", note="随原事件的地点", weight=1.0),)
    )


def next_split(case: Case) -> str:
    """The id of the case that is split off next, or whose splitting off has begun and not come as far as this one."""
    return identity.split_id(case.id, len(case.split_into) + 1)


def lose(
    case: Case,
    made: Case,
    gone: Sequence[ArchiveLine],
    left: Sequence[ArchiveLine],
    policy: Policy,
    now: datetime,
) -> Case:
    """The case without the posts that went to ``made``; unchanged where that is done already. ``gone`` are the lines of those
    posts, ``left`` those of all others.
    """
    if made.id in case.split_into:
        return case
    who = made.events[0].who
    told = f"拆出事件 {made.id}（{len(made.claims)} 条信息）"
    case = replace(
        case,
        split_into=(*case.split_into, made.id),
        apart=_distinct((*case.apart, made.id), APART),
        tallies=without(case.tallies, gone, left, case.told),
    )
    case = rebound.unheard(case, first_of(gone, left), policy.handling.rebound)
    if made.id != case.id and made.id not in case.merged_from:  # else they are one again by now
        case = without_traces(case, frozenset(made.claims), gone, left)
    return note(case, EventKind.SPLIT, now, who, told, evidence=(made.id,))


def without(
    tallies: Tallies,
    gone: Sequence[ArchiveLine],
    left: Sequence[ArchiveLine] = (),
    told: tuple[Told, ...] = (),
) -> Tallies:
    """The sums without these posts. A page that one of those which are ``left`` brought too stays counted."""
    own, shared = _shared(gone, left)
    out = _without(tallies, tallies_of(own, told))
    there = {page_of(line.body) for line in left if line.body}
    return replace(
        out,
        again=max(0, out.again - len({line.post.id for line in shared})),
        pages={page: tag for page, tag in tallies.pages.items() if page in out.pages or page in there},
    )


def first_of(gone: Sequence[ArchiveLine], left: Sequence[ArchiveLine]) -> list[Reading]:
    """What was counted of these posts and is no more: of each the first version, of each page the first route."""
    found, pages = list[Reading](), dict[str, str]()
    for reading, relation in _once(_shared(gone, left)[0]):
        if relation is Relation.EDIT or _stands_in(pages, reading.post):
            continue
        if page := page_of(reading.post):
            pages.setdefault(page, tag_of(reading.post.source))
        found.append(reading)
    return found


def _shared(
    gone: Sequence[ArchiveLine], left: Sequence[ArchiveLine]
) -> tuple[list[ArchiveLine], list[ArchiveLine]]:
    """Of the lines that go, those of pages of their own, and those of pages that other routes have brought to the rest."""
    staying: dict[str, set[str]] = {}
    for line in left:
        if line.body and (page := page_of(line.body)):
            staying.setdefault(page, set()).add(tag_of(line.body.source))
    own, shared = list[ArchiveLine](), list[ArchiveLine]()
    for line in gone:
        routes = staying.get(page_of(line.body), set()) if line.body else set()
        (shared if routes - {tag_of(line.body.source) if line.body else ""} else own).append(line)
    return own, shared


def without_traces(
    case: Case, posts: frozenset[str], gone: Sequence[ArchiveLine], left: Sequence[ArchiveLine]
) -> Case:
    """The case with nothing left of these posts but what others say too."""
    staying = {reading.fingerprint.exact for reading in _readings(left)}
    exacts = {reading.fingerprint.exact for reading in _readings(gone)} - staying
    return replace(
        case,
        tickets=tuple(ticket for ticket in case.tickets if ticket.post not in posts),
        signals=_signals_without(case.signals, posts, left),
        evidence=tuple(item for item in case.evidence if item.post.id not in posts),
        profile=replace(
            case.profile,
            exacts=tuple(one for one in case.profile.exacts if one not in exacts),
            prints=tuple(one for one in case.profile.prints if one.exact not in exacts),
        ),
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


def tallies_of(lines: Sequence[ArchiveLine], told: tuple[Told, ...] = ()) -> Tallies:
    """The sums of these posts, each counted once."""
    known = Tallies()
    for reading, relation in _once(lines):
        if relation is not Relation.EDIT:
            known = tallied(known, reading, original=relation is not Relation.DUPLICATE, told=told)
    return known


def _signals_without(
    known: tuple[SignalSeen, ...], posts: frozenset[str], left: Sequence[ArchiveLine]
) -> tuple[SignalSeen, ...]:
    """A signal that the posts carried is read anew from those that are left."""
    again: tuple[SignalSeen, ...] = ()
    for reading in _readings(left):
        again = signals(again, reading.signals, reading.post.id)
    anew = {seen.kind: seen for seen in again}
    kept = [anew.get(seen.kind) if posts.intersection(seen.evidence) else seen for seen in known]
    return tuple(seen for seen in kept if seen is not None)


def _without(one: Tallies, other: Tallies) -> Tallies:
    return replace(
        one,
        posts=max(0, one.posts - other.posts),
        originals=max(0, one.originals - other.originals),
        again=max(0, one.again - other.again),
        idle=max(0, one.idle - other.idle),
        echoes=max(0, one.echoes - other.echoes),
        by_source=_difference(one.by_source, other.by_source),
        by_channel=_difference(one.by_channel, other.by_channel),
        by_attitude=_difference(one.by_attitude, other.by_attitude),
        by_hour=_difference(one.by_hour, other.by_hour),
        negative_by_hour=_difference(one.negative_by_hour, other.negative_by_hour),
        pages={page: tag for page, tag in one.pages.items() if page not in other.pages},
    )


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in (*one, *(k for k in other if k not in one))}


def _difference(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: left for key, count in one.items() if (left := count - other.get(key, 0)) > 0}


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


def _distinct(items: Sequence[T], most: int) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))[:most]
