"""Finishes what a merge or a split has begun in two cases: whoever comes round does it, and doing it twice does no harm."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from huiying.contracts import Case, CaseState
from huiying.errors import CaseNotFound, TryAgain
from huiying.ports import CaseStore, PostArchive
from triage import saving
from triage.deeds import stories, undoing
from triage.policy import Policy
from triage.record import indexed
from triage.saving import MOST_MERGES, amend, whole

WHO = "system:desk"


def complete(cases: CaseStore, archive: PostArchive, case_id: str, now: datetime, policy: Policy) -> bool:
    """The other case takes in, or lets go of, what is this one's business; then this one is done with it.

    False where something has to wait: a post that is being taken in has no line yet. Raises CaseNotFound, TryAgain.
    """
    case = cases.get(case_id)
    if case.merging:
        _merge(cases, archive, case, now, policy)
        case = cases.get(case_id)
    if case.unmerged_from:
        return _unmerge(cases, archive, case, now, policy)
    return not case.claims or _split(cases, archive, case, now, policy)


def unfinished(case: Case) -> bool:
    return case.merging or bool(case.claims or case.unmerged_from)


def written(archive: PostArchive, case: Case, *, posts: frozenset[str] | None = None) -> bool:
    """Whether every post that the case took in last (of ``posts``, where they are given) has its archive line: until then a
    replay must find the case as it is.
    """
    keys = {settled.post for settled in case.settled if posts is None or settled.post.id in posts}
    return saving.written(archive, keys) == keys


def _merge(cases: CaseStore, archive: PostArchive, case: Case, now: datetime, policy: Policy) -> None:
    _break_circle(cases, case, now, policy)
    if not cases.get(case.id).merging:
        return
    target = whole(cases, case.merged_into)
    amend(cases, target.id, lambda into: _take_in(into, cases.get(case.id), archive, now, policy))
    amend(cases, case.id, lambda gone: _let_go(gone, now, policy))


def _take_in(into: Case, case: Case, archive: PostArchive, now: datetime, policy: Policy) -> Case:
    if into.state is CaseState.MERGED:
        raise TryAgain(f"case {into.id} was merged meanwhile")
    if not case.merging or case.id in into.merged_from:
        return into
    # A page that came by two routes, to either of them, counts once: seldom, and only then the posts are asked for.
    known = into.tallies.pages.keys() & case.tallies.pages.keys()
    lines = archive.of_cases({case.id, *case.merged_from}) if known else ()
    both = stories.in_both(into, case, lines)
    return indexed(stories.take_in(into, case, policy, now, both=both), policy)


def _let_go(case: Case, now: datetime, policy: Policy) -> Case:
    return indexed(stories.let_go(case, now, WHO), policy) if case.merging else case


def _break_circle(cases: CaseStore, case: Case, now: datetime, policy: Policy) -> None:
    """Two people may merge two cases into each other at the same moment. One of them stays: everybody finds the same one."""
    chain = [case]
    while chain[-1].state is CaseState.MERGED and len(chain) <= MOST_MERGES:
        following = cases.get(chain[-1].merged_into)
        if following.id in (one.id for one in chain):
            circle = chain[[one.id for one in chain].index(following.id) :]
            staying = min(one.id for one in circle if one.merging)
            amend(cases, staying, lambda one: _come_back(one, now, policy))
            return
        chain.append(following)


def _come_back(case: Case, now: datetime, policy: Policy) -> Case:
    return indexed(stories.come_back(case, now, WHO), policy) if case.merging else case


def _split(cases: CaseStore, archive: PostArchive, made: Case, now: datetime, policy: Policy) -> bool:
    claims = frozenset(made.claims)
    parent = _parent(cases, archive, made, now, policy)
    if parent is not None:
        ids = {parent.id, made.split_from, *parent.merged_from, made.id}
        lines = list(archive.of_cases(ids))
        gone = [line for line in lines if line.post.id in claims]
        left = [line for line in lines if line.post.id not in claims and line.case_id != made.id]

        def lose(case: Case) -> Case:
            lost = stories.lose(case, made, gone, left, policy, now)
            return case if lost is case else indexed(lost, policy)

        amend(cases, parent.id, lose)
        if not written(archive, cases.get(parent.id), posts=claims):
            return False
    if cases.get(made.id).claims:  # else somebody was first, and the posts may have gone on from here
        archive.rehome(made.claims, case_id=made.id)
        amend(cases, made.id, lambda case: _done(case, policy))
    return True


def _unmerge(cases: CaseStore, archive: PostArchive, case: Case, now: datetime, policy: Policy) -> bool:
    """The other case lets go of it, and edits that had come in there move over."""
    own = {case.id, *case.merged_from}
    with suppress(CaseNotFound):
        into = cases.get(case.unmerged_from)
        claims = frozenset(case.claims)
        lines = list(archive.of_cases({into.id, *into.merged_from, *own}))
        gone = [line for line in lines if line.post.id in claims]
        left = [line for line in lines if line.post.id not in claims]

        def give_back(one: Case) -> Case:
            given = undoing.give_back(one, case, gone, left, policy, now)
            return one if given is one else indexed(given, policy)

        amend(cases, into.id, give_back)
        if not written(archive, cases.get(into.id), posts=claims):
            return False
        strays = {line.post.id for line in gone if line.case_id not in own}
        homes = {line.post.id: line.case_id for line in gone if line.case_id in own}
        for home in {homes.get(post) or case.id for post in strays}:
            archive.rehome({post for post in strays if (homes.get(post) or case.id) == home}, case_id=home)
    amend(cases, case.id, lambda one: _done(one, policy))
    return True


def _parent(cases: CaseStore, archive: PostArchive, made: Case, now: datetime, policy: Policy) -> Case | None:
    """The case that has the posts in its sums: where it was merged, the one that has taken it in."""
    try:
        parent = cases.get(made.split_from)
        for _ in range(MOST_MERGES):
            if parent.merging:
                _merge(cases, archive, parent, now, policy)
                parent = cases.get(parent.id)
            if parent.state is not CaseState.MERGED:
                return parent
            parent = cases.get(parent.merged_into)
    except CaseNotFound:
        return None
    raise TryAgain(f"case {made.split_from} is merged in a circle")


def _done(case: Case, policy: Policy) -> Case:
    if not case.claims and not case.unmerged_from:
        return case
    return indexed(replace(case, claims=(), unmerged_from=""), policy)
