from __future__ import annotations

from bench.nlp.clock import Took, in_turns, timed, together


def test_rates_are_of_processor_time() -> None:
    took = together(Took(texts=10, cpu=0.5, wall=2), Took(texts=10, cpu=0.5, wall=3))
    assert took == Took(texts=20, cpu=1.0, wall=5)
    assert took.rate == 20 and took.micros == 50_000


def test_of_nothing_there_is_no_rate() -> None:
    none = Took(texts=0, cpu=0, wall=0)
    assert none.rate == 0 and none.micros == 0


def test_each_way_takes_its_turn_at_least_once() -> None:
    turns: list[str] = []
    took = in_turns({"a": (lambda: turns.append("a"), 2), "b": (lambda: turns.append("b"), 3)}, seconds=0)
    assert turns == ["a", "b"] and took["b"].texts == 3


def test_work_is_timed() -> None:
    assert timed(lambda: sum(range(100_000)), 1).cpu > 0
