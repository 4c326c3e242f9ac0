from __future__ import annotations

from pathlib import Path

import pytest

from huiying.tables import open_table
from huiying.errors import Misconfigured

TEXT = "编号,内容\n" + "".join(f"{n},老街坊反映人防工程入口堵塞\n" for n in range(50))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_the_encoding_is_recognised(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))
    rows = list(open_table(path).rows())
    assert len(rows) == 50
    assert rows[7].values == {"编号": "7", "内容": "老街坊反映人防工程入口堵塞"}


def test_a_short_gbk_file_is_not_taken_for_anything_exotic(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("内容\n警报\n".encode("gbk"))
    assert [row.values["内容"] for row in open_table(path).rows()] == ["警报"]


def test_a_sample_that_ends_inside_a_character_does_not_mislead(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("内容\n" + "警报\n" * 60_000).encode())
    assert open_table(path).encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "空的"), (b"PK\x03\x04xx", "另存为 CSV"), (b"\xd0\xcf\x11\xe0xx", "另存为 CSV")],
)
def test_what_is_no_table_is_refused_with_a_remedy(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(Misconfigured, match=says):
        open_table(path)


def test_rows_keep_the_line_they_begin_at(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,内容\n1,"甲\n乙"\n2,丙\n', "utf-8")
    assert [row.line for row in open_table(path).rows()] == [2, 4]


def test_a_quote_left_open_costs_its_own_line_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [f"{number},内容{number}" for number in range(1, 21)]
    lines[2] = '3,"没有关上的引号'
    path.write_text("编号,内容\n" + "\n".join(lines) + "\n", "utf-8")
    rows = list(open_table(path).rows())
    assert [row.line for row in rows if row.fault] == [4]
    assert "引号" in rows[2].fault
    assert [row.values["编号"] for row in rows if not row.fault] == ["1", "2", *map(str, range(4, 21))]


def test_a_quote_left_open_in_a_long_file_is_found_before_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,内容\n" + '1,"开\n' + "".join(f"{n},好\n" for n in range(2, 2000)), "utf-8")
    rows = list(open_table(path).rows())
    assert len([row for row in rows if not row.fault]) == 1998
