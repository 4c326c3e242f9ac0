from __future__ import annotations

import pytest

from nlp.annotators.bearers import bearers
from tests.nlp.reading import a_sheet


def borne(text: str) -> list[str]:
    return [text[one.start : one.end] for one in bearers(a_sheet(text).body)]


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("人防办局长王某在场", "局长王某"),
        ("街道副主任张三的", "主任张三"),
        ("找王局长反映", "王局长"),
        ("李某主任", "李某主任"),
        ("李某某副书记", "李某某副书记"),
        ("赵××局长", "赵××局长"),
        ("赵*科长", "赵*科长"),
        ("姓王的干部", "姓王的干部"),
        ("姓王副局长", "姓王副局长"),
        ("一名丁姓科长", "丁姓科长"),
        ("名叫李某的工作人员", "名叫李某的工作人员"),
        ("叫陈某某的交警", "叫陈某某的交警"),
        ("民警王某", "民警王某"),
        ("值勤警官秦大勇没来", "警官秦大勇"),
        ("找到许小平局长当面问", "许小平局长"),
        ("水利局丁局长答应过", "丁局长"),
        ("2019年3月b区邱区长来看过", "邱区长"),
        ("规划科科长许平接访时骂人", "科长许平"),
        ("街道主任谢广田违法加建", "主任谢广田"),
        ("村支部书记王强民强占鱼塘", "书记王强民"),
        ("市政府副市长高手被免职", "市长高手"),
        ("派出所值班副所长 邹大力", "所长 邹大力"),
        ("社区干部姚大年借钱不还", "干部姚大年"),
        ("民防局书记、局长钱向南的简历", "局长钱向南"),
        ("省政协原副主席钱从文受贿案", "主席钱从文"),
        ("举报人防办科长何建国", "科长何建国"),
    ],
)
def test_a_title_and_a_name_beside_it_are_somebody(text: str, whom: str) -> None:
    assert borne(text) == [whom]


@pytest.mark.parametrize(
    "text",
    [
        "局长林业方面的讲话",
        "黄桥镇长",
        "村里的马路办主任",
        "业主任何人都不同意",
        "社区主任和书记都来了",
        "向市长热线反映",
        "经常被交警拦下",
        "高新区城管不来",
        "我在镇长大",
        "拟由副市长任组长",
        "酒店工作人员马某某",
        "工作人员曾经来过",
        "主任高度重视",
        "文旅局副局长来了",
        "高桥村村长来了",
        "韩警察厅长辞职",
        "局长热线",
    ],
)
def test_words_beside_a_title_are_no_name(text: str) -> None:
    assert not borne(text)


def test_who_is_named_twice_is_called_the_same() -> None:
    text = "质监站主任丁大年不盖章，后来丁主任又盖了"
    assert {one.called for one in bearers(a_sheet(text).body)} == {"丁主任"}


def test_a_name_that_is_held_back_is_told_from_one_that_is_not() -> None:
    told = [one.hidden for one in bearers(a_sheet("局长王某和副局长王军都收了，姓李的科长也收了").body)]
    assert told == [True, False, True]
