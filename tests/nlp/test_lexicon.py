from __future__ import annotations

from pathlib import Path

from nlp import lexicon
from nlp.lexicon import Spotter


def test_a_list_is_one_phrase_a_line_and_is_spelt_as_texts_are(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# 说明\n人防車位  # 繁体\n\n９·１８\n", "utf-8")
    assert lexicon.load(tmp_path) == {"a": ("人防车位", "9·18")}


def test_a_gap_stands_for_whatever_people_put_between(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("人·防·门\n", "utf-8")
    spelt = lexicon.load(tmp_path)["a"]
    assert "人.防.门" in spelt and "人 防 门" in spelt and "人防门" not in spelt


def test_brackets_stand_for_any_one_of_the_characters(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("[仁任]防[办门]\n", "utf-8")
    assert set(lexicon.load(tmp_path)["a"]) == {"仁防办", "仁防门", "任防办", "任防门"}


def test_overlapping_phrases_and_a_phrase_of_two_lists_are_all_found() -> None:
    spotter = Spotter({"a": ["人防工程", "防工"], "b": ["人防工程"]})
    assert {(hit.group, hit.start, hit.end) for hit in spotter.find("查人防工程")} == {
        ("a", 1, 5),
        ("b", 1, 5),
        ("a", 2, 4),
    }


def test_the_version_follows_the_words(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一\n", "utf-8")
    before = lexicon.version(tmp_path)
    (tmp_path / "a.txt").write_text("二\n", "utf-8")
    assert lexicon.version(tmp_path) != before


def test_a_wide_table_finds_the_same() -> None:
    lists = {"a": ["人防工程", "防工"], "b": ["人防工程", "工程"]}
    text = "地下人防工程，工程质量"
    assert Spotter(lists, wide=True).find(text) == Spotter(lists).find(text) != []


def test_by_list_no_more_are_kept_than_asked_for() -> None:
    spotter = Spotter({"a": ["人防", "工程"], "b": ["人防工程"]})
    text = "人防工程人防工程"
    assert [hit.group for hit in spotter.find(text)] == ["a", "b", "a"] * 2
    listed = spotter.listed(text, most=3)
    assert {group: [(hit.start, hit.end) for hit in hits] for group, hits in listed.items()} == {
        "a": [(0, 2), (2, 4), (4, 6)],
        "b": [(0, 4), (4, 8)],
    }
