"""How a case opens and grows: what joined it, what that makes of it, and what is owed from then on.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from huiying import identity
from huiying.clock import SHANGHAI
from huiying.contracts import (
    Attitude,
    Case,
    CaseState,
    Certainty,
    Disposition,
    EventKind,
    Level,
    Origin,
    Place,
    Points,
    Post,
    Profile,
    Reading,
    Route,
    Settled,
    Severity,
    Tallies,
    Verdict,
)
from triage import rebound
from triage.clocks import start_clocks
from triage.deeds.ticketing import take_in
from triage.dispatch import routed
from triage.echo import echo_of
from triage.gather import Joining, absorb
from triage.likeness import said_at
from triage.policy import Policy
from triage.record import TRIAGE, indexed, note
from triage.routing import elsewhere
from triage.severity import grade, rank, volume
from triage.stories import Relation
from triage.titles import ERASED

TITLE = 40
LEAD = 200
MILESTONES = (2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
"""Posts at which growth is worth a line in the record: a hot case stays small."""
NAMING = frozenset({"X9"})
"""Signals whose value may repeat what somebody wrote: 涉事主体 names units as posts do."""


def open_case(
    first: Reading | Joining, policy: Policy, now: datetime, *, also: Sequence[Joining] = ()
) -> Case:
    """The first revision of the case that this reading opens, with what joined it before it was first saved."""
    if isinstance(first, Reading):
        first = Joining(reading=first, relation=Relation.SAME_EVENT)
    return grow(blank_case(first.reading, policy, now), [first, *also], policy, now)


def grow(case: Case, joining: Sequence[Joining], policy: Policy, now: datetime) -> Case:
    """The next revision: these readings joined, and everything that follows from them.

    The caller leaves out what the case has taken in before (``case.settled`` and the archive say).
    """
    before = case
    for one in joining:
        grown = absorb(case, one)
        case = rebound.heard(case, grown, one.reading, policy.handling.rebound)
    case = _named(case, joining)
    case = _recorded(before, case, now)
    case = _stand(case, joining, policy, now)
    case = rebound.look(case, policy, now)
    case = reckoned(before, case, policy, now)
    case = take_in(case, (one.reading for one in joining), policy, now)
    settled = tuple(Settled(post=one.reading.post.key, disposition=disposition(one)) for one in joining)
    case = replace(case, revision=before.revision + 1, settled=settled)
    return indexed(case, policy)


def reckoned(before: Case, case: Case, policy: Policy, now: datetime) -> Case:
    """The case with level, route and clocks as they follow from what it holds by now. ``before`` is how it was."""
    case = _graded(before, case, policy, now)
    case = routed(before, case, policy, now)
    if not case.clock_rules:
        case = _under_rules(case, policy)
    case = _back(before, case, policy, now)
    raised = bool(before.events) and rank(case.severity.level) > rank(before.severity.level)
    return start_clocks(case, now, policy.calendar, raised=raised)


def disposition(joining: Joining) -> Disposition:
    """What the archive says of a post that joined."""
    return Disposition.DUPLICATE if joining.relation is Relation.DUPLICATE else Disposition.ATTACHED


def blank_case(reading: Reading, policy: Policy, now: datetime) -> Case:
    """A case that holds nothing yet, not even the post that opens it."""
    post = reading.post
    return Case(
        id=identity.case_id(post.key),
        revision=0,
        jurisdiction=reading.jurisdiction,
        state=CaseState.WATCHING,
        origin=post.origin,
        title=title_of(post),
        lead=_lead_of(post),
        topic="",
        categories=(),
        attitude=Attitude.NEUTRAL,
        place=Place(certainty=Certainty.UNKNOWN),
        opened_by=post.key,
        occurred=reading.occurred,
        first_public_at=said_at(post),
        collected_at=post.collected_at,
        detected_at=now,
        last_post_at=said_at(post),
        tallies=Tallies(),
        profile=Profile(),
        severity=_UNGRADED,
        route=_UNROUTED,
        policy="",
    )


def _under_rules(case: Case, policy: Policy) -> Case:
    """The rules that hold today for the unit that leads, frozen: editing policy, or routing anew, changes nothing here."""
    pack = policy.pack_for(case.route.lead, case.detected_at.astimezone(SHANGHAI).date())
    return replace(case, policy=pack.ref, clock_rules=pack.rules)


_UNGRADED = Severity(level=Level.GENERAL, possible=Level.GENERAL, low=0, high=0, points=(), policy="")
_UNROUTED = Route(rule="", lead="", article="", basis="", why="")


def title_of(post: Post) -> str:
    """What a case that this post opens is called."""
    title = post.title.strip() or " ".join(post.text.split())
    return title if len(title) <= TITLE else title[: TITLE - 1] + "…"


def _lead_of(post: Post) -> str:
    return " ".join(post.text.split())[:LEAD]


def _named(case: Case, joining: Sequence[Joining]) -> Case:
    """Called by the first of these that speaks for itself, where what it was called by is erased."""
    if case.title not in ERASED:
        return case
    said = [one.reading.post for one in joining if one.reading.relevance.verdict is not Verdict.REPLY]
    first = next((post for post in said if title_of(post)), None)
    return case if first is None else replace(case, title=title_of(first), lead=_lead_of(first))


def _recorded(before: Case, case: Case, now: datetime) -> Case:
    had, has = before.tallies, case.tallies
    if not before.events:
        return note(case, EventKind.OPENED, now, TRIAGE, "发现苗头", evidence=(case.opened_by.id,))
    passed = [mark for mark in MILESTONES if volume(had) < mark <= volume(has)]
    tiers = [tier for tier in has.tiers if tier not in had.tiers]
    if not passed and not tiers:
        return case
    copies = has.posts - has.originals
    repeated = f"，发布之后转述、官方和夸奖 {has.echoes} 篇不计声量" if has.echoes else ""
    what = f"累计 {has.posts} 篇（其中转载、重复 {copies} 篇{repeated}），{len(has.by_source)} 个来源"
    return note(case, EventKind.GREW, now, TRIAGE, what, evidence=tuple(e.post.id for e in case.evidence[:3]))


def _stand(case: Case, joining: Sequence[Joining], policy: Policy, now: datetime) -> Case:
    """Whether the alert goes out. Only what people say live, and what owes an answer, raises it."""
    joining = [one for one in joining if echo_of(case.told, one.reading) is None]
    if case.state is CaseState.LAPSED and joining:
        case = note(
            replace(case, state=CaseState.WATCHING), EventKind.GREW, now, TRIAGE, "归档的苗头又有新情况"
        )
    if case.state is not CaseState.WATCHING or case.origin is not Origin.LIVE:
        return case
    calling = [
        one.reading for one in joining if one.reading.owes_answer and one.reading.post.origin is Origin.LIVE
    ]
    alerts = [reading for reading in calling if reading.relevance.verdict is Verdict.ALERT]
    sources = len(case.tallies.by_source)
    handed = any(reading.post.by_hand or reading.post.ours for reading in calling)
    if calling and not handed and (where := elsewhere(case, policy, now)):
        if case.held_back or not alerts:
            return case
        told = f"地点在{where}，不在本单位辖区：先作苗头，不发预警"
        return note(
            replace(case, held_back=True), EventKind.GREW, now, TRIAGE, told, evidence=(alerts[0].post.id,)
        )
    if alerts:
        why, evidence = "有明确反映本系统职责的内容", alerts[0].post.id
    elif calling and case.held_back:
        why, evidence = "有明确反映本系统职责的内容，现在看是本单位辖区的", calling[0].post.id
    elif calling and sources >= policy.story.flag_sources:
        why, evidence = f"已有 {sources} 个来源", calling[0].post.id
    else:
        return case
    case = replace(case, state=CaseState.FLAGGED, flagged_at=now)
    return note(case, EventKind.FLAGGED, now, TRIAGE, "预警发出，转为事件", why=why, evidence=(evidence,))


def _graded(before: Case, case: Case, policy: Policy, now: datetime) -> Case:
    """The machine raises a level and never lowers it: lowering is for people, with a reason."""
    graded = grade(case, policy.rubric, now, policy=policy.ref, soundings=policy.soundings)
    known = before.severity
    # What was closed to most stays closed, whatever a split has taken away since.
    graded = replace(graded, restricted=graded.restricted or known.restricted)
    if case.grading is not None and rank(graded.level) <= rank(case.grading.machine):
        # People have set the level, knowing this much: the machine speaks up again only above it.
        return replace(case, severity=replace(graded, level=known.level))
    if case.grading is not None:
        case = replace(case, grading=None)
    if before.events and rank(graded.level) < rank(known.level):
        if known.restricted == graded.restricted:
            return case
        graded = replace(known, restricted=graded.restricted)
    case = replace(case, severity=graded, graded_at=now)
    if not before.events or graded.level is known.level:
        return case
    what = f"舆情等级由{known.level}升为{graded.level}（{graded.low} 分）"
    told = [*(floor.evidence for floor in graded.floors), *(points.evidence for points in graded.points)]
    evidence = tuple(dict.fromkeys(id for ids in told for id in ids))[:5]
    return note(case, EventKind.LEVEL_CHANGED, now, TRIAGE, what, why=_grounds(graded), evidence=evidence)


def _grounds(severity: Severity) -> str:
    """The three heaviest lines of the sum and what raised it."""
    heaviest = sorted(severity.points, key=lambda points: -points.low)[:3]
    parts = [f"{p.name}{p.low}分{_seen(p)}" for p in heaviest if p.low]
    return "；".join([*parts, *(f"下限{floor.rule}：{floor.name}" for floor in severity.floors)])


def _seen(points: Points) -> str:
    """What was seen, in the words of the rubric; names that posts name stay out of the record."""
    return "" if points.signal in NAMING else f"（{points.value}）"


def _back(before: Case, case: Case, policy: Policy, now: datetime) -> Case:
    """A matter that people dismissed and that has become graver since is theirs to look at again."""
    if case.state is not CaseState.DISMISSED or rank(case.severity.level) <= rank(before.severity.level):
        return case
    return rebound.reopen(
        case, policy.calendar, now, TRIAGE, f"不予受理后升为{case.severity.level}，重新启动"
    )
