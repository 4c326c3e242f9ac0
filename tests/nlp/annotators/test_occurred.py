from __future__ import annotations

from datetime import datetime

import pytest

from huiying.clock import SHANGHAI
from huiying.contracts import Certainty, Occurrence, Origin
from nlp.annotators import occurred
from tests.nlp.reading import a_sheet, annotated

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)


def read(text: str, said: datetime | None = MONDAY_NOON) -> Occurrence:
    return annotated(occurred.annotate, a_sheet(text, published_at=said)).occurred


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("今天上午10点警报响了", at(23, 10)),
        ("昨晚八点多警报响了", at(22, 20)),
        ("昨夜一点左右", at(23, 1)),
        ("11月20日15时30分许误鸣", at(20, 15, 30)),
        ("2026年9月18日10:00", at(18, 10, month=9)),
        ("前天下午三点半", at(21, 15, 30)),
        ("上周五晚上9点", at(20, 21)),
        ("周一早上7点一刻", at(23, 7, 15)),
        ("20日凌晨2时", at(20, 2)),
    ],
)
def test_a_day_with_a_clock_is_stated(text: str, when: datetime) -> None:
    occurrence = read(text)
    assert (occurrence.at, occurrence.source, occurrence.certainty) == (when, "text", Certainty.STATED)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("刚才全城拉警报", at(23, 12)),
        ("昨天警报响了", at(22, 12)),
        ("凌晨两点被吵醒", at(23, 2)),
        ("今早响了", at(23, 8)),
    ],
)
def test_part_of_a_time_is_inferred(text: str, when: datetime) -> None:
    occurrence = read(text)
    assert (occurrence.at, occurrence.source, occurrence.certainty) == (when, "text", Certainty.INFERRED)


@pytest.mark.parametrize(
    "text",
    ["明天上午10点试鸣", "12月1日10时将试鸣", "1969年9月18日10时的旧事", "2019年3月2日建成", "没说什么时候"],
)
def test_plans_and_history_are_no_occurrences(text: str) -> None:
    occurrence = read(text)
    assert (occurrence.source, occurrence.certainty) == ("published", Certainty.INFERRED)
    assert occurrence.at == MONDAY_NOON


def test_without_a_publishing_time_nothing_is_claimed() -> None:
    assert read("警报响了", said=None) == Occurrence()


@pytest.mark.parametrize(
    "text", ["今天上午8点警报响了", "昨天下午警报响了", "刚才拉警报", "11月20日15时误鸣"]
)
def test_what_was_filed_without_a_day_says_nothing_of_its_today(text: str) -> None:
    filed = a_sheet(text, published_at=None, collected_at=MONDAY_NOON, origin=Origin.BACKFILL)
    assert annotated(occurred.annotate, filed).occurred == Occurrence()


@pytest.mark.parametrize(
    ("text", "when"),
    [("今天上午8点警报响了", at(23, 8)), ("昨晚八点多", at(22, 20)), ("11月20日15时误鸣", at(20, 15))],
)
def test_the_day_of_collecting_stands_in_for_the_day_of_saying_and_states_nothing(
    text: str, when: datetime
) -> None:
    heard = a_sheet(text, published_at=None, collected_at=MONDAY_NOON, origin=Origin.LIVE)
    occurrence = annotated(occurred.annotate, heard).occurred
    assert (occurrence.at, occurrence.certainty) == (when, Certainty.INFERRED)
    assert "按采集时间推算" in occurrence.why[0].note


@pytest.mark.parametrize("origin", [Origin.LIVE, Origin.BACKFILL])
def test_a_date_with_its_year_means_the_same_whenever_it_was_said(origin: Origin) -> None:
    sheet = a_sheet("2026年9月18日10:00响过", published_at=None, collected_at=MONDAY_NOON, origin=origin)
    occurrence = annotated(occurred.annotate, sheet).occurred
    assert (occurrence.at, occurrence.certainty) == (at(18, 10, month=9), Certainty.STATED)


def test_the_fullest_time_wins_over_the_first() -> None:
    assert read("刚才看到通报，昨天下午3点的警报是误鸣").at == at(22, 15)
