"""The columns of the last day."""

from datetime import timedelta

import pytest

from response_api.chart import axis_top, hourly_chart
from tests.factories import NOW


def test_columns_stand_in_shanghai_hours_and_stack_up_to_their_sum() -> None:
    chart = hourly_chart({("2026-11-23T02", "negative"): 30, ("2026-11-23T02", "positive"): 10}, NOW)
    last = chart.columns[-1]
    assert last.told == "10 时：负面 30，中性 0，正面 10"
    negative, positive = last.blocks
    assert negative.y + negative.height == pytest.approx(chart.floor)
    assert positive.y + positive.height == pytest.approx(negative.y, abs=0.11)
    assert positive.y == pytest.approx(chart.lines[-1].y, abs=0.11)
    assert (chart.total, chart.negative, len(chart.columns)) == (40, 30, 24)


def test_what_is_older_than_a_day_is_left_out() -> None:
    old = (NOW - timedelta(hours=24)).strftime("%Y-%m-%dT%H")
    assert hourly_chart({(old, "neutral"): 7}, NOW).total == 0


@pytest.mark.parametrize("highest", [0, 1, 5, 9, 21, 41, 214, 3418, 99_999])
def test_the_axis_ends_at_a_number_that_four_divides_not_far_above(highest: int) -> None:
    top = axis_top(highest)
    assert top % 4 == 0
    assert highest <= top <= max(4, 2.1 * highest)
