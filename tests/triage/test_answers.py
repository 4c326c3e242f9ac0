"""What was published is found by its case, and by the case that this has become part of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import CaseState, StatementState
from huiying.errors import CaseNotFound
from huiying.ports import Engine
from tests.factories import NOW, a_case, a_statement, an_answered_case
from triage.answers import answered


def test_published_statements_come_newest_first_and_no_others(engine: Engine) -> None:
    case = a_case()
    statements = [
        a_statement(case.id, number=1, published_at=NOW - timedelta(hours=3)),
        a_statement(case.id, number=2),
        a_statement(case.id, number=3, state=StatementState.SIGNED, published_at=None),
    ]
    engine.cases.save([an_answered_case(*statements, opened_by=case.opened_by)])
    assert [one.number for one in answered(engine.cases, case.id).statements] == [2, 1]


@pytest.mark.parametrize(
    "state", [state for state in StatementState if state is not StatementState.PUBLISHED]
)
def test_a_case_without_a_published_statement_is_as_unknown_as_one_that_never_was(
    engine: Engine, state: StatementState
) -> None:
    case = a_case()
    engine.cases.save([replace(case, statements=(a_statement(case.id, state=state),))])
    for asked in (case.id, "never"):
        with pytest.raises(CaseNotFound):
            answered(engine.cases, asked)


def test_what_a_merged_case_had_said_is_found_with_the_whole_of_it(engine: Engine) -> None:
    part = replace(an_answered_case(), state=CaseState.MERGED)
    whole = an_answered_case()
    gone = "a-part-that-was-erased"
    engine.cases.save([replace(part, merged_into=whole.id), replace(whole, merged_from=(part.id, gone))])
    found = answered(engine.cases, part.id)
    assert found.case.id == whole.id
    assert {one.id for one in found.statements} == {f"{part.id}-1", f"{whole.id}-1"}


def test_a_statement_that_the_merger_took_along_is_there_once(engine: Engine) -> None:
    part = replace(an_answered_case(), state=CaseState.MERGED)
    whole = replace(a_case(), statements=part.statements, merged_from=(part.id,))
    engine.cases.save([replace(part, merged_into=whole.id), whole])
    assert [one.id for one in answered(engine.cases, whole.id).statements] == [f"{part.id}-1"]
