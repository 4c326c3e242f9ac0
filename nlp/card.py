"""Counts the corpus for its data card: ``python -m nlp.card``."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from nlp.corpus import FOLDER, HELD_BACK, LEARNED


def table(folder: Path = FOLDER) -> str:
    """Registers, relevance, topics, classes, attitudes and families, learned from / held back, as Markdown."""
    sides = [_rows(folder, names) for names in (LEARNED, HELD_BACK)]
    lines = [
        "| | learned from | held back |",
        "| --- | --- | --- |",
        _line("texts", [len(side) for side in sides]),
    ]
    for key in ("relevance", "register", "topic", "categories", "attitude", "family"):
        counted = [Counter(value for row in side for value in _values(row, key)) for side in sides]
        for value in sorted(set().union(*counted)):
            lines.append(_line(f"{key}: {value}", [count[value] for count in counted]))
    return "\n".join(lines)


def _rows(folder: Path, names: tuple[str, ...]) -> list[dict[str, object]]:
    texts = "\n".join((folder / f"{name}.jsonl").read_text("utf-8") for name in names)
    return [json.loads(line) for line in texts.split("\n") if line.strip()]


def _values(row: dict[str, object], key: str) -> list[str]:
    value = row.get(key) or []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _line(name: str, counts: list[int]) -> str:
    return "| " + " | ".join([name, *map(str, counts)]) + " |"


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
