"""A merge is taken back: the case that was part of another one goes on by itself, and the other stands as it stood.  Pure.

Nobody gains time by it: clocks of the one go on from where they ran, deadlines that the other had only from it are its again.
What people have done meanwhile is left as they did it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from huiying.contracts import (
    LIVE_STATES,
    Actor,
    ArchiveLine,
    Case,
    CaseState,
    ClockState,
    EventKind,
    Origin,
    Recomputed,
    ResponseClock,
    Took,
    Verdict,
)
from triage import rebound
from triage.clocks import put_right, resume
from triage.deeds.carried import leave
from triage.deeds.stories import JOINED, SOONER, first_of, tallies_of, without, without_traces
from triage.gather import PLACES, stated
from triage.lifecycle import reckoned
from triage.policy import Policy
from triage.record import TRIAGE, note, shown, with_clock
from triage.refusals import NotNow
from triage.severity import grade, higher, rank
from triage.standing import stood_at
from triage.tickets import apart as part_of

BACK = "撤销合并"


def come_out(
    case: Case, lines: Sequence[ArchiveLine], actor: Actor, policy: Policy, now: datetime, *, whole: Case
) -> Case:
    """The merged case by itself again, with the posts of these ``lines``; ``give_back`` lets go of them there. ``whole``: the
    case that it was part of, where its callers may have been answered meanwhile."""
    if case.state is not CaseState.MERGED or case.merging or case.claims:
        raise NotNow("这件事现在没有并入别的事件，或者正在合并，请过几秒再看")
    into = case.merged_into
    posts = {line.post.id for line in lines}
    out = replace(
        _with_only(case, posts, lines),
        state=stood_at(case),
        merged_into="",
        unmerged_from=into,
        claims=tuple(sorted(posts)),
        tickets=part_of(case.tickets, whole.tickets, posts),
        apart=tuple(dict.fromkeys((*case.apart, into))),
        closed_at=None,
    )
    out = note(
        out, EventKind.UNMERGED, now, actor.login, f"撤销合并，不再是事件 {into} 的一部分", evidence=(into,)
    )
    return resume(out, now, policy.calendar, ended_by=JOINED, why=BACK)


def _with_only(case: Case, posts: Collection[str], lines: Sequence[ArchiveLine]) -> Case:
    """Without what was split off while it was part of the other case: its sums do not know of that yet."""
    if case.tallies.posts + case.tallies.again == len(posts):
        return case
    exacts = {line.reading.fingerprint.exact for line in lines if line.reading is not None}
    profile = case.profile
    return replace(
        case,
        tallies=replace(
            tallies_of(lines, case.told),
            peak_day=case.tallies.peak_day,
            negative_peak_day=case.tallies.negative_peak_day,
        ),
        evidence=tuple(item for item in case.evidence if item.post.id in posts),
        profile=replace(
            profile,
            exacts=tuple(one for one in profile.exacts if one in exacts),
            prints=tuple(one for one in profile.prints if one.exact in exacts),
        ),
    )


def give_back(
    into: Case,
    case: Case,
    gone: Sequence[ArchiveLine],
    left: Sequence[ArchiveLine],
    policy: Policy,
    now: datetime,
) -> Case:
    """The case that ``case`` was part of, without it; unchanged where that is done already. ``gone`` are the lines of its posts,
    ``left`` all others.
    """
    if case.id not in into.merged_from:
        return into
    own = {case.id, *case.merged_from}
    took = next((one for one in reversed(into.took) if one.case_id == case.id), None)
    out = replace(
        into,
        merged_from=tuple(one for one in into.merged_from if one not in own),
        took=tuple(one for one in into.took if one is not took),
        apart=tuple(dict.fromkeys((*into.apart, case.id))),
        tallies=without(into.tallies, gone, left, into.told),
    )
    out = rebound.unheard(out, first_of(gone, left), policy.handling.rebound)
    out = leave(without_traces(out, frozenset(case.claims), gone, left), case, own, took)
    told = f"事件 {case.id} 撤销合并，退出本事件（{len(case.claims)} 条信息）"
    out = note(out, EventKind.UNMERGED, now, _who(case), told, evidence=(case.id,))
    if took is not None:
        out = _as_it_stood(out, case, took, left, policy, now)
    out = put_right(out, now, policy.calendar, BACK)
    return reckoned(out, out, policy, now)


def _who(case: Case) -> str:
    return next((event.who for event in reversed(case.events) if event.kind is EventKind.UNMERGED), TRIAGE)


def _as_it_stood(
    into: Case, case: Case, took: Took, left: Sequence[ArchiveLine], policy: Policy, now: datetime
) -> Case:
    bodies = [line.body for line in left if line.body is not None]
    readings = [line.reading for line in left if line.reading is not None]
    live = took.origin is Origin.LIVE or any(body.origin is Origin.LIVE for body in bodies)
    into = replace(
        into,
        origin=into.origin if live else took.origin,
        first_public_at=_unless_moved(into.first_public_at, case.first_public_at, took.first_public_at),
        collected_at=_unless_moved(into.collected_at, case.collected_at, took.collected_at),
        detected_at=_unless_moved(into.detected_at, case.detected_at, took.detected_at),
        flagged_at=took.flagged_at if into.flagged_at == case.flagged_at else into.flagged_at,
        units=_still(took.units, (unit for reading in readings for unit in reading.units)),
        profile=replace(
            into.profile,
            topics=_still(took.topics, (topic.code for reading in readings for topic in reading.topics[:1])),
            places=_still(took.places, (code for reading in readings for code in stated(reading))),
            units=_still(took.units, (unit for reading in readings for unit in reading.units)),
        ),
    )
    again = _level_back(into, case, took, policy, now)
    fell = again is not into and again.severity.level is took.level
    into = _clocks_back(again, case, took, now, all_of_them=fell)
    since = into.events[took.events :]
    acted = any(not event.who.startswith("system:") and event.kind not in _ABOUT_MERGES for event in since)
    if acted or took.state in LIVE_STATES or any(_calls(line) for line in left):
        return into
    return replace(
        into,
        state=took.state,
        flagged_at=took.flagged_at,
        confirmed_at=took.confirmed_at,
        reopened_at=took.reopened_at,
        closed_at=took.closed_at,
    )


_ABOUT_MERGES = frozenset({EventKind.MERGED, EventKind.UNMERGED, EventKind.PARTED, EventKind.SPLIT})


def _still(was: tuple[str, ...], said: Iterable[str]) -> tuple[str, ...]:
    """What it knew, and what its own posts have said since."""
    return tuple(dict.fromkeys((*was, *said)))[:PLACES]


def _unless_moved(now: datetime, given: datetime, was: datetime) -> datetime:
    """What it was, where it still is what the other case brought."""
    return was if now == given else now


def _calls(line: ArchiveLine) -> bool:
    reading = line.reading
    if reading is None or reading.post.origin is not Origin.LIVE:
        return False
    return reading.owes_answer and reading.relevance.verdict is Verdict.ALERT


def _level_back(into: Case, case: Case, took: Took, policy: Policy, now: datetime) -> Case:
    """The level that it had, or the higher one of what it holds by now, where no person has set one since: the merge may have raised
    it by the other's level as well as by what both say together.
    """
    since = into.events[took.events :]
    changes = [one for one in since if one.kind in (EventKind.LEVEL_CHANGED, EventKind.LEVEL_CONFIRMED)]
    if any(not one.who.startswith("system:") for one in changes):
        return into
    graded = grade(into, policy.rubric, now, policy=policy.ref, soundings=policy.soundings)
    kept = took.grading is not None and rank(graded.level) <= rank(took.grading.machine)
    level = took.level if kept else higher(took.level, graded.level)
    was = into.severity.level
    if rank(level) >= rank(was):
        return into
    into = replace(
        into,
        severity=replace(graded, level=level, restricted=into.severity.restricted or graded.restricted),
        grading=took.grading if level is took.level else None,
        graded_at=now,
    )
    what = f"舆情等级由{was}恢复为{level}"
    return note(into, EventKind.LEVEL_CHANGED, now, TRIAGE, what, why=BACK, evidence=(case.id,))


def _clocks_back(into: Case, case: Case, took: Took, now: datetime, *, all_of_them: bool) -> Case:
    """Running clocks alone: a duty that was done since is done. ``all_of_them``: those too that the level brought."""
    before = {clock.rule.kind: clock for clock in took.clocks}
    brought = {clock.rule.kind: clock.started_at for clock in case.clocks}
    for clock in into.clocks:
        if clock.state is not ClockState.RUNNING:
            continue
        own = before.get(clock.rule.kind)
        if own is not None and own.state is ClockState.RUNNING:
            moved = any(one.reason == SOONER and one.at >= took.at for one in clock.recomputed)
            if moved or (all_of_them and own.due_at != clock.due_at):
                into = _due_as_before(into, clock, own, now)
        elif brought.get(clock.rule.kind) == clock.started_at or all_of_them:
            into = _ended(into, clock, own, now)
    return into


def _due_as_before(into: Case, clock: ResponseClock, own: ResponseClock, now: datetime) -> Case:
    moved = Recomputed(at=now, was=clock.due_at, now=own.due_at, reason=BACK)
    into = with_clock(into, replace(own, recomputed=(*clock.recomputed, moved)))
    what = f"{own.rule.name}到期时间由 {shown(moved.was)} 恢复为 {shown(moved.now)}"
    return note(into, EventKind.CLOCK_RECOMPUTED, now, TRIAGE, what, why=BACK)


def _ended(into: Case, clock: ResponseClock, own: ResponseClock | None, now: datetime) -> Case:
    """It goes on with the case that brought it; what stood in its place stands there again."""
    by = "撤销合并，时限回到原事件"
    ended = replace(clock, state=ClockState.CANCELLED, met_at=now, met_by=by)
    into = note(into, EventKind.CLOCK_CANCELLED, now, TRIAGE, f"取消{clock.rule.name}时限", why=by)
    if own is None:
        return with_clock(into, ended)
    into = with_clock(into, own)
    past = tuple(one for one in into.past_clocks if one != own)
    return replace(into, past_clocks=(*past, ended))
