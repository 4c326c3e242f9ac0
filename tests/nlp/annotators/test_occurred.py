from __future__ import annotations

from datetime import datetime

import pytest

from huiying.clock import SHANGHAI
from huiying.contracts import Certainty, Occurrence
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


def test_the_fullest_time_wins_over_the_first() -> None:
    assert read("刚才看到通报，昨天下午3点的警报是误鸣").at == at(22, 15)
