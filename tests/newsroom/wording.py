"""Dates inside the written texts: {siren.day} {siren.time} {saturday} {day-1} {date} {moment}."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

PLACEHOLDER = re.compile(r"\{([a-z]+)(?:\.(day|time)|([+-]\d+))?\}")


def day(moment: datetime) -> str:
    return f"{moment.month}月{moment.day}日"


def hour(moment: datetime) -> str:
    return f"{moment.hour}时{moment.minute:02d}分"


def coming_saturday(moment: datetime) -> datetime:
    return moment + timedelta(days=(5 - moment.weekday()) % 7 or 7)


class Wording:
    def __init__(self, start: datetime, events: Mapping[str, datetime]) -> None:
        self._start = start
        self._events = events

    def fill(self, text: str, published: datetime) -> str:
        def value(found: re.Match[str]) -> str:
            name, part, shift = found.groups()
            if name in self._events:
                event = self._events[name]
                return hour(event) if part == "time" else day(event)
            match name:
                case "day":
                    return day(self._start + timedelta(days=int(shift or 0)))
                case "saturday":
                    return day(coming_saturday(self._start))
                case "date":
                    return day(published)
                case "moment":
                    return f"{published.year}年{day(published)}{hour(published)}"
                case _:
                    raise KeyError(f"unknown placeholder {found.group()} in the newsroom's texts")

        return PLACEHOLDER.sub(value, text)
