from __future__ import annotations

import json

from huiying.evaluation.figure import Figure, share
from huiying.evaluation.measures import Taken
from huiying.evaluation.table import as_dict, in_words, remarks

TAKEN = Taken(
    figures=(
        share("relevance.precision", 9, 10, baseline=0.115, baseline_name="子串“人防”"),
        Figure(name="relevance.precision", value=1.0, n=4, low=0.4, high=1.0, register="微博"),
        Figure(name="relevance.false_alarms_per_million", value=1234.5, n=8, low=0.0, high=2000.0),
    ),
    lists={"误报": ("第一条\n换行", "长" * 500)},
    skipped=("severity/casualties.jsonl",),
    broken={"place": "Traceback …"},
)


def test_the_table_has_value_number_interval_and_baseline_in_columns_that_stand_under_each_other() -> None:
    head, first, register, alarms, *_ = in_words(TAKEN).split("\n")
    assert next(head.index(word) for word in ("名称", "数值")) == 0
    assert first.split() == [
        "relevance.precision",
        "0.900",
        "10",
        "0.555",
        "–",
        "0.997",
        "0.115",
        "子串“人防”",
    ]
    assert register.split() == ["微博", "1.000", "4", "0.400", "–", "1.000", "—"]
    assert "1,234" in alarms
    columns = {
        len(line.split(value)[0].encode("gb18030")) for line, value in ((first, "0.900"), (register, "1.000"))
    }
    assert len(columns) == 1


def test_lists_are_printed_each_text_on_one_line_and_not_without_end() -> None:
    lines = in_words(TAKEN).split("\n")
    assert "误报（2）" in lines and "  第一条 换行" in lines
    assert max(map(len, lines)) < 250


def test_json_has_the_five_values_of_each_name() -> None:
    told = json.loads(json.dumps(as_dict(TAKEN)))
    assert set(told["relevance.precision"]) == {"value", "n", "low", "high", "baseline"}
    assert told["relevance.precision"]["baseline"] == 0.115
    assert told["relevance.precision@微博"]["baseline"] is None


def test_what_is_absent_or_broken_is_said() -> None:
    assert remarks(TAKEN) == ["跳过：没有 severity/casualties.jsonl", "没有测成：place\nTraceback …"]
