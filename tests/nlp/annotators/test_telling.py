"""What a time in a text is told of: only the occurrence starts a clock."""

from __future__ import annotations

from datetime import datetime

import pytest

from huiying.contracts import Certainty
from tests.nlp.annotators.test_occurred import at, read


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("今天（11月22日）上午10点，警报误鸣", at(22, 10)),
        ("今日（22日）10时许，警报误鸣", at(22, 10)),
        ("某报11月22日讯 昨晚8点，地库积水漫过车轮", at(21, 20)),
        ("昨晚8点10分，本市今日本该试鸣的警报提前响了", at(22, 20, 10)),
        ("11月19日21时停水，11月22日上午9点打电话询问，物业不理", at(19, 21)),
    ],
)
def test_the_day_that_a_text_gives_itself_counts(text: str, when: datetime) -> None:
    occurred = read(text)
    assert occurred.at == when


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("11月21日下午3点，区应急局发布通报，一处地库塌陷", at(21, 15)),
        ("11月22日9时许，有居民反映楼顶警报器松动", at(22, 9)),
        ("11月20日8时至22日8时，全市累计降雨120毫米，地库多处进水", at(20, 8)),
        ("11月17日晚上开始停水，没有通知。11月22日晚上8点打电话给物业，还是没水", at(17, 20)),
        ("11月19日起火，21日上午才扑灭", at(19, 12)),
    ],
)
def test_reports_long_spans_and_what_was_done_later_state_nothing(text: str, when: datetime) -> None:
    occurred = read(text)
    assert (occurred.at, occurred.certainty) == (when, Certainty.INFERRED)


@pytest.mark.parametrize(
    "text",
    [
        "11月22日下午3点，来人防科普直播间，主播带你走进地下掩蔽所",
        "刚刚开通不久的地铁口没有指示牌",
        "工地凌晨三四点还在浇筑，没人管",
        "南门夜宵摊晚上6点到10点多都摆在路中间",
        "有时候今天来一台挖机，过几天又走了",
        "今天诚恳向您反映地库漏水多年",
        "现在正值汛期，地库排水沟堵着",
        "车位产权证发证日期为11月3日",
        "依据2026年6月12日《关于车位租售的答复意见》，车位不得出售",
        "2026年3月5日物业回复说明年再修",
        "成交量较昨日下降两成",
        "2015年5月20日、10月25日借走两笔钱，没还",
        "电梯一周一次停在半层",
        "地库漏水好几个月了。\n业主代表\n2026年11月20日",
        "防空地下室的门一直锁着。此致敬礼！　　申请人：周某　二〇二六年十一月二十日",
        "人防车位只卖不租，我们不同意。写于2026年11月18日",
        "地下室常年渗水，没人管。日期：2026年11月20日",
        "今天的地下空间早已不是当年的防空洞",
        "今天是国际民防日，孩子们参观掩蔽所",
        "物业今天推明天，明天推后天，水泵就是不修",
        "今天我作为一名老党员，说说防空洞的事",
        "物业承诺11月20日恢复供水，一滴没有",
        "方案明确于11月15日发补偿款，还没见到",
        "要求我们11月21日搬空地下室",
        "合同约定的日子是11月20日",
        "租期有效期至2026年10月31日",
        "地板的发货日期为2026年11月2日，装上就翘",
        "金价创11月3日以来新低",
        "学校每周一到周五用高音喇叭放三字经，方圆几里都听得见，早上八点钟又放进行曲",
    ],
)
def test_what_is_no_occurrence_gives_no_time(text: str) -> None:
    assert read(text).source != "text"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("11月21日下午3点，地库塌陷，区应急局赶到", at(21, 15)),
        ("11月22日9时许，楼顶警报器掉下来，居民反映多次没人修", at(22, 9)),
        ("11月21日8时至9时，地库进水", at(21, 8)),
        ("11月19日排查，11月22日晚上8点地库塌了", at(22, 20)),
        ("11月20日小区停电，今天上午10点警报响了", at(23, 10)),
    ],
)
def test_an_occurrence_beside_such_words_stays_stated(text: str, when: datetime) -> None:
    occurred = read(text)
    assert (occurred.at, occurred.certainty) == (when, Certainty.STATED)


def test_a_weekday_in_a_story_of_long_ago_is_none_of_this_week() -> None:
    assert read("2025年4月15日晚上停电，周日物业来人，16日上午11点地库进水").source != "text"
