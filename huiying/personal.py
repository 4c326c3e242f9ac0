"""Finds what points to a person in a text: numbers and names of accounts that have a form of their own.  Pure.

It finds forms, not people: a name or an address without such a form is for the reader's eye, and the pages say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOBILE = "手机号码"
IDENTITY = "身份证号码"
BANK = "银行卡号"
MAIL = "电子邮箱"
PLATE = "车牌号"
LANDLINE = "固定电话"
ACCOUNT = "微信号、QQ号"

_DIGIT = r"[0-9０-９]"
_GAP = r"[ \-－—·]?"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (IDENTITY, re.compile(rf"(?<!{_DIGIT}){_DIGIT}{{6}}{_GAP}{_DIGIT}{{8}}{_GAP}{_DIGIT}{{3}}[0-9０-９XxＸｘ](?![0-9０-９A-Za-z])")),
    (BANK, re.compile(rf"(?<!{_DIGIT})[3-6３-６](?:{_GAP}{_DIGIT}){{15,18}}(?!{_DIGIT})")),
    (MOBILE, re.compile(rf"(?<!{_DIGIT})(?:\+?86{_GAP})?[1１][3-9３-９](?:{_GAP}{_DIGIT}){{9}}(?!{_DIGIT})")),
    (MAIL, re.compile(r"[A-Za-z0-9._%+-]{1,64}[@＠][A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    (PLATE, re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?(?=[A-Z0-9]*[0-9])[A-Z0-9]{5,6}(?![A-Z0-9])")),
    (LANDLINE, re.compile(rf"(?<!{_DIGIT})[0０]{_DIGIT}{{2,3}}[ \-－—]{_DIGIT}{{7,8}}(?!{_DIGIT})")),
    (ACCOUNT, re.compile(r"(?:微信|QQ|ｑｑ|扣扣)号?(?:码)?\s*[:：是为]?\s*[A-Za-z0-9_\-]{5,20}", re.IGNORECASE)),
)  # fmt: skip

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``start`` to ``end`` are characters of the text (Python slicing)."""

    kind: str
    start: int
    end: int


def find(text: str) -> tuple[Found, ...]:
    """Everything of these forms, in the order of the text; of two that overlap, the one that the list names first."""
    taken: list[Found] = []
    for kind, form in _FORMS:
        for hit in _hits(kind, form, text):
            if all(hit.end <= other.start or hit.start >= other.end for other in taken):
                taken.append(hit)
    return tuple(sorted(taken, key=lambda hit: hit.start))


def _hits(kind: str, form: re.Pattern[str], text: str) -> Iterator[Found]:
    for match in form.finditer(text):
        digits = _plain(match.group())
        if kind == IDENTITY and not _is_identity(digits):
            continue
        if kind == BANK and not _passes_luhn(digits):
            continue
        yield Found(kind=kind, start=match.start(), end=match.end())


def _plain(text: str) -> str:
    """Digits and X alone, in their narrow form."""
    return "".join(str(int(c)) if c.isdigit() else "X" for c in text if c.isdigit() or c in "XxＸｘ")


def _is_identity(digits: str) -> bool:
    """Of the form of GB 11643: a date inside and a check character at the end."""
    month, day = int(digits[10:12]), int(digits[12:14])
    total = sum(int(d) * w for d, w in zip(digits[:17], _WEIGHTS, strict=True))
    return 1 <= month <= 12 and 1 <= day <= 31 and _CHECKS[total % 11] == digits[17]


def _passes_luhn(digits: str) -> bool:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
