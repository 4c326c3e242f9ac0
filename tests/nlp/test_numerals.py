from __future__ import annotations

import re

import pytest

from nlp.numerals import NUMBER, numeral


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3", 3),
        ("三", 3),
        ("十", 10),
        ("十余", 10),
        ("二十三", 23),
        ("两", 2),
        ("数百", 200),
        ("上百", 100),
        ("两千多", 2000),
        ("一百零五", 105),
        ("3.5万", 35_000),
        ("1,200", 1200),
        ("三万五千", 35_000),
        ("2亿", 200_000_000),
        ("二〇二三", 2023),
        ("几十", 20),
        ("1万余", 10_000),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str, value: float) -> None:
    assert re.fullmatch(NUMBER, written)
    assert numeral(written) == value


@pytest.mark.parametrize("written", ["", "人", "万人", "百姓"])
def test_what_is_no_number_has_no_value(written: str) -> None:
    assert numeral(written) is None
