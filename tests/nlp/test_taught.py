"""What people said is learned with its weight, and what they did not say is not."""

from __future__ import annotations

from dataclasses import replace

from huiying.contracts import Attitude
from nlp import corpus, learning
from nlp.corpus import Example
from nlp.taught import Taught, answered, digest
from tests.factories import a_post


def an_example(**changes: object) -> Example:
    example = Example(post=a_post(), relevance="core", event="e", topic="T01", attitude=Attitude.NEGATIVE)
    return replace(example, **changes)  # type: ignore[arg-type]


def test_a_taught_text_answers_only_what_was_said_of_it() -> None:
    own = an_example()
    taught = [
        Taught(example=an_example(relevance="off"), weights={"relevance": 0.5}),
        Taught(example=an_example(topic="T05"), weights={"topic": 3.0}),
    ]
    asked = {
        question.name: question
        for question in answered(learning.questions([own, *(one.example for one in taught)]), taught)
    }
    relevance = asked["relevance"]
    assert relevance.asked.tolist() == [True, True, False]
    assert relevance.yes.tolist()[:2] == [True, False]
    assert relevance.weight.tolist()[:2] == [1.0, 0.5]
    topic = asked["topic:T05"]
    assert topic.asked.tolist() == [True, False, True]
    assert topic.yes.tolist() == [False, False, True]
    assert topic.weight.tolist()[2] == 3.0
    assert asked["owes"].asked.tolist() == [True, False, False]


def test_without_examples_nothing_is_changed() -> None:
    questions = learning.questions(corpus.load(corpus.LEARNED)[:20])
    assert answered(questions, []) == questions
    assert digest([]) == ""


def test_the_digest_is_of_what_was_said_in_whatever_order() -> None:
    one = Taught(example=an_example(), weights={"topic": 3.0})
    other = Taught(example=an_example(), weights={"topic": 3.0})
    assert digest([one, other]) == digest([other, one])
    assert digest([one]) != digest([replace(one, weights={"topic": 1.0})])
