"""The list of what was erased, out of the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from huiying.contracts import Case, CaseState, Erased
from tests.factories import a_case, an_assessment
from tests.triage.texts import policy
from triage.deeds.filing import erase
from triage.destruction import COLUMNS, rows

AT = datetime(2037, 3, 1, 16, 0, tzinfo=UTC)
"""Midnight of 2 March 2037 in Zhengzhou."""


def gone(at: datetime) -> Case:
    case = a_case(
        state=CaseState.CLOSED, closed_at=datetime(2027, 3, 1, 4, tzinfo=UTC), assessment=an_assessment()
    )
    return erase(case, at, Erased(at=at, rule="案卷保管期限 10 年"), "清除 3 条")


def test_a_row_tells_what_was_erased_when_by_which_rule_and_where_it_stands_in_the_record() -> None:
    case = gone(AT)
    (row,) = rows([case, a_case()], policy(), date(2037, 3, 2), date(2037, 3, 2))
    told = dict(zip(COLUMNS, row, strict=True))
    assert told == {
        "序号": "1",
        "事件编号": case.id,
        "承办单位": policy().unit_name("zhengzhou"),
        "舆情等级": "一般",
        "处置分类": "实际困难",
        "发现日期": "2026-11-23",
        "办结日期": "2027-03-01",
        "清除时间": "2037-03-02 00:00:00",
        "依据": "案卷保管期限 10 年",
        "清除内容": "清除 3 条",
        "经过序号": "1",
        "记录摘要（SHA-256）": case.events[-1].digest,
    }


def test_days_are_those_of_zhengzhou_both_ends_count_and_a_file_that_went_twice_has_two_rows() -> None:
    early, late = gone(AT - timedelta(seconds=1)), gone(AT + timedelta(days=1))
    assert [row[1] for row in rows([late, early], policy(), date(2037, 3, 1), date(2037, 3, 3))] == [
        early.id,
        late.id,
    ]
    assert not list(rows([early, late], policy(), date(2037, 3, 2), date(2037, 3, 2)))
    twice = erase(replace(early, erasing=False), AT, Erased(at=AT, rule="r"), "又 1 条")
    assert [row[9] for row in rows([twice], policy(), date(2037, 1, 1), date(2037, 12, 31))] == [
        "清除 3 条",
        "又 1 条",
    ]
