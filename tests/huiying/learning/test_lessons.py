"""What people said, joined with what can still be read."""

from __future__ import annotations

from datetime import timedelta

from huiying.contracts import Disposition, Post, PostKey
from huiying.examples import Example, Examples, Labels
from huiying.learning.lessons import WEIGHTS, gather, is_held_back, to_learn
from huiying.ports import Engine
from nlp.pipeline import Reader
from tests.factories import NOW
from tests.huiying.learning.people import an_office, texts


def test_each_act_counts_as_documented_and_the_latest_word_holds(engine: Engine, reader: Reader) -> None:
    office = an_office(engine, reader, texts())
    first, second, *_ = office.cases()
    office.confirm(first)
    office.dismiss(second)
    office.label(_opening(engine, first.opened_by), Labels(topic="T05", relevant=False))
    lessons = gather(engine)
    told = {one.post.key: one for one in (*lessons.taught, *lessons.held)}
    assert told[first.opened_by].said == {"relevance": False, "topic": "T05"}
    assert told[first.opened_by].weights == {"relevance": WEIGHTS["label"], "topic": WEIGHTS["label"]}
    assert told[second.opened_by].said == {"relevance": False}
    assert told[second.opened_by].weights == {"relevance": WEIGHTS["dismiss"]}
    assert lessons.acts == {"confirm": 1, "dismiss": 1, "label": 1}


def test_erased_posts_teach_nothing_and_acts_that_never_stood_do_not_count(
    engine: Engine, reader: Reader
) -> None:
    office = an_office(engine, reader, texts())
    case = office.cases()[0]
    dropped = next(line for line in engine.archive.all() if line.disposition is Disposition.IRRELEVANT)
    assert dropped.body is not None
    office.label(dropped.body, Labels(relevant=True))
    Examples(engine.register).put(
        Example(
            act="confirm",
            by="x",
            at=NOW,
            case_id=case.id,
            sequence=1,
            posts=(case.opened_by,),
            labels=Labels(relevant=True),
        )
    )
    assert gather(engine).void == 1
    assert len(gather(engine).judged) == 1
    engine.archive.purge(before=NOW + timedelta(days=1), dispositions=frozenset({Disposition.IRRELEVANT}))
    lessons = gather(engine)
    assert lessons.lost == 1
    assert not lessons.judged


def test_a_fifth_of_the_cases_is_never_learned_from(engine: Engine, reader: Reader) -> None:
    office = an_office(engine, reader, texts(matters=30, noise=0))
    for case in office.cases():
        office.confirm(case)
    lessons = gather(engine)
    assert lessons.held
    assert all(is_held_back(truth) for truth in lessons.held)
    taught = {one.example.post.key for one in to_learn(lessons.taught)}
    assert taught.isdisjoint(truth.post.key for truth in lessons.held)
    cases = {truth.case_id for truth in lessons.taught}
    assert cases.isdisjoint(truth.case_id for truth in lessons.held)


def _opening(engine: Engine, key: PostKey) -> Post:
    line = engine.archive.get([key])[key]
    assert line.body is not None
    return line.body
