"""Moments and durations as an office reads them: Asia/Shanghai, 24 hours, figures of one width."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from huiying.clock import SHANGHAI

_WEEKDAYS = "一二三四五六日"


def local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


def midnight(now: datetime) -> datetime:
    """When today began in Shanghai."""
    return local(now).replace(hour=0, minute=0, second=0, microsecond=0)


def day_start(day: date) -> datetime:
    """The first moment of a day in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def day_of(text: str) -> date | None:
    """2026-11-23, as a form of ours sends it; None for anything else, and for days that no office has."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if text == day.isoformat() and 2000 <= day.year <= 2200 else None


def clock_time(moment: datetime) -> str:
    """10:24:36"""
    return local(moment).strftime("%H:%M:%S")


def long_day(moment: datetime) -> str:
    """2026年11月23日 星期一"""
    day = local(moment)
    return f"{day.year}年{day.month}月{day.day}日 星期{_WEEKDAYS[day.weekday()]}"


def full(moment: datetime) -> str:
    """2026-11-23 10:24:36"""
    return local(moment).strftime("%Y-%m-%d %H:%M:%S")


def short(moment: datetime, now: datetime) -> str:
    """今天 10:24, 昨天 10:24, 11-20 10:24, 2025-11-20 10:24: as much of the date as it takes."""
    there, here = local(moment), local(now)
    days = (here.date() - there.date()).days
    if days == 0:
        return f"今天 {there:%H:%M}"
    if days == 1:
        return f"昨天 {there:%H:%M}"
    if there.year == here.year:
        return f"{there:%m-%d %H:%M}"
    return f"{there:%Y-%m-%d %H:%M}"


MANY_HOURS = 100
"""From here on days are told beside them (static/clocks.js does the same)."""


def countdown(left: timedelta) -> str:
    """01:02:03 to go, −00:26:12 over. Hours run on past 24, to 99: 41:05:19, then 4天 04:05:19."""
    seconds = int(left.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    days, hours = divmod(hours, 24) if hours >= MANY_HOURS else (0, hours)
    return f"{'−' if seconds < 0 else ''}{f'{days}天 ' if days else ''}{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"


def span(length: timedelta) -> str:
    """3小时20分, 2天4小时, 45分钟, 30秒: the two largest parts."""
    seconds = int(abs(length.total_seconds()))
    if seconds < 60:
        return f"{seconds}秒"
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
    return f"{minutes}分钟"


def millis(moment: datetime) -> int:
    """For the page's own clock."""
    return int(moment.timestamp() * 1000)


def machine(moment: datetime) -> str:
    """The datetime attribute of a <time>."""
    return local(moment).isoformat(timespec="seconds")
