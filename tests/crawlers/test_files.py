"""What somebody lays into a source's folder is read, or missed aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers import files, sources
from crawlers.seen import Seen
from huiying.clock import ManualClock
from huiying.contracts import SourceCheck
from huiying.engines import open_stream
from huiying.settings import Settings

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
CATALOGUE = """
[[source]]
id = "hotline"
name = "热线导出"
kind = "file"
path = "inbox/*.csv"
channel = "热线"
mapping = "12345"
basis = "本单位业务数据"
"""
GOOD = "工单编号,诉求标题,诉求内容,受理时间,所属区县\nW1,警报咨询,警报响了,2026/11/20 9:05,魏都区\n"

Look = Callable[[], SourceCheck]


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "sources.toml").write_text(CATALOGUE, "utf-8")
    (source,) = sources.load(tmp_path / "sources.toml").source
    stream, seen = open_stream(Settings(data=tmp_path)), Seen(tmp_path / "crawler.db")
    yield lambda: files.look(
        source, stream=stream, data=tmp_path, key=b"k", seen=seen, clock=ManualClock(NOW)
    )
    seen.close()
    stream.close()


def test_a_file_that_does_not_fit_is_told_by_its_name_and_keeps_no_other_out(
    tmp_path: Path, look: Look
) -> None:
    (tmp_path / "inbox" / "a.csv").write_text("甲,乙\n1,2\n", "utf-8")
    (tmp_path / "inbox" / "b.csv").write_text(GOOD, "gb18030")
    check = look()
    assert (check.ok, check.posts) == (False, 1)
    assert check.problem.startswith("a.csv：没有这些列：工单编号")
    assert str(tmp_path) not in check.problem, "a path would fill the line"


def test_a_workbook_is_missed_aloud_until_it_stands_there_as_csv(tmp_path: Path, look: Look) -> None:
    book = tmp_path / "inbox" / "今天.xlsx"
    book.write_bytes(b"PK\x03\x04")
    (tmp_path / "inbox" / "~$今天.xlsx").write_bytes(b"open in Excel")
    check = look()
    assert not check.ok
    assert check.problem == "今天.xlsx 是 Excel 文件，没有读：请在 Excel 里另存为 CSV，放进同一个文件夹"
    book.with_suffix(".csv").write_text(GOOD, "gb18030")
    check = look()
    assert (check.ok, check.posts, check.problem) == (True, 1, "")


def test_rows_that_were_refused_are_told_with_where_their_reasons_are(tmp_path: Path, look: Look) -> None:
    (tmp_path / "inbox" / "a.csv").write_text(f"{GOOD}W2,少了几列\n", "utf-8")
    check = look()
    assert check.ok and check.posts == 1
    assert check.problem.startswith("a.csv 退回 1 行，原因在数据文件夹的 intake/a.")
