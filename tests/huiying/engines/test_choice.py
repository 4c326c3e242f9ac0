from __future__ import annotations

from pathlib import Path

import pytest

from huiying.engines import open_engine, open_stream
from huiying.errors import Misconfigured
from huiying.settings import load


def test_the_data_folder_is_made(tmp_path: Path) -> None:
    open_engine(load(data=tmp_path / "new" / "office")).close()
    assert sorted(path.name for path in (tmp_path / "new" / "office").glob("*.db")) == [
        "office.db",
        "offsets.db",
        "stream.db",
    ]


def test_a_stream_alone_leaves_the_office_file_alone(tmp_path: Path) -> None:
    open_stream(load(data=tmp_path)).close()
    assert not (tmp_path / "office.db").exists()


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="建不了数据目录"):
        open_engine(load(data=tmp_path / "file" / "data"))


def test_an_office_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "office.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(Misconfigured, match=r"office\.db：不是回应的数据文件"):
        open_engine(load(data=tmp_path))
