"""When a matter happened, as the text tells it: 今天上午10点, 昨晚八点多, 9月18日10时, 半小时前.  Never later than it was said.

今天 hangs on the day that it was said.  Where nobody knows that day, the day of collecting may stand in for it, and then
nothing is stated; what was filed later says nothing of when it was written at all.

A stated time starts the five hours.  One that is too early makes an office late that was not; one that is too late hides that
it was, which is worse.  So of several times that may be the occurrence the earliest of the last days is taken, a time of
reporting (截至, 通报, 获悉), opening hours, a deadline and a plan are none, and wherever the text leaves a choice (8点 of the morning
or the evening, times that lie days apart) the time is inferred and starts nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from huiying.clock import SHANGHAI
from huiying.contracts import Certainty, Occurrence, Origin, Post, Reading, Why
from nlp import making
from nlp.amend import amended
from nlp.numerals import numeral
from nlp.scanning import Rule, led, scan
from nlp.sheet import Passage, Sheet

OLDEST = timedelta(days=400)
"""What lies further back is history, not an occurrence."""
LAST_DAYS = timedelta(days=3)
"""Of the times that a text tells with day and clock those so long before the latest may be the same matter."""
ONE_MATTER = timedelta(hours=24)
"""Times further apart leave a choice."""
NEAR = 24
"""Characters between a day and a clock that surely tells of that day."""
MENTIONS = 100
"""Times that are read of one title or text."""

_N = r"[零〇一二两三四五六七八九十]{1,3}|\d{1,2}"
_DAYS_AGO = {
    "今天": 0, "今日": 0, "今儿": 0, "今早": 0, "今晨": 0, "今晚": 0, "今夜": 0, "昨天": 1, "昨日": 1, "昨晚": 1, "昨夜": 1,
    "昨儿": 1, "今儿个": 0, "昨儿个": 1, "前儿个": 2, "前儿": 2, "夜个": 1, "夜儿个": 1, "夜黑": 1, "夜黑儿": 1, "夜个黑": 1, "夜个黑儿": 1, "昨晨": 1, "昨早": 1, "夜儿": 1, "夜里个": 1, "前天": 2, "前日": 2, "前晚": 2, "前夜": 2, "大前天": 3,
    "明天": -1, "明日": -1, "明早": -1, "明晚": -1, "明晨": -1, "后天": -2, "大后天": -3,
}  # fmt: skip
_PARTS = {
    "凌晨": 2, "清晨": 6, "清早": 6, "早上": 8, "早晨": 8, "一早": 8, "上午": 10, "中午": 12, "正午": 12, "午后": 14, "下午": 15, "后晌": 15,
    "早起": 7, "头晌": 10, "擦黑": 18, "下晚": 17, "后半夜": 2, "傍晚": 18, "晚上": 20, "晚间": 20, "夜里": 22, "夜间": 22, "深夜": 23, "半夜": 0, "午夜": 0, "大半夜": 0, "早": 8, "晨": 6,
    "晚": 20, "夜": 22,
}  # fmt: skip
_NAMED_PARTS = {day: day[-1] for day in (*_DAYS_AGO, "当晚", "同晚") if day[-1] in _PARTS}
_NAMED_PARTS |= {day: "晚" for day in _DAYS_AGO if "黑" in day}
"""Days that name their part: 今晨, 昨晚, 夜黑."""
_EVENING = frozenset(
    {"下午", "后晌", "下晚", "擦黑", "傍晚", "晚上", "晚间", "夜里", "夜间", "深夜", "晚", "夜", "午后"}
)
_NIGHT = frozenset({"晚上", "后半夜", "夜里", "夜间", "深夜", "晚", "夜", "半夜", "午夜", "大半夜"})
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_DAY = "|".join(sorted(_DAYS_AGO, key=len, reverse=True))
_POINTS = r"(?!意见|建议|要求|疑问|问题|看法|诉求|希望|原因|理由|说明|质疑|请求|想法|感受|体会|钱|点)"
_CLOCK = (
    rf"(?P<hour>{_N})(?:(?P<unit>点钟?{_POINTS}|时)(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_N})分?)?|:(?P<colon>\d{{2}})(?!\d))"
    r"(?!间|候|代|常|小时|后|内|光)"
)
_ABOUT = r"(?:快|将近|近|大约|大概|约|差不多|刚过|不到)?"
_WHEN = re.compile(
    rf"(?=[\d零〇一二两三四五六七八九十今昨前大明后头擦去本上下这周星礼凌清早中正午傍晚深半夜晨当同次第隔])"
    rf"(?:(?:(?:(?P<year>(?:19|20)\d\d)[年\-/.]|(?P<years>去年|前年|今年)|(?<![\d年.\-/]))(?P<month>{_N})(?P<sep>月|(?<=\d)[\-/.](?=\d))(?P<dom>{_N})(?:[日号]|(?![\d.%万千百元人名户个年月岁折倍]))"
    rf"|(?P<moon>本月|这个?月|上个?月)(?P<moonday>\d{{1,2}})[日号]"
    rf"|(?<!\d)(?P<only>\d{{1,2}})(?:日(?!均|常|前后|内|游|报|元|子|本|间)|号(?=[上下中凌清早傍晚夜]))"
    rf"|(?P<day>{_DAY})|(?P<same>[当同](?:日|天|晚)|次日|第二天|隔天)|(?P<which>上个?|下个?|这个?|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天]))"
    rf"(?:\([^()\n]{{1,6}}\)|,?(?:周|星期|礼拜)[一二三四五六日天]|t(?=\d\d:))?[),的\s]{{0,2}}(?P<part>{_PART})?\s?(?:{_ABOUT}{_CLOCK})?"
    rf"|(?P<lonepart>{_PART})?\s?{_ABOUT}{_CLOCK.replace('?P<', '?P<lone_')})"
)
_NUMERALS = r"\d零〇一二两三四五六七八九十"
_CLOCKED = rf"\s?[快将近大约差刚不{_NUMERALS}]"
_FOLLOWED = {
    "0123456789零〇一二两三四五六七八九十": rf"[{_NUMERALS}]{{0,3}}[年月日号点时:\-/.]|早",
    "大": "[前后]天|半夜|约", "头": f"晌{_CLOCKED}", "擦": f"黑{_CLOCKED}", "上": f"个?[月周星礼]|午{_CLOCKED}", "下": f"个?[周星礼]|[午晚]{_CLOCKED}", "这": "个?[月周星礼]",
    "去": "年", "后": f"天|晌{_CLOCKED}|半夜{_CLOCKED}", "前": "[天日晚夜年儿]", "本": "[月周星礼]", "中正": f"午{_CLOCKED}", "今": "[天日儿早晨晚夜年]",
    "明": "[天日早晚晨]", "昨": "[天日晚夜儿晨早]", "晚": f"[上间]?{_CLOCKED}", "周": "[一二三四五六日天]", "第": "二天", "当同": "[日天晚]",
    "早": f"[上晨起]?{_CLOCKED}", "半深": f"夜{_CLOCKED}", "夜": f"儿|里?个|黑|[里间]?{_CLOCKED}", "星": "期", "次": "日", "清": f"[晨早]{_CLOCKED}",
    "礼": "拜", "凌": f"晨{_CLOCKED}", "午": f"[后夜]{_CLOCKED}", "傍": f"晚{_CLOCKED}", "隔": "天", "晨": _CLOCKED,
}  # fmt: skip
"""What stands behind the first letter of a time; most of those letters begin something else."""
_WHEN_BEGINS = re.compile(
    "|".join(f"{letter}(?={rest})" for letters, rest in _FOLLOWED.items() for letter in letters)
)
_AGO = Rule(
    r"(?P<n>[一二两三四五六七八九十]{1,3}|半|\d{1,3})(?P<half>个?半)?个?(?:多)?(?P<unit>分钟|小时|钟头|天|星期|礼拜|周(?=[多之前])|(?<=半个)月)(?:多)?(?:之)?前(?!后)",
    needs="|".join(
        f"{unit}{many}{of}前"
        for unit in ("分钟", "小时", "钟头", "天", "星期", "礼拜", "周", "半个月")
        for many in ("", "多")
        for of in ("", "之")
    ),
)
_UNIT_DAYS = {"天": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}
_JUST_NOW = Rule(r"刚才|刚刚(?!好)|刚(?=[响停拉发])|就在刚才|此刻|现在正|正在(?=响|鸣|拉)")
_ELSEWHERE = Rule(
    led("当地|美东|格林|欧洲|北美", r"[^,。;!?\n]{0,4}时间[^,。;!?\n]{0,6}$")
    + "|"
    + led("农历|阴历|旧历|腊月|正月|冬月|除夕|小年|中秋|端午|重阳|元宵", r"[^,。;!?\n]{0,10}$")
)
"""Another clock or another calendar: which day of ours it was nobody tells here."""
_REPORT_BEFORE = re.compile(r"(?:截至|截止到?|截止|记者|据|发布于|发表于|编辑于|更新于)[^,。;!?\n\d]{0,5}$")
_REPORT_AFTER = re.compile(
    r"[^,。;!?\n]{0,12}?(?:通报|获悉|发布(?!的)|公布|回应|表示|消息|报道|答复|发声|召开发布会|举行发布会)|[电讯](?=[,。\s)])"
)
_HABIT_BEFORE = Rule(
    r"每$|(?:前几|前两|那|有一|某)天$|(?:每[天日周年月逢晚]|每个|逢|(?:营业|开放|上班|工作|办公|服务|咨询|受理)(?:时间)?|周[一二三四五六日][至到\-~]周?[一二三四五六日])[^。;!?\n]{0,16}$",
    needs="每|前几天|前两天|那天|有一天|某天|逢|营业|开放|上班|工作|办公|服务|咨询|受理|"
    + "|".join(f"周{day}" for day in "一二三四五六日"),
)
_HABIT_AFTER = re.compile(r"[^,。;!?\n]{0,8}?(?:闭馆|开门|营业|上班|下班|办公|值班|开放|关门|放学|上学)")
_DEADLINE_AFTER = re.compile(r"[日号]?(?:之前|以前|前(?![后几天晚夜年]))|[^,。;!?\n]{0,3}(?:为止|截止|到期)")
_RULE_AFTER = re.compile(r"[^,。;!?\n]{0,3}起(?:正式|开始)?(?:施行|实施|执行|生效|收费|上市|施)")
_FORM_BEFORE = Rule(
    r"(?:截止|报名|投诉|来信|提交|发布|登记|受理|反映|留言|咨询|发帖|回复|办结|创建|更新)(?:时间|日期)[:为是]?\s?$",
    needs="时间|日期",
)
_PLAN_BEFORE = Rule(
    r"(?:定于|原定|本该|本应|拟于|将于|将在|计划|预计|预定|请于|请在|务必于|须于|约在|初定|预告)[^,。;!?\n]{0,8}$",
    needs="定于|原定|本该|本应|拟于|将于|将在|计划|预计|预定|请于|请在|务必于|须于|约在|初定|预告",
)
_PLAN_AFTER = re.compile(
    r"(?:[:\d\-—~至到时点分]{1,9},?)?[^,。;!?\n]{0,6}?(?:将(?!近)|拟|准时(?:举行|开始)|召开|集合|组织疏散|演练期间|期间请|请勿)"
)
_PAST_AFTER = re.compile(
    r"[^。;!?\n]{0,24}?(?:了|过(?!来)|响|塌|被|发生|着火|冒烟|漏|淹|没过|困|坏|砸|进水|停电|停水|误鸣)"
)
_RANGE_BEFORE = ("到", "至", "-", "—", "~")
_APPROXIMATE = re.compile(r"多|整|左右|许|的时候|那会|来钟")
_SOME_TIME = re.compile(r"左右|许")
_APART = re.compile(r"[。;!?\n]|[两几三四五六七][天日]")
"""Between a day and a clock: another sentence, or several days."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One mention of a time; ``exactness`` 3 has day and clock, 2 a day and part of it, 1 a day alone, 0 a clock alone."""

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
        return amended(reading, occurred=_published(sheet.post))
    best, clear = _meant(past)
    fast = anchored or best.dated
    stated = best.exactness == 3 and fast and clear
    spans = (best.passage.span(best.start, best.end),)
    why = making.why("occurred.text", _note(stated, fast, clear), 0.0, spans)
    return amended(
        reading,
        occurred=Occurrence(
            at=best.at.astimezone(sheet.post.collected_at.tzinfo),
            source="text",
            certainty=Certainty.STATED if stated else Certainty.INFERRED,
            why=(why,),
        ),
    )


def _note(stated: bool, fast: bool, clear: bool) -> str:
    if stated:
        return "文中写明了日期和时刻"
    if not fast:
        return "发布时间不明，文中的时间按采集时间推算"
    return "文中只说了大致时间" if clear else "文中写了几个相隔较远的时间，取最早的"


def _meant(past: list[_Told]) -> tuple[_Told, bool]:
    """The mention that tells of the occurrence, and whether no other competes with it."""
    fullest = max(mention.exactness for mention in past)
    full = [mention for mention in past if mention.exactness == fullest]
    if fullest < 3:
        return full[0], True
    latest = max(mention.at for mention in full)
    near = [mention for mention in full if latest - mention.at <= LAST_DAYS]
    best = min(near, key=lambda mention: mention.at)
    return best, latest - best.at <= ONE_MATTER


_UNSAID = Why(rule="occurred.published", note="文中没有说时间，暂按发布时间")


def _published(post: Post) -> Occurrence:
    """Without a word of when, it happened at the latest when it was published."""
    if post.published_at is None:
        return Occurrence()
    return Occurrence(at=post.published_at, source="published", certainty=Certainty.INFERRED, why=(_UNSAID,))


# ------------------------------------------------------------------------------------------------ mentions


def _told(passage: Passage, said: datetime) -> list[_Told]:
    text = passage.text
    mentions: list[_Told] = []
    before: date | None = None
    named = 0
    for found in islice(scan(_WHEN_BEGINS, _WHEN, text), MENTIONS):
        at = (
            None
            if _no_occurrence(passage, found.start(), found.end())
            else _moment(found, said, before, text, named)
        )
        if at is not None:
            moment, exactness = at
            exactness = min(exactness, 1) if _reported(text, found) else exactness
            dated = bool(found["year"])
            mentions.append(_Told(moment, exactness, passage, found.start(), found.end(), dated))
            if exactness and not found["lone_hour"]:
                before, named = moment.date(), found.end()
    if passage.may(_AGO):
        for found in islice(_AGO.expression.finditer(text), MENTIONS):
            mentions.append(_Told(said - _ago(found), 2, passage, found.start(), found.end()))
    if passage.may(_JUST_NOW):
        for found in islice(_JUST_NOW.expression.finditer(text), MENTIONS):
            mentions.append(_Told(said, 2, passage, found.start(), found.end()))
    return mentions


def _no_occurrence(passage: Passage, start: int, end: int) -> bool:
    """A plan, a deadline, opening hours, the end of a span, or a clock or calendar that is not ours."""
    text = passage.text
    before = text[max(0, start - 30) : start]
    if before.removesuffix("\n").endswith(_RANGE_BEFORE) or any(
        passage.may(rule) and rule.expression.search(before)
        for rule in (_ELSEWHERE, _HABIT_BEFORE, _FORM_BEFORE, _PLAN_BEFORE)
    ):
        return True
    if any(rule.match(text, end, end + 40) for rule in (_DEADLINE_AFTER, _RULE_AFTER, _HABIT_AFTER)):
        return True
    return bool(_PLAN_AFTER.match(text, end, end + 20)) and not _PAST_AFTER.match(text, end, end + 40)


def _reported(text: str, found: re.Match[str]) -> bool:
    """Whether it is when somebody told of the matter."""
    before = text[max(0, found.start() - 12) : found.start()]
    return bool(_REPORT_BEFORE.search(before) or _REPORT_AFTER.match(text, found.end(), found.end() + 24))


def _ago(found: re.Match[str]) -> timedelta:
    many = 0.5 if found["n"] == "半" else numeral(found["n"]) or 0.0
    many += 0.5 if found["half"] else 0.0
    if found["unit"] in _UNIT_DAYS:
        return timedelta(days=many * _UNIT_DAYS[found["unit"]])
    return timedelta(minutes=many) if found["unit"] == "分钟" else timedelta(hours=many)


def _moment(
    found: re.Match[str], said: datetime, before: date | None, text: str, named: int
) -> tuple[datetime, int] | None:
    """``before`` is the day that was named last, up to ``named``."""
    if found["lone_hour"]:
        return _clock_alone(found, said, before, text, named)
    day = _day(found, said, before, text)
    if day is None:
        return None
    if found["hour"] is not None:
        clock = _clock(
            found["hour"], found["half"], found["quarter"], found["minute"], found["colon"], _part(found)
        )
        return None if clock is None else _on_the_day(found, day, clock, said)
    if found["sep"] not in {"月", None} and not found["year"]:
        return None
    part = _part(found)
    rough = datetime.combine(day, time(_PARTS[part] if part else 12), SHANGHAI)
    if rough > said and day == said.date():
        rough = said
    return rough, 2 if part else 1


def _on_the_day(
    found: re.Match[str], day: date, clock: tuple[int, int], said: datetime
) -> tuple[datetime, int]:
    """昨晚一点 is after midnight; 今天8点, said at night, may be either half of the day."""
    hour, minute = clock
    part = _part(found)
    after_midnight = hour < 5 and part in _NIGHT and (found["day"] or "")[:1] in {"昨", "前"}
    midnight = hour == 24
    at = datetime.combine(day, time(hour % 24, minute), SHANGHAI)
    at += timedelta(days=1) if after_midnight or midnight else timedelta(0)
    later = at + timedelta(hours=12)
    either = part is None and (found["unit"] or "").startswith("点") and 0 < hour < 12 and later <= said
    return at, 2 if either else 3


def _clock_alone(
    found: re.Match[str], said: datetime, before: date | None, text: str, named: int
) -> tuple[datetime, int] | None:
    """凌晨两点; 8点多: on the day that was named before, else today, or yesterday where today has not come so far."""
    part = found["lonepart"]
    if part is None and not _tells_a_time(found, text):
        return None
    clock = _clock(
        found["lone_hour"],
        found["lone_half"],
        found["lone_quarter"],
        found["lone_minute"],
        found["lone_colon"],
        part,
    )
    if clock is None:
        return None
    if before is not None:
        at = datetime.combine(before, time(clock[0] % 24, clock[1]), SHANGHAI)
        together = found.start() - named <= NEAR and not _APART.search(text, named, found.start())
        return at, 3 if part and together else 2
    at = datetime.combine(said.date(), time(clock[0] % 24, clock[1]), SHANGHAI)
    at -= timedelta(days=1) if at > said else timedelta(0)
    return at, 2 if part else 0


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
    minutes = int(numeral(minute or colon or "") or 0) if minute or colon else minutes
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


def _day(found: re.Match[str], said: datetime, before: date | None, text: str) -> date | None:
    today = said.date()
    if found["day"]:
        return today - timedelta(days=_DAYS_AGO[found["day"]])
    if found["same"]:
        return before and before + timedelta(days=found["same"][0] not in "当同")
    if found["weekday"]:
        return _weekday(found, today, text)
    if found["moonday"]:
        back = found["moon"].startswith("上")
        year, month = (today.year, today.month) if not back else _month_before(today)
        return _on(year, month, int(found["moonday"]), date.max)
    if found["month"]:
        return _dated(found, today)
    if found["only"]:
        day_of_month = int(found["only"])
        year, month = _month_before(today)
        return _on(today.year, today.month, day_of_month, today) or _on(year, month, day_of_month, today)
    return None


def _weekday(found: re.Match[str], today: date, text: str) -> date | None:
    """上周五 is of the week before; 周日, said on Monday, was yesterday if the text tells what happened then."""
    which = (found["which"] or "")[:1]
    wanted = "一二三四五六日".index(found["weekday"].replace("天", "日"))
    day = today + timedelta(days=wanted - today.weekday())
    if which == "上":
        return day - timedelta(days=7)
    if which == "下":
        return day + timedelta(days=7)
    if day <= today or which:
        return day
    return day - timedelta(days=7) if _PAST_AFTER.match(text, found.end(), found.end() + 40) else None


def _dated(found: re.Match[str], today: date) -> date | None:
    month, day = int(numeral(found["month"]) or 0), int(numeral(found["dom"]) or 0)
    if found["year"]:
        return _on(int(found["year"]), month, day, date.max)
    if found["years"]:
        back = {"今": 0, "去": 1, "前": 2}[found["years"][0]]
        return _on(today.year - back, month, day, date.max)
    made = _on(today.year, month, day, date.max)
    far_ahead = made is not None and made - today > timedelta(days=180)
    return _on(today.year - 1, month, day, date.max) if far_ahead else made


def _month_before(day: date) -> tuple[int, int]:
    return day.year - (day.month == 1), (day.month - 2) % 12 + 1


def _on(year: int, month: int, day: int, latest: date) -> date | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if made <= latest else None
