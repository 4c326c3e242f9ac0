"""What people said of two matters becomes pairs: the latest word, what can still be read, and a part that is never learned from."""

from __future__ import annotations

from datetime import timedelta

from huiying.contracts import Disposition
from huiying.examples import Example, Examples
from huiying.learning.pairing import LEAST, OF_A_KIND, WEIGHT, Pairs, gather, is_held_back
from huiying.ports import Engine
from tests.factories import NOW
from tests.huiying.learning.matters import MATTERS, one, people_have_said, stored, two
from tests.triage.people import DUTY, a_desk, taken_in
from tests.triage.texts import place, reading
from triage.pairlearning import Pair

FIRST, AGAIN, OTHER = (text.format("青禾苑") for text in (MATTERS[0][0], MATTERS[0][1], MATTERS[1][0]))


def every(pairs: Pairs) -> list[Pair]:
    return [*pairs.taught, *pairs.held]


def test_a_merge_says_one_and_a_refused_suggestion_says_two(engine: Engine) -> None:
    known = stored(engine, AGAIN)
    one(engine, stored(engine, FIRST), known)
    two(engine, stored(engine, OTHER), known)
    said = {(FIRST in pair.one, OTHER in pair.one): pair for pair in every(gather(engine))}
    assert said[True, False].same
    assert not said[False, True].same
    for pair in said.values():
        assert AGAIN in pair.other
        assert pair.weight == WEIGHT


def test_the_latest_word_about_two_matters_counts(engine: Engine) -> None:
    first, second = stored(engine, FIRST), stored(engine, AGAIN)
    one(engine, first, second)
    merged = engine.cases.get(first.id)
    a_desk(engine).unmerge(first.id, DUTY, NOW + timedelta(minutes=2), seen=len(merged.events))
    (pair,) = every(gather(engine))
    assert not pair.same


def test_of_a_split_each_post_that_people_picked_is_told_from_the_rest(engine: Engine) -> None:
    where = place(county="中原区")
    texts = (
        "青禾苑的人防车位租金涨了三成",
        "青禾苑的人防车位租金涨了三成，谁批的",
        "青禾苑人防车位租金涨三成太离谱",
    )
    readings = [reading(text, topic="T07", where=where) for text in texts]
    case = taken_in(engine, *readings)
    desk = a_desk(engine)
    picked = [one.post.id for one in readings[1:]]
    made = desk.split(case.id, DUTY, NOW + timedelta(minutes=1), seen=len(case.events), posts=picked)
    pairs = every(gather(engine))
    assert len(pairs) == 2
    assert not any(pair.same for pair in pairs)
    assert all(texts[0] in pair.other for pair in pairs)
    desk.unsplit(made.id, DUTY, NOW + timedelta(minutes=2), seen=len(engine.cases.get(made.id).events))
    assert all(pair.same for pair in every(gather(engine)))


def test_what_was_erased_and_what_never_stood_teaches_nothing(engine: Engine) -> None:
    first, second = stored(engine, FIRST), stored(engine, AGAIN)
    one(engine, first, second)
    Examples(engine.register).put(
        Example(
            act="apart",
            by="x",
            at=NOW + timedelta(minutes=5),
            case_id=first.id,
            sequence=1,
            posts=(first.opened_by,),
            other=second.id,
        )
    )
    (pair,) = every(gather(engine))
    assert pair.same
    engine.archive.purge(before=NOW + timedelta(days=1), dispositions=frozenset({Disposition.ATTACHED}))
    pairs = gather(engine)
    assert not every(pairs)
    assert pairs.lost == 1
    assert "原文已清除 1 对" in pairs.in_words()


def test_one_case_in_ten_is_never_learned_from(engine: Engine) -> None:
    people_have_said(engine)
    pairs = gather(engine)
    assert pairs.enough
    examples = [example for example in Examples(engine.register).all() if example.other]
    drawn = [example for example in examples if is_held_back(example)]
    learned = {id for one in examples if not is_held_back(one) for id in (one.case_id, one.other)}
    assert 0 < len(drawn) == len(pairs.held) < len(pairs.taught)
    assert not any({example.case_id, example.other} <= learned for example in drawn)


def test_too_few_or_all_of_one_kind_are_not_enough() -> None:
    yes, no = Pair(one="一", other="二", same=True), Pair(one="一", other="三", same=False)
    assert Pairs(taught=(yes,) * OF_A_KIND + (no,) * (LEAST - OF_A_KIND)).enough
    assert not Pairs(taught=(yes,) * LEAST).enough
    assert not Pairs(taught=(yes,) * OF_A_KIND + (no,) * (LEAST - OF_A_KIND - 1)).enough
    assert "归并的比对不重学" in Pairs(taught=(yes,)).in_words()
