"""What people said is kept by who and when, without any text, and goes in time; on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying import examples
from huiying.contracts import CaseEvent, Category, EventKind, Level, PostKey
from huiying.examples import Example, Examples, Labels, post_label, stands
from huiying.ports import Engine
from tests.factories import NOW, a_case

KEY = PostKey("post-1", "v1")


def an_example(**changes: object) -> Example:
    example = Example(act="confirm", by="li", at=NOW, case_id="case1", sequence=3, posts=(KEY,))
    return replace(example, **changes)  # type: ignore[arg-type]


def test_examples_come_back_oldest_first_as_they_were_kept(engine: Engine) -> None:
    kept = Examples(engine.register)
    later = an_example(sequence=4, at=NOW + timedelta(hours=1), labels=Labels(category=Category.MAJOR))
    for example in (later, an_example()):
        kept.put(example)
    assert list(kept.all()) == [an_example(), later]


def test_the_latest_word_about_one_post_counts(engine: Engine) -> None:
    kept = Examples(engine.register)
    kept.put(post_label(KEY, Labels(relevant=True), by="li", at=NOW))
    second = post_label(KEY, Labels(relevant=False), by="wang", at=NOW + timedelta(minutes=1))
    kept.put(second)
    assert list(kept.all()) == [second]
    assert kept.get(second.id) == second


def test_what_has_had_its_time_goes_and_so_does_the_oldest_of_too_many(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Examples(engine.register)
    for day in range(5):
        kept.put(an_example(sequence=day + 1, at=NOW + timedelta(days=day)))
    assert kept.erase(NOW + timedelta(days=1)) == 1
    monkeypatch.setattr(examples, "MOST", 2)
    assert kept.erase(NOW) == 2
    assert [example.sequence for example in kept.all()] == [4, 5]


def test_an_act_whose_save_failed_never_stood() -> None:
    event = CaseEvent(
        case_id="case1", sequence=1, kind=EventKind.CONFIRMED, at=NOW, who="li", what="", level=Level.GENERAL, title=""
    )  # fmt: skip
    case = a_case(events=(event,))
    assert stands(an_example(sequence=1), case)
    assert not stands(an_example(sequence=1, by="wang"), case)
    assert not stands(an_example(sequence=1, at=NOW + timedelta(seconds=1)), case)
    assert not stands(an_example(sequence=2), case)
    assert not stands(an_example(sequence=1), None)
    assert stands(post_label(KEY, Labels(relevant=True), by="li", at=NOW), None)
