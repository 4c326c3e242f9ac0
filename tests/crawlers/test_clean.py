from __future__ import annotations

from functools import partial
from itertools import repeat

import pytest

from crawlers import clean
from tests.quick import growth, within


def test_markup_goes_and_the_words_stay() -> None:
    source = "<p>第一段&amp;</p><script>alert(1)</script><div>第二段<br>1 &lt; 2</div><style>p{}</style>"
    assert clean.plain(clean.from_html(source)).text == "第一段&\n第二段\n1 < 2"


@pytest.mark.parametrize("hidden", ["\x00", "\x0b", "\u200b", "\ufeff", "\u202e", "\ud83d", "\x85"])
def test_what_nobody_sees_is_taken_out(hidden: str) -> None:
    assert clean.plain(f"人{hidden}防").text == "人防"


def test_letters_of_four_bytes_stay() -> None:
    assert clean.plain("𠮷祥😀").text == "𠮷祥😀"


def test_a_text_without_end_is_cut_and_says_by_how_much() -> None:
    cleaned = clean.plain("警" * (clean.MOST + 7))
    assert len(cleaned.text) == clean.MOST
    assert cleaned.cut == 7


@pytest.mark.parametrize(
    "typed",
    [
        "3 < 5，5 > 3",
        "a<b 且 c>d",
        "a<b and c>d",
        "<某某小区>漏水",
        "<b>没有关",
        "i<u",
        "邮箱 <a@example.cn>",
    ],
)
def test_a_comparison_is_not_markup(typed: str) -> None:
    assert clean.words(typed) == typed


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>人防<b>车位</b></p>", "人防车位"),
        ("一行<br>又一行", "一行 又一行"),
        ('<DIV class="x">警报</DIV>', "警报"),
        ("转发<img src=/a.png alt='图'>微博", "转发微博"),
    ],
)
def test_a_tag_that_html_knows_is_markup(source: str, words: str) -> None:
    assert clean.one_line(clean.words(source)) == words


def test_elements_within_elements_without_end_do_not_stall_the_reader() -> None:
    deep = "<div>" * 100_000 + "<script>alert(1)</script>防空警报 &amp; 试鸣" + "</div>" * 100_000
    assert clean.one_line(clean.words(deep)) == "防空警报 & 试鸣"
    assert within(3, repeat(lambda: clean.words(deep)))


def test_many_elements_beside_each_other_are_read_as_ever() -> None:
    assert clean.one_line(clean.from_html("<li>甲<br>乙</li>" * 2_500), 9) == "甲 乙 甲 乙 甲"
    assert clean.one_line(clean.from_html("<b>甲</b><a title='>'>乙</a>" * 2_500), 3) == "甲乙甲"


@pytest.mark.parametrize("piece", ["<br ", "<p <p", "</div x", "<" * 3 + "a"])
def test_a_break_that_never_ends_is_looked_for_once(piece: str) -> None:
    """A page or an entry of a feed may be megabytes of it."""
    assert growth(lambda size: partial(clean.from_html, piece * (size // len(piece))), 10_000) < 24


def test_a_tag_that_never_ends_among_many_is_read_once() -> None:
    many = "<b>" * (clean.DEEPEST + 1)
    assert growth(lambda size: partial(clean.from_html, f"{many}<{'a' * size}"), 10_000) < 24


@pytest.mark.parametrize(
    ("stood", "stays"),
    [
        ("引用 3 楼 玉雕学徒：车位只租不卖\n我家也是", "引用 3 楼：车位只租不卖\n我家也是"),
        ("回复 12# 卖瓜的老汉 的帖子\n同问", "回复 12 楼：\n同问"),
        ("引用: 第5层 @某某: 好", "引用 5 楼： 好"),
        ("晨跑的人 发表于 2026-11-20 08:00\n警报响了", "发表于 2026-11-20 08:00\n警报响了"),
        ("回复太慢：等了 3 个月", "回复太慢：等了 3 个月"),
        ("文件发布于 2026年11月20日，至今没人来。", "文件发布于 2026年11月20日，至今没人来。"),
    ],
)
def test_what_stands_over_quoted_words_names_no_account(stood: str, stays: str) -> None:
    assert clean.unnamed(stood) == stays
