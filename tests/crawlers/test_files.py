"""File sources: what lies in the folder is taken in once, workbooks as well, and what could not be is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawlers import files
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


def look(stream: Stream, data: Path) -> SourceCheck:
    seen = Seen(data / "crawler.db")
    try:
        return files.look(SOURCE, stream=stream, data=data, key=b"k", seen=seen, clock=ManualClock(NOW))
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
