from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from huiying.evaluation import split as dividing
from huiying.evaluation.folder import Folder, Row


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")


def _text(row: Row) -> str:
    return str(row["text"])


def _split(folder: Path) -> dividing.Split:
    found = dividing.split(Folder(folder), "train.jsonl", "test.jsonl", "text", text=_text)
    assert found is not None
    return found


def test_without_a_test_file_the_later_fifth_by_date_is_the_test(tmp_path: Path) -> None:
    times = ["2019/10/2 8:00:00", "2019/9/30 9:00:00", "2018-12-31", "2019/9/30 10:00:00", "2019/2/1"]
    texts = ["东门的路灯坏了", "水费怎么交", "公交改道通知", "学区划分的疑问", "小区车位的收费"]
    _write(tmp_path / "train.jsonl", [{"time": t, "text": x} for t, x in zip(times, texts, strict=True)])
    found = _split(tmp_path)
    assert [row["text"] for row in found.test] == ["东门的路灯坏了"]
    assert [row["text"] for row in found.train] == [
        "公交改道通知",
        "小区车位的收费",
        "水费怎么交",
        "学区划分的疑问",
    ]


def test_a_test_file_is_the_whole_test(tmp_path: Path) -> None:
    _write(tmp_path / "train.jsonl", [{"text": "一号楼没有热水", "time": "2024"}])
    _write(tmp_path / "test.jsonl", [{"text": "幼儿园什么时候报名", "time": "2020"}])
    found = _split(tmp_path)
    assert (len(found.train), len(found.test), found.dropped) == (1, 1, 0)


def test_what_stands_in_the_test_word_for_word_or_nearly_is_not_learned_from(tmp_path: Path) -> None:
    long = (
        "我们小区三号楼的电梯已经坏了整整两个星期，物业一直说在等配件，老人上下楼非常不方便，请督促尽快修好。"
    )
    texts = [
        long,
        long.replace("，", ", ") + "​",
        long.replace("两个星期", "三个星期"),
        "公交车太少，希望加开一班。",
    ]
    _write(tmp_path / "train.jsonl", [{"text": text} for text in texts])
    _write(tmp_path / "test.jsonl", [{"text": long}])
    found = _split(tmp_path)
    assert [row["text"] for row in found.train] == ["公交车太少，希望加开一班。"]
    assert found.dropped == 3


def test_texts_shorter_than_a_shingle_are_compared_as_they_are() -> None:
    assert dividing.unseen(["好", "不好", ""], ["好"]) == [False, True, True]
    assert dividing.unseen(["", "好"], [""]) == [False, True]
    assert dividing.unseen([], ["好"]) == []


def test_a_training_file_that_is_absent_is_none(tmp_path: Path) -> None:
    assert dividing.split(Folder(tmp_path), "train.jsonl", "test.jsonl", "text", text=_text) is None


def test_a_moment_is_read_from_whatever_numbers_there_are() -> None:
    assert (
        dividing.moment("2011/3/12 9:43:09")
        < dividing.moment("2011/3/12 19:43:09")
        < dividing.moment("2011-10-01")
    )
    assert dividing.moment(None) == () == dividing.moment("不详")
