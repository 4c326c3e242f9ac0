"""One line a matter, and the six classes."""

import pytest

from huiying.contracts import HANDLED_AS, Category, ClockState, Publicity
from response_api.public_list import class_choices, outcome, wanted_class
from tests.factories import NOW, a_body, a_case, a_clock, a_statement, an_answered_case
from tests.response_api import office
from triage.answers import Answered

NAMES = office.names()


def test_a_line_says_what_was_answered_by_whom_when_and_which_hours_were_kept() -> None:
    body = a_body()
    case = an_answered_case(clocks=(a_clock(state=ClockState.MET, met_at=NOW),))
    row = outcome(
        Answered(case=case, statements=case.statements), {case.statements[0].sha256: body}, NAMES, NOW
    )
    assert row.title == "关于地下车库人防门被拆的处理情况"
    assert (row.handled, row.kind, row.at_text) == ("实际困难", "回应", "2026-11-23 09:30")
    assert row.unit == NAMES.unit_name("zhengzhou")
    assert row.clock_summary == "1 项时限：按时 1"
    assert row.withheld == ""


def test_a_line_of_what_is_not_open_gives_reason_and_article_and_no_title() -> None:
    body = a_body(publicity=Publicity.CLOSED, ground="secret", title="地下指挥所")
    case = a_case()
    statement = a_statement(case.id, body, publicity=Publicity.CLOSED, publicity_reason="secret")
    row = outcome(Answered(case=case, statements=(statement,)), {statement.sha256: body}, NAMES, NOW)
    assert row.withheld.startswith("不予公开：涉及国家秘密")
    assert "第十四条" in row.withheld
    assert "地下指挥所" not in repr(row)


def test_the_six_classes_come_with_their_duty_and_count() -> None:
    choices = class_choices(NAMES, {Category.MAJOR: 4}, Category.MAJOR)
    assert [choice.value for choice in choices] == [category.value for category in HANDLED_AS]
    assert all(choice.duty and choice.citation for choice in choices)
    assert [(choice.name, choice.count) for choice in choices if choice.chosen] == [("重大问题", 4)]


@pytest.mark.parametrize("value", ["", "other", "petition", "MAJOR", "'; DROP", "重大问题"])
def test_a_class_that_is_none_chooses_nothing(value: str) -> None:
    assert wanted_class(value) is None


def test_each_of_the_six_can_be_chosen() -> None:
    assert [wanted_class(category.value) for category in HANDLED_AS] == list(HANDLED_AS)
