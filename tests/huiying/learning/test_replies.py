"""A reply that names nothing teaches how people feel, and nothing of what the trade's texts are like; on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from huiying.contracts import Attitude, Post, Quoted
from huiying.examples import Labels
from huiying.learning.lessons import Truth, gather
from huiying.learning.replay import recent
from huiying.learning.suggest import Cuts, suggest
from huiying.ports import Engine
from nlp.pipeline import Reader
from tests.factories import NOW
from tests.huiying.learning.people import an_office, texts


def a_thread() -> tuple[Post, Post]:
    (opening,) = texts(matters=1, noise=0)
    said = Quoted(title=opening.title, text=opening.text)
    return opening, replace(
        opening,
        id="answer",
        version="v",
        title="",
        text="太过分了，我家也是这样",
        reply_to=opening.id,
        answers=said,
    )


def told(engine: Engine) -> dict[str, Truth]:
    lessons = gather(engine)
    return {one.post.id: one for one in (*lessons.taught, *lessons.held)}


def test_neither_its_case_nor_its_own_label_makes_it_a_text_of_the_trade(
    engine: Engine, reader: Reader
) -> None:
    opening, answer = a_thread()
    office = an_office(engine, reader, [opening, answer])
    (case,) = office.cases()
    assert case.tallies.posts == 2
    office.confirm(case)
    assert told(engine)[opening.id].said["relevance"] is True
    assert answer.id not in told(engine)
    office.label(answer, Labels(relevant=True, attitude=Attitude.NEGATIVE))
    assert told(engine)[answer.id].said == {"attitude": Attitude.NEGATIVE}
    assert gather(engine).lost == 0


def test_it_is_not_put_forward_for_a_label(engine: Engine, reader: Reader) -> None:
    opening, answer = a_thread()
    an_office(engine, reader, [opening, answer])
    items = suggest(engine, reader, Cuts(alert=0.7, review=0.3), "", NOW, count=10)
    assert [item.post.id for item in items] == [opening.id]


def test_in_a_replay_it_comes_after_what_it_answers(engine: Engine, reader: Reader) -> None:
    opening, answer = a_thread()
    an_office(engine, reader, [replace(opening, id="z"), replace(answer, reply_to="z")])
    found = recent(engine.archive.all(), NOW - timedelta(days=30))
    assert [post.id for post in found] == ["z", "answer"]
