from __future__ import annotations

import pytest

from nlp.annotators import officials
from tests.nlp.reading import a_sheet


def named(text: str) -> list[str]:
    return [match[0] for _, match in officials.named(a_sheet(text))]


@pytest.mark.parametrize(
    "text",
    [
        "找了李科长三次都不在",
        "分管副局长王大力涉嫌收钱",
        "县教育局长黄某一个人占着三套房",
        "办案的民警赵某推搡业主",
        "打电话给刘警官，他不接",
        "党组成员、副局长王军酒后驾车被拦",
        "办公室副主任高小明收了好处",
        "我去问了，李科长：这事你找别人",
        "市长已经作出批示，副局长王大力收了钱却没人查",
        "尊敬的李书记：我要反映的是，街道办主任张某拿了回扣",
    ],
)
def test_whom_a_text_complains_of_is_named(text: str) -> None:
    assert named(text)


@pytest.mark.parametrize(
    "text",
    [
        "尊敬的李书记：您好！我是三期的业主",
        "李书记，您好，我想咨询一件事",
        "李县长，村里的路坏了两年",
        "您好，王局长，我是一名退休职工",
        "现特向李书记求助",
        "恳请王市长为我们做主",
        "强烈希望敢担当的王书记能来看看",
        "事发后，县委书记王大力赶赴现场指挥救援",
        "市委书记王大力、市长李建国作出批示",
        "市地震局局长王大力介绍，震中在山区",
        "医院儿科主任王大力说，孩子没有大碍",
        "公司董事局主席王大力跑路了",
        "物业王主任说管不了",
        "@李处长安 你来一下",
        "武警官兵连夜抢险",
        "已移交警方处理",
        "由副市长任组长",
        "没有与业主任何沟通",
        "民警王大力在救援中牺牲",
    ],
)
def test_whom_it_greets_asks_or_quotes_and_who_is_none_is_not(text: str) -> None:
    assert not named(text)
