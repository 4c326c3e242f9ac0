"""A folder of labelled text, laid out like ``huiying/evaluation/texts``: rows of JSON, or None where a file is absent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiying.errors import Misconfigured

OWN = Path(__file__).parent / "texts"
"""The small set that the project wrote itself."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path = OWN

    def rows(self, name: str) -> list[Row] | None:
        """The rows of a JSONL file such as ``renfang/texts.jsonl``. Raises Misconfigured for a line that is none."""
        file = self.path / name
        if not file.is_file():
            return None
        rows: list[Row] = []
        for number, line in enumerate(file.read_text("utf-8").split("\n"), start=1):
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
        file = self.path / name
        return file.read_text("utf-8").splitlines() if file.is_file() else None
