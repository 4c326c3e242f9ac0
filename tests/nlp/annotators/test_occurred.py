from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.clock import SHANGHAI
from huiying.contracts import Certainty, Occurrence, Origin, Place
from nlp.annotators import occurred
from tests.nlp.reading import a_sheet, annotated

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)


def read(text: str, said: datetime | None = MONDAY_NOON) -> Occurrence:
    return annotated(occurred.annotate, a_sheet(text, published_at=said)).occurred


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("今天上午10点警报响了", at(23, 10)),
        ("昨晚八点多警报响了", at(22, 20)),
        ("昨夜一点左右", at(23, 1)),
        ("11月20日15时30分许误鸣", at(20, 15, 30)),
        ("2026年9月18日10:00", at(18, 10, month=9)),
        ("前天下午三点半", at(21, 15, 30)),
        ("上周五晚上9点", at(20, 21)),
        ("周一早上7点一刻", at(23, 7, 15)),
        ("20日凌晨2时", at(20, 2)),
        ("本月5日晚10时", at(5, 22)),
        ("22号晚上8点半左右", at(22, 20, 30)),
        ("周日早上七点一刻，水已经没过脚踝了", at(22, 7, 15)),
        ("昨天半夜12点喇叭响", at(23, 0)),
        ("事故发生于11月20日，当日下午3点40分", at(20, 15, 40)),
        ("21日22时停电，次日6时恢复", at(21, 22)),
        ("11月22日15时通报：11月21日20时许误鸣", at(21, 20)),
        ("截至23日8时救出3人。22日19时许坍塌", at(22, 19)),
        ("昨天下午4点的警报，跟去年9月18日上午10点那次一样", at(22, 16)),
        ("昨日10时发现，今日9时处理完", at(22, 10)),
        ("大前天晚上快十点冒烟", at(20, 22)),
        ("11月21日（周六）上午9时，发生透水", at(21, 9)),
        ("2026-11-22T20:35:00+08:00 警报自动触发", at(22, 20, 35)),
        ("今儿个早起七点来钟就塌了", at(23, 7)),
        ("夜个黑儿十点多听见咣当一声", at(22, 22)),
        ("11月20日，工人进场。当日上午9时许，塔吊倒塌", at(20, 9)),
        ("11月20日工人进场，上午9时许塔吊倒塌", at(20, 9)),
        ("11月22日24时，供水中断", at(23, 0)),
        ("11月22日，星期日，早上八点一刻", at(22, 8, 15)),
        ("23号早晨刚过5点", at(23, 5)),
        ("11月22日零点，警报响了", at(22, 0)),
        ("（11月22日）14:05，一声巨响", at(22, 14, 5)),
        ("11月19日排查，20日复查，22日14时主体倾斜", at(22, 14)),
        ("次日（11月22日）6时，老人找到了", at(22, 6)),
        ("26年11月19日晚7点，地下商场断电", at(19, 19)),
        ("二〇二六年十一月二十二日十九时四十分起火", at(22, 19, 40)),
        ("11月22日傍晚7点零5分一声闷响", at(22, 19, 5)),
        ("11月21日23时许将一名保安打伤", at(21, 23)),
        ("北京时间11月22日16时30分，日本近海地震", at(22, 16, 30)),
        ("莫斯科时间22日20时（北京时间23日1时），火箭发射失败", at(23, 1)),
        ("新乡11月23日电 22日17时许，脚手架倒塌", at(22, 17)),
        ("据地震局介绍，11月22日23时06分发生地震", at(22, 23, 6)),
        ("昨晚9点到今早6点一直停水", at(22, 21)),
        ("昨天下午4点会议刚召开，会场就停电了", at(22, 16)),
        ("11月22日20点一直等到半夜也没人来", at(22, 20)),
        ("11月22日晚9时入院，当日10时不治", at(22, 21)),
    ],
)
def test_a_day_with_a_clock_is_stated(text: str, when: datetime) -> None:
    occurrence = read(text)
    assert (occurrence.at, occurrence.source, occurrence.certainty) == (when, "text", Certainty.STATED)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("刚才全城拉警报", at(23, 12)),
        ("昨天警报响了", at(22, 12)),
        ("凌晨两点被吵醒", at(23, 2)),
        ("今早响了", at(23, 8)),
        ("半小时前塌了", at(23, 11, 30)),
        ("两个半小时前塌了", at(23, 9, 30)),
        ("8点多的时候停电了", at(23, 8)),
        ("8时许，坍塌发生，20人被困", at(23, 8)),
        ("9:35，车库起火", at(23, 9, 35)),
        ("9点整，警报准时响起", at(23, 9)),
        ("一个星期前就塌了", at(16, 12)),
        ("半个月前报的修，没人来", at(8, 12)),
        ("11月20日，工人进场。过了很久也没有人来说一声，也没有人管这件事。上午9时许，塔吊倒塌", at(20, 9)),
        ("11月10日收到通知，11月20日10时又来，23日9时还来", at(20, 10)),
        ("昨晚凌晨1点多，楼上还在砸墙", at(23, 1)),
        ("3日晚上1点停的电，到处黑着", at(3, 1)),
        ("11月22日8点以后就联系不上了", at(22, 8)),
        ("23日8时至24日8时，西部有暴雨", at(23, 8)),
        ("11月20日前后渗水，到22日还在渗", at(20, 12)),
        ("10月1日开工，15日10时出事", MONDAY_NOON.replace(month=10, day=15, hour=10)),
        ("去年的11月20日地库漏过一回", at(20, 12).replace(year=2025)),
        ("2026年8月1日塌了一段墙，同年8月15日又塌一段", at(1, 12, month=8)),
        ("客人20日至25日来访，20日晚上警报误响", at(20, 20)),
        ("......11月20日，院墙塌了", at(20, 12)),
        ("上周六去宣教馆，电梯把人关了半个钟头", at(21, 12)),
        ("今天上午一上班就发现值班室被撬了", at(23, 10)),
        ("今天的演练刚开始，会场就断电了", at(23, 12)),
    ],
)
def test_part_of_a_time_is_inferred(text: str, when: datetime) -> None:
    occurrence = read(text)
    assert (occurrence.at, occurrence.source, occurrence.certainty) == (when, "text", Certainty.INFERRED)


@pytest.mark.parametrize(
    "text",
    [
        "明天上午10点试鸣",
        "12月1日10时将试鸣",
        "1969年9月18日10时的旧事",
        "2019年3月2日建成",
        "没说什么时候",
        "当地时间22日16时起火",
        "每晚10点施工",
        "前几天晚上10点多警报响",
        "每年9月18日10时试鸣",
        "营业时间上午9点到下午5点",
        "请于11月22日18时前答复",
        "10月1日起施行的办法",
        "投诉时间：2026-11-21 09:12",
        "原定昨天下午2点开会",
        "3.5万元",
        "1-2人",
        "提三点建议",
        "周六上午九点去区政府门口集合",
        "11月20日18时前交材料",
        "腊月廿三晚上八点，村口着火",
        "农历八月十五晚7点，烟花引燃了柴垛",
        "中秋节晚上8点，小区停电",
        "截止时间为11月22日24时",
        "比分是12:10",
        "美国东部时间11月22日晚8时，飞机坠毁",
        "泰国时间22日早上7时起火",
        "当地时间11月22日16时起火，当天早上7时又起火",
        "11月23日11时，比赛将在体育馆打响",
        "气象台预测，今天上午9点有雷暴大风",
        "双方约定11月21日上午9点交房",
        "今晚8点不见不散",
        "今天晚上广场有烟花",
        "天天夜里十一点多还在施工",
        "近日晚上11点左右总有人敲打",
        "发展到今天的规模",
        "70年前日本投降",
        "就在此时此刻，还有人坚守",
        "他的前儿媳报了警",
        "@11月20日_晴 的相册",
        "星期一至星期五上午8点半可以办理",
        "事发当晚，值班室没有人",
        "公司刚刚起步",
        "从11月22日7时起采用新的进校规定",
        "成绩今天上午10点可查，别错过",
        "2025年10月12日14时28分地震，10月12日成了防灾日",
        "工程明年1月5日开工",
        "新规明年1月2日起执行，大家早作准备",
        "2025年4月2日立案，5月6日又去了一趟",
        "展览2日至28日举行",
        "同年3月5日的事",
        "两人被拘留十日",
        "起火的人被行拘5日",
        "一支三百元，一月一支",
        "4月十几号的事，记不清了",
        "演练当前日趋频繁",
        "国庆赶上周三，调休怎么算",
        "黑色星期一，股票全绿",
        "周一和周五坐地铁的人多",
        "热度刚刚的，天天排队",
        "近年刚刚兴起的地下火锅店，通风怎么管",
        "现在正在推行车位共享",
        "楼下烧烤摊晚上十点开始摆，凌晨三点才收",
        "广场舞从早上6点跳到9点",
        "前些天早上七点，车库门口被人堵住了",
    ],
)
def test_plans_and_history_are_no_occurrences(text: str) -> None:
    occurrence = read(text)
    assert (occurrence.source, occurrence.certainty) == ("published", Certainty.INFERRED)
    assert occurrence.at == MONDAY_NOON


def test_without_a_publishing_time_nothing_is_claimed() -> None:
    assert read("警报响了", said=None) == Occurrence()


@pytest.mark.parametrize(
    "text", ["今天上午8点警报响了", "昨天下午警报响了", "刚才拉警报", "11月20日15时误鸣"]
)
def test_what_was_filed_without_a_day_says_nothing_of_its_today(text: str) -> None:
    filed = a_sheet(text, published_at=None, collected_at=MONDAY_NOON, origin=Origin.BACKFILL)
    assert annotated(occurred.annotate, filed).occurred == Occurrence()


@pytest.mark.parametrize(
    ("text", "when"),
    [("今天上午8点警报响了", at(23, 8)), ("昨晚八点多", at(22, 20)), ("11月20日15时误鸣", at(20, 15))],
)
def test_the_day_of_collecting_stands_in_for_the_day_of_saying_and_states_nothing(
    text: str, when: datetime
) -> None:
    heard = a_sheet(text, published_at=None, collected_at=MONDAY_NOON, origin=Origin.LIVE)
    occurrence = annotated(occurred.annotate, heard).occurred
    assert (occurrence.at, occurrence.certainty) == (when, Certainty.INFERRED)
    assert "按采集时间推算" in occurrence.why[0].note


@pytest.mark.parametrize("origin", [Origin.LIVE, Origin.BACKFILL])
def test_a_date_with_its_year_means_the_same_whenever_it_was_said(origin: Origin) -> None:
    sheet = a_sheet("2026年9月18日10:00响过", published_at=None, collected_at=MONDAY_NOON, origin=origin)
    occurrence = annotated(occurred.annotate, sheet).occurred
    assert (occurrence.at, occurrence.certainty) == (at(18, 10, month=9), Certainty.STATED)


def test_the_fullest_time_wins_over_the_first() -> None:
    assert read("刚才看到通报，昨天下午3点的警报是误鸣").at == at(22, 15)


def test_8_of_the_clock_said_at_night_may_be_either_and_starts_nothing() -> None:
    at_night = MONDAY_NOON.replace(hour=22)
    assert read("今天8点警报响了", at_night).certainty is Certainty.INFERRED
    assert read("今天8时警报响了", at_night).certainty is Certainty.STATED
    assert read("今天8点警报响了").certainty is Certainty.STATED


@pytest.mark.parametrize(
    "text",
    [
        "11月22日15时通报，原因正在调查",
        "截至11月23日8时，已救出3人",
        "记者11月23日9时从街道获悉，水已退去",
        "11月22日9时证实，桥塌了",
        "11月22日9时称车库进水",
        "11月22日20时，有网友发帖说地库起火",
        "新乡11月23日9时电",
        "地库漏水\n2026-11-21 09:12",
        "地库漏水 2026-11-21 09:12:33 来源：业主",
        "规划局回复(2026-11-20 10:25)：已转办",
    ],
)
def test_the_time_of_a_report_alone_starts_nothing(text: str) -> None:
    assert read(text).certainty is Certainty.INFERRED


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("11月22日通报，11月20日下午桥塌了", at(20, 15)),
        ("记者昨天获悉，前天夜里车库起火", at(21, 22)),
        ("新乡11月23日电 昨晚工地起火", at(22, 20)),
        ("昨天上午停电了。\n业主代表\n2026年11月23日", at(22, 10)),
    ],
)
def test_what_happened_outranks_the_day_of_its_report(text: str, when: datetime) -> None:
    assert read(text).at == when


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("泰国清迈11月22日15时爆炸", False),
        ("日本近海11月22日15时地震", False),
        ("中国地震台网测定11月22日15时日本近海地震", True),
        ("市民11月22日15时看见一声巨响", True),
    ],
)
def test_a_clock_of_another_country_may_be_its_own_and_starts_nothing(text: str, sure: bool) -> None:
    told = read(text)
    assert (told.at, told.certainty is Certainty.STATED) == (at(22, 15), sure)
    assert ("境外" in told.why[0].note) is not sure


def test_a_place_of_ours_tells_that_the_clock_is_ours() -> None:
    told = annotated(
        occurred.annotate,
        a_sheet("美国商人11月22日15时在工地受伤", published_at=MONDAY_NOON),
        places=(
            Place(province="河南省", city="郑州市", county="", code="410100", certainty=Certainty.STATED),
        ),
    ).occurred
    assert told.certainty is Certainty.STATED


def test_times_that_lie_days_apart_leave_a_choice_and_the_earliest_is_shown() -> None:
    occurrence = read("11月21日9时漏水，11月23日9时又漏")
    assert (occurrence.at, occurrence.certainty) == (at(21, 9), Certainty.INFERRED)
    assert "几个" in occurrence.why[0].note


_MOMENTS = st.integers(1, 29 * 24 * 60).map(lambda minutes: MONDAY_NOON - timedelta(minutes=minutes))
_FORMS = (
    "{m}月{d}日{h}时{n}分",
    "{y}年{m}月{d}日{h}时{n}分许",
    "{y}-{m:02d}-{d:02d} {h:02d}:{n:02d}",
    "{m}月{d}号{part}{twelve}点{n}分",
    "{y}/{m}/{d} {h}:{n:02d}",
)


@settings(max_examples=50, deadline=None)
@given(
    _MOMENTS,
    st.sampled_from(_FORMS),
    st.sampled_from(["{}，警报响了", "听邻居说{}左右警报误鸣", "{}车库进水"]),
)
def test_whatever_day_and_clock_is_written_is_read_back(moment: datetime, form: str, around: str) -> None:
    if moment.hour == 0 and "part" in form:
        moment = moment.replace(hour=3)
    part = next(
        word
        for last, word in ((5, "凌晨"), (11, "上午"), (12, "中午"), (17, "下午"), (23, "晚上"))
        if moment.hour <= last
    )
    twelve = moment.hour - 12 if moment.hour > 12 else moment.hour
    words = form.format(
        y=moment.year, m=moment.month, d=moment.day, h=moment.hour, n=moment.minute, part=part, twelve=twelve
    )
    occurrence = read(around.format(words))
    assert (occurrence.at, occurrence.certainty) == (moment, Certainty.STATED)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *"今昨前大明后天晚早上下午凌晨夜周五日本去年月号点时分半刻:0123456789十二，。起前到将截至通报当地时间",
                "警报响了",
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_nothing_is_ever_later_than_it_was_said_nor_stated_without_a_clock(text: str) -> None:
    occurrence = read(text)
    assert occurrence.at is not None
    assert occurrence.at <= MONDAY_NOON
    if occurrence.source == "text":
        assert occurrence.at >= MONDAY_NOON - timedelta(days=400)
    if occurrence.certainty is Certainty.STATED:
        assert any(char in text for char in "点时:")


@pytest.mark.parametrize(
    "text",
    [
        "早上六点半就开工，晚上十点才停工，吵得睡不着",
        "偏偏在早上7点和晚上12点来装空调",
        "上周3日和4日两天晚上9点都有人敲打",
        "昨天去过物业。晚上8点多还是这么吵",
    ],
)
def test_a_clock_is_stated_for_a_day_that_is_named_beside_it_alone(text: str) -> None:
    assert read(text).certainty is Certainty.INFERRED


def test_a_clock_belongs_to_the_day_that_was_named_just_before() -> None:
    told = read("11月20日我从外地赶回来，晚上8点到家，门已经打不开了")
    assert (told.at, told.certainty) == (at(20, 20), Certainty.STATED)
