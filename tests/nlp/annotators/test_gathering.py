from __future__ import annotations

import pytest

from huiying.contracts import SignalKind
from nlp.annotators import gathering
from tests.nlp.reading import a_sheet, annotated, kinds, only


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("业主们堵在售楼部门口不走", "under_way"),
        ("门口正在聚集，拉着横幅", "under_way"),
        ("周六上午九点去区政府门口集合", "planned"),
        ("联名信已有两百多户签字", "planned"),
        ("大家一起维权吧", "proposed"),
    ],
)
def test_words_turn_into_steps(text: str, detail: str) -> None:
    assert only(annotated(gathering.annotate, a_sheet(text)), SignalKind.OFFLINE_ACTION).detail == detail


def test_a_complaint_alone_is_no_action() -> None:
    assert SignalKind.OFFLINE_ACTION not in kinds(annotated(gathering.annotate, a_sheet("投诉物业拆人防门")))


@pytest.mark.parametrize(
    ("text", "many"), [("约300名业主聚集", 300), ("数百人围堵大门", 200), ("门口聚集了五十多人", 50)]
)
def test_a_crowd_is_counted(text: str, many: float) -> None:
    assert only(annotated(gathering.annotate, a_sheet(text)), SignalKind.CROWD).amount == many


@pytest.mark.parametrize(
    ("text", "many"), [("涉及两千多户", 2000), ("一共217户签字", 217), ("四十余位业主", 40)]
)
def test_households_are_counted(text: str, many: float) -> None:
    assert only(annotated(gathering.annotate, a_sheet(text)), SignalKind.HOUSEHOLDS).amount == many
