"""After the answer: does the matter come back, and how does a case take up again.  Pure: the caller brings the time.

Two signs of a rebound (``[rebound]`` of ``policy/handling.toml``): the public says 仍未解决 often enough, or one day brings more
complaints than a share of the highest day before the answer.  An office's own word, praise, and what repeats the answer
(:mod:`triage.echo`) are no complaint.  What complains of something else, or in other words, is 次生: born of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from huiying.contracts import (
    Aftermath,
    Assignment,
    Attitude,
    Case,
    CaseState,
    EventKind,
    Reading,
    TextRef,
    Verdict,
)
from triage.calendar import Calendar
from triage.clocks import resume, start_over
from triage.echo import echo_of
from triage.gather import complains, day_up_to, hour, one_more, recent_hours, with_negative
from triage.likeness import said_at
from triage.packs import ReboundRow
from triage.policy import Policy
from triage.record import TRIAGE, note
from triage.severity import is_secondary

ANSWERED = frozenset({CaseState.PUBLISHED, CaseState.FOLLOWED, CaseState.CLOSED})
MOST_NOTES = 200


def watched_from(case: Case, now: datetime) -> Aftermath:
    """What to measure against once an answer stands. Each further answer starts the watch anew."""
    profile = case.profile
    return Aftermath(
        since=now,
        peak_before=max(with_negative(case.tallies).negative_peak_day, 1),
        topics=tuple(dict.fromkeys((*((case.topic,) if case.topic else ()), *profile.topics))),
        words=tuple(dict.fromkeys(term.word for term in (*profile.lead_terms, *profile.terms))),
    )


def heard(before: Case, case: Case, reading: Reading, rules: ReboundRow) -> Case:
    """The case with what this post, which it has just taken in, says after the answer."""
    after = case.aftermath
    counted = [one.tallies.by_attitude.get(Attitude.NEGATIVE, 0) for one in (before, case)]
    if after is None or after.rebound_at is not None or counted[0] == counted[1]:
        return case
    if not _says_after(after, reading):
        return case
    at = hour(said_at(reading.post))
    after = replace(after, negative=one_more(after.negative, at))
    if is_other(after, reading, rules):
        after = replace(after, secondary=one_more(after.secondary, at))
    return replace(case, aftermath=after)


def unheard(case: Case, gone: Iterable[Reading], rules: ReboundRow) -> Case:
    """The case without what these posts, each given once, said after the answer."""
    after = case.aftermath
    if after is None:
        return case
    negative, secondary = dict(after.negative), dict(after.secondary)
    for reading in gone:
        if _says_after(after, reading) and echo_of(case.told, reading) is None and not reading.idle:
            at = hour(said_at(reading.post))
            _one_less(negative, at)
            if is_other(after, reading, rules):
                _one_less(secondary, at)
    return replace(case, aftermath=replace(after, negative=negative, secondary=secondary))


def _one_less(counts: dict[str, int], at: str) -> None:
    if counts.get(at, 0) > 1:
        counts[at] -= 1
    else:
        counts.pop(at, None)


def heard_too(case: Case, other: Case) -> Case:
    """The case with what was said, after its answer, in a case that has become part of it: from the next full hour on."""
    after = case.aftermath
    if after is None or after.rebound_at is not None:
        return case
    negative = dict(after.negative)
    for at, count in other.tallies.negative_by_hour.items():
        if at > hour(after.since):
            negative[at] = negative.get(at, 0) + count
    return replace(case, aftermath=replace(after, negative=recent_hours(negative)))


def _says_after(after: Aftermath, reading: Reading) -> bool:
    return complains(reading) and said_at(reading.post) >= after.since


def is_other(after: Aftermath, reading: Reading, rules: ReboundRow) -> bool:
    """Whether it speaks of another topic than what was complained of before the answer, or in other words. Of a reply, which is
    the office's business through what it answers, neither is known."""
    if reading.relevance.verdict is Verdict.REPLY:
        return False
    if after.topics and reading.topics and reading.topics[0].code not in after.topics:
        return True
    weight = sum(term.weight for term in reading.terms)
    known = sum(term.weight for term in reading.terms if term.word in after.words)
    return bool(after.words) and known < rules.same_words * weight


def unresolved(case: Case, now: datetime) -> Case:
    """The case once more said to be unsolved."""
    if case.aftermath is None:
        return case
    said = (*case.aftermath.unresolved, now)[-MOST_NOTES:]
    return replace(case, aftermath=replace(case.aftermath, unresolved=said))


def sign_of(case: Case, rules: ReboundRow, now: datetime) -> str:
    """Why this is a rebound, in Chinese; '' where it is none, or known already."""
    after = case.aftermath
    if after is None or not is_watched(case, rules, now):
        return ""
    watch = timedelta(days=rules.watch_days)
    said = sum(1 for at in after.unresolved if now - at <= watch)
    if said >= rules.notes:
        return f"发布后 {said} 次反映仍未解决"
    posts = day_up_to(after.negative, hour(now))
    if posts >= max(rules.least, rules.share * after.peak_before):
        told = f"发布后一天内又有 {posts} 条负面，此前最高一天 {after.peak_before} 条"
        other = day_up_to(after.secondary, hour(now))
        return f"{told}；其中 {other} 条是次生舆情（换了话题，或者换了说法）" if other else told
    return ""


def is_watched(case: Case, rules: ReboundRow, now: datetime) -> bool:
    """Whether enough signs would open it again: it is answered, has not come back since, and is not long closed."""
    after = case.aftermath
    if after is None or after.rebound_at is not None or case.state not in ANSWERED:
        return False
    return now - after.since <= timedelta(days=rules.watch_days) or case.state is not CaseState.CLOSED


def look(case: Case, policy: Policy, now: datetime) -> Case:
    """The case with a rebound booked, where there is one, and taken up again."""
    why, after = sign_of(case, policy.handling.rebound, now), case.aftermath
    if not why or after is None:
        return case
    case = replace(case, aftermath=replace(after, rebound_at=now))
    what = "出现次生舆情" if is_secondary(after) else "出现反弹"
    case = note(case, EventKind.REBOUND, now, TRIAGE, what, why=why)
    return reopen(case, policy.calendar, now, TRIAGE, f"{what}，自动重开")


def rebounded(case: Case) -> bool:
    """Whether it ever came back after an answer: what was answered anew since then did all the same."""
    return any(event.kind is EventKind.REBOUND for event in case.events)


def reopen(
    case: Case,
    calendar: Calendar,
    now: datetime,
    who: str,
    what: str,
    *,
    why: str = "",
    texts: tuple[TextRef, ...] = (),
    resumed: bool = False,
) -> Case:
    """The case back with its unit, or with the monitoring centre where none had it. Its clocks start over; where it is
    ``resumed`` they go on instead, as if it had never been put away.
    """
    state = CaseState.ASSIGNED if case.assignment else CaseState.CONFIRMED
    case = replace(
        case,
        state=state,
        flagged_at=case.flagged_at or now,
        confirmed_at=case.confirmed_at or now,
        closed_at=None,
        evaluation=None,
        assignment=_unsigned(case.assignment),
    )
    case = note(case, EventKind.REOPENED, now, who, what, why=why, texts=texts)
    return resume(case, now, calendar) if resumed else start_over(case, now, calendar)


def _unsigned(assignment: Assignment | None) -> Assignment | None:
    """Still theirs, to be signed for anew."""
    return replace(assignment, acknowledged_by="", acknowledged_at=None) if assignment else None
