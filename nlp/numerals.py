"""Numbers as Chinese writes them: 3、三、叁、廿三、十余、数百、两千多、三万五、3.5万、三至五、七八.  A vague one counts as the least it can mean."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from nlp.scanning import scan

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_DIGITS |= {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
_DIGITS |= {"〇": 0, "两": 2, "俩": 2, "仨": 3, "幺": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000, "w": 10_000}
_SHORTENED = {"百": "十", "佰": "十", "千": "百", "仟": "百", "万": "千"}
"""两千三 says 三百, 三万五 says 五千."""
_MULTIPLES = _UNITS | _LARGE
_TENTHS = frozenset("0123456789")
_TENS = str.maketrans({"廿": "二十", "卅": "三十"})
_AT_LEAST = {"数": 2, "几": 2, "上": 1, "近": 1, "好几": 2, "成": 1}

_ONE = "一二三四五六七八九壹贰叁肆伍陆柒捌玖两"
_CHINESE = rf"(?:[零〇幺{_ONE}廿卅十百千万亿拾佰仟]{{1,16}}|[俩仨])"
"""俩 and 仨 have their 个 in them: 一死 behind 兄弟俩 is another number."""
_ARABIC = r"\d[\d,]{0,15}(?:\.\d{1,6})?"
_SPREAD = rf"(?:{_ARABIC}|{_CHINESE})[十百千万亿]{{0,2}}[至到\-~—](?={_ARABIC}|{_CHINESE})"
NUMBER = (
    rf"(?:{_SPREAD})?(?:{_ARABIC}\s?(?:[十百千万亿]{{1,2}}(?:(?<=[万亿])\d(?![\d.%十百千万亿人名户元]))?|个亿|w(?![a-z]))?|(?:好几|[数几上近成])[十百千万亿]{{1,3}}|{_CHINESE})"
    r"(?:(?:[余多来几]|(?<=十)数(?=[人名个位户]))(?:个?[万亿](?![一二三四五六七八九]))?)?"
)
"""A regular expression for one number, with what makes it vague: at most some thirty characters."""
LAST = rf"\d零〇幺{_ONE}俩仨廿卅十百千万亿拾佰仟余多来几w"
"""What a number can end with."""
_NUMBER = re.compile(rf"(?<![第\d.a-z\-]){NUMBER}")
_BEGIN = re.compile(
    rf"[\d零〇幺{_ONE}俩仨廿卅十百千万亿拾佰仟好数几上近成](?:(?<![好数几上近成])|(?<=[数几上近成])(?=[十百千万亿])|(?<=好)(?=几))(?<![第\d.a-z\-].)"
)
LIMIT = 400
"""Numbers that are read of one text."""


class Number(NamedTuple):
    """One number where it stands."""

    value: float
    start: int
    end: int


def numbers(text: str) -> list[Number]:
    """Every number of a text in order, ordinals and parts of codes left out."""
    made = tuple.__new__
    return [
        made(Number, (value, *match.span()))
        for match in islice(scan(_BEGIN, _NUMBER, text), LIMIT)
        if (value := numeral(match[0])) is not None
    ]


@lru_cache(maxsize=16_384)
def numeral(text: str) -> float | None:
    """The value; the lowest one where the number is vague or a range; None where it is not a number."""
    least = re.match(rf"({_SPREAD})(.*)", text)
    if least:
        return _least(least[1][:-1], least[2])
    body = re.sub(r"[,\s余多来个]", "", text)
    vague = re.match(r"好几|[数几上近成]", body)
    if vague and body[vague.end() :]:
        tail = _chinese(body[vague.end() :])
        return None if tail is None else tail * _AT_LEAST[vague[0]]
    arabic = re.match(r"\d+(?:\.\d+)?", body)
    if arabic:
        value, unit = float(arabic[0]), 1
        for char in body[arabic.end() :].rstrip("几"):
            if char in _TENTHS:
                return value + int(char) * unit / 10
            unit = _MULTIPLES.get(char, 1)
            value *= unit
        return round(value, 6)
    return _chinese(body.rstrip("几数").translate(_TENS))


def _least(low: str, high: str) -> float | None:
    """三至五万 means thirty thousand at least: the large unit belongs to both. 10-5 is no range."""
    first, last = numeral(low), numeral(high)
    if first is None or last is None:
        return last
    large = next((_LARGE[char] for char in reversed(high) if char in _LARGE), 1)
    if large > 1 and not any(char in _LARGE for char in low):
        first *= large
    return first if first < last else last


def _chinese(text: str) -> float | None:
    if not text or any(char not in _DIGITS and char not in _UNITS and char not in _LARGE for char in text):
        return None
    text = re.sub(rf"([{_ONE}])([{_ONE}])(?=[十百千万亿]|$)", _either, text) if len(text) > 1 else text
    if len(text) > 1 and all(char in _DIGITS for char in text):
        return float("".join(str(_DIGITS[char]) for char in text))
    total, section, digit = 0, 0, 0
    if text[-2:-1] in _SHORTENED and text[-1] in _DIGITS:
        text += _SHORTENED[text[-2]]
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            section += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            total = (total + section + digit or 1) * _LARGE[char]
            section = digit = 0
    return float(total + section + digit)


def _either(pair: re.Match[str]) -> str:
    """三四 and 十七八 are three or seven and one more, 三五 and 三两 a few; 二三 as digits of a longer row is left alone."""
    near = _DIGITS[pair[2]] - _DIGITS[pair[1]] == 1 or pair[0] in {"三五", "三两"}
    if not near or (pair.start() and pair.string[pair.start() - 1] in _DIGITS):
        return pair[0]
    return "两" if pair[0] == "三两" else pair[1]
