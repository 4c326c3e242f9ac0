"""What still stands of the suggestions, on both engines."""

from __future__ import annotations

from dataclasses import replace

from huiying.contracts import Case, CaseState, Suggestion
from huiying.ports import Engine
from response_api.sight import EVERYTHING, Audience, Sight
from response_api.suggested import audiences, in_view, still_suggested
from tests.factories import NOW, a_case, a_route


def asking(*others: Case, **changes: object) -> Case:
    asked = tuple(Suggestion(case_id=other.id, score=0.4, why="用词相近", at=NOW) for other in others)
    return a_case(suggestions=asked, **changes)


def test_what_is_open_counts_and_what_people_have_done_with_does_not(engine: Engine) -> None:
    still, gone = a_case(), a_case(state=CaseState.DISMISSED)
    case, done = asking(still, gone), asking(still, state=CaseState.CLOSED)
    engine.cases.save([still, gone, case, done])
    found = still_suggested(engine.cases, [case, done, still])
    assert {id: [other.id for _, other in pairs] for id, pairs in found.items()} == {case.id: [still.id]}


def test_two_that_have_become_one_are_one_and_what_became_part_of_the_case_itself_is_none(
    engine: Engine,
) -> None:
    whole = a_case()
    parts = [a_case(state=CaseState.MERGED, merged_into=whole.id) for _ in range(2)]
    case = asking(*parts)
    own = a_case(state=CaseState.MERGED, merged_into=case.id)
    case = replace(case, suggestions=(*case.suggestions, *asking(own).suggestions))
    engine.cases.save([whole, *parts, own, case])
    assert [other.id for _, other in still_suggested(engine.cases, [case])[case.id]] == [whole.id]


def test_a_suggestion_of_a_case_that_is_not_there_is_no_trouble(engine: Engine) -> None:
    assert still_suggested(engine.cases, [asking(a_case())]) == {}


def test_what_a_reader_may_not_open_is_not_counted(engine: Engine) -> None:
    near, far = a_case(route=a_route(lead="zhengzhou")), a_case(route=a_route(lead="luoyang"))
    hidden = a_case(route=replace(a_route(lead="zhengzhou"), restricted=True))
    case = asking(near, far, hidden)
    engine.cases.save([near, far, hidden, case])
    others = audiences(engine.cases, [case])[case.id]
    assert len(others) == 3 and all(isinstance(one, Audience) for one in others)
    assert in_view(others, EVERYTHING) == 3
    assert in_view(others, Sight(restricted=False, units=frozenset({"zhengzhou"}), own=frozenset())) == 1
