"""What shares words with the trade and is not its business, kind by kind; and what looks like it and is."""

from __future__ import annotations

import pytest

from huiying.contracts import Relevance, Verdict
from nlp.pipeline import Reader
from tests.factories import NOW, a_post

FOREIGN_WAR_SIRENS = (
    "乌克兰南部港口城市凌晨拉响防空警报，无人机击中粮仓",
    "以军称拦截三枚火箭弹，边境城镇的空袭警报响了两回",
    "当地时间周五，俄边境州因无人机来袭拉响防空警报，学校停课",
    "叙首都空袭警报响起，居民涌向防空洞",
)
GUARDS = (
    "博物馆安防升级：人防、物防、技防三管齐下，夜巡加密",
    "幼儿园人防不到位，保安就一位大爷，物防技防更谈不上",
)
PERSONAL_PROTECTION = ("流感季出门戴口罩，做好个人防护", "进实验室前检查个人防护用品是否齐全")
SPORTS = (
    "底角又没人防，这三分他闭眼都进",
    "湖人防守轮转慢半拍，被打成筛子",
    "角球防空太差，中卫谁也没顶到",
)
IN_OTHER_WORDS = (
    "新型骗术让人防不胜防，老两口差点转走八万",
    "社区请医生讲老人防跌倒",
    "全民防艾宣传进工地",
    "工会给环卫工人防暑降温包",
)
FICTION = (
    "这集男主把女主推进防空洞那段哭死我了，追剧停不下来",
    "新手游的防空塔到底放哪，求玩家攻略",
)
FIGURES_OF_SPEECH = (
    "社恐人求一个防空洞，躲到年后再出来，哈哈哈",
    "室友的呼噜堪比防空警报，耳机都挡不住",
)
PAST_WARS = (
    "太爷爷在日记里写，那年敌机轰炸县城，跑警报跑丢了一只鞋",
    "抗战时期的隧道惨案旧址前，幸存者的孙女献上白菊",
)
ADVERTISEMENTS = ("厂家直销各种警报器，量大从优，加微信送样册", "特价车位清仓，到访领礼品，热线详询")
HOMES_FOR_SALE = ("急售三居室，南北通透，带人防车位一个，首付两成，看房提前约，中介勿扰",)
LIVES = (
    "他十六岁参军，长征路上给连队背锅，后来当了团长。敌机轰炸时他让老乡先进防空洞，自己牺牲在洞口，年仅三十一岁，家乡为烈士立了碑",
)
CHAT = ("姐妹救命，男友查我购物车，给我一个防空洞躲躲", "这嗓门堪比防空警报，哈哈哈耳朵没了")
ADDRESSES = (
    "从人防宾馆路口到二中堵车半小时，绿灯太短，请交警调整",
    "人防办对面那家馄饨店换了老板，味道不如从前",
    "公交7路从老车站经人防办到职业学院，早高峰二十分钟才来一趟，学生挤不上车，请公交公司加车",
)
OTHER_ALARMS = (
    "胃疼别硬扛，可能是胃癌警报",
    "气象台发布暴雨红色预警，隧道封闭",
    "邻居的电动车警报叫到凌晨三点",
)
ABROAD = ("土耳其强震，民防救援队连夜挖出四人", "智利民防部门要求山火附近居民撤离")
MILITARY = ("海军某舰在南海组织防空实弹射击", "防空旅跨昼夜打靶，首发命中")
ORDINARY_PARKING = ("地面车位乱收费，业委会要求公示账目", "产权车位的管理费涨了三十块，合理吗")

LETTERS = (
    "我们楼后就是货运线，机车夜里过道口，汽笛一声接一声，深夜两点、四点各有一趟，老人心脏受不了。找过车务段，说不鸣笛不行。"
    "请铁路部门把道口改成有人看守，隔音墙也请装上。另外道口的路灯坏了，路面坑洼，骑车的人摔过几回，请一并修好。",
    "县城里的流动摊贩一辆车顶一个高音喇叭，录好的话循环放，从早上六点喊到晚上十点，我家孩子要高考，实在没法看书。"
    "城管来了就走，走了又来。能不能划几个点，其余地方不许用扩音器？北街的垃圾箱天天满，味道大，请多清一趟。",
    "楼下停着一辆没有牌子的旧车，隔几天半夜就自己叫，警报声一长一短，叫到电瓶没电才停。院里有产妇也有病人。"
    "民警查了车架号，车主在外地，电话停机。这样的车归哪个部门拖走？院子小，垃圾车也进不来，请一并解决。",
    "我们是山上易地搬迁下来的，当年说物业费免五年，现在三年就来收费，不交就停电梯卡，标准是多少也不公示。"
    "请把当年的文件贴出来，多收的退给我们。扶贫车间关了门，机器也拉走了，妇女们没有活干，请再引来一家。",
    "小区有六百个地下车位，管理费两年涨了三回，灯坏了一半，坡道口的排水沟堵着，外来的车把电梯口都停死了。"
    "物业说账目是商业秘密。请问涨价要不要业主大会表决，物价部门备案没有？请督促物业把三年的账贴出来。",
    "商场里的应急疏散标志把人往储物间带，绿色的安全出口上挂着链子锁，客服说那一片在装修。几千人的地方，"
    "这种事能来不及吗？请消防部门去查，不止查这一家。电梯口没有坡道，推婴儿车要抬上抬下，也请一并改。",
)
"""What citizens write to the mailbox of a whole town."""

SIRENS_OF_REMEMBRANCE = (
    "公祭日十点零一分，南京上空防空警报响起，行人驻足",
    "九一八，长春全城鸣响防空警报",
)
PROPER = (
    "洛阳今天上午试鸣防空警报",
    "人防车位只租不售，开发商却在卖",
    "昨晚防空警报误鸣，孩子吓得一夜没睡",
    "防空洞开放纳凉，老人排队",
    "投诉：地下人防工程被改成仓库，疏散口堵死",
    "国动办窗口没人，跑了三趟",
    "小区人防车位一年涨了一千，物业不公示",
)


def judged(reader: Reader, text: str) -> Relevance:
    return reader.read([a_post(title="", text=text)], NOW)[0].relevance


@pytest.mark.parametrize(
    "text",
    [
        *FOREIGN_WAR_SIRENS,
        *GUARDS,
        *PERSONAL_PROTECTION,
        *SPORTS,
        *IN_OTHER_WORDS,
        *FICTION,
        *FIGURES_OF_SPEECH,
        *PAST_WARS,
        *ADVERTISEMENTS,
        *HOMES_FOR_SALE,
        *LIVES,
        *CHAT,
        *OTHER_ALARMS,
        *ABROAD,
        *MILITARY,
        *ORDINARY_PARKING,
        *LETTERS,
    ],
)
def test_a_near_miss_is_dropped(reader: Reader, text: str) -> None:
    assert judged(reader, text).verdict is Verdict.IRRELEVANT


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_office_that_is_only_an_address_raises_no_alert(reader: Reader, text: str) -> None:
    assert judged(reader, text).verdict is not Verdict.ALERT


@pytest.mark.parametrize("text", SIRENS_OF_REMEMBRANCE)
def test_a_siren_of_remembrance_at_home_is_the_office_s_own_siren(reader: Reader, text: str) -> None:
    assert judged(reader, text).verdict is not Verdict.IRRELEVANT


@pytest.mark.parametrize("text", PROPER)
def test_what_is_meant_is_alerted(reader: Reader, text: str) -> None:
    assert judged(reader, text).verdict is Verdict.ALERT


def test_a_war_abroad_speaks_against_it_but_does_not_shut_the_gate(reader: Reader) -> None:
    text = "看了乌克兰的新闻才想起查一查：我们小区的人防工程锁着门，钥匙没人管，请国动办来看看"
    assert judged(reader, text).verdict is not Verdict.IRRELEVANT


def test_a_clause_among_many_is_found_and_who_owns_a_car_park_is_looked_at(reader: Reader) -> None:
    clause = (
        "电梯一年坏了四十多次，顶楼漏雨修了两回还是漏，小区没有充电桩，这三条物业都答应了。最要紧的是第四条："
        "负二层的人防从七月泡到现在，水没过小腿肚，抽水泵是坏的，墙上的霉长到一人高，没有一家单位认。请先把水抽了，再查为什么漏。"
    )
    assert judged(reader, clause).verdict is Verdict.ALERT
    whose = (
        "开发商正在卖地下车位，合同写的是使用权转让，期限二十年，没有产权证。不动产中心说查不到初始登记。"
        "这些车位到底归谁所有，是开发商的、全体业主的还是国家的？没有产权凭什么卖？请主管部门说清楚每一层的性质。"
    )
    assert judged(reader, whose).verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    "text",
    [
        "地下二层图纸上写着战时用途，开发商画成车位卖，一个八万，只给收据",
        "半夜全城突然响起一长一短的呜呜声，整个县城都醒了，没有一个部门出来解释",
        "负二层那扇半米厚的大铁门快倒了，门轴锈断，孩子天天在下面跑",
        "备战那会儿深挖洞留下的老洞塌了，洞口就在我家院墙外",
    ],
)
def test_what_never_names_the_trade_is_seen_by_a_person(reader: Reader, text: str) -> None:
    assert judged(reader, text).verdict is not Verdict.IRRELEVANT
