from __future__ import annotations

from functools import cache
from itertools import repeat
from typing import Any

import pytest

from huiying.contracts import Certainty, Place
from huiying.tomlfile import DEFAULTS
from nlp import gazetteer
from nlp.annotators import place
from nlp.gazetteer import Gazetteer
from tests.nlp.reading import a_sheet
from tests.quick import within


@cache
def henan() -> Gazetteer:
    return gazetteer.load(DEFAULTS)


def places(text: str, title: str = "", **changes: Any) -> list[tuple[str, str, str]]:
    return [(p.province, p.city, p.county) for p in read(text, title, **changes)]


def read(text: str, title: str = "", **changes: Any) -> tuple[Place, ...]:
    return place.places(a_sheet(text, title, **changes), henan())


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("郑州市金水区某小区", ("河南省", "郑州市", "金水区")),
        ("洛阳人防办回应", ("河南省", "洛阳市", "")),
        ("郑州市二七区大学路某小区人防门被拆", ("河南省", "郑州市", "二七区")),
        ("洛阳市西工区学院路人防工程漏水", ("河南省", "洛阳市", "西工区")),
        ("兰考这边的人防车位", ("河南省", "开封市", "兰考县")),
        ("孟津县的警报", ("河南省", "洛阳市", "孟津区")),
        ("开封鼓楼区的防空洞", ("河南省", "开封市", "鼓楼区")),
        ("南京鼓楼区的防空洞", ("江苏省", "南京市", "鼓楼区")),
        ("航空港区国动办", ("河南省", "郑州市", "郑州航空港经济综合实验区")),
        ("济源示范区", ("河南省", "济源市", "")),
        ("陕西商洛的人防工程", ("陕西省", "商洛市", "")),
        ("开封县的老防空洞", ("河南省", "开封市", "祥符区")),
        ("许昌县人防办", ("河南省", "许昌市", "建安区")),
        ("陕县老城", ("河南省", "三门峡市", "陕州区")),
        ("偃师警报响了", ("河南省", "洛阳市", "偃师区")),
        ("淮阳县的荷塘", ("河南省", "周口市", "淮阳区")),
        ("长垣县的警报", ("河南省", "新乡市", "长垣市")),
        ("北京朝阳区警报", ("北京市", "", "朝阳区")),
        ("辽宁朝阳的人防工程", ("辽宁省", "朝阳市", "")),
        ("浦东机场警报", ("上海市", "", "")),
        ("义乌的防空洞", ("浙江省", "金华市", "义乌市")),
        ("邢台桥西区", ("河北省", "邢台市", "信都区")),
        ("莱芜市的警报", ("山东省", "济南市", "莱芜区")),
        ("襄樊的防空洞", ("湖北省", "襄阳市", "")),
        ("吉林长春", ("吉林省", "长春市", "")),
        ("会议在豫召开。", ("河南省", "", "")),
        ("武汉大学门口的防空洞", ("湖北省", "", "")),
        ("洛阳涧西的地库", ("河南省", "洛阳市", "涧西区")),
        ("洛阳市涧西区的地库", ("河南省", "洛阳市", "涧西区")),
        ("大同一小区漏水", ("山西省", "大同市", "")),
        ("涧西一小区", ("河南省", "洛阳市", "涧西区")),
        ("郑州金水路上", ("河南省", "郑州市", "")),
        ("四川凉山会理", ("四川省", "凉山彝族自治州", "会理市")),
        ("信阳新县的警报", ("河南省", "信阳市", "新县")),
        ("信阳平桥的朋友们都听见没", ("河南省", "信阳市", "平桥区")),
        ("温县一小区", ("河南省", "焦作市", "温县")),
        ("在曹县一家工厂", ("山东省", "菏泽市", "曹县")),
        ("解放区国动办回应", ("河南省", "焦作市", "解放区")),
        ("海南一小区漏水", ("海南省", "", "")),
        ("青海海南州共和县", ("青海省", "海南藏族自治州", "共和县")),
        ("闸北区的老防空洞", ("上海市", "", "静安区")),
        ("信阳学院宿舍起火", ("河南省", "信阳市", "")),
        ("二七广场人防商城", ("河南省", "郑州市", "")),
        ("重庆市江北区的防空洞", ("重庆市", "", "江北区")),
        ("重庆渝北区的警报", ("重庆市", "", "渝北区")),
        ("海南文昌的警报", ("海南省", "", "文昌市")),
        ("甘肃白银的矿场", ("甘肃省", "白银市", "")),
        ("白银市应急局", ("甘肃省", "白银市", "")),
        ("南京市雨花区的地库", ("江苏省", "南京市", "")),
        ("上海黄浦区思南公馆", ("上海市", "", "黄浦区")),
        ("昨天来到郑州一家医院", ("河南省", "郑州市", "")),
    ],
)
def test_a_place_is_read_by_any_of_its_names(text: str, where: tuple[str, str, str]) -> None:
    assert places(text)[0] == where


@pytest.mark.parametrize(
    "text",
    [
        "桐柏路口的人防车位",
        "南阳路的警报",
        "民权意识",
        "解放区的天",
        "逛商城",
        "鼓楼区的防空洞",
        "新华区人防办回应",
        "城关镇的防空洞",
        "朝阳区的防空洞",
        "高新区的车位",
        "市中心的防空洞",
        "郑州路上的人防工程",
        "洛阳铲出土",
        "信阳毛尖涨价",
        "开封菜馆不错",
        "上海合作组织",
        "七十周年大庆",
        "中山装",
        "扩大连接范围",
        "张开封说漏水",
        "王新郑先生",
        "泰国曼谷一酒店爆炸",
        "停着一辆比亚迪",
        "万科物业不管",
        "小区环境挺美的",
        "楼下兰州牛肉面馆着火",
        "新密码",
        "十四平方米的车位",
        "大理石台阶掉了",
        "高密度小区",
        "采光日照不够",
        "各位来宾",
        "事情一拖再拖",
        "南通道的门锁了",
        "和县里沟通",
        "矿区家属院下面的老地道",
        "兰州拉面店爆炸",
        "上海海港赢了球",
        "一箱白银首饰",
        "阿里的快递",
        "早上吃三明治和哈密瓜",
        "教室里中西合璧",
        "湾仔码头的水饺",
        "讲太平天国的书",
        "小沈阳的巡演",
        "海伦在太平古城拍照",
    ],
)
def test_roads_words_and_shared_names_are_no_places(text: str) -> None:
    assert places(text) == []


def test_the_title_outvotes_a_mention_in_the_text() -> None:
    assert places("跟开封那次不一样", title="洛阳警报误鸣")[0][1] == "洛阳市"


def test_the_unit_outvotes_a_mention() -> None:
    assert places("许昌来的朋友说，安阳市人防办不答复")[0][1] == "安阳市"


def test_the_place_that_a_form_states_comes_first() -> None:
    assert places("离新乡不远", stated_place="河南省焦作市解放区")[0] == ("河南省", "焦作市", "解放区")


@pytest.mark.parametrize(
    ("stated", "city", "county"),
    [("解放区", "焦作市", "解放区"), ("新县", "信阳市", "新县"), ("鼓楼区", "开封市", "鼓楼区")],
)
def test_a_form_s_field_for_places_needs_no_more_than_the_name(stated: str, city: str, county: str) -> None:
    """Though it be a word of its own in a sentence, or the name of other places elsewhere."""
    assert places("建议多试几次", stated_place=stated) == [("河南省", city, county)]


def test_a_name_that_others_share_is_the_one_that_the_rest_tells_of() -> None:
    assert places("南京的物业不管", stated_place="鼓楼区")[0] == ("江苏省", "南京市", "鼓楼区")


def test_the_source_s_region_is_a_guess_where_the_text_says_nothing() -> None:
    (guess,) = read("楼下警报响了", region="周口市")
    assert (guess.city, guess.certainty) == ("周口市", Certainty.INFERRED)


def test_the_text_wins_over_the_source_s_region() -> None:
    assert places("杭州的防空洞真凉快", region="郑州市") == [("浙江省", "杭州市", "")]


def test_a_foreign_war_is_not_where_the_source_is() -> None:
    assert read("乌克兰多地拉响防空警报", region="郑州市") == ()


def test_several_places_are_kept_best_first() -> None:
    assert {city for _, city, _ in places("郑州、洛阳、开封同时响起警报")} == {"郑州市", "洛阳市", "开封市"}


def test_the_ground_is_the_name_as_written() -> None:
    (found,) = read("鄭州的警報")
    assert found.why[0].spans[0].text == "鄭州"


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("来自河南的游客在杭州防空洞纳凉", "杭州市"),
        ("在海南工作，老家河南的，郑州的车位问题", "郑州市"),
        ("苏州的货发往郑州、洛阳、开封", "苏州市"),
        ("宣讲会在南昌举行，广东、福建、浙江、湖南的代表到会", "南昌市"),
        ("南昌的企业多了，广州、深圳、佛山、东莞、珠海的客户都在订货", "南昌市"),
        ("太原的剧院上演《上海往事》", "太原市"),
        ("北京、天津、河北、山东都有，保定的最多，保定人防办说", "保定市"),
        ("江苏苏州一名大学生把某某（北京）技术有限公司告了", "苏州市"),
        ("飞机从上海起飞，两小时后降落内蒙古呼和浩特", "上海市"),
        ("我是郑州的，回老家周口太康发现人防工程被占", "周口市"),
        ("家住上海的王女士在老家信阳息县的房子漏水", "信阳市"),
        ("人在深圳，老家南阳唐河的房子地下室被占", "南阳市"),
        ("网友IP属地：广东 我们郑州管城区这边停电了", "郑州市"),
        ("发布于 北京 郑州二七区警报响了", "郑州市"),
        ("从武汉开往西安的大巴在河南南召翻车", "南阳市"),
        ("由合肥开往郑州的K字头列车途经商丘时冒烟", "商丘市"),
        ("西安到郑州的高铁上有人发病，列车临停三门峡南站", "三门峡市"),
        ("北京现代汽车撞上护栏，事发鹤壁淇滨区", "鹤壁市"),
        ("新华社石家庄11月22日电 邯郸一小区燃气爆炸", "邯郸市"),
        ("新华社石家庄11月22日电 一小区燃气爆炸", "石家庄市"),
        ("我是郑州的，我们小区停电", "郑州市"),
        ("@北京热点 转：新乡牧野区停电", "新乡市"),
        ("@上海那点事 开封着火了", "开封市"),
        ("@商丘发布：一处防空洞入口坍塌", "商丘市"),
        ("不是发生在西安，是渭南临渭区的工地", "渭南市"),
        ("并非洛阳，周口的警报", "周口市"),
        ("到郑州一家医院看病的周口老人摔倒", "郑州市"),
        (
            "合肥市政府出台支持民营经济的办法。合肥将设专项基金。 海南消息 本报三亚2月24日电 三亚市政府、三亚国资出资三亚基金",
            "合肥市",
        ),
    ],
)
def test_where_people_and_goods_come_from_is_not_where_it_is(text: str, city: str) -> None:
    assert city in places(text)[0]


def test_the_source_s_region_tells_shared_names_apart() -> None:
    assert places("鼓楼区的警报响了", region="开封市")[0] == ("河南省", "开封市", "鼓楼区")


def test_a_county_elsewhere_has_its_own_code() -> None:
    (found,) = read("义乌的防空洞")
    assert found.code == "330782"


def test_a_text_of_place_names_alone_is_bounded() -> None:
    assert within(0.5, repeat(lambda: read("郑州、洛阳、北京、" * 2000)))


def test_a_brand_adds_to_a_place_that_is_named_and_says_nothing_alone() -> None:
    assert places("用华为手机拍的") == []
    assert places("我的比亚迪在洛阳的地库里被淹")[0] == ("河南省", "洛阳市", "")


def test_a_name_that_says_little_is_the_same_place_wherever_it_stands() -> None:
    assert places("温县一小区漏水，温县国动办去了温县里看", title="焦作市温县的地库") == [
        ("河南省", "焦作市", "温县")
    ]
