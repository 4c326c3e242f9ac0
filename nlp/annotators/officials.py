"""Officials whom a text names as its matter: not whom it greets or asks for help, nor who gives orders or is quoted in it."""

from __future__ import annotations

import re

from nlp.scanning import Rule
from nlp.sheet import Passage, Sheet
from nlp.signalling import matches

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_OFFICES = "局长|主任|处长|科长|股长|书记|站长|市长|县长|区长|镇长|乡长|队长|所长|部长|厅长|省长|主席|调研员|总工程师|科员"
_ENFORCERS = "执法队员|执法人员|城管队员|交警|民警|辅警|法官|协管员|质监员|审批人员|窗口人员"
_UNDER = "室局办处科站委府队厅省市县区镇乡村员组政安育管划建土房防保务通商利业林法生农计监障、"
"""What a title with a whole name stands behind."""
_OFFICE, _ENFORCER = f"(?:{_OFFICES})", f"(?:{_ENFORCERS})"

_PRIVATE = r"(?<!物业)(?<!班)(?<!业委会)(?<!业主会)(?<!楼盘)(?<!项目)(?<!医院)(?<!公司)"
_NAMED = re.compile(
    "|".join(
        rf"{title}(?<=[{_UNDER}心道区副原]{title})\s?[{SURNAMES}](?:某{{1,2}}|[×x*]{{1,2}}|[\u3400-\u9fff]{{1,2}}(?=[,。;、!?\s的在收被说对是与和把让不受索拿贪涉因酒醉严任等及以于“”)(]|$))"
        for title in _OFFICES.split("|")
    )
    + rf"|(?:(?<![\u4e00-\u9fff])|(?<=[找给向对问跟由被让叫请见是的那了]))[{SURNAMES}](?:某{{0,2}})(?:副)?{_PRIVATE}{_OFFICE}(?!会议|办公|助理)"
    rf"|[{SURNAMES}](?:某{{1,2}}|[×x*]{{1,2}})(?:副)?{_OFFICE}|(?<![\u4e00-\u9fff]){_OFFICE}\s?[{SURNAMES}]某{{1,2}}|姓[{SURNAMES}]的?(?:副)?(?:{_OFFICE}|{_ENFORCER}|干部|领导|工作人员)"
    rf"|(?:名叫|叫|名为)[{SURNAMES}]某{{1,2}}的(?:{_OFFICE}|{_ENFORCER}|干部|工作人员)|{_ENFORCER}\s?[{SURNAMES}](?:某{{1,2}}|[\u4e00-\u9fff]{{1,2}}(?=[,。;、!?\s的在收被说对是与和把让不受索拿贪涉因酒醉打推等]|$))"
    rf"|(?:(?<![\u4e00-\u9fff])|(?<=[找给向对问跟由被让叫请见是的那了员]))[{SURNAMES}](?:警官(?![兵方])|法官)"
)
_BY_NAME = rf"(?<=[{SURNAMES}某副]{{0}})|(?<=[{SURNAMES}某副]的{{0}})"
_TITLED = Rule(
    "|".join(
        [
            rf"{title}(?:(?<=[×x*]{title})|(?<=[{_UNDER}心道区副原]{title})(?=\s?[{SURNAMES}])|(?=\s?[{SURNAMES}]某)|{_BY_NAME.format(title)})"
            for title in _OFFICES.split("|")
        ]
        + [
            rf"{title}(?:(?=\s?[{SURNAMES}])|{_BY_NAME.format(title)})"
            for title in (*_ENFORCERS.split("|"), "干部", "领导", "工作人员", "警官")
        ]
    )
)
"""A title with a letter of a name beside it: without one nobody is named."""
_GREETED = re.compile(r"(?:尊敬|敬爱|亲爱)的?[^,。;!?\n]{0,14}$|@[^\s,。:]{0,8}$")
_GREETED_BEFORE = re.compile(r"[您你]\s?好[,!。]?\s?$")
_ASKED = re.compile(
    r"(?:恳?请|恳求|请求|希望|盼望?|期待|望|呼吁|感谢|谢谢|特向|现向|麻烦)[^,。;!?\n]{0,6}$|(?:希望|盼)[^,。;!?\n]{0,14}$"
)
_GREETING = re.compile(r"\s?(?:您|[,:!]?\s?你们?\s?好|[,:!]\s?您|好[,!。:]|钧鉴|台鉴)")
_VOCATIVE = re.compile(r"\s?[,!。]?\s?(?:我|您|你|请|真的|希望|求|能否|能不能|救|[^。;!?\n]{0,16}您)")
_STOPS = ("。", "!", "?", ";", "\n", "/")
_OPENING = re.compile(r"\s?[,:]")
_BEGINS = re.compile(r"(?:^|[。!?;\n/,]\s?)$")
_AT_WORK = re.compile(
    r"[^,。;!?\n]{0,24}?(?:批示|指示|率队|带队|赶赴|赶到|赶往|亲临|强调|指出|介绍|致辞|出席|看望|慰问|高度重视|告诉记者|采访|调研|陪同|走好|因公|牺牲|殉职|遇害|逝世|主持召开|主持会议|讲话|发布会|建议|去世|心梗|致敬|营救|为[^,。;!?\n]{0,4}做主|百忙)"
    r"|[^。;!?\n]{0,60}(?:批示|指示|赶赴|赶到现场|赶往|亲临|率队|带队)|\s?(?:说|称|表示|回应|证实|透露|否认)[,:“]"
)
"""Who is greeted or asked for help, and who gives orders at a disaster, is not what the text complains of."""
_ACCUSED = re.compile(
    r"收了|收受|收钱|贪|受贿|违纪|违法|涉嫌|打人|殴打|骂|推搡|举报|被查|索要|吃拿|不作为|包庇|勾结|好处"
)
_NO_OFFICE = re.compile(r"科(?:原?副|原)?主任|[毛习]主席|董事局?会?主席|[长记任]任(?:组|命|职)|主任何|警方")
"""Doctors, leaders of the state and of companies."""


def named(sheet: Sheet) -> list[tuple[Passage, re.Match[str]]]:
    """Where a text names somebody in office, or who enforces the law, as its matter."""
    if not matches(sheet, _TITLED, denied=True):
        return []
    return [
        (passage, match)
        for passage in sheet.passages
        for match in _NAMED.finditer(passage.text)
        if _is_subject(passage, match)
    ]


def _is_subject(passage: Passage, match: re.Match[str]) -> bool:
    text, begin, end = passage.text, match.start(), match.end()
    near = max(0, begin - 20)
    return not (
        _GREETED.search(text, near, begin)
        or _ASKED.search(text, near, begin)
        or _GREETING.match(text, end)
        or (begin == 0 and _OPENING.match(text, end))
        or (text[begin - 1 : begin] in _STOPS and text.startswith((":", "!"), end))
        or (_BEGINS.search(text, max(0, begin - 3), begin) and _VOCATIVE.match(text, end))
        or _GREETED_BEFORE.search(text, near, begin)
        or (_AT_WORK.match(text, end) and not _ACCUSED.search(text, end, end + 40))
        or _NO_OFFICE.search(text, max(0, begin - 3), end + 1)
        or text.endswith("研究", 0, begin)
    )
