from __future__ import annotations

from datetime import UTC, datetime

import pytest

from huiying import tomlfile
from huiying.clock import SHANGHAI
from huiying.contracts import ClockKind, Level
from response_api.rules_view import due_rows, level_of, moment, rules_view
from tests.triage.texts import policy
from triage.policy import read_pack

HENAN = read_pack(tomlfile.DEFAULTS, "henan-2017")
NATIONAL = read_pack(tomlfile.DEFAULTS, "national-2016")


def test_every_clock_of_a_set_stands_there_with_its_ladder_and_its_ground() -> None:
    view = rules_view(HENAN, policy())
    assert [row.name for row in view.clocks] == [rule.name for rule in HENAN.rules]
    statement = next(row for row in view.clocks for rule in HENAN.rules
                     if rule.kind is ClockKind.STATEMENT and rule.name == row.name)  # fmt: skip
    assert statement.length == "5 小时"
    assert [mark.word for mark in statement.levels] == ["特别重大", "重大"]
    assert statement.citation and statement.rungs
    assert all(row.duty for row in view.clocks)
    assert view.periods and view.citations


def test_a_set_that_nobody_uses_says_so() -> None:
    assert rules_view(NATIONAL, policy()).periods == ()


def test_what_would_be_due_comes_soonest_first() -> None:
    start = datetime(2026, 9, 30, 10, tzinfo=SHANGHAI)
    rows = due_rows(HENAN, Level.MAJOR, start, policy().calendar)
    assert [row.due for row in rows] == sorted(row.due for row in rows)
    five = next(row for row in rows if row.left == "5小时")
    assert five.due == "2026-09-30 15:00"
    assert five.working


@pytest.mark.parametrize("written", ["2026-09-30T10:00", "2026-09-30 10:00", " 2026-09-30T02:00+00:00 "])
def test_a_start_is_read_as_it_is_typed_and_without_a_zone_is_shanghai(written: str) -> None:
    assert moment(written) == (datetime(2026, 9, 30, 2, tzinfo=UTC), "")


@pytest.mark.parametrize(
    ("written", "said"), [("明天上午", "2026-09-30 10:00 这样"), ("0024-01-01", "2004 到 2200")]
)
def test_a_start_that_is_none_is_told(written: str, said: str) -> None:
    at, wrong = moment(written)
    assert at is None
    assert said in wrong


def test_nothing_typed_is_no_fault_and_no_level_is_none() -> None:
    assert moment("  ") == (None, "")
    assert (level_of("重大"), level_of("极大")) == (Level.MAJOR, None)
