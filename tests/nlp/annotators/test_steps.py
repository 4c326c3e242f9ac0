"""What was done about a matter, or on the way to it, is not when it happened."""

from __future__ import annotations

from datetime import datetime

import pytest

from huiying.contracts import Certainty
from nlp.annotators.steps import Step, step
from tests.nlp.annotators.test_occurred import at, read
from tests.nlp.reading import a_sheet


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ("公示了封堵防空洞的名单", Step.PAPER),
        ("法院开庭", Step.PAPER),
        ("发了整改通知", Step.PAPER),
        ("我们买了这套房", Step.ACT),
        ("，在社区报名", Step.ACT),
        ("顶板塌了一块", Step.MISHAP),
        ("起停电至今", Step.MISHAP),
        ("、22日两次漏水", Step.MISHAP),
        ("去了一趟", Step.PLAIN),
        ("去了一趟。后来塌了", Step.PLAIN),
        ("去了一趟，22日塌了", Step.PLAIN),
    ],
)
def test_what_is_told_behind_a_time(told: str, what: Step) -> None:
    passage = a_sheet("20日" + told).passages[-1]
    assert step(passage, 3) is what


@pytest.mark.parametrize(
    "text",
    [
        "我们11月9日打过12345，反映排风机不转，没有答复",
        "11月2日业委会和物业座谈，讲好了修顶板，没动静",
        "10月8日我去信访局递交过材料",
        "市里2026年6月1日印发的通知写得明白",
        "10月15日公示的维护方案，什么时候动工",
        "2026年3月6日我们买了这套房，车位说好送",
        "我儿子2026年2月11日出生，上户口要什么材料",
        "9月30日交房，走路要蹚水",
        "9月2日去地下商场转了转",
    ],
)
def test_a_step_that_lies_far_back_is_no_occurrence(text: str) -> None:
    assert read(text).source == "published"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("11月20日我给物业打电话问车库何时通电", at(20, 12)),
        ("11月17日，街道公示了封堵防空洞的名单", at(17, 12)),
        ("11月12日交的房，一进地库就是一股霉味", at(12, 12)),
        ("5月14日那场暴雨把地库淹了，赔偿没谈拢", at(14, 12, month=5)),
        ("从2026年6月20日起，地库停电至今", at(20, 12, month=6)),
        ("8月3日签了装修合同，11月16日楼上把人防门砸坏了", at(16, 12)),
        ("11月10日发了整改通知，11月18日顶板又塌了一块", at(18, 12)),
        ("11月22日家属求助，说老人19日进了防空洞后失联", at(19, 12)),
        ("11月18日漏水，11月20日又漏", at(18, 12)),
        ("11月5日晚上八点半我打电话投诉工地噪声", at(5, 20, 30)),
    ],
)
def test_a_step_of_these_days_and_a_mishap_of_any_are_inferred(text: str, when: datetime) -> None:
    occurred = read(text)
    assert (occurred.at, occurred.source, occurred.certainty) == (when, "text", Certainty.INFERRED)


def test_in_a_story_that_began_long_ago_only_a_mishap_or_the_last_days_count() -> None:
    began = "2026年3月6日我们买了这套房。"
    assert read(began + "11月10日去看了一回").source == "published"
    assert read(began + "11月10日顶板塌了").at == at(10, 12)
    assert read(began + "11月22日去看了一回").at == at(22, 12)


def test_a_day_with_a_clock_stays_stated_however_far_back_it_lies() -> None:
    occurred = read("2026年5月6日上午9点，地库起火")
    assert (occurred.at, occurred.certainty) == (at(6, 9, month=5), Certainty.STATED)


def test_a_call_for_the_fire_brigade_is_none_about_a_matter() -> None:
    assert read("11月21日凌晨4点拨打119，火从配电间烧起").certainty is Certainty.STATED
