"""The nearest matters that people decided on, within what the reader may open, on both engines."""

from __future__ import annotations

from dataclasses import replace

from huiying.contracts import Assessment, Case, CaseState, Category, Profile, Term
from huiying.ports import Engine
from response_api.precedents import precedents
from response_api.sight import EVERYTHING, Sight
from tests.factories import NOW, a_case, a_route


def a_story(*words: str, **changes: object) -> Case:
    terms = tuple(Term(word=word, weight=1.0) for word in words)
    return a_case(profile=Profile(terms=terms), **changes)


def test_the_nearest_decided_matters_come_first_and_a_dismissed_one_speaks_against(engine: Engine) -> None:
    case = a_story("人防门", "拆除", "物业")
    assessment = Assessment(category=Category.DIFFICULTY, duty="d", by="li", at=NOW, finding="f")
    near = a_story("人防门", "拆除", "小区", state=CaseState.ASSESSED, assessment=assessment)
    other = a_story("人防门", "广告", state=CaseState.DISMISSED, closed_at=NOW)
    far = a_story("警报", "试鸣", state=CaseState.CONFIRMED)
    untold = a_story("人防门", "拆除", "物业", state=CaseState.FLAGGED)
    engine.cases.save([case, near, other, far, untold])
    found = precedents(engine.cases, case, EVERYTHING, NOW)
    assert [(one.id, one.against) for one in found] == [(near.id, False), (other.id, True)]
    assert found[0].words == ("人防门", "拆除")
    assert found[0].decided == "经人确认，研判为实际困难"
    assert found[1].decided == "不予受理"


def test_what_this_reader_may_not_open_is_not_shown(engine: Engine) -> None:
    case = a_story("人防门", "拆除")
    sealed = a_story("人防门", "拆除", state=CaseState.CONFIRMED, route=replace(a_route(), restricted=True))
    elsewhere = a_story("人防门", "拆除", state=CaseState.CONFIRMED, route=a_route(lead="luoyang"))
    engine.cases.save([case, sealed, elsewhere])
    sight = Sight(restricted=False, units=frozenset({"zhengzhou"}), own=frozenset())
    assert precedents(engine.cases, case, sight, NOW) == ()
