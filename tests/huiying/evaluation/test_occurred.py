from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from huiying.clock import SHANGHAI
from huiying.contracts import Certainty, Occurrence
from huiying.evaluation import occurred
from huiying.evaluation.folder import Folder
from nlp.pipeline import Reader

EIGHT = datetime(2026, 11, 22, 20, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("expected", "certainty", "right"),
    [
        ("2026-11-22T20:00", "stated", True),
        ("2026-11-22", "stated", True),
        ("2026-11-22T20:30", "stated", False),
        ("2026-11-22T20:00", "inferred", False),
        (None, None, False),
    ],
)
def test_right_is_the_same_minute_or_day_as_surely(
    expected: str | None, certainty: str | None, right: bool
) -> None:
    told = Occurrence(at=EIGHT, source="text", certainty=Certainty.STATED)
    assert occurred.correct(told, {"expected": expected, "certainty": certainty}) is right


def test_what_hangs_on_publishing_alone_tells_of_no_occurrence() -> None:
    told = Occurrence(at=EIGHT, source="published", certainty=Certainty.INFERRED)
    assert occurred.correct(told, {"expected": None, "certainty": None})


def test_the_own_texts_are_read_and_hardly_a_clock_starts_wrongly(reader: Reader) -> None:
    figures = {figure.name: figure for figure in occurred.measure(Folder(), reader).figures}
    assert figures["occurred.right.own"].value >= 0.9
    assert figures["occurred.stated_wrongly.own"].value <= 0.05


def test_a_folder_without_the_file_is_skipped(tmp_path: Path, reader: Reader) -> None:
    assert occurred.measure(Folder(tmp_path), reader).skipped == (occurred.FILE,)
