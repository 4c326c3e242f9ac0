from __future__ import annotations

from pathlib import Path

import pytest

from huiying.errors import Misconfigured
from huiying.evaluation.folder import Folder


def _folder(tmp_path: Path, content: bytes) -> Folder:
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "rows.jsonl").write_bytes(content)
    return Folder.at(tmp_path)


def test_rows_are_what_each_line_says_and_blank_lines_are_none(tmp_path: Path) -> None:
    folder = _folder(tmp_path, '{"text": "一"}\n\n{"text": "二"}\n'.encode())
    assert folder.rows("some/rows.jsonl") == [{"text": "一"}, {"text": "二"}]


def test_what_is_absent_is_none(tmp_path: Path) -> None:
    assert Folder.at(tmp_path).rows("some/rows.jsonl") is None
    assert Folder.at(tmp_path).lines("some/rows.jsonl") is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"text": "a"}\n{', "第 2 行不是 JSON"),
        (b"[1]", "第 1 行应是一个 JSON 对象"),
        (b"\xff\xfe{}", "不是 UTF-8"),
        (b'{"text": "a"}\n\n{"text": 3}', "第 2 条缺少 text"),
        (b'{"title": "a"}', "第 1 条缺少 text"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_the_place(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(Misconfigured, match=told):
        _folder(tmp_path, content).texts("some/rows.jsonl", "text")


def test_a_folder_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="没有文件夹"):
        Folder.at(tmp_path / "nowhere")
