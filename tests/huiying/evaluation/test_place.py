from __future__ import annotations

from pathlib import Path

from huiying.evaluation import place
from huiying.evaluation.folder import Folder
from nlp.pipeline import Reader


def test_two_ways_to_write_a_province_are_one() -> None:
    assert place.short("内蒙古自治区") == place.short("内蒙古")
    assert place.short("黑龙江") != place.short("江苏省")


def test_the_own_articles_are_read_better_than_by_counting_names(reader: Reader) -> None:
    measured = place.measure(Folder(), reader)
    province = next(figure for figure in measured.figures if figure.name == "place.province")
    assert province.value >= 0.9
    assert province.baseline is not None
    assert province.baseline < province.value


def test_a_folder_without_the_file_is_skipped(tmp_path: Path, reader: Reader) -> None:
    assert place.measure(Folder(tmp_path), reader).skipped == (place.FILE,)
