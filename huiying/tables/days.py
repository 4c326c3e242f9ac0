"""Days as spreadsheets count them, and as they are written where somebody reads them."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

COUNTED_FROM = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no zones
"""By Excel, but for workbooks that count from 1904."""
_BARE = re.compile(r"\d{5}(?:\.\d{1,12})?")
_FIRST, _LAST = COUNTED_FROM.replace(year=1990), COUNTED_FROM.replace(year=2099)


def written(moment: datetime) -> str:
    """To the second; a day alone where it is midnight."""
    moment += timedelta(microseconds=500_000)
    midnight = moment.time().replace(microsecond=0) == time()
    return moment.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S")


def dated(text: str, epoch: datetime) -> str:
    """The day, where a bare number of this size stands under a heading for times: its format was lost."""
    if not _BARE.fullmatch(text):
        return text
    moment = epoch + timedelta(days=float(text))
    return written(moment) if _FIRST <= moment <= _LAST else text
