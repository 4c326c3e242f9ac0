"""Claims and statements that we wrote: which contradict each other, and which only seem to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nlp.assertions import Said
from nlp.contradiction import Compared, Standing, compare
from triage.sites import sites

NOON = datetime(2026, 9, 18, 4, 0, tzinfo=UTC)
"""In Shanghai, on the day of the yearly siren test."""


def side(text: str, *, at: datetime | None = None, title: str = "", places: str = "") -> Said:
    return Said(text=text, title=title, at=at, names=sites(title + text), places=frozenset(places.split()))


def standing(claim: str, statement: str, *, together: bool = True) -> Standing | None:
    found = compare(side(claim), side(statement), together=together)
    return found.standing if found else None


def conflict(claim: Said, statement: Said, *, together: bool = True) -> Compared | None:
    found = compare(claim, statement, together=together)
    return found if found and found.standing is Standing.CONFLICT else None


@pytest.mark.parametrize(
    ("claim", "statement"),
    [
        ("听说人防工程已被拆了。", "该人防工程未拆除。"),
        ("网传人防门让人敲掉了。", "经检查，8樘人防门完好。"),
        ("据说车位收费涨到三千。", "车位收费标准未调整。"),
        ("听说使用费从90涨到160了。", "使用费仍按每月90元执行。"),
        ("听说租金每月要600元。", "租金为每月280元，一次缴半年。"),
        ("网传塌方，死亡3人。", "塌方未造成人员伤亡。"),
        ("据说炸死了6个人。", "爆炸造成2人死亡。"),
        ("听说有十几个工人被埋。", "没有工人被埋，清点无误。"),
        ("网传警报是真的空袭。", "鸣响的警报为例行试鸣。"),
        ("听说警报响是因为打仗。", "警报系线路故障引发的误鸣。"),
        ("据说那个防空洞关了，进不去。", "防空洞正常开放，免费参观。"),
        ("听说地下通道塌了。", "地下通道结构安全。"),
        ("转发：车库进水了，车全泡了。", "车库没有进水。"),
        ("听说科长被带走了。", "网传科长被带走一事不属实。"),
        ("听说人防车位早卖光了。", "人防车位没有出售。"),
        ("网传必须买车位才交房。", "购房人自愿购买车位，没有附加条件。"),
        ("据说人防车位要收回。", "我办不会收回人防车位。"),
        ("听说本月演练取消了。", "本月演练照常举行。"),
        ("听说工程没验收就用上了。", "工程已通过竣工验收。"),
        ("听说人防工程烂尾了。", "人防工程正常施工。"),
        ("据说地下室改成酒吧了。", "地下室没有改变用途。"),
        ("网传人防工程起火。", "关于“人防工程起火”的消息系谣言。"),
    ],
)
def test_what_says_the_opposite_of_a_claim_is_a_conflict(claim: str, statement: str) -> None:
    assert standing(claim, statement) is Standing.CONFLICT


@pytest.mark.parametrize(
    ("claim", "statement"),
    [
        ("听说人防门被拆了。", "物业擅自拆除人防门，已责令恢复。"),
        ("据说死了两个人。", "事故造成2人死亡。"),
        ("听说没涨价。", "收费标准未作调整。"),
        ("网传警报是演习。", "警报为防空演习信号。"),
        ("网传是打仗的说法是假的，警报就是试鸣。", "今日警报为试鸣。"),
        ("听说租金涨到每月三百了。", "租金调整为每月300元。"),
    ],
)
def test_what_agrees_is_shown_without_a_verdict(claim: str, statement: str) -> None:
    assert standing(claim, statement) is Standing.RELATED


@pytest.mark.parametrize(
    ("claim", "statement"),
    [
        ("听说明年要拆人防门。", "人防门没有拆除。"),
        ("听说人防门被拆了。", "严禁擅自拆除人防门。"),
        ("听说人防门被拆了。", "有群众反映人防门被拆除，我办已派人核查。"),
        ("听说人防门被拆了。", "人防门没有全部拆除。"),
        ("听说租金每年三千。", "租金为每月300元。"),
        ("网传死了十余人。", "事故造成12人死亡。"),
        ("网传死了人。", "伤亡情况正在核实。"),
        ("听说可能要涨价。", "收费标准没有调整。"),
        ("听说上个月塌方死了3人。", "今天的塌方没有人员死亡。"),
        ("听说局长被抓了。", "副主任正常履职。"),
        ("听说人防门被拆，我看了，没拆。", "人防门没有拆除。"),
        ("听说人防门没有拆。", "如发现人防门被拆除，请举报。"),
        ("听说人防门没有拆。", "严禁拆除人防门。"),
        ("听说车位没卖。", "有业主反映车位已经卖掉，我办正在核实。"),
        ("听说车库没进水。", "车库是否进水，正在核查。"),
        ("听说人防门没有拆。", "网友称人防门被拆。"),
        ("听说要是不交钱就没有车位。", "车位没有出售。"),
    ],
)
def test_what_cannot_be_compared_is_no_conflict(claim: str, statement: str) -> None:
    assert standing(claim, statement) is not Standing.CONFLICT


@pytest.mark.parametrize(
    ("claim", "statement"),
    [
        ("听说警报器被拆了。", "人防门未拆除。"),
        ("听说3号楼人防门拆了。", "5号楼人防门完好。"),
        ("听说翠竹花园人防门拆了。", "清泉小区人防门未拆除。"),
        ("听说保安亭拆了。", "人防工程未拆除。"),
        ("听说取暖费涨了。", "车位租金没有上涨。"),
        ("听说人防车位要涨价。", "演练没有人员受伤。"),
        ("听说东门着火。", "西门未发生火灾。"),
        ("听说解放路地下通道塌了。", "建设路地下通道没有坍塌。"),
    ],
)
def test_another_thing_or_place_is_another_matter(claim: str, statement: str) -> None:
    assert standing(claim, statement) is None


def test_the_sentence_comes_as_it_was_written_with_wherein_they_differ() -> None:
    told = "我办高度重视，连夜查看。经查，１２樘人防门完好，无拆除情况！工作仍在继续。"
    found = conflict(side("网传人防门被拆了"), side(told))
    assert found is not None
    assert found.sentence == "经查，１２樘人防门完好，无拆除情况！"
    assert (found.point, found.why) == ("拆除", "说法称“拆除”，声明说不是")


def test_without_a_name_in_common_two_matters_are_not_compared() -> None:
    claim, told = "听说人防门被拆了。", "人防门未拆除。"
    assert standing(claim, told, together=False) is None
    assert standing(f"听说金桂花园{claim[2:]}", f"金桂花园{told}", together=False) is Standing.CONFLICT


def test_a_word_for_the_whole_city_covers_the_claims_of_that_city_alone() -> None:
    claim = side("听说人防车位要收回。", places="410105")
    told = "全市没有收回人防车位的计划。"
    assert conflict(claim, side(told, places="410100"), together=False)
    assert compare(claim, side(told, places="410300"), together=False) is None
    assert compare(claim, side("没有收回人防车位的计划。", places="410100"), together=False) is None


def test_a_statement_from_long_before_may_have_been_overtaken() -> None:
    claim, told = side("听说人防门被拆了。", at=NOON), "人防门未拆除。"
    assert conflict(claim, side(told, at=NOON - timedelta(days=20)))
    assert not conflict(claim, side(told, at=NOON - timedelta(days=40)))
    assert conflict(claim, side(told, at=NOON + timedelta(days=40)))


def test_an_announced_siren_explains_those_of_its_own_day() -> None:
    told = side("9月18日10时将组织防空警报试鸣。", at=NOON - timedelta(days=7))
    assert conflict(side("网传刚才的警报是空袭。", at=NOON), told)
    assert not conflict(side("网传刚才的警报是空袭。", at=NOON - timedelta(days=5)), told)


def test_the_title_of_an_announcement_tells_of_its_own_day_too() -> None:
    claim = side("网传刚才的警报是空袭。", at=NOON - timedelta(days=5))
    for title in ("9月18日防空警报试鸣公告", "防空警报试鸣公告"):
        told = side("届时请保持正常秩序。", title=title, at=NOON - timedelta(days=7))
        found = compare(claim, told, together=True)
        assert found and found.standing is Standing.RELATED, title


def test_a_vague_number_is_told_as_the_least_that_it_means() -> None:
    found = conflict(side("听说伤了十几个人。"), side("没有人员受伤。"))
    assert found and found.why == "受伤人数：说法是 10 以上，声明是 0"


def test_a_lower_toll_from_before_the_statement_is_no_contradiction() -> None:
    told = side("事故造成5人死亡。", at=NOON)
    assert not conflict(side("网传死了3人。", at=NOON - timedelta(hours=3)), told)
    assert conflict(side("网传死了3人。", at=NOON + timedelta(hours=3)), told)
    assert conflict(side("网传死了9人。", at=NOON - timedelta(hours=3)), told)


@pytest.mark.parametrize(
    "text", ["", "。。。", "\ud800警报\x00", "没不要" * 50_000, "<p>人防&nbsp;门</p>", "😀" * 50]
)
def test_nothing_that_is_typed_raises(text: str) -> None:
    assert conflict(side(text), side("人防门未拆除。")) is None
    assert conflict(side("听说人防门被拆了。"), side(text)) is None
