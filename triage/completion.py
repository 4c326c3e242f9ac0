"""Finishes what a merge or a split has begun in two cases: whoever comes round does it, and doing it twice does no harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from huiying.contracts import Case
from huiying.errors import CaseNotFound
from huiying.ports import CaseStore, PostArchive
from triage.deeds import stories
from triage.policy import Policy
from triage.record import indexed
from triage.saving import amend, whole

WHO = "system:desk"


def complete(cases: CaseStore, archive: PostArchive, case_id: str, now: datetime, policy: Policy) -> None:
    """The other case takes in, or lets go of, what is this one's business; then this one is done with it."""
    case = cases.get(case_id)
    if case.merging:
        _merge(cases, case, now, policy)
    if case.claims:
        _split(cases, archive, case, now, policy)


def unfinished(case: Case) -> bool:
    return case.merging or bool(case.claims)


def _merge(cases: CaseStore, case: Case, now: datetime, policy: Policy) -> None:
    target = whole(cases, case.merged_into)
    amend(cases, target.id, lambda into: _take_in(into, cases.get(case.id), now, policy))
    amend(cases, case.id, lambda gone: _let_go(gone, now, policy))


def _take_in(into: Case, case: Case, now: datetime, policy: Policy) -> Case:
    taken = stories.take_in(into, case, now, WHO)
    return into if taken is into else indexed(taken, lapse=policy.lapse)


def _let_go(case: Case, now: datetime, policy: Policy) -> Case:
    return indexed(stories.let_go(case, now, WHO), lapse=policy.lapse) if case.merging else case


def _split(cases: CaseStore, archive: PostArchive, made: Case, now: datetime, policy: Policy) -> None:
    try:
        parent = whole(cases, made.split_from)
    except CaseNotFound:
        parent = None
    if parent is not None and parent.id != made.id:
        lines = [
            line
            for line in archive.of_cases({parent.id, made.split_from, *parent.merged_from, made.id})
            if line.post.id in set(made.claims)
        ]

        def lose(case: Case) -> Case:
            left = stories.lose(case, made, lines, now, WHO)
            return case if left is case else indexed(left, lapse=policy.lapse)

        amend(cases, parent.id, lose)
    archive.rehome(made.claims, case_id=made.id)
    amend(cases, made.id, lambda case: _done(case, policy))


def _done(case: Case, policy: Policy) -> Case:
    if not case.claims:
        return case
    return indexed(replace(case, claims=()), lapse=policy.lapse)
