"""What points to a person is found however it is written, and what only looks like it is left alone."""

from __future__ import annotations

import sys
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying import personal
from huiying.personal import ACCOUNT, BANK, IDENTITY, LANDLINE, MAIL, MOBILE, PAPER, PLATE, find
from tests.quick import growth


def kinds(text: str) -> list[str]:
    return [hit.kind for hit in find(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("联系人电话13812345678，请回复", MOBILE),
        ("１３８１２３４５６７８", MOBILE),
        ("①③⑧①②③④⑤⑥⑦⑧", MOBILE),
        ("一三八一二三四五六七八", MOBILE),
        ("幺三八 一二三四 五六七八", MOBILE),
        ("138-1234-5678", MOBILE),
        ("138　1234\xa05678", MOBILE),
        ("138 - 1234 - 5678", MOBILE),
        ("(138)1234.5678", MOBILE),
        ("1\u200b3\u200b8\u200b12345678", MOBILE),
        ("1\ufe0f\u20e33\ufe0f\u20e38\ufe0f\u20e312345678", MOBILE),
        ("\u202e13812345678\u202c", MOBILE),
        ("138\u316412345678", MOBILE),
        ("𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", MOBILE),
        ("+86 13812345678", MOBILE),
        ("008613812345678", MOBILE),
        ("8613812345678", MOBILE),
        ("013812345678", MOBILE),
        ("138\n12345678", MOBILE),
        ("身份证110105194912310011", IDENTITY),
        ("1101 0519 4912 3100 11", IDENTITY),
        ("110105194912310011号", IDENTITY),
        ("110105194912310011abc", IDENTITY),
        ("11010519491231001\u200b1", IDENTITY),
        ("11010519491231010Ｘ", IDENTITY),
        ("卡号6222 0212 3456 7890 128", BANK),
        ("4111111111111111", BANK),
        ("zhang.san@example.com", MAIL),
        ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", MAIL),
        ("zhang @ example . com", MAIL),
        ("豫A12345", PLATE),
        ("豫a·1234b", PLATE),
        ("豫Ａ１２３４５", PLATE),
        ("豫AD12345", PLATE),
        ("豫A1234警", PLATE),
        ("0371-12345678", LANDLINE),
        ("037112345678", LANDLINE),
        ("（0371）12345678", LANDLINE),
        ("微信号：zhang_san88", ACCOUNT),
        ("加VX abc12345", ACCOUNT),
        ("QQ 123456789", ACCOUNT),
        ("护照号码：E12345678", PAPER),
        ("身份证号410305199001011234", IDENTITY),
        ("身份证：410305900101123", IDENTITY),
        ("公民身份号码是 4103 0519 9001 0112 3Ｘ", IDENTITY),
        ("银行卡6222021234567890123", BANK),
        ("卡号：621700123456", BANK),
        ("身份证号码为：410305199001011234", IDENTITY),
        ("身份证（410305199001011234）", IDENTITY),
        ("邮箱zhangsan@qq.com", MAIL),
        ("邮箱zhangsan@qq。com请回复", MAIL),
    ],
)
def test_it_is_found_however_it_is_written(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "2026年11月23日10时30分，共有车位120个、租金350元",
        "豫人防综〔2017〕7号，国务院令第711号",
        "12345热线受理编号20261123000123",
        "一次收二十年租金十二万",
        "第一、二、三、四、五、六、七、八、九、十条",
        "110105194912310022",
        "11010519499931002X",
        "4111111111111112",
        "面积1350.5平方米，投资1420万元",
        "微信公众号已经发布",
        "豫A区三号楼",
        "凭身份证办理，2026年11月23日起",
        "身份证12",
        "公交卡1234567890号",
        "/public/statements/li65imdy347cvwced4qqoh3r23y76qka-1",
        "",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_a_hit_is_told_by_the_characters_of_the_text_as_it_stands() -> None:
    text = "请拨打\u200b１３８-1234-\u200b5678联系，或写信到a@example.com"
    first, second = find(text)
    assert text[first.start : first.end] == "１３８-1234-\u200b5678"
    assert text[second.start : second.end] == "a@example.com"


def test_a_number_is_told_without_what_it_is_called() -> None:
    text = "身份证号：410305199001011234"
    (hit,) = find(text)
    assert text[hit.start : hit.end] == "410305199001011234"


def test_what_is_blanked_is_told_by_its_kind_and_the_rest_stays_as_it_was() -> None:
    text = "来电人 １３８－１２３４－５６７８ 说积水，车牌豫A12345，办公室0371-12345678。"
    assert personal.blanked(text, allowed=personal.OF_MATTERS) == (
        "来电人 〔手机号码〕 说积水，车牌豫A12345，办公室0371-12345678。"
    )
    assert personal.blanked(text).count("〔") == 3
    assert personal.blanked("没有号码") == "没有号码"


def test_every_hit_of_a_text_is_told() -> None:
    text = "身份证号410305199001011234，卡号6222021234567890123，电话13812345678，邮箱zhangsan@qq.com，邮箱lisi@163.com"
    assert kinds(text) == [IDENTITY, BANK, MOBILE, MAIL, MAIL]


def test_of_two_readings_of_one_number_the_graver_is_told() -> None:
    assert kinds("110105194912310011") == [IDENTITY]


def test_every_character_that_stands_for_a_figure_is_looked_for() -> None:
    """Else a number in rings would pass the quick look that nearly every post ends with."""
    everything = "".join(chr(code) for code in range(sys.maxunicode + 1))
    plain, origin = personal.flattened(everything)
    figures = [everything[at] for figure, at in zip(plain, origin, strict=True) if figure in "0123456789"]
    assert len(figures) > 700
    for figure in figures:
        said = f"电话1381234567{figure}，多谢"
        assert "〔" in personal.blanked(said, allowed=personal.OF_MATTERS), figure


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    for hit in find(text):
        assert 0 <= hit.start < hit.end <= len(text)


@given(
    st.text("3456789", min_size=1, max_size=1),
    st.text("0123456789", min_size=9, max_size=9),
    st.lists(
        st.sampled_from(["", " ", "-", "\u200b", "　", "\u2060", ".", "\ufe0f"]), min_size=10, max_size=10
    ),
    st.booleans(),
)
def test_no_way_of_parting_the_digits_hides_a_mobile_number(
    second: str, rest: str, gaps: list[str], wide: bool
) -> None:
    digits = f"1{second}{rest}"
    written = "".join(digit + gap for digit, gap in zip(digits, [*gaps, ""], strict=False))
    if wide:
        written = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isdigit() else c for c in written)
    assert personal.MOBILE in kinds(f"电话：{written}。")
    assert "〔手机号码〕" in personal.blanked(f"电话：{written}。", allowed=personal.OF_MATTERS)


def test_what_is_masked_is_known_again_by_its_owner_and_by_nobody_else() -> None:
    assert personal.masked("13800001234") == "138****1234"
    assert personal.masked("0371-6666") == "037****6666"
    assert personal.masked("zhou.shou@office.invalid") == "z***@office.invalid"
    assert personal.masked("12345") == "****45"


@pytest.mark.parametrize("one", ["a@b.cn ", "13800000000 ", "1", "a"])
def test_a_list_of_ten_thousand_numbers_takes_ten_times_as_long_as_one_of_a_thousand(one: str) -> None:
    assert growth(lambda size: partial(find, one * size), 2_000) < 24
