"""After the answer: does the matter come back, and how does a case take up again.  Pure: the caller brings the time.

Two signs of a rebound (``[rebound]`` of ``policy/handling.toml``): the public says 仍未解决 often enough, or one day brings more
posts than a share of the highest day before the answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from huiying.contracts import Aftermath, Assignment, Case, CaseState, EventKind, TextRef
from triage.calendar import Calendar
from triage.clocks import resume, start_over
from triage.packs import ReboundRow
from triage.policy import Policy
from triage.record import TRIAGE, note
from triage.severity import posts_between

ANSWERED = frozenset({CaseState.PUBLISHED, CaseState.FOLLOWED, CaseState.CLOSED})
MOST_NOTES = 200
DAY = timedelta(days=1)


def watched_from(case: Case, now: datetime) -> Aftermath:
    """What to measure against once an answer stands. Each further answer starts the watch anew."""
    return Aftermath(since=now, peak_before=max(case.tallies.peak_day, 1))


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
    since = max(after.since, now - DAY)
    posts = posts_between(case.tallies.by_hour, since, now, now)
    if posts >= max(rules.least, rules.share * after.peak_before):
        return f"发布后一天内又有 {posts:.0f} 条，此前最高一天 {after.peak_before} 条"
    return ""


def is_watched(case: Case, rules: ReboundRow, now: datetime) -> bool:
    """Whether enough signs would open it again: it is answered, has not come back since, and is not long closed."""
    after = case.aftermath
    if after is None or after.rebound_at is not None or case.state not in ANSWERED:
        return False
    return now - after.since <= timedelta(days=rules.watch_days) or case.state is not CaseState.CLOSED


def look(case: Case, policy: Policy, now: datetime) -> Case:
    """The case with a rebound booked, where there is one, and taken up again."""
    why = sign_of(case, policy.handling.rebound, now)
    if not why or case.aftermath is None:
        return case
    case = replace(case, aftermath=replace(case.aftermath, rebound_at=now))
    case = note(case, EventKind.REBOUND, now, TRIAGE, "出现反弹", why=why)
    return reopen(case, policy.calendar, now, TRIAGE, "出现反弹，自动重开")


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
