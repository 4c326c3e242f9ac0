"""Days, weeks from Monday and months, in Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from response_api.papers.issue import Span, issue_of


@pytest.mark.parametrize(
    ("span", "day", "first", "last", "name"),
    [
        (Span.DAY, date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 23), "2026年11月23日"),
        (Span.WEEK, date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 29), "2026年11月23日至29日"),
        (Span.WEEK, date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 6), "2026年11月30日至12月6日"),
        (Span.WEEK, date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3), "2026年12月28日至2027年1月3日"),
        (Span.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29), "2028年2月"),
        (Span.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31), "2026年12月"),
    ],
)
def test_a_day_lies_in_one_period_of_each_kind(
    span: Span, day: date, first: date, last: date, name: str
) -> None:
    found = issue_of(span, day)
    assert (found.first, found.last, found.name) == (first, last, name)


@pytest.mark.parametrize("span", Span)
def test_periods_follow_one_another_without_gap_and_overlap(span: Span) -> None:
    found = issue_of(span, date(2026, 12, 31))
    assert found.following().previous() == found == found.previous().following()
    assert found.until == found.following().since
    assert not found.holds(found.until) and found.following().holds(found.until)
    assert found.days[0] == found.first and found.days[-1] == found.last


def test_a_day_begins_at_midnight_in_shanghai() -> None:
    found = issue_of(Span.DAY, date(2026, 11, 23))
    assert found.since == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert found.holds(datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC))
