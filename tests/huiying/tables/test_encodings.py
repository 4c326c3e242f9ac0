from __future__ import annotations

from pathlib import Path

import pytest

from huiying.tables import open_table
from huiying.tables.encodings import by_bom, detect, strictly

TEXT = "编号,内容\n" + "".join(f"{n},老街坊反映人防工程入口堵塞\n" for n in range(50))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_the_encoding_is_recognised(encoding: str) -> None:
    with open_table(TEXT.encode(encoding), name="a.csv") as table:
        rows = list(table.rows())
    assert len(rows) == 50
    assert rows[7].values == {"编号": "7", "内容": "老街坊反映人防工程入口堵塞"}


def test_a_short_gbk_file_is_not_taken_for_anything_exotic() -> None:
    assert detect("内容\n警报\n".encode("gbk"), whole=True) == "gb18030"


def test_a_sample_that_ends_inside_a_character_does_not_mislead(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("内容\n" + "警报\n" * 60_000).encode())
    with open_table(path) as table:
        assert table.encoding == "utf-8"


def test_a_mark_names_its_encoding_and_bytes_of_another_are_none_of_it() -> None:
    assert by_bom("甲".encode("utf-16")) == "utf-16" and by_bom("甲".encode()) is None
    assert strictly(b"\xff", "utf-8") is None and strictly(b"a", "no-such") is None
