"""What a paper may carry of what somebody wrote."""

from __future__ import annotations

import pytest

from response_api.papers.wording import day, listed, minute, paragraphs, said
from tests.factories import NOW


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("有事打 138-1234-5678 找我", "有事打 （手机号码略） 找我"),
        ("电话一三八一二三四五六七八", "电话（手机号码略）"),
        ("写信到 a.b@mail.example 也行", "写信到 （电子邮箱略） 也行"),
        ("@中原爆料王 快来看", "（账号略） 快来看"),
        ("原帖 https://127.0.0.1/u/5566778899/1?x=2，转发", "原帖 （网址略），转发"),
        ("加我 weixin: abcde12345", "加我 （微信号、QQ号略）"),
    ],
)
def test_what_points_to_a_person_is_left_out_and_said_to_be(text: str, told: str) -> None:
    assert said(text, 100) == told
    assert paragraphs(text, 100) == told


def test_a_number_at_the_cut_is_not_shown_in_part() -> None:
    for before in range(60, 130):
        told = said("门" * before + "13812345678" + "。" * 900, 100)
        assert "138" not in told, before
    for before in range(380, 500):
        assert "138" not in said("门" * before + "13812345678" + "窗" * 900, 100), before
        assert "138" not in said("\u200b" * before + "13812345678" + "窗" * 900, 100), before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("人防门被拆，有事打1381234", "人防门被拆，有事打…"),
        ("345678，人防门被拆", "…人防门被拆"),
        ("一三八-1234，人防门被拆，打138 1234 56…", "…人防门被拆，打…"),
        ("12345", "…"),
        ("3号楼的人防门2026年被拆", "3号楼的人防门2026年被拆"),
    ],
)
def test_of_a_number_that_an_earlier_cut_went_through_nothing_is_left(text: str, told: str) -> None:
    assert said(text, 100, whole=len(text)) == told
    assert said(text, 100, whole=len(text) + 2) == text, "it was not cut"


def test_a_long_text_ends_at_a_pause_and_says_that_it_goes_on() -> None:
    told = said("人防门被拆，改成储物间，投诉多次没有答复，业主不满，准备一起去反映情况", 30)
    assert told == "人防门被拆，改成储物间，投诉多次没有答复，业主不满…"
    assert said("门" * 50, 10) == "门" * 9 + "…"
    assert said("短", 10) == "短"


def test_typed_paragraphs_keep_their_lines_and_no_empty_ones() -> None:
    assert paragraphs("第一段\r\n\n  第二段 \n", 100) == "第一段\n第二段"
    assert said("第一段\n第二段", 100) == "第一段 第二段"


def test_days_and_minutes_are_those_of_the_office() -> None:
    assert day(NOW) == "2026年11月23日"
    assert minute(NOW) == "2026年11月23日10时00分"
    assert listed(("甲", "乙")) == "甲、乙" and listed(()) == "无" and listed((), "") == ""
