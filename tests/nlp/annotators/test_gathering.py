from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.contracts import SignalKind
from nlp.annotators import gathering
from nlp.numerals import numbers
from tests.nlp.reading import a_sheet, annotated, kinds, only


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("业主们堵在售楼部门口不走", "under_way"),
        ("门口正在聚集，拉着横幅", "under_way"),
        ("周六上午九点去区政府门口集合", "planned"),
        ("联名信已有两百多户签字", "planned"),
        ("大家一起维权吧", "proposed"),
        ("几十个业主拉起条幅", "under_way"),
        ("居民集体上访三次没人理", "under_way"),
        ("此事引发业主聚集", "under_way"),
        ("刚才有人在售楼部静坐", "under_way"),
        ("下周一早上去信访局集访", "planned"),
        ("按了红手印的联名信", "planned"),
        ("不解决就去省里走访", "proposed"),
        ("我们业主正在维权", "proposed"),
        ("约50名村民到镇政府上访", "under_way"),
        ("准备召集50名业主去上访", "proposed"),
        ("街坊们拉了横幅", "under_way"),
        ("昨天售楼处门口跪了一地人", "under_way"),
        ("售楼部被围得水泄不通", "under_way"),
        ("家属在医院门口摆花圈，抬棺讨说法", "under_way"),
        ("小区里有400多人联名", "planned"),
        ("有没有人一起维权的", "proposed"),
        ("业主们被逼集体上访了两次", "under_way"),
        ("一百多名环卫工人罢工第三天", "under_way"),
        ("9月5日，业主代表去市政府上访", "under_way"),
        ("9月20日，大家一起去市政府上访", "planned"),
        ("此事引发群体性事件", "under_way"),
        ("防汛不力，业主们围堵了售楼部", "under_way"),
        ("十几辆车堵门，业主们拉着横幅", "under_way"),
        ("不处理的话会引发群体性事件", "proposed"),
        ("业主多次想拉横幅", "proposed"),
        ("如不解决，我们1500名家长将集体上访", "proposed"),
        ("80%业主联名要求罢免业委会", "planned"),
        ("公示期间全体住户联名，反对建站", "planned"),
        ("开发商虚假宣传，业主们围堵售楼部讨说法", "under_way"),
        ("农民工讨薪两个月没结果", "proposed"),
        ("村民准备进京上访", "proposed"),
        ("大家把事情闹大才有人管", "proposed"),
        ("业主们将在周六下午举行示威", "planned"),
        ("停水耽误开业，甚至引发群体性事件的，概不负责", "proposed"),
        ("两百名业主围住了售楼部讨说法", "under_way"),
        ("业主在派出所门口拉横幅", "under_way"),
        ("家长们聚集在学校门口，要求给孩子换食堂，不让送饭", "under_way"),
        ("业主们甚至引发了围堵", "under_way"),
    ],
)
def test_words_turn_into_steps(text: str, detail: str) -> None:
    assert only(annotated(gathering.annotate, a_sheet(text)), SignalKind.OFFLINE_ACTION).detail == detail


@pytest.mark.parametrize(
    "text",
    [
        "投诉物业拆人防门",
        "区信访局已经登记",
        "民警走访了附近居民",
        "工作人员正在入户走访",
        "拨打消费者维权热线",
        "走访慰问老党员",
        "转到信访部门答复",
        "下水道堵塞",
        "路口交通堵塞",
        "人群聚集地",
        "上班堵路上了",
        "坚决防止围堵售楼部",
        "没有人聚集",
        "请不要聚集、不要围观",
        "明天早上八点集合爬山，欢迎报名",
        "集合了全小区的力量",
        "业委会组织业主集合签到领鸡蛋",
        "依法打击非法上访、聚众围堵行为",
        "社区组织60余名居民在广场集合，开展疏散演练",
        "消费者该如何维权",
        "我依法维权却败诉",
        "对此表示强烈抗议",
        "我实地走访了几家加盟店",
        "我只好信访和打热线",
        "电动车把楼道口堵住",
        "这条拥堵路线什么时候修",
        "演员接受媒体群访",
        "粉尘在地面聚集",
        "地震后市民聚集在广场避险",
        "爸爸在考场外举着横幅迎接儿子",
        "幼儿园拉横幅庆祝学生考上大学",
        "粉丝聚集机场接机",
        "银行让我在合同上按手印",
        "这款奶茶又和游戏联名，断货了",
        "让我明天一起去看水怪",
        "棺材铺抬棺材",
        "三个人站在窗边聊天",
        "麻将馆老板早上堵在我家门口",
        "博主遭民宿老板围堵",
        "我们去了解情况，未拉横幅、未喊口号",
        "1998年工人罢工",
        "自动驾驶汽车在路口罢工",
        "把孩子们组织起来春游",
        "去闹市区买菜",
        "几十名外来人员晚上聚集赌博",
        "一到晚上6点南门就聚集十几个摊贩",
        "22日，山路上多辆摩托车遇落石堵路",
        "今天之所以上访，是因为产权证没办",
        "几十名群演在社交平台上讨薪",
        "村口拉起横幅恭喜状元回乡",
        "他回村被老人们围住了，都找他修手机",
        "儿子第一次帮人抬棺",
        "上百位受害者陷维权困局",
    ],
)
def test_complaints_and_the_offices_own_visits_are_no_action(text: str) -> None:
    assert SignalKind.OFFLINE_ACTION not in kinds(annotated(gathering.annotate, a_sheet(text)))


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("约300名业主聚集", 300),
        ("数百人围堵大门", 200),
        ("门口聚集了五十多人", 50),
        ("十余人在门口围观", 10),
        ("来了三四十号人", 30),
        ("百余名群众到场", 100),
        ("2000多人上街", 2000),
        ("先是三十人聚集，后来近二百人围堵", 200),
        ("三百多业主堵在售楼部门口", 300),
        ("门口坐着七八个老太太", 7),
        ("数十名医护人员聚集在医院门口讨薪", 20),
        ("上百人封堵小区车库出口", 100),
        ("逾500名医生走上街头", 500),
    ],
)
def test_a_crowd_is_counted(text: str, many: float) -> None:
    assert only(annotated(gathering.annotate, a_sheet(text)), SignalKind.CROWD).amount == many


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("涉及两千多户", 2000),
        ("一共217户签字", 217),
        ("四十余位业主", 40),
        ("３百多户签名", 300),
        ("二百来户人家", 200),
        ("关系到我们数百家庭的居住", 200),
        ("14家村民的草垛烧了", 14),
    ],
)
def test_households_are_counted(text: str, many: float) -> None:
    assert only(annotated(gathering.annotate, a_sheet(text)), SignalKind.HOUSEHOLDS).amount == many


@pytest.mark.parametrize(
    "text",
    [
        "一名业主来信",
        "家里后面有一户村民",
        "两个晚上的走访",
        "三名民警赶到现场",
        "来了三个人，转完一圈就走了",
        "一个住户聚集的社区",
        "60余名居民在广场集合，开展疏散演练",
        "现场来了1万名观众",
        "直播间260万人围观",
        "两人站在窗边",
        "车里挤坐着6名乘客",
        "22人到场增援",
        "5000多名抢修人员赶到",
        "15名登山者安全在山脚集合",
        "菜进了千家万户",
        "守护千万家庭",
        "本月新开户307万户",
        "每层住户数<6户",
        "送来5000个家庭包",
    ],
)
def test_one_household_or_those_who_come_to_help_are_no_crowd(text: str) -> None:
    found = kinds(annotated(gathering.annotate, a_sheet(text)))
    assert not found & {SignalKind.CROWD, SignalKind.HOUSEHOLDS}


@given(
    st.lists(
        st.sampled_from(
            [*"三十0w余多几来名人个号位户家", "个亿", "1.5万", "业主", "家庭", "住户", "拉横幅", "，"]
        ),
        max_size=12,
    ).map("".join)
)
def test_numbers_are_read_wherever_one_counts_people_or_households(text: str) -> None:
    for number in numbers(text):
        behind = (gathering._CROWD_AFTER, gathering._PEOPLE, gathering._HOUSEHOLDS_AFTER)
        if any(expression.match(text, number.end) for expression in behind):
            assert text[number.end] in gathering._COUNTERS
            assert gathering._COUNTED.search(text)


def test_every_step_has_one_of_the_words_by_which_it_is_looked_for() -> None:
    said = "聚集 集合 围堵大门 封堵车库 堵路 堵门 堵住大门 静坐 上访 集访 群访 拉起横幅 打着条幅 示威 游行 罢工 罢市 集体下跪 讨说法 讨个说法 要说法 讨薪 举牌讨薪 维权 抗议 表达诉求 进京 去走访 信访"
    words = gathering._STEP_WORDS.split("|")
    for one in said.split():
        assert re.search(gathering._STEPS, one), one
        assert any(word in one for word in words), one
