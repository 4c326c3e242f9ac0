from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.clock import SHANGHAI
from huiying.contracts import Certainty, Occurrence, Origin
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
    ["11月22日15时通报，原因正在调查", "截至11月23日8时，已救出3人", "记者11月23日9时从街道获悉，水已退去"],
)
def test_the_time_of_a_report_alone_starts_nothing(text: str) -> None:
    assert read(text).certainty is Certainty.INFERRED


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
