"""One event is one story however it is told; two disputes stay two however alike they sound."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.contracts import Case, CaseState, Certainty, Place
from tests.factories import NOW
from tests.triage.texts import place, policy, reading
from triage.copies import alike
from triage.gather import Joining, absorb
from triage.lifecycle import open_case
from triage.sites import sites
from triage.stories import Found, Relation, StoryIndex

SIREN = [
    "刚才全城拉警报，响了一分多钟，孩子都吓哭了，谁知道咋回事？",
    "防空警报怎么突然响了？今天不是试鸣的日子啊",
    "有没有人听到警报声，呜呜的，从市区方向传过来",
    "吓死了，正在开会，外面警报大作，全楼的人都往下跑",
    "人防警报误响了？求官方给个说法",
    "听见了听见了，我这边也响，持续大概九十秒",
    "是不是出什么大事了，警报响个不停，老人心脏受不了",
    "我市多处防空警报器上午鸣响，具体原因正在核实",
    "学校操场上站满了学生，老师说是听到警报疏散出来的",
    "网友反映市区突然响起防空警报，记者已联系人防部门",
    "这个警报是误报吧，要不然手机早收到通知了",
    "楼下大妈以为打仗了，抱着孙子就往地下室钻",
    "警报！！！什么情况！！！",
    "刚刚那一阵长音是什么？消防车没那么响",
    "市里的警报系统是不是坏了，无缘无故响",
    "多个街道居民称听到长鸣的防空警报，未接到任何预告",
    "上班路上听到警报，司机都停下车看天",
    "警报响的时候我正在给病人打针，手一抖",
    "问了12345，说已经有上百个电话问警报的事",
    "这么大的动静，为什么到现在没有人出来解释",
    "打人防办电话一直占线，警报到底怎么回事",
    "第一次听见真的防空警报，腿都软了",
    "朋友圈全是警报的视频，各个区都响了",
    "误鸣也要有个公告吧，全市人民都被惊到了",
    "正睡觉呢，被警报惊醒，以为地震",
    "警报声响彻全城，持续一分半钟后停止",
    "请问今天的防空警报是演练吗？怎么没有提前通知",
    "我家狗被警报吓得钻到床底下，半天不出来",
    "办公楼里的人听到警报都懵了，没人知道该往哪儿跑",
    "外卖小哥都停下来问我是不是出事了，警报太突然",
    "据居民讲述，警报声先后响了两次，间隔约十秒",
    "商场广播说请大家不要惊慌，警报原因不明",
    "警报没有预告就响，这是重大失误，谁来负责",
    "我在医院陪床，听到警报整个病区都乱了",
    "刚才的防空警报把我妈吓得血压都高了",
    "有人说是设备检修碰到了开关，警报才响的，真的假的",
    "这次警报覆盖全城，连郊区都听得清清楚楚",
    "听到警报不知道往哪里躲，附近的人防工程在哪儿都不知道",
    "希望有关部门尽快说明今天警报鸣响的原因",
    "我录到了警报的声音，四十秒左右，绝对是防空警报",
]


def told(texts: list[str], **changes: object) -> tuple[StoryIndex, dict[str, int]]:
    """Hear these texts one after another, a minute apart: the stories, and how many posts each got."""
    index, counts = StoryIndex(policy().story), dict[str, int]()
    for minute, text in enumerate(texts):
        one = reading(text, at=NOW + timedelta(minutes=minute), **changes)  # type: ignore[arg-type]
        match = index.find(one, {})
        if match is None:
            case = open_case(one, policy(), NOW)
        else:
            case = absorb(index[match.case_id], Joining(reading=one, relation=match.relation))
        index.put(case)
        counts[case.id] = counts.get(case.id, 0) + 1
    return index, counts


def opened(text: str, **changes: object) -> tuple[StoryIndex, Case]:
    case = open_case(reading(text, **changes), policy(), NOW)  # type: ignore[arg-type]
    return StoryIndex.of([case], policy().story), case


PARKING = (
    "我是中原区锦绣花园的业主，开发商把人防车位只租不售，一次收二十年租金十二万，不交就不让进地库，请问合法吗"
)


def test_a_siren_over_a_city_told_in_forty_wordings_is_one_story() -> None:
    _, counts = told(SIREN, topic="T05")
    assert list(counts.values()) == [40]


def test_the_same_siren_in_two_cities_is_two_stories() -> None:
    index, case = opened(SIREN[0], topic="T05", where=place("许昌市"))
    assert index.find(reading(SIREN[1], topic="T05", where=place("洛阳市")), {}) is None
    found = index.find(reading(SIREN[1], topic="T05", where=place("许昌市")), {})
    assert found is not None
    assert found.case_id == case.id


def test_a_siren_that_says_nowhere_joins_none_that_only_sounds_at_the_same_hour() -> None:
    nowhere = Place(certainty=Certainty.UNKNOWN)
    index, _ = opened("许昌防空警报响了", topic="T05", where=place("许昌市"))
    assert index.find(reading("听到防空警报响了，吓一跳", topic="T05", where=nowhere), {}) is None


def test_a_siren_elsewhere_that_names_this_city_only_in_passing_is_another_one() -> None:
    index, _ = opened("洛阳上午拉防空警报，全城静默", topic="T04", where=place("洛阳市"))
    here, mentioned = place("许昌市"), place("洛阳市")
    passing = replace(reading("许昌也拉警报了？不是只有洛阳才拉吗", topic="T04"), places=(here, mentioned))
    assert index.find(passing, {}) is None
    assert index.find(replace(passing, places=(mentioned, here)), {}) is not None


def test_a_trial_and_a_false_alarm_of_one_city_and_hour_need_more_words_in_common() -> None:
    index, _ = opened("洛阳今天试鸣防空警报，三种信号各三分钟", topic="T04", where=place("洛阳市"))
    other = reading("防空警报设备半夜故障，全楼吓醒", topic="T05", where=place("洛阳市"))
    assert index.find(other, {}) is None


def test_yesterdays_siren_is_not_todays() -> None:
    index, _ = opened(SIREN[0], topic="T05")
    assert index.find(reading(SIREN[1], topic="T05", at=NOW + timedelta(hours=26)), {}) is None


def test_two_estates_with_the_same_complaint_are_two_stories() -> None:
    index, _ = opened(PARKING, where=place(county="中原区"))
    other = (
        "中原区碧水雅苑也是这样，人防车位只租不售，物业一次要收二十年租金，不签合同就锁地库，请问这样合法吗"
    )
    assert index.find(reading(other, where=place(county="中原区")), {}) is None


def test_the_same_place_and_topic_alone_are_not_the_same_event() -> None:
    index, _ = opened(PARKING, where=place(county="中原区"))
    other = "想咨询一下人防车库能不能办产权证，单位职工住房，二〇〇八年交的钱，发票还在"
    assert index.find(reading(other, where=place(county="中原区")), {}) is None


def test_the_same_estate_in_other_words_is_the_same_story() -> None:
    index, case = opened(PARKING, where=place(county="中原区"))
    other = "锦绣花园地库被物业锁了，说人防车位要先交二十年租金才能停，业主们准备一起去反映"
    found = index.find(reading(other, where=place(county="中原区")), {})
    assert found is not None
    assert (found.case_id, found.relation) == (case.id, Relation.SAME_EVENT)
    assert "同一处所" in found.why


def test_a_copy_with_a_few_words_changed_is_a_duplicate() -> None:
    index, case = opened(PARKING, where=place(county="中原区"))
    found = index.find(reading("【转】" + PARKING + "！求扩散", where=place(county="中原区")), {})
    assert found is not None
    assert found.relation is Relation.DUPLICATE
    assert found.case_id == case.id


def test_a_form_letter_of_another_estate_is_not_a_duplicate() -> None:
    index, _ = opened(PARKING, where=place(county="中原区"))
    assert index.find(reading(PARKING.replace("锦绣花园", "翡翠华庭")), {}) is None


def test_a_form_letter_of_another_city_is_not_a_duplicate() -> None:
    text = "人防车位只租不售，一次收二十年租金，不交就不让进地库，请问合法吗"
    index, _ = opened(text, where=place("洛阳市"))
    assert index.find(reading(text, where=place("郑州市")), {}) is None


def test_a_form_letter_that_differs_by_the_estate_alone_is_another_matter_however_long_it_is() -> None:
    letter = (
        "小区地下人防车位自交房以来每月收取三百元，从未公示收费依据、收支明细和备案材料。人防工程平时使用应当备案，"
        "收益应当优先用于维护。请主管部门责令物业公示并退还多收的费用，同时对多年来的账目进行审计，给全体业主一个交代。"
    )
    index, _ = opened(f"我们是碧水雅苑全体业主。{letter}", where=place(county="中原区"))
    other = reading(f"我们是翡翠华庭全体业主。{letter}", where=place(county="中原区"))
    assert alike(other.fingerprint, index.cases()[0].profile.prints[0]) > 0.8
    assert index.look_up(other, {}) == Found(match=None)


def test_another_province_is_another_matter_where_no_city_is_named() -> None:
    there = Place(province="江苏省", code="320000", certainty=Certainty.STATED)
    index, _ = opened(PARKING, where=there)
    assert index.find(reading(PARKING, where=place()), {}) is None
    assert index.find(reading(PARKING, where=there), {}) is not None


def test_words_alone_are_asked_about_where_a_city_in_common_would_join() -> None:
    nowhere = Place(certainty=Certainty.UNKNOWN)
    text = "开发商把人防车位只租不售，一次收二十年租金，不交就不让进地库"
    again = "开发商一次收二十年租金，人防车位只能空着，业主停在路边"
    joined = StoryIndex.of([open_case(reading(text), policy(), NOW)], policy().story)
    assert joined.find(reading(again), {}) is not None
    alone = StoryIndex.of([open_case(reading(text, where=nowhere), policy(), NOW)], policy().story)
    found = alone.look_up(reading(again, where=nowhere), {})
    assert found.match is None
    assert "没有共同地点" in found.suggestions[0].why


def test_a_place_that_was_only_guessed_vetoes_nothing() -> None:
    index, case = opened(PARKING, where=place(county="中原区"))
    guessed = place("洛阳市", certainty=Certainty.INFERRED)
    found = index.find(reading(PARKING, where=guessed), {})
    assert found is not None
    assert found.case_id == case.id


def test_a_reply_joins_the_story_of_its_post_whatever_it_says() -> None:
    index, case = opened(PARKING)
    reply = reading("顶一下", where=place("洛阳市"), post={"reply_to": case.opened_by.id})
    found = index.find(reply, {case.opened_by.id: case.id})
    assert found is not None
    assert found.relation is Relation.KIN


def test_an_edit_joins_the_story_of_its_post() -> None:
    first = reading(PARKING, post={"native_id": "m1"})
    case = open_case(first, policy(), NOW)
    index = StoryIndex.of([case], policy().story)
    edited = reading("已经解决了，谢谢", post={"native_id": "m1"})
    found = index.find(edited, {first.post.id: case.id})
    assert found is not None
    assert found.relation is Relation.EDIT


def test_a_dispute_that_rests_for_days_is_not_continued_by_other_words() -> None:
    index, _ = opened(PARKING, where=place(county="中原区"))
    other = "锦绣花园地库被物业锁了，说人防车位要先交二十年租金才能停"
    late = reading(other, where=place(county="中原区"), at=NOW + timedelta(hours=80))
    assert index.find(late, {}) is None


@pytest.mark.parametrize("text", ["人防", "已解决，谢谢"])
def test_short_texts_are_never_duplicates_by_their_wording(text: str) -> None:
    index, _ = opened(text, topic="T01")
    found = index.find(reading(text, topic="T09", where=place("洛阳市")), {})
    assert found is None


def test_a_page_that_dates_itself_into_the_future_is_not_believed() -> None:
    one = reading(PARKING, post={"published_at": NOW + timedelta(days=400)})
    case = open_case(one, policy(), NOW)
    assert case.last_post_at == one.post.collected_at


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("我住翠湖锦绣花园三期", "锦绣花园的业主", True),
        ("锦绣花园的业主", "碧水雅苑的业主", False),
        ("我们小区的业主", "这个小区的业主", False),
        ("和谐家园停电了", "我住和谐家园", True),
        ("小区和花园都停电了", "学校和花园都停水了", False),
        ("中原区一小区被淹", "中原区一小区停电", False),
    ],
)
def test_sites_are_known_by_their_tail(one: str, other: str, agree: bool) -> None:
    assert bool(sites(one) & sites(other)) is agree


def test_an_old_text_that_turns_up_again_is_a_new_matter() -> None:
    index, _ = opened(PARKING, where=place(county="中原区"))
    week_old = {"published_at": NOW - timedelta(days=7), "collected_at": NOW}
    assert index.find(reading(PARKING, where=place(county="中原区"), post=week_old), {}) is None


def test_a_worker_that_has_just_loaded_the_stories_finds_the_same_as_one_that_grew_with_them() -> None:
    grown = StoryIndex(policy().story)
    cases = [open_case(reading(text, where=place(county="中原区")), policy(), NOW) for text in MANY]
    for case in cases:
        grown.put(case)
    loaded = StoryIndex.of(reversed(cases), policy().story)
    for text in MANY:
        new = reading(f"{text[4:]}，谁来管管", where=place(county="中原区"))
        one, other = grown.find(new, {}), loaded.find(new, {})
        assert one == other


MANY = [
    "中原区锦绣花园开发商把人防车位只租不售",
    "中原区桐柏路防空地下室积水没人抽",
    "中原区西流湖人防门上了锁堵住通道",
    "中原区碧沙岗防空洞纳凉点不开放",
    "中原区建设路人防工程通风机整夜响",
]


# ------------------------------------------------------------------- sure, perhaps, and not the same matter


YEARS = "锦绣花园今年人防车位涨到每月三百，去年才二百，业主不答应"
HARD = [
    (PARKING, "中原区碧水雅苑的人防车位只租不售，开发商一次收二十年租金十二万", "T01", "中原区", "中原区"),
    (
        "今天上午十点防空警报试鸣，洛阳城区都能听到，三种信号各三分钟，请大家不要惊慌",
        "今天上午十点防空警报试鸣，许昌城区都能听到，三种信号各三分钟，请大家不要惊慌",
        "T04",
        "",
        "",
    ),
    (
        "中原区桐柏小区地下室人防门被物业拆掉改成仓库",
        "中原区西流湖小区地下室积水半米没人抽，车都泡了",
        "T07",
        "中原区",
        "中原区",
    ),
]


@pytest.mark.parametrize(("one", "other", "topic", "first", "second"), HARD)
def test_what_only_sounds_alike_is_never_joined(
    one: str, other: str, topic: str, first: str, second: str
) -> None:
    cities = (
        (place("洛阳市"), place("许昌市")) if topic == "T04" else (place(county=first), place(county=second))
    )
    index, _ = opened(one, topic=topic, where=cities[0])
    assert index.find(reading(other, topic=topic, where=cities[1]), {}) is None


def test_last_years_matter_at_the_same_estate_is_not_todays() -> None:
    index, _ = opened(YEARS, where=place(county="中原区"))
    today = reading(YEARS, where=place(county="中原区"), at=NOW + timedelta(days=365))
    assert index.look_up(today, {}) == Found(match=None)


MIDDLING = "中原区锦绣花园的人防工程通风机整夜轰鸣，住一楼的老人睡不着"


def test_a_middling_likeness_is_a_suggestion_and_no_match() -> None:
    index, case = opened(PARKING, where=place(county="中原区"))
    found = index.look_up(reading(MIDDLING, topic="T06", where=place(county="中原区")), {})
    assert found.match is None
    (asked,) = found.suggestions
    assert asked.case_id == case.id
    assert policy().story.suggest <= asked.score < policy().story.same_event
    assert "同一处所" in asked.why


def test_what_ended_is_not_suggested() -> None:
    case = replace(
        open_case(reading(PARKING, where=place(county="中原区")), policy(), NOW), state=CaseState.CLOSED
    )
    index = StoryIndex.of([case], policy().story)
    found = index.look_up(reading(MIDDLING, topic="T06", where=place(county="中原区")), {})
    assert found == Found(match=None)


def test_of_two_stories_that_a_post_fits_the_second_is_suggested_to_be_the_first() -> None:
    index, first = opened(PARKING, where=place(county="中原区"))
    second = open_case(
        reading("锦绣花园地库上锁，人防车位要交二十年租金", where=place(county="中原区")), policy(), NOW
    )
    index.put(second)
    text = "锦绣花园人防车位的事有人管吗，开发商一次收二十年租金，地库上锁不让进"
    found = index.look_up(reading(text, where=place(county="中原区")), {})
    assert found.match is not None
    assert found.match.relation is Relation.SAME_EVENT
    assert {found.match.case_id, *(one.case_id for one in found.suggestions)} == {first.id, second.id}


def test_two_stories_that_people_have_told_apart_are_not_suggested_again() -> None:
    index, first = opened(PARKING, where=place(county="中原区"))
    second = open_case(
        reading("锦绣花园地库上锁，人防车位要交二十年租金", where=place(county="中原区")), policy(), NOW
    )
    index.put(replace(first, apart=(second.id,)))
    index.put(second)
    text = "锦绣花园人防车位的事有人管吗，开发商一次收二十年租金，地库上锁不让进"
    found = index.look_up(reading(text, where=place(county="中原区")), {})
    assert found.match is not None
    assert found.suggestions == ()


def test_what_a_split_took_away_is_not_found_by_its_text_any_more() -> None:
    index, case = opened(PARKING, where=place(county="中原区"))
    without = replace(case, profile=replace(case.profile, prints=(), exacts=(), terms=(), lead_terms=()))
    index.put(without)
    found = index.find(reading(PARKING, where=place(county="中原区")), {})
    assert found is None or found.relation is Relation.SAME_EVENT


WORDS = st.sampled_from(
    [
        "锦绣花园",
        "碧水雅苑",
        "人防车位",
        "只租不售",
        "防空警报",
        "误鸣",
        "积水",
        "人防门",
        "被拆",
        "物业",
        "投诉",
        "没人管",
        "租金",
        "二十年",
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=3, max_size=8, unique=True), min_size=2, max_size=9), st.randoms())
def test_whatever_was_heard_a_worker_that_loads_the_stories_answers_as_one_that_grew(
    said: list[list[str]], draw: random.Random
) -> None:
    grown = StoryIndex(policy().story)
    readings = [reading("".join(words), where=place(county="中原区")) for words in said]
    for one in readings[:-1]:
        match = grown.find(one, {})
        known = grown[match.case_id] if match else None
        joining = Joining(reading=one, relation=match.relation if match else Relation.SAME_EVENT)
        grown.put(absorb(known, joining) if known else open_case(one, policy(), NOW))
    cases = grown.cases()
    draw.shuffle(cases)
    loaded = StoryIndex.of(cases, policy().story)
    for one in readings:
        assert loaded.look_up(one, {}) == grown.look_up(one, {})
