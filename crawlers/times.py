"""Times as people write them, read into UTC.  A time without a zone is Asia/Shanghai.  Pure: ``now`` is brought."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from huiying.clock import SHANGHAI

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""How far a clock on the other side may run ahead of ours before its time is not believed."""
MOST = 400
"""Characters of what is said that are read: a time and the words round it. What strangers write may be megabytes of blanks."""

FULL = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?!\d)\s*日?"
    r"(?:(?:[T\s,]*|-(?=\d{1,2}:\d{2}:\d{2}))(?:星期.|周.)?\s*(?P<half>上午|下午|凌晨|晚上|中午)?\s*(?P<H>\d{1,2})\s*[:：时点]\s*(?P<M>\d{1,2})?"
    r"(?:\s*[:：分]\s*(?P<S>\d{1,2}))?(?:\.\d+)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_COMPACT = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?P<H>\d{2})?(?P<M>\d{2})?(?P<S>\d{2})?(?!\d)"
)
_SHORT = re.compile(
    r"(?<![\d年/-])(?P<m>\d{1,2})\s*[-/月]\s*(?P<d>\d{1,2})\s*日?\s+(?P<H>\d{1,2})[:：](?P<M>\d{2})"
)
_AGO = re.compile(r"(?P<n>\d+)\s*(?P<unit>秒|分钟|小时|天)(?:以)?前")
_DAY = re.compile(r"(?P<day>今天|昨天|前天)\s*(?P<H>\d{1,2})[:：](?P<M>\d{2})")
_ANCIENT = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[\s-]+0\d{3}\b", re.IGNORECASE
)
"""A year such as 0024 in a mail's date, which the library takes for 2024."""
_UNIT = {"秒": "seconds", "分钟": "minutes", "小时": "hours", "天": "days"}
_BACK = {"今天": 0, "昨天": 1, "前天": 2}


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """The moment in UTC, or None where it cannot be: before the web, or in the future."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if EARLIEST <= moment <= now + AHEAD else None


def read(text: str | int | float | None, now: datetime) -> datetime | None:
    """The time that this says, or None: unreadable and impossible times are unknown, never guessed."""
    if text is None or isinstance(text, bool):
        return None
    if isinstance(text, int | float):
        return _epoch(text, now)
    said = " ".join(text.split())[:MOST]
    if re.fullmatch(r"\d{10}(?:\d{3})?(?:\.\d+)?", said):
        return _epoch(float(said), now)
    return believable(_written(said, now), now)


def _epoch(number: float, now: datetime) -> datetime | None:
    try:
        seconds = number / 1000 if number > 1e11 else number
        return believable(datetime.fromtimestamp(seconds, UTC), now)
    except (OverflowError, ValueError, OSError):
        return None


def _written(text: str, now: datetime) -> datetime | None:
    for attempt in (_full, _compact, _relative, _short, _mail):
        try:
            moment = attempt(text, now)
        except (ValueError, OverflowError):
            continue
        if moment is not None:
            return moment
    return None


def _full(text: str, _now: datetime) -> datetime | None:
    found = FULL.search(text)
    return from_match(found) if found else None


def from_match(found: re.Match[str]) -> datetime:
    """The moment of a match of :data:`FULL`. Raises ValueError where there is no such day or hour."""
    part = found.groupdict()
    hour = int(part["H"] or 0)
    if part.get("half") in {"下午", "晚上"} and hour < 12:
        hour += 12
    moment = datetime(
        int(part["y"]), int(part["m"]), int(part["d"]), hour, int(part["M"] or 0), int(part["S"] or 0),
        tzinfo=SHANGHAI,
    )  # fmt: skip
    zone = part.get("zone")
    if not zone:
        return moment
    stated = "+0000" if zone in {"Z", "UTC", "GMT"} else zone.replace(":", "")
    return moment.replace(tzinfo=datetime.strptime(stated, "%z").tzinfo)


def _compact(text: str, _now: datetime) -> datetime | None:
    found = _COMPACT.fullmatch(text)
    return from_match(found) if found else None


def _relative(text: str, now: datetime) -> datetime | None:
    if "刚刚" in text:
        return now
    if found := _AGO.search(text):
        return now - timedelta(**{_UNIT[found["unit"]]: int(found["n"])})
    if found := _DAY.search(text):
        day = now.astimezone(SHANGHAI) - timedelta(days=_BACK[found["day"]])
        return day.replace(hour=int(found["H"]), minute=int(found["M"]), second=0, microsecond=0)
    return None


def _short(text: str, now: datetime) -> datetime | None:
    """Month and day alone: the latest such day that is not ahead of now."""
    found = _SHORT.search(text)
    if not found:
        return None
    here = now.astimezone(SHANGHAI)
    moment = datetime(
        here.year, int(found["m"]), int(found["d"]), int(found["H"]), int(found["M"]), tzinfo=SHANGHAI
    )
    return moment if moment <= now + AHEAD else moment.replace(year=here.year - 1)


def _mail(text: str, _now: datetime) -> datetime | None:
    if _ANCIENT.search(text):
        return None
    # Feeds that say "GMT" mean it; no zone at all comes back naive and is ours.
    return parsedate_to_datetime(text)
