"""Which moment the words of a text name, seen from the day that they were said: 昨晚八点多, 上周五, 22日, 半小时前.

今天 hangs on the day that it was said, 当晚 on the day that was named last.  What is known of it (:func:`moment_of`) is as exact as the words are: 3 is day and
clock, 2 a day and part of it, 1 a day alone, 0 a clock alone.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from huiying.clock import SHANGHAI
from nlp.annotators.foreign_clock import OURS_BEFORE
from nlp.numerals import numeral
from nlp.scanning import Rule

NEAR = 24
"""Characters between a day and a clock that surely tells of that day."""
RECENT = timedelta(days=20)
"""A day that is named without its month lies no further back, unless the text tells what happened then."""
SAME_STORY = timedelta(days=45)
"""So far from the day that was named last a day without its month surely belongs to the same story."""
GONE_BY = timedelta(days=120)
"""A day that was named and lies further back belongs to a story of its own."""
WENT_ON = timedelta(days=120)
"""How far a story may go on from one day that it names to the next."""
SOON = timedelta(hours=2)
"""A part of today that begins later than this is still to come."""
_N = r"[零〇一二两三四五六七八九十]{1,3}|\d{1,2}"
_MINUTE = r"[零〇]?\d{1,2}|[零〇一二三四五六七八九十]{2,3}|[零〇一二三四五六七八九十](?=分)"
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
DAYS_AGO = {
    "今天": 0, "今日": 0, "今儿": 0, "今早": 0, "今晨": 0, "今晚": 0, "今夜": 0, "昨天": 1, "昨日": 1, "昨晚": 1, "昨夜": 1,
    "昨儿": 1, "今儿个": 0, "昨儿个": 1, "前儿个": 2, "前儿": 2, "夜个": 1, "夜儿个": 1, "夜黑": 1, "夜黑儿": 1, "夜个黑": 1, "夜个黑儿": 1, "昨晨": 1, "昨早": 1, "夜儿": 1, "夜里个": 1, "前天": 2, "前日": 2, "前晚": 2, "前夜": 2, "大前天": 3, "大前日": 3,
    "明天": -1, "明日": -1, "明早": -1, "明晚": -1, "明晨": -1, "后天": -2, "大后天": -3,
}  # fmt: skip
PARTS = {
    "凌晨": 2, "清晨": 6, "清早": 6, "早上": 8, "早晨": 8, "一早": 8, "上午": 10, "中午": 12, "正午": 12, "午后": 14, "下午": 15, "后晌": 15,
    "早起": 7, "头晌": 10, "擦黑": 18, "下晚": 17, "后半夜": 2, "傍晚": 18, "晚上": 20, "晚间": 20, "夜里": 22, "夜间": 22, "深夜": 23, "半夜": 0, "午夜": 0, "大半夜": 0, "早": 8, "晨": 6,
    "晚": 20, "夜": 22,
}  # fmt: skip
_NAMED_PARTS = {day: day[-1] for day in (*DAYS_AGO, "当晚", "同晚") if day[-1] in PARTS}
_NAMED_PARTS |= {day: "晚" for day in DAYS_AGO if "黑" in day}
"""Days that name their part: 今晨, 昨晚, 夜黑."""
_EVENING = frozenset(
    {"下午", "后晌", "下晚", "擦黑", "傍晚", "晚上", "晚间", "夜里", "夜间", "深夜", "晚", "夜", "午后"}
)
_NIGHT = frozenset({"晚上", "后半夜", "夜里", "夜间", "深夜", "晚", "夜", "半夜", "午夜", "大半夜"})
_SMALL_HOURS = frozenset({"凌晨", "后半夜"})
_PART = "|".join(sorted(PARTS, key=len, reverse=True))
_DAY = "|".join(
    day + "(?![媳子女童科夫])" * (day == "前儿") for day in sorted(DAYS_AGO, key=len, reverse=True)
)
_POINTS = r"(?!意见|建议|要求|疑问|问题|看法|诉求|希望|原因|理由|说明|质疑|请求|想法|感受|体会|钱|点)"
_CLOCK = (
    rf"(?P<hour>{_N})(?:(?P<unit>点钟?{_POINTS}|时)(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_MINUTE})分?)?|:(?P<colon>\d{{2}})(?!\d))"
    r"(?!间|候|代|常|小时|后|内|光)"
)
_ABOUT = r"(?:快|将近|近|大约|大概|约|差不多|刚过|不到)?"
WHEN = re.compile(
    rf"(?=[\d零〇一二两三四五六七八九十今昨前大明后头擦去本上下这周星礼凌清早中正午傍晚深半夜晨当同次翌第隔])"
    rf"(?:(?:(?:(?P<year>(?:19|20)\d\d(?=[年\-/.])|(?<!\d)[012]\d(?=年)|[一二][〇零九][〇零一二三四五六七八九]{{2}}(?=年))[年\-/.]\)?|(?P<years>去年|前年|今年|明年|同年|当年|次年|翌年)的?|(?<![\d年\-/])(?<!\d\.))(?P<month>{_N})(?P<sep>月|(?<=\d)[\-/.](?=\d))(?P<dom>{_N})(?:[日号]|(?=[上下凌清早傍晚夜])|(?<=\d)(?![\d.%万千百元人名户个年月岁折倍几多十]))"
    rf"|(?P<moon>本月|这个?月|上个?月)(?P<moonday>\d{{1,2}})[日号]"
    rf"|(?<!\d)(?<![\d一二三四五六七八九十]月)(?<!\d[,.])(?P<only>\d{{1,2}}|[二三]十[一二三四五六七八九]?|十[一二三四五六七八九]|十(?=日[上下凌清早傍晚夜深]))(?:日(?!均|常|前后|内|游|报(?![道告警案])|元|子|本|间)|号(?=[上下中凌清早傍晚夜]))"
    rf"|(?P<day>{_DAY})|(?P<same>[当同](?:日|天|晚)|次日|第二天|隔天)|(?P<which>上个?|下个?|这个?|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?!次))"
    rf"(?:\((?!\d{{1,2}}月)[^()\n]{{1,6}}\)|,?(?:周|星期|礼拜)[一二三四五六日天]|t(?=\d\d:))?[),的\s]{{0,2}}(?P<part>{_PART})?\s?(?:{_ABOUT}{_CLOCK})?"
    rf"|(?P<lonepart>{_PART})?\s?{_ABOUT}{_CLOCK.replace('?P<', '?P<lone_')})"
)
_NUMERALS = r"\d零〇一二两三四五六七八九十"
_WEEKDAY = "[一二三四五六日天]"
_OF_WEEK = f"(?:周|星期|礼拜){_WEEKDAY}"
_CLOCKED = rf"\s?[快将近大约差刚不{_NUMERALS}]"
_FOLLOWED = {
    "0123456789零〇一二两三四五六七八九十": rf"[{_NUMERALS}]{{0,3}}(?:[年月][{_NUMERALS})]|[日号点时:\-/.])|早",
    "大": "前[天日]|后天|半夜|约", "头": f"晌{_CLOCKED}", "擦": f"黑{_CLOCKED}", "上": rf"个?{_OF_WEEK}|个?月\d|午{_CLOCKED}", "下": f"个?{_OF_WEEK}|[午晚]{_CLOCKED}", "这": rf"个?{_OF_WEEK}|个?月\d",
    "去": f"年的?[{_NUMERALS}]", "后": f"天|晌{_CLOCKED}|半夜{_CLOCKED}", "前": f"[天日晚夜儿]|年的?[{_NUMERALS}]", "本": rf"{_OF_WEEK}|月\d", "中正": f"午{_CLOCKED}", "今": f"[天日儿早晨晚夜]|年的?[{_NUMERALS}]",
    "明": f"[天日早晚晨]|年的?[{_NUMERALS}]", "昨": "[天日晚夜儿晨早]", "晚": f"[上间]?{_CLOCKED}", "周": _WEEKDAY, "第": "二天", "当同": f"[日天晚]|年的?[{_NUMERALS}]",
    "早": f"[上晨起]?{_CLOCKED}", "半深": f"夜{_CLOCKED}", "夜": f"儿|里?个|黑|[里间]?{_CLOCKED}", "星": f"期{_WEEKDAY}", "次": f"日|年的?[{_NUMERALS}]", "翌": f"年的?[{_NUMERALS}]", "清": f"[晨早]{_CLOCKED}",
    "礼": f"拜{_WEEKDAY}", "凌": f"晨{_CLOCKED}", "午": f"[后夜]{_CLOCKED}", "傍": f"晚{_CLOCKED}", "隔": "天", "晨": _CLOCKED,
}  # fmt: skip
"""What stands behind the first letter of a time; most of those letters begin something else."""
WHEN_BEGINS = re.compile(
    "|".join(f"{letter}(?={rest})" for letters, rest in _FOLLOWED.items() for letter in letters)
)
AGO = Rule(
    r"(?P<n>[一二两三四五六七八九十]{1,3}|半|\d{1,3})(?P<half>个?半)?个?(?:多)?(?P<unit>分钟|小时|钟头|天|星期|礼拜|周(?=[多之前])|(?<=半个)月)(?:多)?(?:之)?前(?!后)",
    needs="|".join(
        f"{unit}{many}{of}前"
        for unit in ("分钟", "小时", "钟头", "天", "星期", "礼拜", "周", "半个月")
        for many in ("", "多")
        for of in ("", "之")
    ),
)
_UNIT_DAYS = {"天": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}
_NEWLY = r"好|的|起步|亮相|毕业|成立|满|过|够|超过|达到|开[通业学盘园]|入[住学职]|进[去来入]|建成|装修(?![工队])|交房|买|购|搬|上学|工作(?!人员)|上任|参加|退休|出生|结婚|投入|涉足|立|[^,。;!?\n]{1,10}不久的"
"""刚刚毕业, 刚刚开通: what is new, not what has just happened."""
JUST_NOW = Rule(
    rf"刚才(?!那|说|的)|刚刚(?<![才份月天连年]刚刚)(?!{_NEWLY})(?:(?<![^,。;:!?\n]刚刚)|(?!(?!发生|结束|公布|发布|过去)[^,。;!?\n]{{1,10}}的))"
    r"|刚(?<![近去今几]年刚)(?=[响拉]|停[电水气])|正在(?=响|鸣|拉|着火|起火|冒|漏|淹|塌)"
)
PAST_AFTER = re.compile(
    r"[^。;!?\n]{0,24}?(?:(?<![为除])了(?![解结])|(?<!错)过(?!来)|(?<![打影])响(?!应)|塌|被|发生|着火|冒烟|漏|淹|没过|困|坏|砸|进水|停电|停水|误鸣)"
)
_APPROXIMATE = re.compile(r"多|整|左右|许|的时候|那会|来钟")
_YEARS_AGO = {"去年": 1, "前年": 2, "今年": 0, "明年": -1}
_SOME_TIME = re.compile(r"左右|许")
_FOR_HOURS = re.compile(r"[二两三四五六七八九][三四五六七八九][点时]钟?多?(?:依然|依旧|仍|还|都|也)")
"""凌晨三四点还在施工: how it goes on night after night."""
_UNTIL_AFTER = re.compile(
    rf"(?:[多许]|左右)?(?:钟|分)?\s?[-~—至到]{{1,2}}(?:{_PART}|次日|第二天){{0,2}}(?:{_N})[点时:]"
)
"""18:00-22:00 without a day: the hours of every day."""
_ONGOING = re.compile(
    r"[多许]?[^,。;!?\n]{0,8}?(?:开始(?![着起冒漏])|以[前后]|之[前后]|还在|仍|依然|依旧|都|也|会|才|一趟|前后)"
)
"""How it goes on: 九点半开始装卸货, 12点还在放音乐."""
ONCE_AFTER = re.compile(
    r"[^。;!?\n]{0,30}?(?:(?<![为除])了(?![解结])|(?<!错)过(?!来)|(?<![打影])响(?!应)|塌|倒|被|发生|火|烟|漏|淹|困|坏|砸|撞|摔|炸|裂|断|坠|堵|吵醒|惊醒|有人|听[到见]|看[到见]|发现|进水|停电|停水|误鸣|地震)"
)
_LOOKED_BEFORE = re.compile(r"(?:一看|看[了着]?)表?[,是]?$")
_GIVEN = re.compile(r"\((\d{1,2})[日号]\)")
"""今日(15日): which day that was."""
_LISTED = frozenset("、,和与及")
_APART = re.compile(r"[。;!?\n]|[两几三四五六七][天日]")
"""Between a day and a clock: another sentence, or several days."""


class Named(NamedTuple):
    """The day that a text named last."""

    at: datetime
    found: re.Match[str]
    abroad: bool
    """It was told by another clock."""
    earlier: Named | None

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def night(self) -> bool:
        """It was the night of that day."""
        return _part(self.found) in _NIGHT

    @property
    def evening(self) -> datetime | None:
        """A time after noon on it that was told by the hours of twelve."""
        if _part(self.found) in _EVENING and (numeral(self.found["hour"] or "") or 24) < 12:
            return self.at
        return self.earlier.evening if self.earlier and self.earlier.day == self.day else None


def ago(found: re.Match[str]) -> timedelta:
    many = 0.5 if found["n"] == "半" else numeral(found["n"]) or 0.0
    many += 0.5 if found["half"] else 0.0
    if found["unit"] in _UNIT_DAYS:
        return timedelta(days=many * _UNIT_DAYS[found["unit"]])
    return timedelta(minutes=many) if found["unit"] == "分钟" else timedelta(hours=many)


def moment_of(
    found: re.Match[str], said: datetime, named: Named | None, text: str
) -> tuple[datetime, int] | None:
    if found["lone_hour"]:
        return _clock_alone(found, said, named, text)
    day = _day(found, said, named, text)
    if day is None:
        return None
    vague = bool(found["only"]) and named is not None and said.date() - named.day > SAME_STORY
    part = _part(found)
    hour, half, quarter, minute, colon = found.group("hour", "half", "quarter", "minute", "colon")
    if hour is not None:
        clock = _clock(hour, half, quarter, minute, colon, part)
        if clock is None:
            return None
        at, exactness = _on_the_day(found, day, clock, part, said)
        return at, min(exactness, 2) if vague else exactness
    if found["sep"] not in {"月", None} and not found["year"]:
        return None
    rough = datetime.combine(day, time(PARTS[part] if part else 12), SHANGHAI)
    if rough > said and day == said.date():
        if part and rough - said > SOON:
            return None
        rough = said
    return rough, 2 if part else 1


def _on_the_day(
    found: re.Match[str], day: date, clock: tuple[int, int], part: str | None, said: datetime
) -> tuple[datetime, int]:
    """昨晚一点 is after midnight, 昨晚凌晨一点 mostly; 今天8点, said at night, may be either half of the day."""
    hour, minute = clock
    spoken = found["day"] or found["same"] or ""
    after_midnight = hour < 5 and part in _NIGHT and spoken[:1] in {"昨", "前", "当", "同"}
    small_hours = hour < 6 and part in _SMALL_HOURS and _NAMED_PARTS.get(spoken) in _NIGHT
    midnight = hour == 24
    at = datetime.combine(day, time(hour % 24, minute), SHANGHAI)
    at += timedelta(days=1) if after_midnight or small_hours or midnight else timedelta(0)
    later = at + timedelta(hours=12)
    either = part is None and (found["unit"] or "").startswith("点") and 0 < hour < 12 and later <= said
    night = hour < 5 and part in _NIGHT and not after_midnight  # 3日晚上1点 is of the 3rd or of the 4th
    return at, 2 if either or small_hours or night else 3


def _clock_alone(
    found: re.Match[str], said: datetime, named: Named | None, text: str
) -> tuple[datetime, int] | None:
    """凌晨两点; 8点多: on the day that was named before, in the night after its evening, else today, or yesterday where today has
    not come so far."""
    part = found["lonepart"]
    if part is None and not _tells_a_time(found, text):
        return None
    if named is None and not _once(found, text):
        return None
    hour, half, quarter, minute, colon = found.group(
        "lone_hour", "lone_half", "lone_quarter", "lone_minute", "lone_colon"
    )
    clock = _clock(hour, half, quarter, minute, colon, part)
    if clock is None:
        return None
    if named is not None:
        at = datetime.combine(named.day, time(clock[0] % 24, clock[1]), SHANGHAI)
        if named.night and part in _SMALL_HOURS | _NIGHT and clock[0] < 6:
            at += timedelta(days=1)
        together = _together(text, named.found.end(), found.start())
        ours = OURS_BEFORE.expression.match(text, named.found.end(), found.start()) and at >= named.at
        return at, 3 if (part or ours) and together else 2
    at = datetime.combine(said.date(), time(clock[0] % 24, clock[1]), SHANGHAI)
    at -= timedelta(days=1) if at > said else timedelta(0)
    return at, 2 if part else 0


def _once(found: re.Match[str], text: str) -> bool:
    """Whether a clock without a day tells what happened then, and not how it goes on day after day, or until when."""
    start, end = found.span()
    if _FOR_HOURS.match(text, found.start("lone_hour")) or _UNTIL_AFTER.match(text, end):
        return False
    if _ONGOING.match(text, end, end + 24) or text[max(0, start - 1) : start] in {"从", "过", "到", "至"}:
        return False
    return bool(
        ONCE_AFTER.match(text, end, end + 40) or _LOOKED_BEFORE.search(text[max(0, start - 6) : start])
    )


def _together(text: str, day_ends: int, clock_begins: int) -> bool:
    return clock_begins - day_ends <= NEAR and not _APART.search(text, day_ends, clock_begins)


def _tells_a_time(found: re.Match[str], text: str) -> bool:
    """8点多, 8时许, or 20:35 at the beginning of a clause; 3点 alone may be three points."""
    if found["lone_colon"]:
        begun = found.start() == 0 or text[found.start() - 1] in ",。;!?\n "
        return begun and text[found.end() : found.end() + 1] in {",", "分", "许", "左"}
    unit = found["lone_unit"] or ""
    about = _APPROXIMATE if unit.startswith("点") else _SOME_TIME
    return unit == "点钟" or bool(about.match(text, found.end()))


def _part(found: re.Match[str]) -> str | None:
    """今早 and 昨晚 name the part of the day with the day."""
    return found["part"] or _NAMED_PARTS.get(found["day"] or found["same"])


def _clock(
    hour_words: str,
    half: str | None,
    quarter: str | None,
    minute: str | None,
    colon: str | None,
    part: str | None,
) -> tuple[int, int] | None:
    """Hour (24 is the midnight that ends the day) and minute."""
    hour = int(numeral(hour_words) or 0)
    minutes = 30 if half else 15 * int(numeral(quarter) or 0) if quarter else 0
    minutes = int(numeral((minute or colon or "").lstrip("零〇")) or 0) if minute or colon else minutes
    afternoon = part in _EVENING and hour < 12 and not (part in _NIGHT and hour < 5)
    if afternoon or (part == "中午" and hour < 3):
        hour += 12
    elif part in _NIGHT and hour == 12:
        hour = 24
    elif part in {"半夜", "午夜", "大半夜"} and 9 <= hour < 12:
        hour += 12
    elif part == "凌晨" and hour == 12:
        hour = 0
    return (hour, minutes) if hour < 25 and minutes < 60 else None


def _day(found: re.Match[str], said: datetime, named: Named | None, text: str) -> date | None:
    today = said.date()
    if found["day"]:
        given = _GIVEN.search(found[0])
        meant = given and _on(today.year, today.month, int(given[1]), today)
        return meant or today - timedelta(days=DAYS_AGO[found["day"]])
    if found["same"]:
        return named.day + timedelta(days=found["same"][0] not in "当同") if named else None
    if found["weekday"]:
        return _weekday(found, today, named, text)
    if found["moonday"]:
        back = found["moon"].startswith("上")
        year, month = (today.year, today.month) if not back else _month_before(today)
        return _on(year, month, int(found["moonday"]), date.max)
    if found["month"]:
        nowhere = found["years"] and named is None and found["years"] not in _YEARS_AGO
        return None if nowhere else _dated(found, today, named, text)
    if found["only"]:
        return _day_of_month(found, today, named.day if named else None, text)
    return None


def _day_of_month(found: re.Match[str], today: date, named: date | None, text: str) -> date | None:
    """22日: the one nearest to the day that was named before, even if it is still to come (18日至20日), else the last one; where that is long ago and nothing tells what
    happened then, it may be still to come."""
    number = int(numeral(found["only"]) or 0)
    if named is not None:
        months = (_month_before(named), (named.year, named.month), _month_after(named))
        days = [day for month in months if (day := _on(*month, number, date.max))]
        return min(days, key=lambda day: abs(day - named), default=None)
    last = _on(today.year, today.month, number, today) or _on(*_month_before(today), number, today)
    if last and today - last > RECENT and not PAST_AFTER.match(text, found.end(), found.end() + 40):
        return None
    return last


def _weekday(found: re.Match[str], today: date, named: Named | None, text: str) -> date | None:
    """上周五 is of the week before; 周日, said on Monday, was yesterday if the text tells what happened then, and of no week that is
    known in a story of long ago."""
    which = (found["which"] or "")[:1]
    if named and not which and today - named.day > SAME_STORY:
        return None
    wanted = "一二三四五六日".index(found["weekday"].replace("天", "日"))
    day = today + timedelta(days=wanted - today.weekday())
    if which == "上":
        return day - timedelta(days=7)
    if which == "下":
        return day + timedelta(days=7)
    if day <= today or which:
        return day
    return day - timedelta(days=7) if PAST_AFTER.match(text, found.end(), found.end() + 40) else None


def _dated(found: re.Match[str], today: date, named: Named | None, text: str) -> date | None:
    year_told = _year_of(found, today, named, text)
    month, day = int(numeral(found["month"]) or 0), int(numeral(found["dom"]) or 0)
    if found["year"]:
        year = int(found["year"].translate(_DIGITS))
        return _on(year if year > 99 else 2000 + year, month, day, date.max)
    if year_told:
        return _on(year_told, month, day, date.max)
    made = _on(today.year, month, day, date.max)
    far_ahead = made is not None and made - today > timedelta(days=180)
    made = _on(today.year - 1, month, day, date.max) if far_ahead else made
    return _of_its_story(made, today, named) if made and named else made


def _of_its_story(made: date, today: date, named: Named) -> date:
    """2024年2月1日起诉，2月12日立案: of the year that the story has come to, where both days lie close together and today is far."""
    then = _on(named.day.year, made.month, made.day, made)
    if then is None or today - named.day < GONE_BY or not timedelta(0) <= then - named.day <= WENT_ON:
        return made
    return made if today - made <= RECENT else then


def _year_of(found: re.Match[str], today: date, named: Named | None, text: str) -> int | None:
    """去年, 同年, and 2015年5月20日、5月25日: the year that the day right before it tells for both."""
    if word := found["years"]:
        if word in _YEARS_AGO or named is None:
            return today.year - _YEARS_AGO.get(word, 0)
        return named.day.year + (word[0] in "次翌")
    listed = named and named.found["year"] and text[named.found.end() : found.start()] in _LISTED
    return named.day.year if named and listed else None


def _month_before(day: date) -> tuple[int, int]:
    return day.year - (day.month == 1), (day.month - 2) % 12 + 1


def _month_after(day: date) -> tuple[int, int]:
    return day.year + (day.month == 12), day.month % 12 + 1


def _on(year: int, month: int, day: int, latest: date) -> date | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if made <= latest else None
