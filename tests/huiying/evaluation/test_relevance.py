from __future__ import annotations

import json
from pathlib import Path

import pytest

from huiying.evaluation import plotting, relevance
from huiying.evaluation.figure import Figure, Measured
from huiying.evaluation.folder import Folder
from huiying.tomlfile import DEFAULTS
from nlp.pipeline import Reader

ROWS: list[dict[str, object]] = [
    {"register": "weibo", "title": None, "text": "洛阳今天试鸣防空警报", "relevance": "core"},
    {
        "register": "weibo",
        "title": None,
        "text": "人防车位只租不售，开发商却在卖，投诉没人管",
        "relevance": "core",
    },
    {"register": "letter", "title": "物业乱象", "text": "电梯停运，人防区堆满杂物", "relevance": "mention"},
    {"register": "weibo", "title": None, "text": "乌克兰多地拉响防空警报，导弹来袭", "relevance": "off"},
]


@pytest.fixture(scope="module")
def reader(models: Path) -> Reader:
    return Reader.load(models, DEFAULTS, "henan")


def lay_out(folder: Path, rows: list[dict[str, object]], stream: str = "") -> Folder:
    (folder / "renfang").mkdir()
    (folder / "renfang" / "texts.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    if stream:
        (folder / "stream").mkdir()
        (folder / "stream" / "weibo_hot_titles.tsv").write_text(stream, "utf-8")
    return Folder(folder)


def named(measured: Measured, name: str, register: str = "") -> Figure:
    (one,) = [f for f in measured.figures if (f.name, f.register) == (name, register)]
    return one


def test_mentions_count_neither_way_and_the_plainer_ways_stand_beside(reader: Reader, tmp_path: Path) -> None:
    measured = relevance.measure(lay_out(tmp_path, ROWS), reader)
    assert (named(measured, "relevance.recall").value, named(measured, "relevance.recall").n) == (1.0, 2)
    precision = named(measured, "relevance.precision")
    assert (precision.value, precision.n) == (1.0, 2)
    assert precision.baseline == pytest.approx(2 / 3)
    assert named(measured, "relevance.precision.substring").value == pytest.approx(2 / 3)
    assert named(measured, "relevance.recall", "weibo").n == 2
    assert measured.lists is not None and measured.lists["漏掉的正题"] == ()
    assert set(measured.skipped) == {"renfang/homonyms.jsonl", relevance.CITIZENS, *relevance.STREAM}


def test_what_the_folder_calls_core_is_no_false_alarm_of_the_stream(reader: Reader, tmp_path: Path) -> None:
    stream = "2025-01-01\t洛阳今天试鸣防空警报\n2025-01-01\t商丘今天试鸣防空警报\n2025-01-01\t今日立冬\n"
    measured = relevance.measure(lay_out(tmp_path, ROWS, stream), reader)
    false = named(measured, "relevance.false_alarms_per_million")
    assert false.n == 3 and false.value == pytest.approx(1_000_000 / 3)
    assert named(measured, "relevance.found_per_million").value == pytest.approx(2_000_000 / 3)
    assert measured.lists is not None
    assert [text.split()[-1] for text in measured.lists["背景流中的误报"]] == ["商丘今天试鸣防空警报"]


def test_messages_of_citizens_that_are_found_without_a_name_are_listed_and_counted(
    reader: Reader, tmp_path: Path
) -> None:
    messages = [
        {"title": "咨询", "text": "人防车位只租不售，开发商却要卖，合法吗？"},
        {
            "title": "全城长鸣",
            "text": "凌晨两点全城的楼顶都在呜呜长鸣，孩子吓哭了，没有通知也没人解释，是要打仗吗？",
        },
        {"title": "路灯", "text": "巷口的路灯坏了一个月。"},
    ]
    (tmp_path / "citizen_messages").mkdir()
    path = tmp_path / relevance.CITIZENS
    path.write_text("\n".join(map(json.dumps, messages)), "utf-8")
    measured = relevance.measure(Folder(tmp_path), reader)
    unnamed = named(measured, "relevance.citizens.unnamed_per_million")
    assert unnamed.n == 3 and unnamed.value == pytest.approx(1_000_000 / 3)
    assert unnamed.low < unnamed.value < unnamed.high
    assert named(measured, "relevance.citizens.found_per_million").value == pytest.approx(2_000_000 / 3)
    assert relevance.CITIZENS not in measured.skipped
    assert measured.lists is not None
    (listed,) = measured.lists["市民留言中没有点名却报出的"]
    assert "全城长鸣" in listed


def test_a_name_is_a_word_and_no_run_of_characters() -> None:
    assert relevance.names_it("地下人防工程漏水")
    assert relevance.names_it("半夜拉响空袭警报")
    assert not relevance.names_it("老年人防范意识淡薄")
    assert not relevance.names_it("已向民警报案")


def test_our_own_texts_that_name_nothing_are_measured_whatever_the_folder(
    reader: Reader, tmp_path: Path
) -> None:
    own = named(relevance.measure(Folder(tmp_path), reader), "relevance.keyword_free_recall.own")
    assert own.n >= 40 and own.value > 0.6
    assert own.baseline is not None and own.value > own.baseline


def test_our_own_small_set_is_read_well(reader: Reader) -> None:
    measured = relevance.measure(Folder(), reader)
    assert not measured.skipped
    assert named(measured, "relevance.recall").value >= 0.9
    assert named(measured, "relevance.precision").value >= 0.9


def test_a_judged_text_is_known_by_its_digest_alone() -> None:
    rows = [json.loads(line) for line in relevance.JUDGED.read_text("utf-8").splitlines()]
    assert all(row.keys() == {"sha256", "relevance", "why"} for row in rows)
    assert all(len(row["sha256"]) == 64 and row["why"] for row in rows)


def test_its_calibration_and_precision_and_recall_are_drawn(reader: Reader, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    plots = relevance.measure(lay_out(tmp_path, ROWS), reader).plots or {}
    drawn = plotting.draw(plots, tmp_path)
    assert [path.name for path in drawn] == ["relevance_calibration.png", "relevance_precision_recall.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn)
