"""A process says that it is there, what its loops do and how its clock stands; who is gone is forgotten in time."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from huiying import heart, skew
from huiying.clock import ManualClock
from huiying.heart import Beat, Heart
from huiying.ports import Engine
from tests.factories import NOW


def a_beat(*, at: datetime = NOW, host: str = "a", loops: tuple[str, ...] = ("nlp",)) -> Beat:
    return Beat(
        host=host,
        process=7,
        version="0",
        started_at=at,
        at=at,
        rounds=dict.fromkeys(loops, at),
        offsets={},
    )


def test_a_beat_is_one_small_entry_that_is_written_anew(engine: Engine) -> None:
    rounds = {"nlp": NOW}
    one = Heart(engine=engine, clock=ManualClock(NOW), rounds=lambda: rounds)
    one.beat(NOW)
    rounds["nlp"] = NOW + timedelta(seconds=15)
    one.beat(NOW + timedelta(seconds=15))
    (entry,) = engine.register.list(heart.KIND)
    assert len(entry.value) < 400
    (beat,) = heart.beats(engine.register)
    assert (beat.process, beat.started_at, beat.at) == (os.getpid(), NOW, NOW + timedelta(seconds=15))
    assert heart.last_seen([beat]) == {"nlp": NOW + timedelta(seconds=15)}


def test_a_jump_of_the_clock_stands_in_the_beat(engine: Engine) -> None:
    steady = iter([0.0, 15.0, 30.0])
    one = Heart(
        engine=engine, clock=ManualClock(NOW), steps=skew.Steps(steady=lambda: next(steady)), rounds=dict
    )
    one.beat(NOW)
    jumped = NOW + timedelta(seconds=15, hours=1)
    assert one.beat(jumped).jumped == 3600
    again = one.beat(jumped + timedelta(seconds=15))
    assert (again.jumped_at, again.jumped) == (jumped, 3600), "until the process ends"


def test_beats_of_yesterday_and_of_nobody_are_forgotten(engine: Engine) -> None:
    put = Heart(engine=engine, clock=ManualClock(NOW), rounds=dict)
    put.beat(NOW)
    engine.register.put(heart.KIND, "strange", b"{}", expect=0)
    assert heart.beats(engine.register)[0].at == NOW, "what cannot be read is passed over"
    assert heart.forget_old(engine.register, NOW + timedelta(hours=1)) == 1
    assert heart.forget_old(engine.register, NOW + timedelta(days=1, seconds=1)) == 1
    assert engine.register.list(heart.KIND) == []


def test_a_loop_was_seen_when_any_process_saw_it_last() -> None:
    later = NOW + timedelta(minutes=3)
    seen = heart.last_seen([a_beat(at=later), a_beat(loops=("nlp", "web"))])
    assert seen == {"nlp": later, "web": NOW}


def test_a_young_heart_beats_sooner_so_that_one_sees_what_has_just_been_started(engine: Engine) -> None:
    clock = ManualClock(NOW)
    beats: list[float] = []

    def rounds() -> dict[str, datetime]:
        beats.append((clock.now() - NOW).total_seconds())
        if len(beats) == 7:
            clock.stop()
        return {}

    Heart(engine=engine, clock=clock, rounds=rounds).run()
    assert beats == [0, 1, 3, 7, 15, 30, 45]


def test_a_running_heart_beats_until_it_is_stopped(engine: Engine) -> None:
    clock = ManualClock(NOW)
    clock.stop()
    Heart(engine=engine, clock=clock, rounds=dict).run()
    assert [beat.at for beat in heart.beats(engine.register)] == [NOW]
