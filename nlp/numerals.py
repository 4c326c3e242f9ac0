"""Numbers as Chinese writes them: 3、三、十余、数百、两千多、3.5万.  A vague one counts as the least it can mean."""

from __future__ import annotations

import re

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_AT_LEAST = {"数": 2, "几": 2, "上": 1, "近": 1, "好几": 2, "成": 1}

_CHINESE = r"[零〇一二两三四五六七八九十百千万亿俩仨]+"
NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?\s?[十百千万亿]*|(?:好几|数|几|上|近|成)[十百千万亿]+|{_CHINESE})(?:[余多来几](?:[万亿](?![一二三四五六七八九]))?)?"
"""A regular expression for one number, with what makes it vague."""


def numeral(text: str) -> float | None:
    """The value; the lowest one where the number is vague; None where it is not a number."""
    body = re.sub(r"[,\s余多来]", "", text)
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


def _chinese(text: str) -> float | None:
    if not text or any(char not in _DIGITS and char not in _UNITS and char not in _LARGE for char in text):
        return None
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
