from __future__ import annotations

import pytest

from huiying.contracts import Category, Reading
from nlp.annotators import category
from nlp.pipeline import Reader
from tests.factories import NOW, a_post
from tests.nlp.reading import a_sheet


def read(reader: Reader, text: str, title: str = "") -> Reading:
    return reader.read([a_post(title=title, text=text)], NOW)[0]


def classes(reader: Reader, text: str, title: str = "") -> set[Category]:
    return {one.category for one in read(reader, text, title).categories}


@pytest.mark.parametrize(
    ("text", "both"),
    [
        (
            "人防地下室漏水把我家储藏间泡了，孩子咳了一个月，请求尽快派人修好排水，实在没有办法了",
            {Category.DIFFICULTY, Category.PETITION},
        ),
        (
            "举报：人防工程验收造假，监理收了红包，三百多户联名，请纪委立即查处",
            {Category.MAJOR, Category.PETITION},
        ),
        (
            "人防车位和产权车位到底有什么区别？有人说能买有人说不能买，我弄不清",
            {Category.UNCLEAR, Category.INQUIRY},
        ),
    ],
)
def test_a_message_that_is_two_things_is_said_to_be_both(
    reader: Reader, text: str, both: set[Category]
) -> None:
    assert both <= classes(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "人防工地基坑垮了，三个工人被埋，已经抬出来两个，都没气了",
        "国动办副主任被纪委带走，涉嫌在人防工程验收中受贿六百万元",
        "今天上午三百多名业主拉横幅围堵售楼部，要求退还人防车位款，与保安发生冲突",
        "半夜全城防空警报响了三轮，街上都是人，两个老人摔倒送医",
    ],
)
def test_the_dead_the_bought_the_gathered_and_the_frightened_town_are_grave(
    reader: Reader, text: str
) -> None:
    assert Category.MAJOR in classes(reader, text)


def test_a_petition_says_whether_it_pleads_or_complains(reader: Reader) -> None:
    def rules(text: str) -> set[str]:
        whys = [
            why
            for one in read(reader, text).categories
            if one.category is Category.PETITION
            for why in one.why
        ]
        return {why.rule for why in whys} & {category.PLEA, category.COMPLAINT}

    assert rules("恳请领导帮帮我们，请求尽快修复人防地下室的排水，早日解决大家的困难") == {category.PLEA}
    assert rules("投诉物业擅自占用人防通道，多次举报没人理，请严肃查处并追究责任") == {category.COMPLAINT}


def test_the_words_that_decide_stand_at_the_ends_and_are_shown() -> None:
    plea, padding = "恳求领导做主", "甲" * 300
    (why,) = category.kind(a_sheet(padding + "投诉举报违规" + padding + plea).passages)
    assert why.rule == category.PLEA and [span.text for span in why.spans] == ["恳求", "做主"]
    assert category.kind(a_sheet(padding).passages) == ()
