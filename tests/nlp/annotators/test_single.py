from __future__ import annotations

import pytest

from huiying.contracts import SignalKind
from nlp.annotators import harm, single
from tests.nlp.reading import a_sheet, annotated, kinds, only


@pytest.mark.parametrize(
    "text",
    [
        "配电房漏电，把我老公电死了",
        "施工队拆墙，一面墙砸死了邻居",
        "我8岁儿子掉进没盖的井里淹死了",
        "一位环卫工人不幸被水泥车撞死",
        "火灾那天通道锁着，我哥活活闷死在里面",
        "老人掉进坑里，没几天就去世了",
        "我妈走到坡道滑倒，送到医院人就走了",
        "救护车被堵在门口，爷爷就这么走了",
        "我爸煤气中毒，早上发现人已经没了",
        "坑没围挡，孩子掉进去，抬上来时已经死了",
        "奶奶被倒下的铁门砸中去世后没人管",
        "小区的大树倒下来砸死了我爸",
        "老人被邻居的狗咬死",
    ],
)
def test_one_person_s_death_counts_without_a_number(text: str) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.DEATHS).amount == 1


@pytest.mark.parametrize(
    "text",
    [
        "我爷爷去年去世，房子过户要什么材料",
        "老人去世多年，车位谁继承",
        "母亲去世后，地下室一直漏水",
        "门塌了没人修，父亲前年去世",
        "地下室塌了一角，奶奶因癌症去世",
        "警报响完，工人师傅都走了",
        "我爸掉进坑里，裤子没了",
        "奶奶走了一个小时才到",
        "急死我妈了",
        "警报一响吓死我爸了",
        "累死老人了",
        "房贷快压死我老公了",
        "消防通道被堵死，孩子出不去",
        "不能一棍子打死孩子",
        "药毒死了邻居养的猫",
        "我家邻居的狗被电死了",
        "暴雨把我爸种的树淹死了",
        "早晚砸死哪家孩子",
        "免得砸死老人",
        "日军的炸弹炸死了我爷爷",
        "太爷爷在抗美援朝时被炸死",
        "谁再乱停车谁家孩子被撞死",
    ],
)
def test_idioms_wishes_and_deaths_without_a_cause_here_are_none(text: str) -> None:
    assert SignalKind.DEATHS not in kinds(annotated(harm.annotate, a_sheet(text)))


@pytest.mark.parametrize(
    "text",
    [
        "铁门夹断了我爸两根手指",
        "老太太摔断了胯骨",
        "师傅的胳膊被压断了",
        "地库起火，保安大叔被烧伤",
        "坡道结冰，我外婆滑倒住院",
        "警报吓得老爷子高血压犯了",
    ],
)
def test_one_person_s_hurt_counts_without_a_number(text: str) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.INJURIES).amount == 1


@pytest.mark.parametrize(
    "text",
    [
        "我妈住院，医保怎么报",
        "砸断了老人的桌子腿",
        "我爸踩断了手推车",
        "小心摔断孩子的腿",
        "物业威胁说要砸断我爸的腿",
        "老人容易摔断腿",
        "树枝砸断了电线",
    ],
)
def test_who_lies_ill_what_else_breaks_and_threats_are_no_hurt(text: str) -> None:
    assert SignalKind.INJURIES not in kinds(annotated(harm.annotate, a_sheet(text)))


@pytest.mark.parametrize("text", ["20余名工人砸伤", "多次有小孩摔伤", "几名老人摔伤", "老人和孩子摔伤"])
def test_several_are_not_counted_as_one(text: str) -> None:
    assert not single.injuries(a_sheet(text))
    assert SignalKind.INJURIES in kinds(annotated(harm.annotate, a_sheet(text)))


def test_what_befell_a_crowd_behind_the_person_is_not_that_person_s() -> None:
    assert not single.injuries(a_sheet("沼气中毒，为救老人，一家五口先后晕倒"))


def test_the_words_that_are_shown_name_who_and_what() -> None:
    signal = only(annotated(harm.annotate, a_sheet("昨晚邻居被瓷砖砸断腿，没人管")), SignalKind.INJURIES)
    assert signal.why[0].spans[0].text == "邻居被瓷砖砸断腿"
