"""The duty roster as spreadsheets write it; what is wrong with it is named by line, with how to write it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO

import openpyxl
import pytest

from huiying.clock import SHANGHAI
from huiying.errors import Misconfigured
from tests.factories import NOW
from tests.huiying.tables.books import handmade
from tests.quick import growth
from tests.triage.texts import policy
from triage.roster import Roster, deaf, holes, joined, read

LOGINS = {"lin": "林值班", "he": "何值班", "cheng": "承办甲"}
HEADER = "单位,日期,班次,岗位,账号,姓名,电话,邮箱\n"
DAYS = (
    "河南省人防办,2026-11-24,白班08:00-20:00,值班长,lin,,13800000001,lin@renfang.example.invalid\n"
    "henan,2026-11-24,夜班20:00-08:00,值班长,he,,13800000002,\n"
    "henan,2026-11-25,白班08:00-20:00,值班长,lin,,13800000001,\n"
)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


def a_roster(rows: str = DAYS, header: str = HEADER, encoding: str = "utf-8") -> Roster:
    body = (header + rows).encode(encoding)
    return read(body, policy(), LOGINS, file="值班表.csv", by="admin", now=NOW)


def fault(rows: str, header: str = HEADER) -> str:
    with pytest.raises(Misconfigured) as told:
        a_roster(rows, header)
    assert "原来的继续有效" in str(told.value)
    return str(told.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_who_is_on_duty_at_a_moment(encoding: str) -> None:
    roster = a_roster(encoding=encoding)
    assert [one.login for one in roster.on("henan", "duty", at(24, 8))] == ["lin"]
    assert [one.login for one in roster.on("henan", "duty", at(24, 20))] == ["he"]
    assert [one.login for one in roster.on("henan", "duty", at(25, 7))] == ["he"]
    assert roster.on("henan", "duty", at(25, 20)) == ()
    assert roster.on("henan", "unit", at(24, 9)) == ()
    assert (roster.since, roster.until) == (at(24, 8), at(25, 20))
    assert roster.shifts[0].mail == "lin@renfang.example.invalid"


def test_a_span_of_time_in_place_of_a_day_and_a_name_in_place_of_an_account() -> None:
    header = "单位,起止时间,岗位,姓名,电话\n"
    roster = a_roster("henan,2026-11-24 08:00~2026-11-26 08:00,值班长,林值班,138-0000-0001\n", header)
    (one,) = roster.shifts
    assert (one.login, one.phone, one.end) == ("lin", "13800000001", at(26, 8))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("河北省,2026-11-24,全天,值班长,lin,,,\n", "第 2 行：单位“河北省”不在 units.toml 里"),
        ("henan,2026-11-24,全天,厨师,lin,,,\n", "第 2 行：岗位“厨师”不认识，请写：承办单位、值班长"),
        ("henan,2026-11-24,全天,值班长,nobody,,,\n", "第 2 行：没有能用的账号“nobody”"),
        ("henan,2026-11-24,全天,值班长,,某某,,\n", "没有账号，也没有电话和邮箱"),
        ("henan,2026-11-24,全天,值班长,,,,\n", "没有写账号或姓名"),
        ("henan,2026-13-24,全天,值班长,lin,,,\n", "没有 2026-13-24 这一天"),
        ("henan,明天,全天,值班长,lin,,,\n", "日期“明天”看不懂，请写成 2026-11-26"),
        ("henan,2026-11-24,早班,值班长,lin,,,\n", "班次“早班”没有写时间，请写成"),
        ("henan,2026-11-24,早班29:00-30:00,值班长,lin,,,\n", "时间不对"),
        ("henan,2026-11-24,全天,值班长,lin,,abc,\n", "电话“abc”不对"),
        ("henan,2026-11-24,全天,值班长,lin,,,abc\n", "邮箱“abc”不对"),
        ("henan,2026-11-24,全天,值班长,lin,,1.38E+10,\n", "请把这一列设成文本"),
        (
            "henan,2026-11-24,全天,值班长,,甲某、乙某,13800000001,\n",
            "姓名“甲某、乙某”像是几个人，请一人写一行",
        ),
        ("", "一行也没有"),
    ],
)
def test_what_is_wrong_is_named_by_line_with_how_to_write_it(rows: str, told: str) -> None:
    assert told in fault(rows)


def test_a_missing_column_is_named() -> None:
    assert "第 1 行：缺少列 岗位" in fault("henan,2026-11-24,lin\n", "单位,日期,账号\n")


def test_a_gap_is_named_by_its_hours_and_the_line_to_write() -> None:
    told = fault(
        "henan,2026-11-24,白班08:00-20:00,值班长,lin,,,\nhenan,2026-11-25,白班08:00-20:00,值班长,he,,,\n"
    )
    assert "第 3 行之前：河南省人民防空办公室值班长 2026-11-24 20:00 至 2026-11-25 08:00 没有人值班" in told
    assert "起止时间写 2026-11-24 20:00~2026-11-25 08:00" in told


def test_only_the_desk_has_to_be_manned_through_the_night() -> None:
    rows = "zhengzhou,2026-11-24,白班08:30-17:30,承办,cheng,,,\nzhengzhou,2026-11-25,白班08:30-17:30,承办,cheng,,,\n"
    assert len(a_roster(rows).shifts) == 2


@pytest.mark.parametrize("unit", ["henan", "zhengzhou"])
def test_nobody_is_at_two_places_at_once_or_written_down_twice(unit: str) -> None:
    rows = f"henan,2026-11-24,全天,值班长,lin,,,\n{unit},2026-11-24,白班08:00-20:00,值班长,lin,,,\n"
    assert "第 3 行：林值班" in fault(rows) and "第 2 行" in fault(rows)


def test_two_people_may_share_a_shift_and_one_may_hold_two_posts_of_a_unit() -> None:
    rows = "henan,2026-11-24,全天,值班长,lin,,,\nhenan,2026-11-24,全天,值班长,he,,,\n"
    rows += "henan,2026-11-24,全天,承办,lin,,,\n"
    assert len(a_roster(rows).on("henan", "duty", at(24, 9))) == 2


def test_a_new_table_takes_over_where_it_begins_and_a_hole_between_the_two_is_told() -> None:
    old = a_roster()
    new = a_roster("henan,2026-11-26,全天,值班长,he,,,\n")
    both = joined(old, new, NOW)
    assert [one.login for one in both.on("henan", "duty", at(25, 9))] == ["lin"]
    assert [one.login for one in both.on("henan", "duty", at(26, 9))] == ["he"]
    (told,) = holes(both, policy(), at(24, 9))
    assert "2026-11-25 20:00 至 2026-11-26 00:00 没有人值班" in told
    assert not holes(both, policy(), at(26, 9))
    earlier = joined(old, a_roster("henan,2026-11-25,全天,值班长,he,,,\n"), NOW)
    assert [one.login for one in earlier.on("henan", "duty", at(25, 3))] == ["he"]
    assert not joined(old, new, NOW + timedelta(days=200)).on("henan", "duty", at(24, 9))


def test_what_is_no_text_is_refused() -> None:
    for body in (b"\xff\xfe\x00\x00", b"\x00" * 40):
        with pytest.raises(Misconfigured, match="UTF-8 或 GBK"):
            read(body, policy(), LOGINS, file="f", by="", now=NOW)


def test_cells_that_a_spreadsheet_merged_are_those_above_and_a_title_stands_over_the_columns() -> None:
    rows = "省人防办,2026-11-24,白班08:00-20:00,值班长,lin,,,\n,,夜班20:00-08:00,,he,,,\n"
    rows += ",2026-11-25,白班08:00-20:00,,lin,,,\n,,,承办,cheng,,,\n"
    roster = a_roster(rows, "省人防办2026年11月值班表,,,,,,,\n" + HEADER)
    assert [(one.login, one.role, one.start) for one in roster.shifts] == [
        ("lin", "duty", at(24, 8)),
        ("he", "duty", at(24, 20)),
        ("cheng", "unit", at(25, 0)),
        ("lin", "duty", at(25, 8)),
    ]
    assert {one.unit for one in roster.shifts} == {"henan"}
    assert "第 6 行：岗位“”不认识" in fault(rows + "zhengzhou,,全天,,cheng,,,\n")


@pytest.mark.parametrize(
    "shift", ["8：00－20：00", "早班8点至20点", "８:００—２０:００", "8时00分到20时整", "08:00～20:00"]
)
def test_times_are_read_as_a_chinese_keyboard_writes_them(shift: str) -> None:
    (one,) = a_roster(f"henan,２０２６年11月24日,{shift},值班长,lin,,１３８００００００００,\n").shifts
    assert (one.start, one.end, one.phone) == (at(24, 8), at(24, 20), "13800000000")


def test_a_table_of_one_post_or_one_day_leaves_what_it_does_not_speak_of() -> None:
    old = a_roster(
        "henan,2026-11-24,全天,值班长,lin,,,\nhenan,2026-11-25,全天,值班长,lin,,,\nhenan,2026-11-26,全天,值班长,lin,,,\n"
        "henan,2026-11-24,全天,承办,cheng,,,\n"
    )
    both = joined(old, a_roster("henan,2026-11-25,白班08:00-20:00,值班长,he,,,\n"), NOW)
    on = [
        both.on("henan", "duty", at(day, hour))
        for day, hour in ((24, 9), (25, 7), (25, 9), (25, 21), (26, 9))
    ]
    assert [[one.login for one in found] for found in on] == [["lin"], ["lin"], ["he"], ["lin"], ["lin"]]
    assert [one.login for one in both.on("henan", "unit", at(24, 9))] == ["cheng"]


def test_people_to_whom_no_channel_leads_are_named() -> None:
    header = "单位,日期,班次,岗位,账号,姓名,电话,邮箱\n"
    rows = "henan,2026-11-24,全天,值班长,,某某,13800000001,\nhenan,2026-11-24,全天,值班长,lin,,,\n"
    shifts = a_roster(
        rows + "henan,2026-11-24,全天,值班长,,另一人,,a@renfang.example.invalid\n", header
    ).shifts
    (told,) = deaf(shifts, {"console", "smtp"})
    assert told.startswith("某某 1 人没有账号") and "HUIYING_SMS_URL" in told
    assert deaf(shifts, {"console", "smtp", "sms"}) == ()


def a_workbook(*rows: tuple[object, ...], merged: str = "", name: str = "十一月") -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    if merged:
        sheet.merge_cells(merged)
    return workbook


def of(workbook: openpyxl.Workbook) -> Roster:
    packed = BytesIO()
    workbook.save(packed)
    return read(packed.getvalue(), policy(), LOGINS, file="值班表.xlsx", by="admin", now=NOW)


COLUMNS = tuple(HEADER.strip().split(","))
DAY = date(2026, 11, 24)


def test_a_workbook_is_read_as_a_csv_is_with_its_title_its_dates_and_its_merged_cells() -> None:
    made = of(
        a_workbook(
            ("十一月值班表",),
            COLUMNS,
            (
                "河南省人防办",
                DAY,
                "白班08:00-20:00",
                "值班长",
                "lin",
                None,
                13800000001,
                "lin@renfang.example.invalid",
            ),
            ("henan", None, "夜班20:00-08:00", "值班长", "he", None, "13800000002"),
            (
                "henan",
                (date(2026, 11, 25) - date(1899, 12, 30)).days,
                "白班08:00-20:00",
                "值班长",
                "lin",
                None,
                13800000001,
            ),
            merged="B3:B4",
        )
    )
    plain = a_roster()
    assert [one.line for one in made.shifts] == [3, 4, 5]
    for one, other in zip(made.shifts, plain.shifts, strict=True):
        assert (one.unit, one.role, one.start, one.end, one.login, one.phone, one.mail) == (
            other.unit, other.role, other.start, other.end, other.login, other.phone, other.mail,
        )  # fmt: skip


def test_what_is_wrong_in_a_workbook_is_named_by_its_line() -> None:
    with pytest.raises(Misconfigured, match=r"值班表\.xlsx 第 2 行：岗位“厨师”不认识"):
        of(a_workbook(COLUMNS, ("henan", DAY, "全天", "厨师", "lin")))
    with pytest.raises(Misconfigured, match=r"第 2 行：“账号”这一格是公式，文件里没有存它的结果"):
        of(a_workbook(COLUMNS, ("henan", DAY, "全天", "值班长", "=A9", None, None, "=A8")))
    assert of(
        a_workbook((*COLUMNS, "备注"), ("henan", DAY, "全天", "值班长", "lin", None, None, None, "=A9"))
    )


def test_of_two_sheets_that_are_rosters_nobody_guesses_the_right_one() -> None:
    workbook = a_workbook(COLUMNS, ("henan", DAY, "全天", "值班长", "lin"))
    other = workbook.create_sheet("十二月")
    other.append(COLUMNS)
    with pytest.raises(Misconfigured, match=r"几个工作表都是值班表：十一月、十二月.*原来的继续有效"):
        of(workbook)
    other.sheet_state = "hidden"
    assert len(of(workbook).shifts) == 1


def test_a_bomb_and_an_old_workbook_are_refused_and_the_roster_stays() -> None:
    bomb = handmade("<row><c><v>1</v></c></row>" * 1_500_000)
    for body, told in ((bomb, "解开以后超过 32 MB"), (b"\xd0\xcf\x11\xe0", "另存为 .xlsx 或 CSV")):
        with pytest.raises(Misconfigured, match=f"{told}.*原来的继续有效"):
            read(body, policy(), LOGINS, file="f", by="", now=NOW)


def test_a_csv_with_a_title_and_with_lines_that_end_early_is_read() -> None:
    roster = a_roster("henan,2026-11-24,全天,值班长,lin\n", "十一月值班表\n" + HEADER)
    assert [(one.login, one.line) for one in roster.shifts] == [("lin", 3)]


@pytest.mark.parametrize("filling", [".", "a."])
def test_a_cell_that_is_no_mail_address_is_refused_at_once_however_long_it_is(filling: str) -> None:
    def line(size: int) -> Callable[[], object]:
        mail = f"a@{filling * (size // len(filling))}@"
        return partial(fault, f"henan,2026-11-24,全天,值班长,lin,,,{mail}\n")

    assert growth(line, 3_000) < 24


@pytest.mark.parametrize("mail", ["a@b.c", "a@..b", "a@b..c.", "a+b@例子.中国"])
def test_what_may_be_a_mail_address_is_taken(mail: str) -> None:
    assert a_roster(f"henan,2026-11-24,全天,值班长,lin,,,{mail}\n").shifts[0].mail == mail


@pytest.mark.parametrize("mail", ["a@b", "a@.b", "a@b.", "@b.c", "a@b.c,d", "a@b@c.d", "a b@c.d"])
def test_what_is_none_is_named(mail: str) -> None:
    assert f"邮箱“{mail}”不对" in fault(f'henan,2026-11-24,全天,值班长,lin,,,"{mail}"\n')


def test_a_year_of_one_person_is_looked_through_once() -> None:
    """Whoever is on duty every hour stands at no two places at once, and not each of their shifts is held against each other."""

    def year(lines: int) -> Callable[[], object]:
        hours = (at(1, 0) + timedelta(hours=n) for n in range(lines))
        rows = [
            f"henan,{hour:%Y-%m-%d %H:%M}~{hour + timedelta(hours=1):%Y-%m-%d %H:%M},值班长,lin,,,"
            for hour in hours
        ]
        header = "单位,起止时间,岗位,账号,姓名,电话,邮箱\n"
        return partial(a_roster, "\n".join(rows), header)

    assert growth(year, 1_500) < 14
