"""What an older version stored without a next step is looked at by the watch without waiting for the next save."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Thread

from huiying.clock import ManualClock
from huiying.contracts import Case, CaseState
from huiying.ports import Engine
from tests.eventually import eventually
from tests.factories import NOW, a_case, a_post
from tests.lagging import lagging
from tests.triage.test_idle import left_alone
from tests.triage.texts import policy
from triage.sweep import AGAIN, Sweep
from triage.watch import Watch
from triage.words import IDLE


def forgotten(number: int = 1) -> Case:
    """Live, nothing ahead, and stored before the watchdog was."""
    return replace(
        left_alone(), id=f"old-{number}", opened_by=a_post(native_id=f"o{number}").key, next_rung_at=None
    )


def told(engine: Engine, case: Case) -> list[str]:
    return [notice.rung for notice in engine.cases.get(case.id).outbox]


def test_a_case_that_nobody_would_look_at_is_raised_at_the_next_look(engine: Engine) -> None:
    case, late = forgotten(), NOW + timedelta(days=3)
    engine.cases.save([case])
    watch = Watch(engine.cases, engine.archive, policy(), ManualClock(late))
    assert watch.tick(late) == 0 and told(engine, case) == []
    assert Sweep(engine.cases, policy()).everything() == 1
    assert engine.cases.get(case.id).next_rung_at is not None
    assert watch.tick(late) == 1 and told(engine, case) == [IDLE]
    assert Sweep(engine.cases, policy()).everything() == 0


def test_what_is_over_stays_as_it_is_and_more_than_a_page_is_done(engine: Engine) -> None:
    over = a_case(state=CaseState.CLOSED, clocks=(), next_rung_at=None)
    engine.cases.save([over, *(forgotten(number) for number in range(205))])
    assert Sweep(engine.cases, policy()).everything() == 205
    assert engine.cases.get(over.id) == over


def test_a_store_that_trails_has_each_of_them_changed_once(engine: Engine) -> None:
    case = forgotten()
    with lagging(engine) as late:
        late.cases.save([case])
        late.cases.refresh()
        sweep = Sweep(late.cases, policy())
        assert [sweep.everything() for _ in range(3)] == [1, 0, 0]
        assert late.cases.get(case.id).revision == case.revision + 1


def test_it_is_done_at_the_start_and_once_an_hour(engine: Engine) -> None:
    sweep = Sweep(engine.cases, policy())
    assert sweep.hourly(NOW) == 0
    engine.cases.save([forgotten()])
    assert sweep.hourly(NOW + AGAIN - timedelta(seconds=1)) == 0
    assert sweep.hourly(NOW + AGAIN) == 1
    engine.cases.save([forgotten(2)])
    assert sweep.hourly(NOW - timedelta(days=1)) == 1, "a clock that was set back waits for no hour"


def test_a_watch_that_starts_finds_it_by_itself(engine: Engine) -> None:
    case = forgotten()
    engine.cases.save([case])
    clock = ManualClock(NOW + timedelta(days=3))
    watch = Watch(engine.cases, engine.archive, policy(), clock, every=timedelta(milliseconds=1))

    def look() -> list[str]:
        clock.advance(timedelta(seconds=1))
        return told(engine, case)

    running = Thread(target=watch.run)
    running.start()
    try:
        eventually(look, seconds=60)
    finally:
        clock.stop()
        running.join(10)
    assert told(engine, case) == [IDLE]
