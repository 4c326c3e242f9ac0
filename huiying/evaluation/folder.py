"""A folder of labelled text, laid out like ``huiying/evaluation/texts``: rows of JSON, or None where a file is absent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiying import complaints
from huiying.errors import Misconfigured

OWN = Path(__file__).parent / "texts"
"""The small set that the project wrote itself."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path = OWN

    @classmethod
    def at(cls, path: Path) -> Folder:
        """Raises Misconfigured where there is no such folder."""
        if not path.is_dir():
            raise Misconfigured(f"没有文件夹 {path}。请检查 --data，里面的排法见 huiying/evaluation/texts。")
        return cls(path)

    def rows(self, name: str) -> list[Row] | None:
        """The rows of a JSONL file such as ``renfang/texts.jsonl``. Raises Misconfigured for a line that is none."""
        content = self._content(name)
        if content is None:
            return None
        file = self.path / name
        rows: list[Row] = []
        for number, line in enumerate(content.split("\n"), start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise Misconfigured(f"{file} 第 {number} 行不是 JSON：{error}") from error
            if not isinstance(row, dict):
                raise Misconfigured(f"{file} 第 {number} 行应是一个 JSON 对象。")
            rows.append(row)
        return rows

    def lines(self, name: str) -> list[str] | None:
        content = self._content(name)
        return None if content is None else content.splitlines()

    def texts(self, name: str, *fields: str) -> list[Row] | None:
        """The rows of a file in which every one of ``fields`` is a text. Raises Misconfigured for a row that lacks one."""
        rows = self.rows(name)
        for number, row in enumerate(rows or (), start=1):
            for field in fields:
                if not isinstance(row.get(field), str):
                    raise Misconfigured(f"{self.path / name} 第 {number} 条缺少 {field}，或它不是文字。")
        return rows

    def _content(self, name: str) -> str | None:
        file = self.path / name
        if not file.is_file():
            return None
        try:
            return file.read_text("utf-8")
        except UnicodeDecodeError as error:
            raise Misconfigured(f"{file} 不是 UTF-8 编码。") from error
        except OSError as error:
            raise Misconfigured(f"{file} 读不了：{complaints.of_system(error)}") from error
