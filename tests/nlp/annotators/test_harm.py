from __future__ import annotations

import pytest

from huiying.contracts import Channel, SignalKind
from nlp.annotators import harm
from tests.nlp.reading import a_sheet, annotated, kinds, only


@pytest.mark.parametrize(
    ("text", "deaths"),
    [
        ("人防工地塌方，造成3人死亡", 3),
        ("事故致3死1伤", 3),
        ("死亡人数上升至十二人", 12),
        ("两名工人不幸遇难", 2),
        ("已有两条人命", 2),
        ("一名30岁男子身亡", 1),
        ("3人受伤1人死亡", 1),
        ("先说2人死亡，后来死亡人数升至5人", 5),
        ("超670人死亡", 670),
        ("已致1人死亡2人受伤", 1),
        ("死亡3人，受伤2人", 3),
    ],
)
def test_deaths_are_counted(text: str, deaths: float) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.DEATHS).amount == deaths


@pytest.mark.parametrize(
    "text", ["吓死人了", "锁死的门", "笑死我了", "3死角没人管", "死活不退钱", "防止造成人员死亡"]
)
def test_figures_of_speech_are_no_deaths(text: str) -> None:
    assert SignalKind.DEATHS not in kinds(annotated(harm.annotate, a_sheet(text)))


@pytest.mark.parametrize(
    ("text", "injured"),
    [("事故致3死1伤", 1), ("另有十余人受伤送医", 10), ("受伤人数达20人", 20), ("已致1人死亡2人受伤", 2)],
)
def test_injuries_are_counted(text: str, injured: float) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.INJURIES).amount == injured


def test_none_is_zero_and_not_unknown() -> None:
    reading = annotated(harm.annotate, a_sheet("地库积水，未造成人员伤亡。"))
    assert only(reading, SignalKind.DEATHS).amount == 0
    assert only(reading, SignalKind.INJURIES).amount == 0


def test_a_death_without_a_number_is_a_signal_without_amount() -> None:
    for text in ("听说淹死了一个看车的", "业主寻猫时被人防工程一吨重的铁门砸死"):
        assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.DEATHS).amount is None


def test_people_who_are_missing_and_money_that_is_lost() -> None:
    reading = annotated(harm.annotate, a_sheet("还有2人失联，损失约3.5万元"))
    assert only(reading, SignalKind.MISSING).amount == 2
    assert only(reading, SignalKind.LOSS).amount == 35_000


def test_only_an_official_source_makes_it_more_than_a_claim() -> None:
    text = "造成3人死亡"
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.DEATHS).claimed
    notice = a_sheet(text, channel=Channel.GOVERNMENT)
    assert not only(annotated(harm.annotate, notice), SignalKind.DEATHS).claimed


def test_the_number_comes_with_its_words() -> None:
    signal = only(annotated(harm.annotate, a_sheet("昨天塌方，造成３人死亡")), SignalKind.DEATHS)
    assert "３人死亡" in signal.why[0].spans[0].text
