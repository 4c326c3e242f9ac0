from __future__ import annotations

from dataclasses import replace

import pytest

from nlp.amend import amended
from tests.nlp.reading import a_sheet, blank


def test_an_amended_reading_is_what_replace_would_give() -> None:
    reading = blank(a_sheet("人防车位").post)
    assert amended(reading, units=("某局",), owes_answer=False) == replace(
        reading, units=("某局",), owes_answer=False
    )


def test_a_part_that_no_reading_has_is_refused() -> None:
    with pytest.raises(TypeError, match="mood"):
        amended(blank(a_sheet("人防车位").post), mood="bad")
