from __future__ import annotations

import pytest

from bench.nlp import parity
from nlp import words
from nlp.gate import BOUND, HINTS, NOISES, STOPS, _stands_alone, doubt, fits, opened_by
from nlp.lexicon import Found
from nlp.normalise import quick
from tests.nlp.reading import a_sheet, the_gate


@pytest.mark.parametrize(
    "text",
    [
        "小区的人防车位只租不售合法吗",
        "昨晚防空警报怎么响了",
        "找了三次国动办都没人",
        "人防的门被拆了",
        "人.防 车位到底归谁",
        "仁防车位一个月八百",
        "人芳车位又要涨",
        "试鸣能不能提前说一声",
        "易地费交到哪里了",
        "掩蔽点的牌子掉了没人挂",
        "战时出入口堆满杂物",
        "我家车停在负二层人防区",
        "半夜拉警抱，全城都听见了",
        "ren fang 车位又涨价",
        "半夜全城喇叭呜呜响，吓哭孩子",
        "地下车库那扇大铁门说是战时用的",
        "人防車位",
        "人<b>防</b>办",
        "人\u200b防\u200b车位",
    ],
)
def test_what_concerns_the_trade_goes_through(text: str) -> None:
    assert the_gate().opens("", text)


@pytest.mark.parametrize(
    "text",
    [
        "今天天气不错，去公园走走",
        "让人防不胜防的骗局",
        "老人防沉迷系统",
        "湖人防守太差了",
        "湖人防区漏洞百出",
        "村民防火意识不强",
        "民警抱起孩子就往医院跑，全城都在夸",
        "",
        "😀😀😀",
        "\ud800",
    ],
)
def test_what_says_nothing_of_it_stays_out(text: str) -> None:
    assert not the_gate().opens("", text)


def test_the_title_alone_opens_the_gate() -> None:
    assert the_gate().opens("人防办回应了", "全文见链接")


def test_a_short_term_inside_other_words_is_marked_as_a_misfit() -> None:
    sheet = a_sheet("湖人防守太差，人防的事另说")
    assert [hit.start for _, hit in sheet.found("misfit")] == [1]
    assert [hit.start for _, hit in sheet.found("risky") if hit.phrase == "人防"] == [7]


def test_context_is_marked_but_never_shuts_the_gate() -> None:
    sheet = a_sheet("乌克兰多地拉响防空警报")
    assert the_gate().opens("", sheet.post.text)
    assert sheet.found("foreign_war")


def test_what_opened_the_gate_can_be_shown() -> None:
    sheet = a_sheet("开发商卖人防车位")
    assert "人防车位" in {passage.span(hit.start, hit.end).text for passage, hit in opened_by(sheet)}


def test_a_hit_fits_only_at_word_boundaries() -> None:
    hit = Found("risky", "人防", 1, 3)
    assert not fits(hit, words.bounds(words.cut("个人防护用品")))
    assert not fits(hit, words.bounds(["个人", "防"]))
    assert not fits(hit, words.bounds(["个", "人防护"]))
    assert fits(hit, words.bounds(["查", "人", "防"]))


@pytest.mark.parametrize(
    "text",
    [
        "回复@后山防空洞守门人:同问，链接发我",
        "//@某地人防:转发微博",
        "好好的本地人防外地人，累不累",
        "外线没人防，一节丢了四十分",
        "两口子互相让自己人防一手",
        "这货真地道，口感没得说",
        "车库里头倒是挺凉快",
        "下月起全市机动车禁鸣喇叭",
    ],
)
def test_the_same_characters_in_another_reading_stay_out(text: str) -> None:
    assert not the_gate().opens("", text)


@pytest.mark.parametrize(
    "text",
    [
        "负二层那片地方打仗要收归国家的，他们画成车位卖",
        "地下车库角落那扇一吨多重的钢门歪着，孩子天天钻",
        "备战那年挖的洞塌了半截，离我家墙根两步远",
        "说要打仗了让大家囤粮，明晚停水停电",
        "不修地下那层就得交钱，一平方一千二，能减免吗",
        "renfang车位能买吗",
        "国d办的门朝哪开",
    ],
)
def test_what_never_names_the_trade_goes_through_all_the_same(text: str) -> None:
    assert the_gate().opens("", text)


def test_two_lists_count_together_only_near_each_other() -> None:
    gap = "。" + "说点别的事情" * 20
    assert the_gate().opens("", "车库要收归国家的")
    assert not the_gate().opens("", f"车库灯坏了{gap}国家的政策好")


def test_many_posts_at_once_fare_as_each_alone() -> None:
    posts = [
        ("人防办回应", ""),
        ("", "今天去公园"),
        ("车库", "归国家的"),
        ("", "x" * 9000 + "人防车位"),
        ("", "e\u0301 人防工程"),
        ("", "\ue000人防门"),
        ("", ""),
        ("", "湖人防守"),
    ]
    alone = [the_gate().opens(*post) for post in posts]
    assert the_gate().open_to(posts) == alone
    assert alone == [True, False, True, True, True, True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "半夜火车拉长笛，县城北边没有一家睡得着",
        "三轮车上的高音喇叭从早喊到晚，县城里都是卖纱窗的",
        "凌晨的酒瓶声响彻楼下那条街",
        "易地搬迁的安置房又要交钱，没有收费标准",
        "很多国家的公共停车位都是免费的",
        "许多国家的车库都有人管",
        "抢特价菜跟打仗一样，人人都往家囤",
        "能不能把旁边商场的车库征用一下",
        "崖上的老洞空着，洞口让石头堵住了",
        "车库能不能卖，到底是开发商的还是国家的",
    ],
)
def test_the_noise_and_the_moves_of_every_town_stay_out(text: str) -> None:
    assert not the_gate().opens("", text)


def test_a_loudspeaker_over_the_whole_town_that_nobody_explains_goes_through() -> None:
    assert the_gate().opens("", "全城的大喇叭一起叫，没通知也没人解释")


def test_an_account_that_the_text_is_addressed_to_is_said_and_one_that_is_passed_on_is_not() -> None:
    assert the_gate().opens("", "@某市国动办 窗口周五下午怎么没人")
    assert opened_by(a_sheet("@某市国动办 窗口周五下午怎么没人"))
    assert not the_gate().opens("", "@某市国动办:今天立冬，记得添衣")
    assert not the_gate().opens("", "立冬快乐 @某市国动办 @某市发布")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("地下车位到底归谁", HINTS),
        ("养老院从不搞应急疏散", HINTS),
        ("地下车位是防空地下室改的", ""),
        ("地下车位说打仗要征用，归国家", ""),
        ("负二层的车位只租不售，二十年使用", HINTS),
        ("负二层的车位只租不售，说是战时要用", ""),
        ("火车过桥，深夜的汽笛一声接一声", NOISES),
        ("深夜楼顶的汽笛一声接一声，没有通知", ""),
        ("警报声响了半夜", ""),
        ("路灯坏了", ""),
    ],
)
def test_what_opened_the_gate_is_doubted_where_others_say_it_as_often(text: str, why: str) -> None:
    assert doubt(a_sheet(text)) == why


def test_a_short_term_that_a_phrase_says_already_counts_once() -> None:
    assert not a_sheet("开发商卖人防车位").found("risky")


def test_a_city_is_no_city_across_words() -> None:
    assert not a_sheet("剩下三成都没交，人防办催过").found("home")
    assert a_sheet("成都人防办").found("home")


def test_no_word_reaches_over_a_stop() -> None:
    for text in parity.own_texts()[::5]:
        assert all(len(word) == 1 or STOPS.isdisjoint(word) for word in words.cut(quick(text)))


def test_a_piece_is_cut_as_the_whole_text_is() -> None:
    for text in ("他说,湖人防守很好。人防的门,被拆了", "湖人防守,个人防护", "人防", "老人防骗。人防办,"):
        whole = words.bounds(words.cut(text))
        hits = [Found(BOUND, "人防", at, at + 2) for at in range(len(text)) if text.startswith("人防", at)]
        assert [_stands_alone(hit, text) for hit in hits] == [fits(hit, whole) for hit in hits]


def test_hits_of_several_lists_come_in_the_order_in_which_they_end() -> None:
    sheet = a_sheet("人防车位投诉无门，人防办不管，人 防 车位")
    for groups in (("phrases", "dodges"), ("dodges", "phrases"), ("grievance", "phrases", "dodges")):
        hits = sheet.body.hits(groups)
        assert {hit.group for hit in hits} <= set(groups) and len(hits) > 2
        assert [hit.end for hit in hits] == sorted(hit.end for hit in hits)
        assert all(hit.phrase == sheet.body.text[hit.start : hit.end] for hit in hits)
