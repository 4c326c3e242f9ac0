"""Changing a case that others change too: read, decide, save; read again and decide again where somebody was first."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from huiying.contracts import Case, CaseState, Disposition, PostKey
from huiying.errors import CaseNotFound, RevisionConflict, TryAgain
from huiying.ports import CaseStore, PostArchive

ATTEMPTS = 20
LONGEST_PAUSE = 0.2
"""Seconds: who was second some times in a row steps back for a moment, and not in step with whoever was first."""
MOST_MERGES = 50


def attempts() -> Iterator[int]:
    """The tries of a save that others may get in before, with a growing pause of random length in between."""
    for number in range(ATTEMPTS):
        if number:
            time.sleep(random.uniform(0, min(LONGEST_PAUSE, 0.002 * 2**number)))  # noqa: S311
        yield number


def whole(cases: CaseStore, case_id: str) -> Case:
    """The case of this id or, where people have merged it, the one that it is part of. Raises CaseNotFound."""
    case = cases.get(case_id)
    for _ in range(MOST_MERGES):
        if case.state is not CaseState.MERGED:
            return case
        case = cases.get(case.merged_into)
    raise TryAgain(f"case {case_id} is merged in a circle")


def wholes(cases: CaseStore, case_ids: Collection[str]) -> Mapping[str, Case]:
    """The same of many, asked for in one go; what does not exist is left out."""
    found: dict[str, Case] = {}
    for id, case in cases.several(case_ids).items():
        with suppress(CaseNotFound):
            found[id] = whole(cases, id) if case.state is CaseState.MERGED else case
    return found


def written(archive: PostArchive, taken_in: Collection[PostKey]) -> frozenset[PostKey]:
    """Those of these versions, which a case has taken in, of which a line tells so: one that says that it was dropped was
    written before."""
    lines = archive.get(list(taken_in)) if taken_in else {}
    return frozenset(key for key, line in lines.items() if line.disposition is not Disposition.IRRELEVANT)


def amend(cases: CaseStore, case_id: str, change: Callable[[Case], Case]) -> tuple[Case, Case] | None:
    """Apply a change to the latest revision: the case before and after, or None where there was nothing to change.

    ``change`` returns its argument where it has nothing to do, and may be called again with a newer case.
    """
    for _ in attempts():
        try:
            before = cases.get(case_id)
        except CaseNotFound:
            return None
        after = change(before)
        if after is before:
            return None
        after = replace(after, revision=before.revision + 1)
        try:
            cases.save([after])
        except RevisionConflict:
            continue
        return before, after
    raise TryAgain(f"case {case_id} is changed by others without a pause")
