"""Holidays off, make-up workdays on; a term is counted from the day after, and an unknown year is said to be unknown."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from chinese_calendar import is_workday
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.clock import SHANGHAI
from huiying.errors import Misconfigured
from triage.calendar import Calendar, in_words, load, read, renewed, worked_through

PLAIN = Calendar()
NOTICE = """\
version = 1
citations = ["国务院办公厅通知"]

[[year]]
year = 2027
citation = "国办发明电〔2026〕某号"
on = [2027-02-20]
off = { "元旦" = [2027-01-01], "春节" = [2027-02-05, 2027-02-08, 2027-02-09, 2027-02-10, 2027-02-11] }
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def notice(tmp_path: Path, text: str = NOTICE) -> Path:
    file = tmp_path / "calendar.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_make_up_saturday_counts_and_a_holiday_does_not() -> None:
    term = PLAIN.term(at("2026-09-28T10:00"), 5)
    assert [one.day for one in term.days if one.counted] == [
        "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10",
    ]  # fmt: skip
    assert term.due == at("2026-10-10T23:59:59")
    counted, skipped = in_words(term.days)
    assert "10月10日（调休上班）" in counted and "10月1日国庆节" in skipped


def test_the_first_day_is_the_day_after_whatever_the_hour() -> None:
    assert PLAIN.term(at("2026-11-23T00:00"), 1).due == at("2026-11-24T23:59:59")
    assert PLAIN.term(at("2026-11-23T23:59"), 1).due == at("2026-11-24T23:59:59")


def test_the_day_is_that_of_shanghai() -> None:
    late_in_london = datetime.fromisoformat("2026-11-23T17:00+00:00")
    assert PLAIN.term(late_in_london, 1).due == at("2026-11-25T23:59:59")


def test_a_term_into_an_unknown_year_is_tentative_and_the_notice_settles_it(tmp_path: Path) -> None:
    start = at("2027-02-01T09:00")
    guess = PLAIN.term(start, 10)
    assert guess.tentative and not PLAIN.knows(2027)
    known = load(notice(tmp_path).parent)
    settled = known.term(start, 10)
    assert not settled.tentative and known.knows(2027)
    assert "2027-02-20" in [one.day for one in settled.days if one.counted]
    assert settled.due != guess.due


def test_an_office_file_goes_before_what_travels_with_the_software(tmp_path: Path) -> None:
    text = NOTICE.replace("2027", "2026").replace("2026-02-20", "2026-11-28")
    office = read(notice(tmp_path, text))
    assert PLAIN.day(date(2026, 11, 28)).works is False
    assert office.day(date(2026, 11, 28)).works is True
    assert office.day(date(2026, 10, 1)).works is True, "a year that is written is written whole"


@settings(deadline=None, max_examples=300)
@given(
    start=st.datetimes(datetime(2018, 1, 1), datetime(2026, 6, 1)),  # noqa: DTZ001
    days=st.integers(min_value=1, max_value=40),
)
def test_a_term_is_what_an_independent_count_says(start: datetime, days: int) -> None:
    begun = start.replace(tzinfo=SHANGHAI)
    on, left = begun.date(), days
    while left:
        on += timedelta(days=1)
        left -= bool(is_workday(on))
    term = PLAIN.term(begun, days)
    assert term.due == datetime(on.year, on.month, on.day, 23, 59, 59, tzinfo=SHANGHAI)
    assert sum(one.counted for one in term.days) == days
    assert len(term.days) == (on - begun.date()).days
    assert not term.tentative


def test_every_day_from_2018_to_2026_is_what_chinesecalendar_says() -> None:
    day = date(2018, 1, 1)
    while day.year < 2027:
        assert PLAIN.day(day).works is bool(is_workday(day)), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("on = [2027-02-20]", "on = [2027-02-20, 2027-02-05]", "2027-02-05 既写了放假（off）又写了上班（on）"),
        ("on = [2027-02-20]", "on = [2027-02-19]", "2027-02-19 不是周末"),
        ("on = [2027-02-20]", "on = [2026-02-21]", "2026-02-21 不在 2027 年里"),
        ("2027-01-01]", "2027-01-01, 2027-02-08]", "2027-02-08 在 off 里写了两次"),
        ("on = [2027-02-20]", 'on = ["二月二十"]', "第 7 行"),
        ('citation = "国办发明电〔2026〕某号"\n', "", "缺少这一项"),
        ("on = [2027-02-20]", "on = ［2027-02-20］", "全角符号"),
    ],
)  # fmt: skip
def test_a_slip_is_named_by_file_line_and_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in NOTICE
    with pytest.raises(Misconfigured) as refused:
        read(notice(tmp_path, NOTICE.replace(old, new)))
    assert said in str(refused.value) and "calendar.toml" in str(refused.value) and "第" in str(refused.value)


def test_a_year_stands_once(tmp_path: Path) -> None:
    twice = NOTICE + NOTICE[NOTICE.index("[[year]]") :]
    with pytest.raises(Misconfigured, match="2027 年写了两次"):
        read(notice(tmp_path, twice))


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_term_has_a_length(days: int) -> None:
    with pytest.raises(ValueError):
        PLAIN.term(at("2026-11-23T10:00"), days)


def test_a_notice_takes_the_place_of_its_own_year_and_leaves_the_others(tmp_path: Path) -> None:
    own = notice(tmp_path)
    later = tmp_path / "2028.toml"
    later.write_text('[[year]]\nyear = 2028\ncitation = "通知"\n[year.off]\n"元旦" = [2028-01-03]\n', "utf-8")
    first = renewed(tmp_path, later)
    assert (first.brought, first.kept) == ((2028,), (2027,))
    assert set(first.calendar.office) == {2027, 2028}
    assert first.calendar.day(date(2028, 1, 3)).why == "元旦"
    own.write_text(first.text, "utf-8")
    assert renewed(tmp_path, later).text == first.text
    later.write_text(later.read_text("utf-8").replace("2028-01-03", "2028-01-04"), "utf-8")
    second = renewed(tmp_path, later)
    assert second.calendar.day(date(2028, 1, 3)).works and not second.calendar.day(date(2028, 1, 4)).works
    assert second.calendar.day(date(2027, 2, 20)).works


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('version = 1\ncitations = ["通知"]\n', "一年也没有写"),
        ('year = [{ year = 2028, citation = "通知" }]\n', r"写成一段 \[\[year\]\]"),
        (
            '[[year]]\nyear = 2028\ncitation = "甲"\n[[year]]\nyear = 2028\ncitation = "乙"\n',
            "2028 年写了两次",
        ),
    ],
)
def test_a_notice_that_brings_nothing_clear_changes_nothing(tmp_path: Path, text: str, said: str) -> None:
    notice(tmp_path)
    (tmp_path / "2028.toml").write_text(text, "utf-8")
    with pytest.raises(Misconfigured, match=said):
        renewed(tmp_path, tmp_path / "2028.toml")


def test_statutory_days_that_a_notice_forgot_are_named(tmp_path: Path) -> None:
    office = read(notice(tmp_path))
    assert "国庆节（10月1日）" in worked_through(office, 2027)
    assert not any(one.startswith("元旦") for one in worked_through(office, 2027))
    assert worked_through(office, 2026) == ()
