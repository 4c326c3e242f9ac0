"""Finds what points to a person in a text: numbers and names of accounts that have a form of their own.  Pure.

It finds forms, not people: a name or an address without such a form is for the reader's eye, and the pages say so.
Nobody gets round it by how the digits are written: wide, in a ring, in Chinese, apart, or with something invisible between.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MOBILE = "手机号码"
IDENTITY = "身份证号码"
BANK = "银行卡号"
MAIL = "电子邮箱"
PLATE = "车牌号"
LANDLINE = "固定电话"
ACCOUNT = "微信号、QQ号"
PAPER = "其他证件号码"

_GAP = r"[\s\-‐-―－—−·•.．_~～()（）]{0,3}"
"""What may stand between two digits of one number."""
_NO_DIGIT_BEFORE, _NO_DIGIT_AFTER = r"(?<![0-9])", r"(?![0-9])"
_NAMED = r"[\s:：是为，,（(“\"]{0,6}"
"""What may stand between what a number is called and the number."""
_LABELLED = (
    (IDENTITY, re.compile(rf"(?:身份证|身份号码|身份证件)(?:号码|号)?{_NAMED}(?P<number>[1-9](?:{_GAP}[0-9]){{13,16}}{_GAP}[0-9Xx]){_NO_DIGIT_AFTER}")),
    (BANK, re.compile(rf"(?:银行卡|借记卡|信用卡|卡号)(?:号码|号|码)?{_NAMED}(?P<number>[0-9](?:{_GAP}[0-9]){{11,18}}){_NO_DIGIT_AFTER}")),
)  # fmt: skip
"""What a text itself calls such a number is one, mistyped or not: no check digit is asked for."""
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (IDENTITY, re.compile(rf"{_NO_DIGIT_BEFORE}[1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx]{_NO_DIGIT_AFTER}")),
    (BANK, re.compile(rf"{_NO_DIGIT_BEFORE}[3-69](?:{_GAP}[0-9]){{15,18}}{_NO_DIGIT_AFTER}")),
    (MOBILE, re.compile(rf"{_NO_DIGIT_BEFORE}(?:(?:\+|00)?{_GAP}86{_GAP}|0)?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}{_NO_DIGIT_AFTER}")),
    (MAIL, re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++\s?@\s?[A-Za-z0-9-]+(?:\s?[.。]\s?[A-Za-z0-9-]+)+")),
    (PLATE, re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-Za-z][·•\-\s]{0,2}(?=[A-Za-z]*[0-9])(?:[A-Za-z0-9]{5,6}|[A-Za-z0-9]{4}[警学挂港澳使领试超])(?![A-Za-z0-9])")),
    (LANDLINE, re.compile(rf"{_NO_DIGIT_BEFORE}0{_GAP}(?:1{_GAP}0|2{_GAP}[0-9]|[3-9]{_GAP}[0-9]{_GAP}[0-9]){_GAP}[1-9](?:{_GAP}[0-9]){{6,7}}{_NO_DIGIT_AFTER}")),
    (ACCOUNT, re.compile(r"(?:微\s?信|薇信|威信|[Vv]信|(?<![A-Za-z0-9])(?:[VvWw][Xx]|we\s?chat|weixin|QQ)|扣扣|抖音|快手)\s?号?(?:码)?\s?[:：是为]?\s?[A-Za-z0-9_\-]{5,20}", re.IGNORECASE)),
    (PAPER, re.compile(r"(?:护照|通行证|军官证|士兵证|驾驶证|社保卡?|医保卡?|学号|工号)\s?(?:号码|编号|号)?\s?[:：是为]?\s?[A-Za-z]{0,2}[0-9]{6,20}")),
)  # fmt: skip
KINDS = tuple(dict.fromkeys(kind for kind, _ in (*_FORMS, *_LABELLED)))
"""Everything that is found, as it is called."""
OF_MATTERS = frozenset({LANDLINE, MAIL, PLATE, ACCOUNT})
"""Of these, what a matter may be about: numbers of offices and firms, cars, names of accounts."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_NUMERALS = {
    **{char: str(n) for n, char in enumerate("零一二三四五六七八九")},
    **{char: str(n) for n, char in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "幺": "1",
    "两": "2",
    "貳": "2",
    "參": "3",
    "陸": "6",
}
_RINGED = "²³¹፩-፱᧚⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒𐩀-𐩃𐹠-𐹨𑁒-𑁚🄀-🄊"
"""Digits to Unicode, though none to ``\\d``: in a ring, in brackets, raised."""
_OF_FEW_FIGURES = frozenset({MAIL, PLATE, ACCOUNT})
_FIGURE = rf"\d{''.join(_NUMERALS)}{_RINGED}"
_FIGURES_AT_ALL = re.compile(rf"[{_FIGURE}](?:[^{_FIGURE}]{{0,12}}[{_FIGURE}]){{5}}")
_MANY_FIGURES = re.compile(rf"[0-9](?:{_GAP}[0-9]){{5}}")
"""What all numbers have at least, but for those of few figures; before that, what is quicker to look for."""
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and signs by name, yet nothing to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``start`` to ``end`` are characters of the text (Python slicing)."""

    kind: str
    start: int
    end: int


def find(text: str) -> tuple[Found, ...]:
    """Everything of these forms, in the order of the text; of two that overlap, the one that the list names first."""
    plain, origin = flattened(text)
    taken: list[Found] = []
    covered = bytearray(len(text))
    for kind, start, end in _all_hits(plain):
        hit = Found(kind=kind, start=origin[start], end=origin[end - 1] + 1)
        if not any(covered[hit.start : hit.end]):
            covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            taken.append(hit)
    return tuple(sorted(taken, key=lambda hit: hit.start))


def blanked(text: str, *, allowed: frozenset[str] = frozenset()) -> str:
    """The text with what it is called in the place of each number."""
    if allowed >= _OF_FEW_FIGURES and not _has_many_figures(text):
        return text  # nearly every post
    parts, position = [], 0
    for hit in find(text):
        if hit.kind not in allowed:
            parts += [text[position : hit.start], f"〔{hit.kind}〕"]
            position = hit.end
    return "".join([*parts, text[position:]])


def _has_many_figures(text: str) -> bool:
    return bool(_FIGURES_AT_ALL.search(text) and _MANY_FIGURES.search(text.translate(_FLAT)))


def masked(address: str) -> str:
    """A telephone number or mail address with as much left of it as its owner needs to know it again."""
    local, at, host = address.rpartition("@")
    if at:
        return f"{local[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else f"****{address[-2:]}"


def flattened(text: str) -> tuple[str, list[int]]:
    """The text with every figure as 0 to 9, letters narrow and nothing invisible, and where each character came from."""
    plain = text.translate(_FLAT)
    if len(plain) == len(text):
        return plain, list(range(len(text)))
    return plain, [position for position, char in enumerate(text) if char.translate(_FLAT)]


class _Flat(dict[int, str]):
    """Character → what :func:`flattened` makes of it, one character or none; worked out once."""

    def __missing__(self, code: int) -> str:
        flat = self[code] = _flat(chr(code))
        return flat


_FLAT = _Flat()


def _flat(char: str) -> str:
    if char in _NUMERALS:
        return _NUMERALS[char]
    if char.isascii():
        return char
    if char in _FILLERS or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return ""
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    narrow = unicodedata.normalize("NFKC", char)
    return narrow if len(narrow) == 1 else char


def _all_hits(plain: str) -> Iterator[tuple[str, int, int]]:
    for kind, form in _LABELLED:
        for match in form.finditer(plain):
            yield kind, match.start("number"), match.end("number")
    for kind, form in _FORMS:
        for start, end in _hits(kind, form, plain):
            yield kind, start, end


def _hits(kind: str, form: re.Pattern[str], plain: str) -> Iterator[tuple[int, int]]:
    for match in form.finditer(plain):
        digits = "".join(c for c in match.group().upper() if c in "0123456789X")
        if kind == IDENTITY and not _is_identity(digits):
            continue
        if kind == BANK and not _passes_luhn(digits):
            continue
        yield match.start(), match.end()


def _is_identity(digits: str) -> bool:
    """Of the form of GB 11643: a date inside and a check character at the end."""
    month, day = int(digits[10:12]), int(digits[12:14])
    total = sum(int(d) * w for d, w in zip(digits[:17], _WEIGHTS, strict=True))
    return 1 <= month <= 12 and 1 <= day <= 31 and _CHECKS[total % 11] == digits[17]


def _passes_luhn(digits: str) -> bool:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
