from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from huiying.errors import Misconfigured
from huiying.evaluation import pages
from huiying.evaluation.figure import Figure
from huiying.evaluation.folder import Folder
from nlp.pipeline import Reader

PAGE = (
    "<html><head><title>{title}_某网</title></head><body><h1>{title}</h1><p>{when}</p><div>"
    + "<p>城区一处人防工程入口长期堆放杂物，居民希望尽快清理。</p>" * 6
    + "</div></body></html>"
)
TEXT = "城区一处人防工程入口长期堆放杂物，居民希望尽快清理。\n" * 6


def _folder(path: Path, *rows: Mapping[str, object], html: str = "") -> Folder:
    (path / "pages").mkdir()
    (path / pages.FILE).write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8"
    )
    (path / "pages" / "a.html").write_text(html, "utf-8")
    return Folder(path)


def _figures(folder: Folder, reader: Reader) -> dict[str, Figure]:
    return {figure.name: figure for figure in pages.measure(folder, reader).figures}


def test_the_own_pages_are_read(reader: Reader) -> None:
    figures = _figures(Folder(), reader)
    assert figures["pages.title"].n == 11
    assert figures["pages.title"].value > (figures["pages.title"].baseline or 0.0)
    assert figures["pages.body_f1"].value > (figures["pages.body_f1"].baseline or 0.0)
    assert figures["pages.minute"].value > 0.8


def test_a_page_is_right_in_each_part_by_itself(tmp_path: Path, reader: Reader) -> None:
    row = {"id": "a", "title": "入口堆杂物何时清", "publish_time": "2026-11-04 07:08", "body": TEXT}
    html = PAGE.format(title="入口堆杂物何时清", when="2026-11-04 09:30")
    figures = _figures(_folder(tmp_path, row, html=html), reader)
    values = {name: figure.value for name, figure in figures.items()}
    assert values == {
        "pages.title": 1.0,
        "pages.day": 1.0,
        "pages.day_wrong": 0.0,
        "pages.minute": 0.0,
        "pages.body_f1": 1.0,
    }


def test_what_is_wrong_is_listed(tmp_path: Path, reader: Reader) -> None:
    row = {"id": "a", "title": "别的题目在这里", "publish_time": "2026-11-05", "body": "别的正文"}
    html = PAGE.format(title="入口堆杂物何时清", when="2026-11-04 09:30")
    lists = pages.measure(_folder(tmp_path, row, html=html), reader).lists or {}
    assert lists["页面：题目不同"] == ("a：入口堆杂物何时清≠别的题目在这里",)
    assert lists["页面：发布时间不同"] == ("a：2026-11-04 09:30≠2026-11-05",)
    assert len(lists["页面：正文相差最多的"]) == 1


def test_a_day_for_a_page_without_one_is_wrong(tmp_path: Path, reader: Reader) -> None:
    row = {"id": "a", "title": "入口堆杂物何时清", "undated": True}
    html = PAGE.format(title="入口堆杂物何时清", when="2026-11-04 09:30")
    figures = _figures(_folder(tmp_path, row, html=html), reader)
    assert (figures["pages.day"].n, figures["pages.day_wrong"].value) == (0, 1.0)


def test_what_the_publisher_says_stands_in_for_what_nobody_labelled(tmp_path: Path, reader: Reader) -> None:
    row = {"id": "a", "publisher": {"title": "入口堆杂物何时清", "publish_time": "2026-11-04 09:30"}}
    html = PAGE.format(title="入口堆杂物何时清", when="2026-11-04 09:30")
    figures = _figures(_folder(tmp_path, row, html=html), reader)
    assert (figures["pages.title"].value, figures["pages.minute"].value) == (1.0, 1.0)


def test_a_page_that_was_not_saved_does_not_count(tmp_path: Path, reader: Reader) -> None:
    assert _figures(_folder(tmp_path, {"id": "b", "title": "没有存下"}), reader)["pages.title"].n == 0


def test_an_id_that_leads_out_of_the_folder_is_refused(tmp_path: Path, reader: Reader) -> None:
    with pytest.raises(Misconfigured, match="编号"):
        pages.measure(_folder(tmp_path, {"id": "../a", "title": "外面"}), reader)


def test_a_folder_without_the_file_is_skipped(tmp_path: Path, reader: Reader) -> None:
    assert pages.measure(Folder(tmp_path), reader).skipped == (pages.FILE,)
