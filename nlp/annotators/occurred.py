"""When a matter happened, as the text tells it: 今天上午10点, 昨晚八点多, 9月18日10时, 刚才.  Never later than it was said.

今天 hangs on the day that it was said.  Where nobody knows that day, the day of collecting may stand in for it, and then
nothing is stated; what was filed later says nothing of when it was written at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from huiying.clock import SHANGHAI
from huiying.contracts import Certainty, Occurrence, Origin, Post, Reading, Why
from nlp.numerals import numeral
from nlp.sheet import Passage, Sheet

OLDEST = timedelta(days=400)
"""What lies further back is history, not an occurrence."""

_N = r"[零〇一二两三四五六七八九十]{1,3}|\d{1,2}"
_DAYS_AGO = {
    "今天": 0, "今日": 0, "今早": 0, "今晨": 0, "今晚": 0, "今夜": 0, "昨天": 1, "昨日": 1, "昨晚": 1, "昨夜": 1, "昨儿": 1,
    "夜儿": 1, "夜里个": 1, "前天": 2, "前日": 2, "前晚": 2, "大前天": 3,
    "明天": -1, "明日": -1, "明早": -1, "明晚": -1, "后天": -2, "大后天": -3,
}  # fmt: skip
_PARTS = {
    "凌晨": 2, "清晨": 6, "早上": 8, "早晨": 8, "一早": 8, "上午": 10, "中午": 12, "正午": 12, "午后": 14, "下午": 15, "后晌": 15,
    "傍晚": 18, "晚上": 20, "晚间": 20, "夜里": 22, "夜间": 22, "深夜": 23, "半夜": 0, "午夜": 0, "大半夜": 0, "早": 8, "晨": 6,
    "晚": 20, "夜": 22,
}  # fmt: skip
_EVENING = frozenset({"下午", "后晌", "傍晚", "晚上", "晚间", "夜里", "夜间", "深夜", "晚", "夜", "午后"})
_NIGHT = frozenset({"晚上", "夜里", "夜间", "深夜", "晚", "夜"})
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_DAY = "|".join(sorted(_DAYS_AGO, key=len, reverse=True))
_CLOCK = rf"(?P<hour>{_N})(?:(?:点钟?|时)(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_N})分?)?|:(?P<colon>\d{{2}}))(?!间|候|代|常|左右都|小时|后|内)"
_WHEN = re.compile(
    rf"(?:(?:(?P<year>(?:19|20)\d\d)[年\-/.]|(?<![\d年]))(?P<month>{_N})(?:月|(?<=\d)[\-/.](?=\d))(?P<dom>{_N})[日号]?|(?P<only>\d{{1,2}})日(?!均|常|前后)"
    rf"|(?P<day>{_DAY})|(?:(?P<last>上)|(?P<next>下))?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天]))?[,的\s]{{0,2}}(?P<part>{_PART})?[\s]?(?:{_CLOCK})?"
)
_JUST_NOW = re.compile(r"刚才|刚刚|刚(?=[响停拉发])|就在刚才|此刻|现在正|正在(?=响|鸣|拉)")


@dataclass(frozen=True, slots=True)
class _Told:
    """One mention of a time; ``exactness`` 3 has day and clock, 2 a day and part of it, 1 a day alone."""

    at: datetime
    exactness: int
    passage: Passage
    start: int
    end: int
    dated: bool = False
    """It names its year: it means the same whenever it was said."""


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    said = sheet.post.first_public_at.astimezone(SHANGHAI)
    told = [mention for passage in sheet.passages for mention in _told(passage, said)]
    anchored, hangs = sheet.post.published_at is not None, sheet.post.origin is Origin.LIVE
    told = [mention for mention in told if mention.dated or anchored or hangs]
    past = [mention for mention in told if said - OLDEST <= mention.at <= said]
    if not past:
        return replace(reading, occurred=_published(sheet.post))
    best = max(past, key=lambda mention: (mention.exactness, -past.index(mention)))
    fast = anchored or best.dated
    stated = best.exactness == 3 and fast
    rough = "文中只说了大致时间" if fast else "发布时间不明，文中的时间按采集时间推算"
    why = Why(
        rule="occurred.text",
        note="文中写明了日期和时刻" if stated else rough,
        spans=(best.passage.span(best.start, best.end),),
    )
    return replace(
        reading,
        occurred=Occurrence(
            at=best.at.astimezone(sheet.post.collected_at.tzinfo),
            source="text",
            certainty=Certainty.STATED if stated else Certainty.INFERRED,
            why=(why,),
        ),
    )


def _published(post: Post) -> Occurrence:
    """Without a word of when, it happened at the latest when it was published."""
    if post.published_at is None:
        return Occurrence()
    why = Why(rule="occurred.published", note="文中没有说时间，暂按发布时间")
    return Occurrence(at=post.published_at, source="published", certainty=Certainty.INFERRED, why=(why,))


def _told(passage: Passage, said: datetime) -> list[_Told]:
    mentions = []
    for found in _WHEN.finditer(passage.text):
        at = _moment(found, said) if found[0].strip() else None
        if at is not None:
            moment, exactness = at
            mentions.append(
                _Told(moment, exactness, passage, found.start(), found.end(), dated=bool(found["year"]))
            )
    for found in _JUST_NOW.finditer(passage.text):
        mentions.append(_Told(said, 2, passage, found.start(), found.end()))
    return mentions


def _moment(found: re.Match[str], said: datetime) -> tuple[datetime, int] | None:
    day = _day(found, said)
    clock = _clock(found)
    if day is None:
        if clock is None or found["part"] is None:
            return None
        day = said.date()
        if datetime.combine(day, clock, SHANGHAI) > said:
            day -= timedelta(days=1)
        return datetime.combine(day, clock, SHANGHAI), 2
    if clock is not None:
        after_midnight = clock.hour < 5 and _part(found) in _NIGHT and (found["day"] or "")[:1] == "昨"
        return datetime.combine(day + timedelta(days=after_midnight), clock, SHANGHAI), 3
    part = _part(found)
    rough = datetime.combine(day, time(_PARTS[part] if part else 12), SHANGHAI)
    if rough > said and day == said.date():
        rough = said
    return rough, 2 if part else 1


def _part(found: re.Match[str]) -> str | None:
    """今早 and 昨晚 name the part of the day with the day."""
    tail = (found["day"] or " ")[-1]
    return found["part"] or (tail if tail in _PARTS else None)


def _clock(found: re.Match[str]) -> time | None:
    if found["hour"] is None:
        return None
    hour = int(numeral(found["hour"]) or 0)
    minute = found["minute"] or found["colon"]
    minutes = 30 if found["half"] else 15 * int(numeral(found["quarter"]) or 0) if found["quarter"] else 0
    minutes = int(numeral(minute) or 0) if minute else minutes
    part = _part(found)
    if part in _EVENING and hour < 12 and not (part in _NIGHT and hour < 5):
        hour += 12
    if part == "中午" and hour < 3:
        hour += 12
    if part in {"半夜", "午夜", "大半夜"} and 9 <= hour < 12:
        hour += 12
    hour = 0 if hour == 24 else hour
    return time(hour, minutes) if hour < 24 and minutes < 60 else None


def _day(found: re.Match[str], said: datetime) -> date | None:
    today = said.date()
    if found["day"]:
        return today - timedelta(days=_DAYS_AGO[found["day"]])
    if found["weekday"] and found["next"]:
        return today + timedelta(days=7)
    if found["weekday"]:
        wanted = "一二三四五六日".index(found["weekday"].replace("天", "日"))
        monday = today - timedelta(days=today.weekday())
        day = monday + timedelta(days=wanted - (7 if found["last"] else 0))
        return day if found["last"] or day <= today else None
    if found["month"]:
        return _dated(found, today)
    if found["only"]:
        day_of_month = int(found["only"])
        return _on(today.year, today.month, day_of_month, today) or _on(
            today.year - (today.month == 1), (today.month - 2) % 12 + 1, day_of_month, today
        )
    return None


def _dated(found: re.Match[str], today: date) -> date | None:
    month, day = int(numeral(found["month"]) or 0), int(numeral(found["dom"]) or 0)
    if found["year"]:
        return _on(int(found["year"]), month, day, date.max)
    made = _on(today.year, month, day, date.max)
    far_ahead = made is not None and made - today > timedelta(days=180)
    return _on(today.year - 1, month, day, date.max) if far_ahead else made


def _on(year: int, month: int, day: int, latest: date) -> date | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if made <= latest else None
