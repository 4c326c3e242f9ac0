"""Cases whose next rung is due at a given moment: one real case, opened by the real rules, moved in time and named anew."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from huiying import identity, tomlfile
from huiying.contracts import Case, Verdict
from triage import escalation
from triage.lifecycle import open_case
from triage.policy import Policy, load
from triage.record import carried, indexed
from triage.simulation.matters import arrivals, towns_of

OFFICE_TIME = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""When the clocks of the steady run begin to fire, by the bench's own clock."""


def rules() -> Policy:
    return load(tomlfile.DEFAULTS)


def template(policy: Policy) -> Case:
    """An ordinary matter whose alert has been told and in which no caller waits: its clocks run, and the first rung is behind it."""
    chance = random.Random(1)
    towns = towns_of(policy, OFFICE_TIME.date())
    coming = arrivals(chance, [(OFFICE_TIME, True)] * 3, OFFICE_TIME + timedelta(days=9), towns)
    readings = ((one.at, one.reading) for one in coming)
    now, first = next(
        (at, reading)
        for at, reading in readings
        if reading.relevance.verdict is Verdict.ALERT and not reading.signals and not reading.post.reference
    )
    case = escalation.escalate(open_case(first, policy, now), policy, now)
    return carried(replace(case, outbox=(), events_published=len(case.events)))


def cases(
    model: Case, policy: Policy, *, number: int, name: str, first: datetime, over: timedelta
) -> Iterator[Case]:
    """So many cases, whose next rungs are spread evenly over this time."""
    assert model.next_rung_at is not None
    for n in range(number):
        by = first + over * (n / number) - model.next_rung_at
        clocks = tuple(
            replace(clock, started_at=clock.started_at + by, due_at=clock.due_at + by)
            for clock in model.clocks
        )
        made = replace(model, id=identity.digest(name, str(n)), clocks=clocks, revision=1)
        yield indexed(made, policy)
