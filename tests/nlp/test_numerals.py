from __future__ import annotations

import re
from functools import partial
from itertools import count

import pytest

from nlp.numerals import LIMIT, NUMBER, numbers, numeral
from tests.quick import within


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
        ("三四", 3),
        ("七八十", 70),
        ("十七八", 17),
        ("3至5", 3),
        ("三至五万", 30_000),
        ("5000-6000", 5000),
        ("叁拾贰", 32),
        ("1.2个亿", 120_000_000),
        ("20w", 200_000),
        ("廿三", 23),
        ("卅", 30),
        ("俩", 2),
        ("仨", 3),
        ("三五", 3),
        ("三两", 2),
        ("三万五", 35_000),
        ("两千三", 2300),
        ("一百五", 150),
        ("三万零五", 30_005),
        ("18万6", 186_000),
        ("4.6亿", 460_000_000),
        ("廿来", 20),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str, value: float) -> None:
    assert re.fullmatch(NUMBER, written)
    assert numeral(written) == value


@pytest.mark.parametrize("written", ["", "人", "万人", "百姓"])
def test_what_is_no_number_has_no_value(written: str) -> None:
    assert numeral(written) is None


def test_ordinals_and_codes_are_no_numbers_of_a_text() -> None:
    found = [(one.value, one.start, one.end) for one in numbers("第7人说，鄂ld06335旁有三四十人")]
    assert found == [(30, 15, 18)]


def test_what_has_its_own_counter_is_a_number_of_its_own() -> None:
    assert [one.value for one in numbers("兄弟俩一死一伤")] == [2, 1, 1]
    assert [one.value for one in numbers("十数人")] == [10]
    assert [one.value for one in numbers("3万6人")] == [30_000, 6]


@pytest.mark.parametrize("junk", ["1", "一", "十", "1,", "1-", "一至", "1.1", "数十", "万亿"])
def test_a_text_of_nothing_but_digits_is_quickly_read(junk: str) -> None:
    assert len(numbers(junk * 5000)) <= LIMIT
    assert within(0.25, (partial(numbers, junk * times) for times in count(5001)))
