"""When a matter happened, as the text tells it: 今天上午10点, 昨晚八点多, 9月18日10时, 半小时前.  Never later than it was said.

今天 hangs on the day that it was said.  Where nobody knows that day, the day of collecting may stand in for it, and then
nothing is stated; what was filed later says nothing of when it was written at all.

A stated time starts the five hours.  One that is too early makes an office late that was not; one that is too late hides that
it was, which is worse.  So of several times that may be the occurrence the earliest of the last days is taken, a time of
reporting (截至, 通报, 获悉, a dateline, a signature), opening hours, a deadline and a plan are none, and wherever the text leaves a choice
(8点 of the morning or the evening, a day without its month, times that lie days apart) the time is inferred and starts nothing.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import reduce
from itertools import islice
from operator import or_
from typing import NamedTuple

from huiying.clock import SHANGHAI
from huiying.contracts import Certainty, Field, Occurrence, Origin, Post, Reading, Why
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
RECENT = timedelta(days=20)
"""A day that is named without its month lies no further back, unless the text tells what happened then."""
SAME_STORY = timedelta(days=45)
"""So far from the day that was named last a day without its month surely belongs to the same story."""
SOON = timedelta(hours=2)
"""A part of today that begins later than this is still to come."""

_N = r"[零〇一二两三四五六七八九十]{1,3}|\d{1,2}"
_MINUTE = r"[零〇]?\d{1,2}|[零〇一二三四五六七八九十]{2,3}|[零〇一二三四五六七八九十](?=分)"
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_DAYS_AGO = {
    "今天": 0, "今日": 0, "今儿": 0, "今早": 0, "今晨": 0, "今晚": 0, "今夜": 0, "昨天": 1, "昨日": 1, "昨晚": 1, "昨夜": 1,
    "昨儿": 1, "今儿个": 0, "昨儿个": 1, "前儿个": 2, "前儿": 2, "夜个": 1, "夜儿个": 1, "夜黑": 1, "夜黑儿": 1, "夜个黑": 1, "夜个黑儿": 1, "昨晨": 1, "昨早": 1, "夜儿": 1, "夜里个": 1, "前天": 2, "前日": 2, "前晚": 2, "前夜": 2, "大前天": 3, "大前日": 3,
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
_SMALL_HOURS = frozenset({"凌晨", "后半夜"})
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_DAY = "|".join(
    day + "(?![媳子女童科夫])" * (day == "前儿") for day in sorted(_DAYS_AGO, key=len, reverse=True)
)
_POINTS = r"(?!意见|建议|要求|疑问|问题|看法|诉求|希望|原因|理由|说明|质疑|请求|想法|感受|体会|钱|点)"
_CLOCK = (
    rf"(?P<hour>{_N})(?:(?P<unit>点钟?{_POINTS}|时)(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_MINUTE})分?)?|:(?P<colon>\d{{2}})(?!\d))"
    r"(?!间|候|代|常|小时|后|内|光)"
)
_ABOUT = r"(?:快|将近|近|大约|大概|约|差不多|刚过|不到)?"
_WHEN = re.compile(
    rf"(?=[\d零〇一二两三四五六七八九十今昨前大明后头擦去本上下这周星礼凌清早中正午傍晚深半夜晨当同次第隔])"
    rf"(?:(?:(?:(?P<year>(?:19|20)\d\d(?=[年\-/.])|(?<!\d)[012]\d(?=年)|[一二][〇零九][〇零一二三四五六七八九]{{2}}(?=年))[年\-/.]\)?|(?P<years>去年|前年|今年)|(?<![\d年.\-/]))(?P<month>{_N})(?P<sep>月|(?<=\d)[\-/.](?=\d))(?P<dom>{_N})(?:[日号]|(?![\d.%万千百元人名户个年月岁折倍]))"
    rf"|(?P<moon>本月|这个?月|上个?月)(?P<moonday>\d{{1,2}})[日号]"
    rf"|(?<!\d)(?<!\d[,.])(?P<only>\d{{1,2}}|[二三]?十[一二三四五六七八九]?)(?:日(?!均|常|前后|内|游|报|元|子|本|间)|号(?=[上下中凌清早傍晚夜]))"
    rf"|(?P<day>{_DAY})|(?P<same>[当同](?:日|天|晚)|次日|第二天|隔天)|(?P<which>上个?|下个?|这个?|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天]))"
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
    "去": f"年[{_NUMERALS}]", "后": f"天|晌{_CLOCKED}|半夜{_CLOCKED}", "前": f"[天日晚夜儿]|年[{_NUMERALS}]", "本": rf"{_OF_WEEK}|月\d", "中正": f"午{_CLOCKED}", "今": f"[天日儿早晨晚夜]|年[{_NUMERALS}]",
    "明": "[天日早晚晨]", "昨": "[天日晚夜儿晨早]", "晚": f"[上间]?{_CLOCKED}", "周": _WEEKDAY, "第": "二天", "当同": "[日天晚]",
    "早": f"[上晨起]?{_CLOCKED}", "半深": f"夜{_CLOCKED}", "夜": f"儿|里?个|黑|[里间]?{_CLOCKED}", "星": f"期{_WEEKDAY}", "次": "日", "清": f"[晨早]{_CLOCKED}",
    "礼": f"拜{_WEEKDAY}", "凌": f"晨{_CLOCKED}", "午": f"[后夜]{_CLOCKED}", "傍": f"晚{_CLOCKED}", "隔": "天", "晨": _CLOCKED,
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
_JUST_NOW = Rule(
    r"刚才|刚刚(?<![才份年月天]刚刚)(?!好|起步|亮相|毕业|成立|满|过|够|超过|达到)|刚(?=[响停拉发])|就在刚才|此刻(?<!此时此刻)(?!的|请)|现在正|正在(?=响|鸣|拉)"
)
_ABROAD = (
    "美国|英国|法国|德国|日本|韩国|俄罗斯|莫斯科|乌克兰|基辅|印度|印尼|泰国|缅甸|越南|菲律宾|马来西亚|新加坡|柬埔寨|巴基斯坦|阿富汗|尼泊尔|哈萨克斯坦|以色列|加沙|伊朗|伊拉克|叙利亚"
    "|黎巴嫩|土耳其|埃及|南非|尼日利亚|西班牙|意大利|波兰|澳大利亚|加拿大|墨西哥|巴西|阿根廷|智利|秘鲁|哥伦比亚|伦敦|巴黎|纽约|华盛顿|洛杉矶|东京|大阪|首尔"
)
_FAR = Rule(_ABROAD)
_OTHER_CLOCK = Rule(
    led(
        f"当地|美东|美西|格林|欧洲|北美|东部|西部|中部|太平洋|{_ABROAD}",
        r"[^,。;!?\n]{0,4}时间[^,。;!?\n]{0,6}$",
    )
)
_OURS = re.compile(r"(?:北京时间|台网)[^。;!?\n]{0,12}$")
_OURS_AFTER = Rule(r"[^,。;!?\n(]{0,6}\((?:即|约)?北京时间", needs="北京时间")
_OURS_BEFORE = Rule(r"[^,。;!?\n(]{0,6}\((?:即|约)?北京时间$", needs="北京时间")
"""The same time by our clock: whether it is planned is said before the other one."""
_OTHER_CALENDAR = Rule(
    led("农历|阴历|旧历|腊月|正月|冬月|除夕|小年|中秋|端午|重阳|元宵", r"[^,。;!?\n]{0,10}$")
)
"""Which day of ours it was nobody tells here."""
_REPORT_BEFORE = Rule(
    r"(?:截至|截止到?|截止|记者|据|发布于|发表于|编辑于|更新于)[^,。;!?\n\d)]{0,5}$|(?:回复|答复|留言|回帖|来信)[:(\s]{1,2}$",
    needs="截至|截止|记者|据|发布于|发表于|编辑于|更新于|回复|答复|留言|回帖|来信",
)
_REPORT_AFTER = Rule(
    r"[^,。;!?\n]{0,12}?(?=[通获了发公回表消报答召举证透披介采])(?:通报|获悉|了解到|发布(?!的)|公布|回应|表示|消息|报道|答复|发声|召开发布会|举行发布会|证实(?![死身])|透露|披露|介绍|采访)"
    r"|[^,。;!?\n]{0,8}?(?<![名简职俗自案警电])称(?![为重号呼])"
    r"|[^,。;!?\n]{0,4},?[^,。;!?\n]{0,8}?记者|[^,。;!?\n]{0,2},?(?:有|一|多|一名|一位|多名|不少)?(?:网友|网民|博主)[^,。;!?\n]{0,8}?[发爆反称吐曝]"
    r"|分?[短快]?[电讯](?=[^\u4e00-\u9fff]|[据今昨题]|综合|记者|$)",
    needs="通报|获悉|了解到|发布|公布|回应|表示|消息|报道|答复|发声|召开发|举行发|证实|透露|披露|介绍|采访|称|记者|网友|网民|博主|电|讯",
)
_STAMP_AFTER = re.compile(r":\d\d(?=[\s)发提反回留]|$)")
_SOURCE_BEGINS = frozenset("来稿作编责浏阅")
_SOURCE_AFTER = re.compile(r"(?::\d\d)?\s{0,2}(?:来源|稿源|作者|编辑|责编|浏览|阅读)")
_LINE_AFTER = re.compile(r"(?::\d\d)?[ \t]*(?:\n|$)")
_END_AFTER = re.compile(r"(?::\d\d)?[\s。.!)…]*$")
_GOES_ON_BEFORE = re.compile(r"(?:[于在是为到至从自以和与,:、(\-—~]|时间|日期)\s?$")
_HABIT_BEFORE = Rule(
    r"每$|(?:前几|前两|那|有一|某)天$|(?:每[天日周年月逢晚]|每个|逢|(?:营业|开放|上班|工作|办公|服务|咨询|受理)时间|周[一二三四五六日][至到\-~]周?[一二三四五六日])[^。;!?\n]{0,16}$|(?:营业|开放|上班|办公|受理)[:为是]?\s?$",
    needs="每|前几天|前两天|那天|有一天|某天|逢|营业|开放|上班|工作时间|办公|服务时间|咨询时间|受理|"
    + "|".join(f"周{day}" for day in "一二三四五六日"),
)
_HABIT_AFTER = Rule(
    r"[^,。;!?\n]{0,8}?(?:闭馆|开门|营业|上班|下班|办公|值班|开放|关门|放学|上学)",
    needs="闭馆|开门|营业|上班|下班|办公|值班|开放|关门|放学|上学",
)
_WEEKDAYS_AFTER = re.compile(r"[至到\-~—]{1,2}(?:周|星期|礼拜)")
_HABITUAL = Rule(
    "每天|每晚|每日|每夜|每到|每次|天天|夜夜|经常|长期|平时|通常|往往|一到|常年|高峰|近日|日前|近期|此前|前不久"
)
"""Where these stand a clock without a day tells of no day that is known."""
_NOWADAYS_BEFORE = re.compile(r"(?:的|变成|成为|作为|才有|走到|活到|直到|到了|像)$")
_NOWADAYS_ENDS = frozenset("的成为有到了像")
"""What that ends with."""
_TODAY = frozenset({"今天", "今日"})
NOWADAYS = 4
"""Characters of 今天 without a part of it or a clock."""
_OTHER_WORD_BEFORE = frozenset("年天月周日时期之以目个")
"""Behind these 前天 and 前日 are 前 of another word: 三年前天津."""
_OF_ANOTHER_BEFORE = re.compile(
    r"(?:[事案][发件]|出事|返校|开学|结婚|婚礼|比赛|入住|开业|报名|生日|出生|入职|离职|住院|手术|考试)$"
)
"""事发当晚: the evening of something whose day is told elsewhere."""
_DEADLINE_AFTER = Rule(
    r"[日号]?(?:之前|以前|前(?![后几天晚夜年]))|[^,。;!?\n]{0,3}(?:为止|截止|到期)", needs="前|为止|截止|到期"
)
_RULE_AFTER = Rule(
    r"[^,。;!?\n]{0,3}(?:起(?:正式|开始)?|正式|开始)(?:施行|实施|执行|生效|收费|上市|采用|启用|实行|推行|调整)",
    needs="起|正式|开始",
)
_FORM_BEFORE = Rule(
    r"(?:截止|报名|投诉|来信|提交|发布|登记|受理|反映|留言|咨询|发帖|回复|办结|创建|更新)(?:时间|日期)[:为是]?\s?$",
    needs="时间|日期",
)
_PLAN_BEFORE = Rule(
    r"(?:定于|原定|本该|本应|应于|应在|拟于|将于|将在|计划|预计|预定|请于|请在|务必于|须于|约在|约定|初定|预告|预测)[^,。;!?\n]{0,8}$|(?:预测|预报|预计)[:,][^,。;!?\n]{0,4}$",
    needs="定于|原定|本该|本应|应于|应在|拟于|将于|将在|计划|预计|预定|请于|请在|务必于|须于|约在|约定|初定|预告|预测|预报",
)
_WILL = Rule(
    r"将(?<!即将)(?:[于在](?![场座\d明次下今后本])|会|要|再|与|由|迎|有|是|拟|出现|对(?![方其他她面])|举[行办]|召开(?!之际)|开[庭幕播展始启工赛行放]|播[出放]|上[线映演]|全[面天线]|正式|陆续|继续|进行|出席|参[加与]"
    r"|登陆|公[布开示]|发布|推出|试|鸣|拉响|停[电水气运课]|首[次播]|同步|统一|组织|实[施行]|采取|前往)"
)
"""将 of a plan for just that time: 将他打伤 is none, and 将于5日 has one of its own."""
_OTHERS_WILL = re.compile(r"[。;!?\n称说示诺]|:预|,.*,|^.{15,},")
"""What between a time and 将 makes it somebody's word, or another matter."""
_PLAN_AFTER = Rule(
    r"(?:[:\d\-—~至到时点分]{1,9},?)?(?:[^,。;!?\n]{0,6}?(?:拟|可以?查(?:询|分)?(?=[,。;!?\n])|准时(?:举行|开始)|集合|组织疏散|演练期间|期间请|请勿)|[^。!?\n]{0,40}?(?:不见不散|敬请))",
    needs="拟|可查|可以查|准时|集合|组织疏散|演练期间|期间请|请勿|不见不散|敬请",
)
_PAST_AFTER = re.compile(
    r"[^。;!?\n]{0,24}?(?:(?<![为除])了(?![解结])|(?<!错)过(?!来)|(?<![打影])响(?!应)|塌|被|发生|着火|冒烟|漏|淹|没过|困|坏|砸|进水|停电|停水|误鸣)"
)
_RANGE_BEFORE = ("到", "至", "-", "—", "~")
"""What makes a time the end of a span; one that is still to come makes its beginning a plan or a forecast, maybe."""


def _bits(*rules: Rule) -> int:
    return reduce(or_, [rule.bit for rule in rules])


_OF_DAYS = _bits(_OTHER_CALENDAR, _HABIT_BEFORE, _HABIT_AFTER)
_OF_CLOCKS = _bits(_OTHER_CLOCK, _OURS_AFTER, _OURS_BEFORE)
_OF_PLANS = _bits(_FORM_BEFORE, _PLAN_BEFORE, _DEADLINE_AFTER, _RULE_AFTER, _WILL, _PLAN_AFTER)
_OF_REPORTS = _bits(_REPORT_BEFORE, _REPORT_AFTER)
_APPROXIMATE = re.compile(r"多|整|左右|许|的时候|那会|来钟")
_SOME_TIME = re.compile(r"左右|许")
_LATER = re.compile(r"[以之过]后")
_APART = re.compile(r"[。;!?\n]|[两几三四五六七][天日]")
"""Between a day and a clock: another sentence, or several days."""


class _Told(NamedTuple):
    """One mention of a time; ``exactness`` 3 has day and clock, 2 a day and part of it, 1 a day alone, 0 a clock alone, -1 a report."""

    at: datetime
    exactness: int
    passage: Passage
    start: int
    end: int
    dated: bool = False
    """It names its year: it means the same whenever it was said."""


class _Named(NamedTuple):
    """The day that a text named last."""

    at: datetime
    found: re.Match[str]
    abroad: bool
    """It was told by another clock."""
    earlier: _Named | None

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


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    said = sheet.post.first_public_at.astimezone(SHANGHAI)
    told = [mention for passage in sheet.passages for mention in _told(sheet, passage, said)]
    anchored, hangs = sheet.post.published_at is not None, sheet.post.origin is Origin.LIVE
    told = [mention for mention in told if mention.dated or anchored or hangs]
    if len(told) > 1:
        told = _without_history(told, said)
    past = [mention for mention in told if said - OLDEST <= mention.at <= said]
    if not past:
        return amended(reading, occurred=_published(sheet.post))
    best, clear = _meant(past)
    fast = anchored or best.dated
    ours = best.exactness < 3 or bool(reading.places) or not _far(sheet, best)
    stated = best.exactness == 3 and fast and clear and ours
    spans = (best.passage.span(best.start, best.end),)
    why = making.why("occurred.text", _note(stated, fast, clear, ours), 0.0, spans)
    return amended(
        reading,
        occurred=Occurrence(
            at=best.at.astimezone(sheet.post.collected_at.tzinfo),
            source="text",
            certainty=Certainty.STATED if stated else Certainty.INFERRED,
            why=(why,),
        ),
    )


def _without_history(told: list[_Told], said: datetime) -> list[_Told]:
    """2008年5月12日, and once more without the year: an anniversary."""
    long_ago = {(m.at.month, m.at.day) for m in told if m.dated and said - m.at > OLDEST}
    if not long_ago:
        return told
    return [m for m in told if m.dated or (m.at.month, m.at.day) not in long_ago]


def _far(sheet: Sheet, told: _Told) -> bool:
    """Whether title or sentence name another country, and nobody says that it is our clock."""
    if not sheet.may(_FAR):
        return False
    text, start, end = told.passage.text, told.start, told.end
    if _OURS.search(text, max(0, start - 16), start):
        return False
    near = text[max(0, start - NEAR) : start] + text[end : end + 2 * NEAR]
    return sheet.title.may(_FAR) or bool(_FAR.expression.search(near))


def _note(stated: bool, fast: bool, clear: bool, ours: bool) -> str:
    if stated:
        return "文中写明了日期和时刻"
    if not ours:
        return "像是境外的事，文中的时刻可能是当地时间"
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


def _told(sheet: Sheet, passage: Passage, said: datetime) -> list[_Told]:
    text, held, made = passage.text, passage.standing, tuple.__new__
    mentions: list[_Told] = []
    named: _Named | None = None
    for found in islice(scan(_WHEN_BEGINS, _WHEN, text), MENTIONS):
        alone = found["lone_hour"]
        if _no_day(passage, found) or (alone and not named and sheet.may(_HABITUAL)):
            continue
        at = _moment(found, said, named, text)
        if at is None:
            continue
        moment, exactness = at
        start, end = first, _ = found.span()
        abroad = bool(named and named.abroad and (alone or found["same"]))
        if held & _OF_CLOCKS:
            again = bool(named and _OURS_BEFORE.expression.match(text, named.found.end(), start))
            first = named.found.start() if named and again else start
            abroad = not again and (abroad or _by_another_clock(text, start, end))
        if not abroad and not _no_occurrence(passage, start, end, first):
            if _reported(passage, found):
                exactness = -1
            elif exactness == 3:
                exactness = 2 if _either(found, moment, named) else 3
            told = (moment, exactness, passage, start, end, bool(found["year"]))
            mentions.append(made(_Told, told))
        elif mentions and text[mentions[-1].end : start] in _RANGE_BEFORE:
            begun = mentions[-1]
            if moment > said or moment < begun.at:
                mentions[-1] = begun._replace(exactness=min(begun.exactness, 2))
        if not alone:
            named = made(_Named, (moment, found, abroad, named))
    if held & _AGO.bit:
        for found in islice(_AGO.expression.finditer(text), MENTIONS):
            mentions.append(_Told(said - _ago(found), 2, passage, found.start(), found.end()))
    if held & _JUST_NOW.bit:
        for found in islice(_JUST_NOW.expression.finditer(text), MENTIONS):
            mentions.append(_Told(said, 2, passage, found.start(), found.end()))
    return mentions


def _by_another_clock(text: str, start: int, end: int) -> bool:
    told = _OTHER_CLOCK.expression.search(text[max(0, start - 30) : start])
    return bool(told or _OURS_AFTER.expression.match(text, end, end + 14))


def _either(found: re.Match[str], moment: datetime, named: _Named | None) -> bool:
    """晚上9点晕倒，当日10时死亡: it may be ten in the evening; after 8 is no time of its own."""
    half = named and named.evening and moment < named.evening <= moment + timedelta(hours=12)
    spoken = not (found["part"] or found["lonepart"])
    return bool(half and spoken and moment.hour < 12) or bool(_LATER.match(found.string, found.end()))


def _no_day(passage: Passage, found: re.Match[str]) -> bool:
    """Another calendar, a habit, 今天 for nowadays, a name of an account, or a piece of other words."""
    text = passage.text
    start, end = found.span()
    last = text[start - 1 : start]
    if last == "@":
        return True
    day, weekday, same = found.group("day", "weekday", "same")
    if day:
        if day[0] == "前" and last in _OTHER_WORD_BEFORE:
            return True
        bare = last in _NOWADAYS_ENDS and day in _TODAY and end - start <= NOWADAYS
        if bare and _NOWADAYS_BEFORE.search(text[max(0, start - 2) : start]):
            return True
    elif weekday:
        if _WEEKDAYS_AFTER.match(text, end):
            return True
    elif same and _OF_ANOTHER_BEFORE.search(text[max(0, start - 2) : start]):
        return True
    held = passage.standing
    if not held & _OF_DAYS:
        return False
    before = text[max(0, start - 30) : start]
    return bool(
        (held & _OTHER_CALENDAR.bit and _OTHER_CALENDAR.expression.search(before))
        or (held & _HABIT_BEFORE.bit and _HABIT_BEFORE.expression.search(before))
        or (held & _HABIT_AFTER.bit and _HABIT_AFTER.expression.match(text, end, end + 40))
    )


def _no_occurrence(passage: Passage, start: int, end: int, first: int) -> bool:
    """A plan, a deadline, or the end of a span; ``first`` is where the same time was told before, by another clock."""
    text, held = passage.text, passage.standing
    if text[max(0, start - 2) : start].removesuffix("\n").endswith(_RANGE_BEFORE):
        return True
    if not held & _OF_PLANS:
        return False
    if held & _FORM_BEFORE.bit and _FORM_BEFORE.expression.search(text[max(0, start - 30) : start]):
        return True
    if held & _PLAN_BEFORE.bit and _PLAN_BEFORE.expression.search(text[max(0, first - 30) : first]):
        return True
    if held & _DEADLINE_AFTER.bit and _DEADLINE_AFTER.expression.match(text, end, end + 40):
        return True
    if held & _RULE_AFTER.bit and _RULE_AFTER.expression.match(text, end, end + 40):
        return True
    return _planned(passage, end) and not _PAST_AFTER.match(text, end, end + 40)


def _planned(passage: Passage, end: int) -> bool:
    text, held = passage.text, passage.standing
    if held & _WILL.bit:
        will = _WILL.expression.search(text, end, end + 40)
        if will and not _OTHERS_WILL.search(text[end : will.start()]):
            return True
    return bool(held & _PLAN_AFTER.bit and _PLAN_AFTER.expression.match(text, end, end + 48))


def _reported(passage: Passage, found: re.Match[str]) -> bool:
    """Whether it is when somebody told of the matter, or signed."""
    text, held = passage.text, passage.standing
    start, end = found.span()
    if held & _OF_REPORTS:
        before = text[max(0, start - 12) : start]
        if held & _REPORT_BEFORE.bit and _REPORT_BEFORE.expression.search(before):
            return True
        if held & _REPORT_AFTER.bit and _REPORT_AFTER.expression.match(text, end, end + 24):
            return True
    return bool(found["month"]) and _signed(passage, start, end)


def _signed(passage: Passage, start: int, end: int) -> bool:
    """A date on a line of its own or at the end of a letter, or a stamp with its seconds between the words."""
    text = passage.text
    after = text[end : end + 1]
    if after.isalnum() and after not in _SOURCE_BEGINS:
        return False
    if passage.field is Field.TITLE or (not text[:start].strip() and not text[end:].strip()):
        return False
    if (start and _STAMP_AFTER.match(text, end)) or _SOURCE_AFTER.match(text, end):
        return True
    if (not start or text[start - 1] == "\n") and _LINE_AFTER.match(text, end):
        return True
    before = text[max(0, start - 3) : start]
    return bool(before and _END_AFTER.match(text, end) and not _GOES_ON_BEFORE.search(before))


def _ago(found: re.Match[str]) -> timedelta:
    many = 0.5 if found["n"] == "半" else numeral(found["n"]) or 0.0
    many += 0.5 if found["half"] else 0.0
    if found["unit"] in _UNIT_DAYS:
        return timedelta(days=many * _UNIT_DAYS[found["unit"]])
    return timedelta(minutes=many) if found["unit"] == "分钟" else timedelta(hours=many)


def _moment(
    found: re.Match[str], said: datetime, named: _Named | None, text: str
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
    rough = datetime.combine(day, time(_PARTS[part] if part else 12), SHANGHAI)
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
    found: re.Match[str], said: datetime, named: _Named | None, text: str
) -> tuple[datetime, int] | None:
    """凌晨两点; 8点多: on the day that was named before, in the night after its evening, else today, or yesterday where today has
    not come so far."""
    part = found["lonepart"]
    if part is None and not _tells_a_time(found, text):
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
        ours = _OURS_BEFORE.expression.match(text, named.found.end(), found.start()) and at >= named.at
        return at, 3 if (part or ours) and together else 2
    at = datetime.combine(said.date(), time(clock[0] % 24, clock[1]), SHANGHAI)
    at -= timedelta(days=1) if at > said else timedelta(0)
    return at, 2 if part else 0


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


def _day(found: re.Match[str], said: datetime, named: _Named | None, text: str) -> date | None:
    today = said.date()
    if found["day"]:
        return today - timedelta(days=_DAYS_AGO[found["day"]])
    if found["same"]:
        return named.day + timedelta(days=found["same"][0] not in "当同") if named else None
    if found["weekday"]:
        return _weekday(found, today, text)
    if found["moonday"]:
        back = found["moon"].startswith("上")
        year, month = (today.year, today.month) if not back else _month_before(today)
        return _on(year, month, int(found["moonday"]), date.max)
    if found["month"]:
        return _dated(found, today)
    if found["only"]:
        return _day_of_month(found, today, named.day if named else None, text)
    return None


def _day_of_month(found: re.Match[str], today: date, named: date | None, text: str) -> date | None:
    """22日: the one nearest to the day that was named before, else the last one; where that is long ago and nothing tells what
    happened then, it may be still to come."""
    number = int(numeral(found["only"]) or 0)
    if named is not None:
        months = (_month_before(named), (named.year, named.month), _month_after(named))
        days = [day for month in months if (day := _on(*month, number, today))]
        if days:
            return min(days, key=lambda day: abs(day - named))
    last = _on(today.year, today.month, number, today) or _on(*_month_before(today), number, today)
    if last and today - last > RECENT and not _PAST_AFTER.match(text, found.end(), found.end() + 40):
        return None
    return last


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
        year = int(found["year"].translate(_DIGITS))
        return _on(year if year > 99 else 2000 + year, month, day, date.max)
    if found["years"]:
        back = {"今": 0, "去": 1, "前": 2}[found["years"][0]]
        return _on(today.year - back, month, day, date.max)
    made = _on(today.year, month, day, date.max)
    far_ahead = made is not None and made - today > timedelta(days=180)
    return _on(today.year - 1, month, day, date.max) if far_ahead else made


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
