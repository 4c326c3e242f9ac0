from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from crawlers import times
from tests.quick import growth

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2019/12/19 11:51:43", "2019-12-19 03:51:43"),
        ("2026年11月23日 10:05", "2026-11-23 02:05:00"),
        ("发布时间：2026-11-23 10:05:06 来源：示例", "2026-11-23 02:05:06"),
        ("2026-11-23-10:05:06", "2026-11-23 02:05:06"),
        ("2026.1.5", "2026-01-04 16:00:00"),
        ("2026年1月5日下午3时20分", "2026-01-05 07:20:00"),
        ("2026-11-23T10:05:06+08:00", "2026-11-23 02:05:06"),
        ("2026-11-23T02:05:06Z", "2026-11-23 02:05:06"),
        ("20261123100506", "2026-11-23 02:05:06"),
        ("Mon, 23 Nov 2026 02:05:06 GMT", "2026-11-23 02:05:06"),
        ("Mon, 23 Nov 2026 10:05:06 +0800", "2026-11-23 02:05:06"),
        ("Mon, 23 Nov 26 02:05:06 +0000", "2026-11-23 02:05:06"),
        (1795399506, "2026-11-23 02:05:06"),
        ("1795399506000", "2026-11-23 02:05:06"),
        ("5分钟前", "2026-11-23 03:55:00"),
        ("昨天 23:10", "2026-11-22 15:10:00"),
        ("11-22 08:30", "2026-11-22 00:30:00"),
        ("12-31 08:30", "2025-12-31 00:30:00"),
    ],
)
def test_a_time_is_read_as_people_write_it_and_without_a_zone_is_shanghai(
    written: str | int, utc: str
) -> None:
    assert f"{times.read(written, NOW):%Y-%m-%d %H:%M:%S}" == utc


@pytest.mark.parametrize(
    "written",
    [
        "0024-11-20",
        "Mon, 23 Nov 0024 02:05:06 GMT",
        "23-Nov-0024 10:00:00 +0800",
        "2026-13-01",
        "2026-02-30 10:00",
        "2031-01-01",
        "明天",
        "",
        None,
        True,
        "99999999999999",
        "1e999",
        float("inf"),
        10**400,
    ],
)
def test_an_impossible_time_is_unknown(written: str | float | None) -> None:
    assert times.read(written, NOW) is None


@pytest.mark.parametrize(
    ("head", "filling"), [("2026-1-1,", " "), ("1-1", "\u3000"), ("", "1"), ("", "Jan"), ("", "\n")]
)
def test_what_is_no_time_is_given_up_soon_however_long_it_is(head: str, filling: str) -> None:
    """Feeds and pages of strangers say such things, and a minute is a minute in which nothing else is collected."""
    assert (times.read(f"{head}{filling * 30}x", NOW) is None) is (head != "2026-1-1,")
    assert (
        growth(lambda size: partial(times.read, f"{head}{filling * (size // len(filling))}x", NOW), 400) < 24
    )


def test_a_time_is_found_behind_the_blanks_of_a_page() -> None:
    assert times.read("\n " * 5000 + "发布时间： 2026-11-23\n\t 10:05", NOW) == datetime(
        2026, 11, 23, 2, 5, tzinfo=UTC
    )
