"""File sources: what lies in the folder is taken in once, workbooks as well, and what could not be is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers import files
from crawlers.intake import forget_rejected
from crawlers.seen import Seen
from crawlers.sources import Kind, Source
from huiying.clock import ManualClock
from huiying.contracts import SourceCheck
from huiying.engines import open_stream
from huiying.ports import Stream
from huiying.settings import Settings
from tests.factories import NOW
from tests.huiying.tables.books import book

SOURCE = Source(
    id="hotline", name="热线", kind=Kind.FILE, path="inbox/*.xlsx", pages=1, basis="本单位业务数据"
)
ROWS = [("编号", "内容"), ("1", "路灯不亮"), ("2", "车位涨价")]


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[Stream]:
    (tmp_path / "inbox").mkdir()
    opened = open_stream(Settings(data=tmp_path))
    yield opened
    opened.close()


def look(stream: Stream, data: Path, source: Source = SOURCE) -> SourceCheck:
    seen = Seen(data / "crawler.db")
    try:
        return files.look(source, stream=stream, data=data, key=b"k", seen=seen, clock=ManualClock(NOW))
    finally:
        seen.close()


def test_a_workbook_that_is_laid_into_the_folder_is_taken_in_once(tmp_path: Path, stream: Stream) -> None:
    book(tmp_path / "inbox" / "day.xlsx", {"工单": ROWS})
    first, second = look(stream, tmp_path), look(stream, tmp_path)
    assert (first.posts, first.seen, first.ok, first.problem) == (2, 2, True, "")
    assert (second.posts, second.seen) == (0, 0)


def test_what_excel_lays_beside_a_workbook_that_is_open_is_no_export(tmp_path: Path, stream: Stream) -> None:
    (tmp_path / "inbox" / "~$day.xlsx").write_bytes(b"\x05somebody" + b" " * 150)
    assert look(stream, tmp_path).ok


def test_sheets_that_were_not_read_are_told_and_are_no_fault(tmp_path: Path, stream: Stream) -> None:
    book(tmp_path / "inbox" / "day.xlsx", {"周一": ROWS, "周二": ROWS[:2]})
    told = look(stream, tmp_path)
    assert told.ok and told.problem == "day.xlsx 只读了工作表“周一”，没有读 周二"


def test_a_file_that_is_no_workbook_is_told_and_the_others_are_taken_in(
    tmp_path: Path, stream: Stream
) -> None:
    (tmp_path / "inbox" / "a.xlsx").write_bytes(b"PK\x03\x04half")
    book(tmp_path / "inbox" / "b.xlsx", {"工单": [*ROWS, ("3", None)]})
    told = look(stream, tmp_path)
    assert not told.ok and told.posts == 2
    assert "a.xlsx：这个 Excel 文件已损坏" in told.problem and "b.xlsx 退回 1 行" in told.problem


TEXTS = SOURCE.model_copy(update={"path": "inbox/*.csv", "mapping": "12345"})
GOOD = "工单编号,诉求标题,诉求内容,受理时间,所属区县\nW1,警报咨询,警报响了,2026/11/20 9:05,魏都区\n"


def test_a_file_that_does_not_fit_is_told_by_its_name_and_keeps_no_other_out(
    tmp_path: Path, stream: Stream
) -> None:
    (tmp_path / "inbox" / "a.csv").write_text("甲,乙\n1,2\n", "utf-8")
    (tmp_path / "inbox" / "b.csv").write_text(GOOD, "gb18030")
    told = look(stream, tmp_path, TEXTS)
    assert (told.ok, told.posts) == (False, 1)
    assert told.problem.startswith("a.csv：没有这些列：工单编号")
    assert str(tmp_path) not in told.problem, "a path would fill the line"


def test_a_workbook_where_the_catalogue_waits_for_texts_is_missed_aloud(
    tmp_path: Path, stream: Stream
) -> None:
    laid = tmp_path / "inbox" / "今天.xlsx"
    book(laid, {"工单": ROWS})
    (tmp_path / "inbox" / "~$今天.xlsx").write_bytes(b"open in Excel")
    told = look(stream, tmp_path, TEXTS)
    assert not told.ok
    assert told.problem == (
        "今天.xlsx 没有读：来源目录里写的是 *.csv，要读 Excel 请写 *.xlsx，或者另存为 CSV 放进来"
    )
    laid.with_suffix(".csv").write_text(GOOD, "gb18030")
    told = look(stream, tmp_path, TEXTS)
    assert (told.ok, told.posts, told.problem) == (True, 1, "")


@pytest.mark.parametrize(
    ("name", "path", "said"),
    [
        ("a.xls", "inbox/*.xlsx", "这是老格式，请用 Excel 或 WPS 打开，另存为 .xlsx 放进来"),
        ("a.xls", "inbox/*.csv", "这是老格式，请用 Excel 或 WPS 打开，另存为 CSV 放进来"),
        ("a.xlsb", "inbox/*.xlsx", "读不了 .xlsb，请用 Excel 或 WPS 打开，另存为 .xlsx 放进来"),
        ("a.xlsm", "inbox/*.xlsx", "来源目录里写的是 *.xlsx，请照这个另存或改名"),
        ("a.xlsx", "inbox/日报*.xlsx", "来源目录里写的是 日报*.xlsx，请照这个另存或改名"),
        ("a.xlsm", "inbox/*.csv", "来源目录里写的是 *.csv，要读 Excel 请写 *.xlsm，或者另存为 CSV 放进来"),
    ],
)
def test_a_workbook_that_the_catalogue_does_not_wait_for_is_told_with_what_helps(
    tmp_path: Path, stream: Stream, name: str, path: str, said: str
) -> None:
    (tmp_path / "inbox" / name).write_bytes(b"somebody's table")
    told = look(stream, tmp_path, SOURCE.model_copy(update={"path": path}))
    assert (told.ok, told.problem) == (False, f"{name} 没有读：{said}")


def test_a_workbook_of_the_old_format_may_lie_beside_what_it_was_saved_as(
    tmp_path: Path, stream: Stream
) -> None:
    (tmp_path / "inbox" / "a.xls").write_bytes(b"old")
    book(tmp_path / "inbox" / "a.xlsx", {"工单": ROWS})
    told = look(stream, tmp_path)
    assert (told.ok, told.posts, told.problem) == (True, 2, "")


def test_a_file_that_is_touched_after_its_reasons_were_erased_keeps_no_other_out(
    tmp_path: Path, stream: Stream
) -> None:
    laid = tmp_path / "inbox" / "a.csv"
    laid.write_text(f"{GOOD}W2,,,,\n", "utf-8")
    look(stream, tmp_path, TEXTS)
    assert forget_rejected(tmp_path, datetime(2999, 1, 1, tzinfo=UTC)) == 1
    os.utime(laid, (1, 1))
    laid.with_name("b.csv").write_text(GOOD.replace("W1", "W3"), "utf-8")
    told = look(stream, tmp_path, TEXTS)
    assert (told.ok, told.posts, told.problem) == (True, 1, "a.csv 退回 1 行")


def test_rows_that_were_refused_are_told_with_where_their_reasons_are(tmp_path: Path, stream: Stream) -> None:
    (tmp_path / "inbox" / "a.csv").write_text(f"{GOOD}W2,,,,\n", "utf-8")
    told = look(stream, tmp_path, TEXTS)
    assert told.ok and told.posts == 1
    assert told.problem.startswith("a.csv 退回 1 行，原因在数据文件夹的 intake/a.")
