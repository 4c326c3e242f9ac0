from __future__ import annotations

import pytest

from nlp.annotators.unreal import long_past, sentence_before, unreal
from tests.nlp.reading import a_sheet


def told(text: str, words: str) -> bool:
    sheet = a_sheet(text)
    at = sheet.body.text.index(words)
    return not unreal(sheet, sheet.body, at, at + len(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("昨天工地上3人死亡", "3人死亡"),
        ("没想到他竟被门砸伤", "被门砸伤"),
        ("在职工代表大会上3人受伤", "3人受伤"),
        ("希望小学围墙倒了，3人受伤", "3人受伤"),
        ("渡轮沉没，17人失联", "17人失联"),
        ("地库积水未抽完致3人触电身亡", "3人触电身亡"),
        ("目前可能有30人被困", "30人被困"),
        ("可以确认3人死亡", "3人死亡"),
        ("男子扬言报复，当晚砍死3人", "3人"),
        ("老人没几天就去世", "去世"),
        ("施工队以防空洞当仓库，3人受伤", "3人受伤"),
    ],
)
def test_what_a_text_reports_is_told(text: str, words: str) -> None:
    assert told(text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("雨天走廊太滑，人走上去会摔伤", "摔伤"),
        ("再拖下去要出人命", "出人命"),
        ("老人骨头脆，容易骨折", "骨折"),
        ("外墙砖往下掉，砸伤人只是时间问题", "砸伤"),
        ("非得有人被砸死才会有人管", "被砸死"),
        ("总有闹出人命的一天", "出人命"),
        ("希望他们出门被车撞死", "被车撞死"),
        ("祝你全家出门被车撞死", "被车撞死"),
        ("物业扬言谁来闹就打死一个", "打死一个"),
        ("他放话来一个打死一个", "死一个"),
        ("目前没有接到造成人员伤亡的报告", "造成人员伤亡"),
        ("警方通报一男子编造地库淹死3人的消息", "淹死3人"),
        ("难道真要闹出人命", "出人命"),
        ("我们真担心哪天有人受伤", "有人受伤"),
        ("那人下场就是被车撞死，活该", "被车撞死"),
        ("装个扶手，免得老人摔伤", "摔伤"),
        ("没多少人受伤", "受伤"),
        ("谁再乱停车被车撞死", "被车撞死"),
        ("鬼子的炸弹炸死了两个人", "炸死了两个人"),
        ("98年那次塌方死了4个人", "死了4个人"),
        ("08年冬天冻雨，老街死了2个人", "死了2个人"),
    ],
)
def test_what_is_feared_wished_threatened_or_long_past_is_not(text: str, words: str) -> None:
    assert not told(text, words)


def test_a_number_of_years_is_no_year() -> None:
    sheet = a_sheet("80年以来")
    assert not long_past(sheet, "住了50年后才漏水")
    assert not long_past(sheet, "20年产权")
    assert long_past(sheet, "1998年")
    assert long_past(sheet, "98年")
    assert not long_past(sheet, "2025年")


def test_a_sentence_begins_behind_the_last_full_stop() -> None:
    assert sentence_before("门坏了。昨天,有人受伤", 7) == "昨天,"
