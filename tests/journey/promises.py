"""What must be true of an office however its processes and servers died: no case doubled, each notice told, by its id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from huiying.contracts import Case
from huiying.identity import notice_id
from huiying.ports import Engine


def notices_owed(cases: Sequence[Case]) -> set[str]:
    """Of every rung that has fired, the one that people are told of."""
    return {
        notice_id(case.id, clock.rule.kind, rung)
        for case in cases
        for clock in case.clocks
        for rung in clock.fired
        if rung not in clock.untold
    }


def broken(engine: Engine, told: Collection[str]) -> list[str]:
    """Each promise that does not hold, in a line; ``told`` are the ids of the notices that a receiver took."""
    cases = list(engine.cases.all())
    return [*doubled(engine, cases), *untold(cases, told)]


def doubled(engine: Engine, cases: Sequence[Case]) -> list[str]:
    """Cases that count other posts than the archive knows of them, or whose first post went another way."""
    posts: dict[str, set[str]] = {case.id: set() for case in cases}
    for line in engine.archive.of_cases(posts):
        posts[line.case_id or ""].add(line.post.id)
    found = []
    for case in cases:
        if case.tallies.posts != len(posts[case.id]):
            found.append(f"{case.id} counts {case.tallies.posts} posts, the archive {len(posts[case.id])}")
        if [event.sequence for event in case.events] != list(range(1, len(case.events) + 1)):
            found.append(f"{case.id} has events out of order")
        homes = {
            line.case_id for line in engine.archive.versions([case.opened_by.id]).get(case.opened_by.id, ())
        }
        if homes != {case.id}:
            found.append(f"{case.id} was opened by a post that the archive has in {homes}")
    openers = Counter(case.opened_by.id for case in cases)
    return found + [f"post {post} opened {count} cases" for post, count in openers.items() if count > 1]


def untold(cases: Sequence[Case], told: Collection[str]) -> list[str]:
    owed, heard = notices_owed(cases), set(told)
    found = [f"notice {id} never arrived" for id in sorted(owed - heard)]
    return found + [f"notice {id} arrived and is owed by no case" for id in sorted(heard - owed)]
