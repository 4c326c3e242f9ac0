"""Numbers as Chinese writes them: 3、三、叁、十余、数百、两千多、3.5万、三至五、七八.  A vague one counts as the least it can mean."""

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
_AT_LEAST = {"数": 2, "几": 2, "上": 1, "近": 1, "好几": 2, "成": 1}

_ONE = "一二三四五六七八九壹贰叁肆伍陆柒捌玖两俩仨"
_CHINESE = rf"[零〇幺{_ONE}十百千万亿拾佰仟]{{1,16}}"
_ARABIC = r"\d[\d,]{0,15}(?:\.\d{1,6})?"
_SPREAD = rf"(?:{_ARABIC}|{_CHINESE})[十百千万亿]{{0,2}}[至到\-~—](?={_ARABIC}|{_CHINESE})"
NUMBER = (
    rf"(?:{_SPREAD})?(?:{_ARABIC}\s?(?:[十百千万亿]{{1,2}}|个亿|w(?![a-z]))?|(?:好几|[数几上近成])[十百千万亿]{{1,3}}|{_CHINESE})"
    r"(?:[余多来几](?:个?[万亿](?![一二三四五六七八九]))?)?"
)
"""A regular expression for one number, with what makes it vague: at most some thirty characters."""
LAST = rf"\d零〇幺{_ONE}十百千万亿拾佰仟余多来几w"
"""What a number can end with."""
_NUMBER = re.compile(rf"(?<![第\d.a-z\-]){NUMBER}")
_BEGIN = re.compile(
    rf"[\d零〇幺{_ONE}十百千万亿拾佰仟好数几上近成](?:(?<![好数几上近成])|(?<=[数几上近成])(?=[十百千万亿])|(?<=好)(?=几))(?<![第\d.a-z\-].)"
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
        value = float(arabic[0])
        for char in body[arabic.end() :].rstrip("几"):
            value *= (_UNITS | _LARGE).get(char, 1)
        return value
    return _chinese(body.rstrip("几"))


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
    """三四 and 十七八 are three or seven and one more; 二三 as digits of a longer row is left alone."""
    near = _DIGITS[pair[2]] - _DIGITS[pair[1]] == 1
    return (
        pair[1] if near and (pair.start() == 0 or pair.string[pair.start() - 1] not in _DIGITS) else pair[0]
    )
