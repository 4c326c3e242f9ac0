"""What a time is told of, by the words around it: the occurrence, or a report, a plan, a deadline, a habit, nowadays."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from huiying.clock import SHANGHAI
from huiying.contracts import Field
from nlp.annotators.moments import PAST_AFTER
from nlp.scanning import Rule, led
from nlp.sheet import Passage

_OTHER_CALENDAR = Rule(
    led("农历|阴历|旧历|腊月|正月|冬月|除夕|小年|中秋|端午|重阳|元宵", r"[^,。;!?\n]{0,16}$")
)
"""Which day of ours it was nobody tells here."""
_REPORT_BEFORE = Rule(
    r"(?:截至|截止到?|截止|记者|据|发布于|发表于|编辑于|更新于)[^,。;!?\n\d)]{0,5}$|(?:回复|答复|留言|回帖|来信)[:(\s]{1,2}$",
    needs="截至|截止|记者|据|发布于|发表于|编辑于|更新于|回复|答复|留言|回帖|来信",
)
_REPORT_AFTER = Rule(
    r"[^,。;!?\n]{0,12}?(?=[通获了发公回留表消报答召举证透披介采反投求爆讲])(?:通报|求助(?=[,:说称])|爆料|讲述|反映的|投诉的|发文|获悉|了解到|发布(?!的)|公布|回应|回复|留言|表示|消息|报道|答复|发声|召开发布会|举行发布会|证实(?![死身])|透露|披露|介绍|采访)"
    r"|[^,。;!?\n]{0,8}?(?<![名简职俗自案警电])称(?![为重号呼])"
    r"|[^,。;!?\n]{0,4},?[^,。;!?\n]{0,8}?记者|[^,。;!?\n]{0,2},?(?:有|一|多|一名|一位|多名|不少)?(?:网友|网民|博主)[^,。;!?\n]{0,8}?[发爆反称吐曝]"
    r"|分?[短快]?[电讯](?=[^\u4e00-\u9fff]|[据今昨题]|综合|记者|$)",
    needs="通报|求助|爆料|讲述|反映的|投诉的|发文|获悉|了解到|发布|公布|回应|回复|留言|表示|消息|报道|答复|发声|召开发|举行发|证实|透露|披露|介绍|采访|称|记者|网友|网民|博主|电|讯",
)
_NEWS_AFTER = Rule(
    r"(?:多|许|左右)?,[^,。;!?\n]{0,18}?(?:通报|获悉|回应(?!物)|反映|举报|投诉|发文|发帖|发视频|发微博|发布(?:通报|通告|公告|消息|声明|情况|警情|视频|回应|说明)|公布|披露|透露|证实(?![死身]))",
    needs="通报|获悉|回应|反映|举报|投诉|发文|发帖|发视频|发微博|发布|公布|披露|透露|证实",
)
"""Who tells of it stands behind a comma: 4月6日13时,林业局通报."""
_DOCUMENT_AFTER = Rule(
    r"[的,]{0,2}(?:[发印签作出下颁][发布订署出具达了的]{1,3}[^,。;!?\n]{0,4})?《", needs="《"
)
"""12月26日《答复意见》: the day of a paper."""
_DATELINE_AFTER = re.compile(
    r"[电讯](?![话影梯力动脑信网台工线缆源器气闸表价费压流站])|[\u4e00-\u9fff]{0,4}(?:讯|报道|消息|信息)[(:,\s据]"
)
_BEGINNING = 50
"""Characters before which a day is a dateline's."""
LATE = timedelta(days=3)
"""How long after its dateline a text may be published."""
_DEALT_WITH = Rule(
    r"[^。;!?\n]{0,36}?(?:打了?电话|电话通知|拨打|打1|打9|致电|来电|询问|咨询|联系|通了?电话|回复|答复|约谈|开会|沟通|协调|递交|交付给|提交|说明情况|报案|还是|仍|依然|依旧)",
    needs="电话|拨打|打1|打9|致电|来电|询问|咨询|联系|回复|答复|约谈|开会|沟通|协调|递交|交付|提交|说明情况|报案|还是|仍|依然|依旧",
)
"""What people do about a matter, or how it goes on."""
_TOLD_WITHIN = ("报道)", "报道),", "发布)", "发布),", "发布日期)", "发布日期),", "采访)", "采访),")
_STAMP_AFTER = re.compile(r":\d\d(?=[\s)发提反回留]|$)")
_SOURCE_BEGINS = frozenset("来稿作编责浏阅")
_SOURCE_AFTER = re.compile(r"(?::\d\d)?\s{0,2}(?:来源|稿源|作者|编辑|责编|浏览|阅读)")
_LINE_AFTER = re.compile(r"(?::\d\d)?[ \t]*(?:\n|$)")
_END_AFTER = re.compile(r"(?::\d\d)?[\s。.!)…曰]*$")
_NAME_AFTER = re.compile(r"\s?曰?[^,。;!?\n\d]{0,14}$")
"""Who signed, behind the day."""
_GOES_ON_BEFORE = re.compile(r"(?:[于在是为到至从自以和与,、(\-—~]|(?<![间期]):)\s?$")
_HABIT_BEFORE = Rule(
    r"(?:每|有时候?|时而|一般(?:是|在|从)?)$|(?:前几|前两|那|有一|某)天$|(?:每[天日周年月逢晚]|每个|逢|(?:营业|开放|上班|工作|办公|服务|咨询|受理)时间|周[一二三四五六日][至到\-~]周?[一二三四五六日])[^。;!?\n]{0,16}$|(?:营业|开放|上班|办公|受理)[:为是]?\s?$",
    needs="每|有时|时而|一般|前几天|前两天|那天|有一天|某天|逢|营业|开放|上班|工作时间|办公|服务时间|咨询时间|受理|"
    + "|".join(f"周{day}" for day in "一二三四五六日"),
)
_HABIT_AFTER = Rule(
    r"[^,。;!?\n]{0,8}?(?:闭馆|开门|营业|上班|下班|办公|值班|开放|关门|放学|上学)",
    needs="闭馆|开门|营业|上班|下班|办公|值班|开放|关门|放学|上学",
)
_WEEKDAYS_AFTER = re.compile(
    r"[至到\-~—]{1,2}(?:周|星期|礼拜)|(?:[和与及、](?:周|星期|礼拜)?|周|星期|礼拜)[一二三四五六日天](?![点时刻])[^,。;!?\n]{0,4}?(?:的|都|也|不|会|人|可)|见"
)
_WEEKDAY_BEFORE = re.compile(r"黑色$|[赶碰遇撞]$")
"""黑色星期一, 赶上周三: the day of a saying, 上 of another word."""
_WEEKENDS = re.compile(
    r"(?:周|星期|礼拜)六[和、与及]?(?:周|星期|礼拜)?[日天][^,。;!?\n]{0,3}?(?:的|都|也|不|休|加班|上课|补课)"
)
"""周六周日的补课, 周六周日都在施工."""
_ON_SATURDAY = 5
"""Characters from the beginning of that to its Sunday, at most."""
_WRITES_AFTER = Rule(
    r",?[^,。;!?\n]{0,14}?(?=[举反提投控申求写来此信发留吐向恳之不鼓怀在声主要聊我作所打再又])(?:举报|反[映应]|提出|投诉|控告|申诉|求助|写信|写下|来信|此信|此文|信访|发帖|发言|留言|吐槽|向您|向贵|向领导|恳请|恳求|之所以|不得不|鼓起勇气|怀揣|怀着|在此|声明|主要[讲说]|要[讲说]的|聊[聊一]|我?作为|所[愤说讲写求]|打1|打9|再次?找|又找)"
    r"|的?(?:中国|祖国|社会|时代|影响|局面|生活|幸福|成就|成绩|头条|说法|关注|一线|俄罗斯|印度|美国|早报|晚报)",
    needs="举报|反映|反应|提出|投诉|控告|申诉|求助|写信|写下|来信|此信|此文|信访|发帖|发言|留言|吐槽|向您|向贵|向领导|恳请|恳求|之所以|不得不|鼓起勇气|怀揣|怀着|在此|声明|主要讲|主要说|要讲的|要说的|聊聊|聊一|作为|所愤|所说|所讲|所写|所求|打1|打9|再找|次找|又找"
    "|中国|祖国|社会|时代|影响|局面|生活|幸福|成就|成绩|头条|说法|关注|一线|俄罗斯|印度|美国|早报|晚报",
)
"""今天向您反映, 今日中国: nothing of the matter."""
_NOTHING_YET_AFTER = re.compile(
    r"[就还也]?会(?![议场上员计谈见])|[^,。;!?\n]{0,2}(?:依然|仍|还[没未]|都没|也没)|是[^,。;!?\n]{0,16}?(?:纪念日|周年|生日|忌日|节|日(?![子常]))|[^。;!?\n]{0,12}?[明后][天晚]"
)
"""今天是民防日, 今天仍没修, 今天推明天: what day it is, what is still so, what is to come."""
HABITUAL = Rule(
    "每天|前些天|前些日子|前段时间|有一次|有次|每周|每晚|每日|每夜|每到|每次|天天|夜夜|经常|长期|平时|通常|往往|一到|早上一般|下午一般|晚上一般|一般都|一般早|一般晚|总是|老是|动不动|隔三差五|常年|高峰|近日|日前|近期|此前|前不久"
)
"""Where these stand a clock without a day tells of no day that is known."""
_EVENT_AFTER = re.compile(
    r"[^,。;!?\n]{0,6}?(?:会|比赛|发布|直播|庭审|演|活动|节目|仪式|考|赛|检查|新闻|事|火|雨|警报|采访|施工|停)"
)
"""今天的会议 is of today, 今天的幸福 of nowadays."""
_NOWADAYS_BEFORE = re.compile(r"(?:的|变成|成为|作为|才有|走到|活到|直到|到了|像)$")
_NOWADAYS_ENDS = frozenset("的成为有到了像")
"""What that ends with."""
_TODAY = frozenset({"今天", "今日"})
_COMPARED_BEFORE = ("较", "比")
"""较昨日, 比前天: what something is compared with."""
NOWADAYS = 4
"""Characters of 今天 without a part of it or a clock."""
_OTHER_WORD_BEFORE = frozenset("年天月周日时期之以目个当提")
"""Behind these 前天 and 前日 are 前 of another word: 三年前天津."""
_LASTS_BEFORE = re.compile(r"拘留?$|为期$|历时$|长达$|连续$")
"""拘留10日, 连续3日: how long, not when."""
_OF_ANOTHER_BEFORE = re.compile(
    r"(?:[事案][发件]|出事|返校|开学|结婚|婚礼|比赛|入住|开业|报名|生日|出生|入职|离职|住院|手术|考试)$"
)
"""事发当晚: the evening of something whose day is told elsewhere."""
_DEADLINE_AFTER = Rule(
    r"[日号]?(?:之前|以前|前(?![后几天晚夜年]))|[^,。;!?\n]{0,3}(?:为止|截止|到期)", needs="前|为止|截止|到期"
)
_RULE_AFTER = Rule(
    r"以来,?[^,。;!?\n]{0,3}(?:新[低高]|最|首|第)|[^,。;!?\n]{0,3}(?:起(?:正式|开始)?|正式|开始)(?:施行|实施|执行|生效|收费|上市|采用|启用|实行|推行|调整)",
    needs="以来|起|正式|开始",
)
_FORM_BEFORE = Rule(
    r"(?:时间|日期)(?<=(?:截止|报名|投诉|来信|提交|发布|登记|受理|反映|留言|咨询|发帖|回复|办结|创建|更新|发证|生产|出厂|签订|签约|颁发|印发|批准|出生|备案|交房|收房|交付|开工|竣工|到期|有效|编制|公示|缴费|收楼|交楼|退场).{2})[:为是]?\s?$"
    r"|(?:时间|日期)(?<=[\u4e00-\u9fff]{4})(?<!(?:事发|发生|案发|起火|出事|死亡|失踪|走失|爆炸|报警|.的).{2})[:为是]\s?$|(?:有效期|期限)[为至到]\s?$|合同[^,。;!?\n]{0,6}[为是]\s?$|(?:要求|责令|通知)[^,。;!?\n]{0,3}$"
    r"|(?:明确|规定|通知|公告|政策|办法)[^。;!?\n]{0,8}[自从]$",
    needs="时间|日期|有效期|期限|合同|要求|责令|明确|规定|通知|公告|政策|办法",
)
_PLAN_BEFORE = Rule(
    r"(?:定于|定在|明确于|原定|原于|本该|本应|应于|应在|只能在|必须在|拟[于从自在]|将于|将在|计划|预计|预定|承诺|答应|建议您?于|请于|请在|务必于|须于|约在|约定|初定|预告|预测)[^,。;!?\n]{0,8}$|(?:预测|预报|预计)[:,][^,。;!?\n]{0,4}$",
    needs="定于|定在|明确于|原定|原于|本该|本应|应于|应在|只能在|必须在|拟于|拟从|拟自|拟在|承诺|答应|建议|将于|将在|计划|预计|预定|请于|请在|务必于|须于|约在|约定|初定|预告|预测|预报",
)
_WILL = Rule(
    r"将(?<!即将)(?:[于在](?![场座\d明次下今后本])|会|要|再|与|由|迎|有|是|拟|出现|对(?![方其他她面])|举[行办]|召开(?!之际)|开[庭幕播展始启工赛行放]|播[出放]|上[线映演]|全[面天线]|正式|陆续|继续|进行|出席|参[加与]"
    r"|登陆|公[布开示]|发布|推出|试|鸣|拉响|停[电水气运课发用售办止]|以|首[次播]|同步|统一|组织|实[施行]|采取|前往)"
)
"""将 of a plan for just that time: 将他打伤 is none, and 将于5日 has one of its own."""
_OTHERS_WILL = re.compile(r"[。;!?\n称说示诺]|:预|,.*,|^.{15,},")
"""What between a time and 将 makes it somebody's word, or another matter."""
_PLAN_AFTER = Rule(
    r"(?:[:\d\-—~至到时点分]{1,9},?)?(?:[^,。;!?\n]{0,6}?(?:拟|可以?查(?:询|分)?(?=[,。;!?\n])|准时(?:举行|开始)|集合|组织疏散|演练期间|期间请|请勿)|[^。!?\n]{0,40}?(?:不见不散|敬请|来[^,。;!?\n]{0,10}直播间|锁定[^,。;!?\n]{0,8}(?:频道|直播|平台)|等你来|带你[^,。;!?\n]{0,4}(?:看|睹|了解|解锁|直击|走进)|将登场))",
    needs="拟|可查|可以查|准时|集合|组织疏散|演练期间|期间请|请勿|不见不散|敬请|直播间|锁定|等你来|带你|将登场",
)
RANGE_BEFORE = ("到", "至", "-", "—", "~")
"""What makes a time the end of a span; one that is still to come makes its beginning a plan or a forecast, maybe."""
_OF_DAYS = _OTHER_CALENDAR.bit | _HABIT_BEFORE.bit | _HABIT_AFTER.bit
_OF_PLANS = (
    _FORM_BEFORE.bit | _PLAN_BEFORE.bit | _DEADLINE_AFTER.bit | _RULE_AFTER.bit | _WILL.bit | _PLAN_AFTER.bit
)
_OF_REPORTS = _REPORT_BEFORE.bit | _REPORT_AFTER.bit | _NEWS_AFTER.bit | _DOCUMENT_AFTER.bit


def no_day(passage: Passage, found: re.Match[str]) -> bool:
    """Another calendar, a habit, 今天 for nowadays, a name of an account, or a piece of other words."""
    text = passage.text
    start, end = found.span()
    last = text[start - 1 : start]
    if last == "@":
        return True
    day, weekday, same = found.group("day", "weekday", "same")
    if day:
        if last in _COMPARED_BEFORE or (day[0] == "前" and last in _OTHER_WORD_BEFORE):
            return True
        if day in _TODAY and end - start <= NOWADAYS and _says_nothing(passage, start, end):
            return True
    elif weekday:
        if (
            _WEEKDAY_BEFORE.search(text[max(0, start - 2) : start])
            or _WEEKDAYS_AFTER.match(text, end)
            or _WEEKENDS.search(text, max(0, start - _ON_SATURDAY), end + 8)
        ):
            return True
    elif found["only"]:
        if end - start < 5 and _LASTS_BEFORE.search(text[max(0, start - 2) : start]):
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
        or (held & _HABIT_AFTER.bit and not day and _HABIT_AFTER.expression.match(text, end, end + 40))
    )


def _says_nothing(passage: Passage, start: int, end: int) -> bool:
    """变成今天, 今天向您反映: 今天 for nowadays, or of the writing."""
    text = passage.text
    if text[end - 1] == "的" and not _EVENT_AFTER.match(text, end):
        return True
    nowadays = text[start - 1 : start] in _NOWADAYS_ENDS and _NOWADAYS_BEFORE.search(
        text[max(0, start - 2) : start]
    )
    return bool(
        nowadays
        or _NOTHING_YET_AFTER.match(text, end, end + 24)
        or (passage.may(_WRITES_AFTER) and _WRITES_AFTER.expression.match(text, end, end + 24))
    )


def no_occurrence(passage: Passage, start: int, end: int, first: int) -> bool:
    """A plan, a deadline, or the end of a span; ``first`` is where the same time was told before, by another clock."""
    text, held = passage.text, passage.standing
    if text[max(0, start - 2) : start].removesuffix("\n").endswith(RANGE_BEFORE):
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
    return _planned(passage, end) and not PAST_AFTER.match(text, end, end + 40)


def _planned(passage: Passage, end: int) -> bool:
    text, held = passage.text, passage.standing
    if held & _WILL.bit:
        will = _WILL.expression.search(text, end, end + 40)
        if will and not _OTHERS_WILL.search(text[end : will.start()]):
            return True
    return bool(held & _PLAN_AFTER.bit and _PLAN_AFTER.expression.match(text, end, end + 48))


def reported(passage: Passage, found: re.Match[str]) -> bool:
    """Whether it is when somebody told of the matter."""
    text, held = passage.text, passage.standing
    start, end = found.span()
    if found[0].endswith(_TOLD_WITHIN):
        return True
    if held & _OF_REPORTS:
        before = text[max(0, start - 12) : start]
        if held & _REPORT_BEFORE.bit and _REPORT_BEFORE.expression.search(before):
            return True
        for rule in (_REPORT_AFTER, _NEWS_AFTER, _DOCUMENT_AFTER):
            if held & rule.bit and rule.expression.match(text, end, end + 24):
                return True
    return False


def today_ends(passage: Passage, found: re.Match[str], moment: datetime, said: datetime) -> datetime | None:
    """When today ends in a text that tells which day it is (新华社11月20日电, 今日(15日)): it may be published days later."""
    told = found["month"] and found.start() <= _BEGINNING and _DATELINE_AFTER.match(passage.text, found.end())
    if not told and not (found["day"] in _TODAY and ")" in found[0]):
        return None
    day_ends = datetime.combine(moment.date(), time(23, 59), SHANGHAI)
    return day_ends if said - LATE <= day_ends < said else None


def dealt_with(passage: Passage, end: int) -> bool:
    """Whether a time tells of what was done about a matter that had happened before."""
    held = passage.may(_DEALT_WITH)
    return held and _DEALT_WITH.expression.match(passage.text, end, end + 48) is not None


def signed(passage: Passage, found: re.Match[str]) -> bool:
    """A date on a line of its own or at the end of a letter, or a stamp with its seconds between the words: when it was written."""
    if not found["month"] and not found["only"]:
        return False
    text = passage.text
    start, end = found.span()
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
    if before.endswith("写于") or (before[-1:].isspace() and _NAME_AFTER.match(text, end)):
        return True
    return bool(before and _END_AFTER.match(text, end) and not _GOES_ON_BEFORE.search(before))
