"""The cases of the bench owe their next rung when they are said to, and the real watch fires it."""

from __future__ import annotations

from datetime import timedelta

from bench.pending import OFFICE_TIME, cases, rules, template
from huiying.clock import ManualClock
from huiying.ports import Engine
from tests.eventually import eventually
from triage.watch import Watch


def test_next_rungs_are_spread_evenly_from_the_first_and_fire_then(engine: Engine) -> None:
    policy = rules()
    made = list(
        cases(template(policy), policy, number=4, name="x", first=OFFICE_TIME, over=timedelta(seconds=4))
    )
    assert [case.next_rung_at for case in made] == [OFFICE_TIME + timedelta(seconds=n) for n in range(4)]
    assert len({case.id for case in made}) == 4
    engine.cases.save(made)
    watch = Watch(engine.cases, engine.archive, policy, ManualClock(OFFICE_TIME))
    assert watch.tick(OFFICE_TIME - timedelta(seconds=1)) == 0
    fired: list[int] = []

    def fire() -> int:
        fired.append(watch.tick(OFFICE_TIME + timedelta(seconds=1)))
        return sum(fired)

    eventually(fire, until=lambda n: n >= 2)
    assert watch.tick(OFFICE_TIME + timedelta(seconds=1)) == 0
    assert sum(fired) == 2
    assert [len(engine.cases.get(case.id).outbox) for case in made] == [1, 1, 0, 0]
