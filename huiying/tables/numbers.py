"""What a number in a cell shows: a date, digits with zeros before them, or just the number."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time

from openpyxl.styles.numbers import BUILTIN_FORMATS, TIMEDELTA_RE, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from huiying.tables.days import written
from huiying.tables.parts import Parts, local

Shape = Callable[[float], str]
EPOCHS = {False: WINDOWS_EPOCH, True: MAC_EPOCH}
"""By whether the workbook counts its days from 1904."""

_EAST_ASIAN = {*range(27, 37), *range(50, 59)}
"""Ids of formats that the Chinese Excel has for dates without writing down how they look."""
_ZEROS = re.compile("0{2,}")


def plain(number: float) -> str:
    """Fifteen digits, as Excel keeps them; what is longer shows by its exponent that its end is gone."""
    return f"{number:.15G}"


def shapes(parts: Parts, part: str, epoch: datetime) -> list[Shape]:
    """How the numbers of each style are shown, by the number of the style."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        tag = local(name)
        if tag == "numFmt":
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            styles.append(int(attributes.get("numFmtId", "0")))

    def end(name: str) -> None:
        nonlocal inside
        if local(name) == "cellXfs":
            inside = False

    if part and part in parts:
        parts.walk(part, start=start, end=end)
    return [_shape(style, codes, epoch) for style in styles]


def _shape(id: int, codes: dict[int, str], epoch: datetime) -> Shape:
    """What the file says of a format goes before what its id usually means."""
    code = codes.get(id, BUILTIN_FORMATS.get(id, ""))
    if TIMEDELTA_RE.search(code):
        return _span
    if is_date_format(code) or (id in _EAST_ASIAN and id not in codes):
        return lambda number: moment(number, epoch) or plain(number)
    if _ZEROS.fullmatch(code):
        return lambda number: plain(number).zfill(len(code)) if number.is_integer() else plain(number)
    return plain


def moment(number: float, epoch: datetime) -> str:
    """Day and time, the time alone where there is no day; '' where there is none of both."""
    try:
        found = from_excel(number, epoch) if number >= 0 else None
        return (
            written(found)
            if isinstance(found, datetime)
            else found.strftime("%H:%M:%S")
            if isinstance(found, time)
            else ""
        )
    except (OverflowError, ValueError):
        return ""


def _span(number: float) -> str:
    minutes, seconds = divmod(round(number * 86_400), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
