"""Officials whom a text names as its matter: not whom it greets or asks for help, nor who gives orders or is quoted in it.

Who has an office at a company, a hospital or a club is no official, and whom a letter is addressed to stays that further down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.annotators.bearers import ENFORCING, TITLED, Bearer, bearers
from nlp.sheet import Sheet

_GREETED = re.compile(r"(?:尊敬|敬爱|亲爱|^敬)的?[^,。;!?\n]{0,14}$|@[^\s,。:]{0,8}$")
_GREETED_BEFORE = re.compile(r"[您你]\s?好[,!。]?\s?$")
_ASKED = re.compile(
    r"(?:恳?请|恳求|请求|希望|盼望?|期待|(?<![\u4e00-\u9fff])望|[切深还热渴万]望|呼吁|感谢|谢谢|特向|现向|麻烦|拜托|求助)[^,。;!?\n]{0,6}$|(?:希望|盼)[^。;!?\n]{0,20}$"
)
_TO_BE_JUDGED = re.compile(r"查|处理|处分|追究|追责|问责|惩|撤|罢免|开除|监督|管管")
"""请严查李科长 asks somebody else."""
_GREETING = re.compile(
    r"\s?(?:您|[,:!]?\s?你们?\s?好|[,:!]\s?您|好[,!。:]|钧鉴|台鉴|新年快乐|同志[,:]|等(?:各位|几位)?领导)"
)
_VOCATIVE = re.compile(r"\s?[,!。]?\s?(?:我|您|你|请|真的|希望|求|能否|能不能|能管|救|[^。;!?\n]{0,16}您)")
_STOPS = ("。", "!", "?", ";", "\n", "/")
_OPENING = re.compile(r"\s?[,:]")
_FROM_ABOVE = re.compile(r"[\u4e00-\u9fffa-z\d]{0,6}[省市县区镇乡委府局办]$")
"""What a letter begins with before the name: 市委李书记:."""
_BEGINS = re.compile(r"(?:^|[。!?;\n/,]\s?)$")
_AT_WORK = re.compile(
    r"[^,。;!?\n]{0,24}?(?:召集|召开|前往|探望|宣布|透露|预测|预计|一行|批示|指示|率队|带队|赶赴|赶到|赶往|亲临|强调|指出|介绍|致辞|出席|看望|慰问|高度重视|告诉记者|采访|调研|陪同|走好|感触|感慨|婉拒|要求[^,。;!?\n]{0,16}(?:有关|各)部门|因公|牺牲|殉职|遇害|死于|遭(?:到|遇|人)?(?:报复|袭|杀|伤害)|逝世|主持召开|主持会议|讲话|发布会|建议|去世|心梗|致敬|营救|为[^,。;!?\n]{0,4}做主|百忙|座谈|会谈|签约|的说法|关怀|带领下|道谢|歉意|重视|部署|追悼|温馨提示)"
    r"|[^。;!?\n]{0,60}(?:到场|现场)处置|[^。;!?\n]{0,60}(?:第一时间|慰问|指导处置|批示|指示|赶赴|赶到现场|赶往|亲临|率队|带队|遇害|灭门)"
)
"""Who gives orders at a disaster, meets or mourns is not what the text complains of."""
_PRAISED = re.compile(
    r"[^。;!?\n]{0,40}?(?:廉洁自律|骄傲|自豪|敬佩|好教师|办好事|办实事|锦旗|点赞|称赞|表扬|感激|感谢|感动|温暖|认真负责|任劳任怨|看到了?[^,。;!?\n]{0,8}希望)"
)
_TURNED_TO = re.compile(r"(?:向|给|致|到)$")
_PROMISED = re.compile(r"[^。;!?\n]{0,30}?(?:承诺|答应|保证|拒绝|要我|让我|叫我)")
"""Who promises something has dealings with those who tell of it, whatever he came for."""
_ON_DUTY = re.compile(
    r"[^。;!?\n]{0,50}?(?:执勤|抓获|牺牲|殉职|前往现场|接警|出警|撞伤|拖行|救[下起出]|查获|制服了?(?:歹徒|嫌))"
)
_BEATS = re.compile(r"[^。;!?\n]{0,50}?(?:打人|殴打|辱骂|猥亵|强奸|受贿|收[了钱受]|索要|刑讯|举报)")
"""Who enforces the law, and does so, is nobody a text complains of."""
_NAMES_A_PLACE = re.compile(r"(?:小区|花园|公馆|大厦|广场|酒店|学校|小学|中学|社区|街道|公司|集团|医院|楼盘)")
"""市长盛庭岚小区: a name that goes on."""
_LETTER = re.compile(
    r"[^,。;!?\n]{0,6}(?:申诉|求助|留言|留过言|写信|致函|去信|汇报|反映|投诉|举报|递交|提交|发邮件)"
)
"""Who is written to is not who is written of."""
_SPEAKS = re.compile(
    r"(?:\d{1,2}[日号])?(?:[^,。;!?\n]{0,16}(?:会议?上|发布会|采访))?(?:近日|日前|此前|当天|进一步|随后)?\s?(?:(?:说|称|表示|证实|透露|否认)[,:“。]|(?:回应|答记者)[^。;!?\n]{0,10}|(?:近日|日前|此前|当天|\d{1,2}[日号])(?:说|表示|称)|[\u4e00-\u9fff]?(?:进一步)?(?:解释|介绍|指出|强调|通报)(?:说|称)?[^,。;!?\n]{0,4}[,:。])|[^,。;!?\n]{0,12}(?:发言|建议)|:\s?“"
)
"""Whatever follows is what he says, of others."""
_QUOTED = re.compile(r"”[^“”。;!?\n]{0,40}$")
_SAYS = re.compile(r"[^,。;!?\n]{0,6}(?:说|表示|介绍|称|透露|告诉记者)")
"""“……。”某局副局长王大力说: who is quoted ahead of his name."""
_TELLER = re.compile(r"我(?!国|省|市|县|区|局|办|院|校)|俺|咱|(?:业主|村民|居民|群众|受害人)们")
"""Who tells of what was said to him, and no newspaper."""
_INFORMS = re.compile(
    r"[^,。;!?\n被遭]{0,20}(?:(?:实名|公开|署名)举报(?!信)|举报(?=[^,。;!?\n]{0,8}(?:书记|局长|[县市区镇]长|主任|领导|官员)))"
)
"""Who informs against somebody is not the one who is informed against."""
_FELL = re.compile(r"[^,。;!?\n]{0,16}(?:经抢救|抢救无效|被(?:杀|害|捅|刺|砍|枪)|遭(?:杀|枪)|中枪|不幸)")
_THE_FALLEN = re.compile(r"(?:受害人|被害人|受害者|遇害者|死者|伤者|遇难者)[^,。;!?\n]{0,14}$")
"""To whom harm was done."""
_UNANSWERED = re.compile(
    r"[^。;!?\n]{0,30}?(?:(?:得不到|没有?|未|无|不予|不见)(?:任何|得到|一?个)?(?:回应|答复|回复|结果|下文|回音|音讯|消息|处理|解决)|石沉大海|不了了之|不闻不问|置若罔闻|不理不睬|不管不问|没人管|无人理)"
)
"""向副局长王大力反映过,得不到回应: a letter that he leaves without an answer."""
_TOOK_PART = re.compile(
    r"(?:参与|参加|出席|与会|到场|到会|陪同|协调)[^。;!?\n]{0,16}(?:有|为|是|包括):?[^。;!?\n]*$"
)
"""A list of those who were there."""
_CHARGED_BEFORE = re.compile(
    r"(?:[一二三四五]问|质问|请问|举报|投诉|控告|起诉|状告|曝光|揭发)[^,。;!?:\n]{0,24}$"
)
"""实名举报县长李国栋."""
_ACCUSED = re.compile(
    r"收了|收受|收钱|贪|受贿|违纪|违法|涉嫌|打人|殴打|骂|推搡|举报|被查|索要|吃拿|不作为|包庇|勾结|好处|推诿|敷衍|拒不|置之不理"
)
_KIN = re.compile(
    r"(?:自己)?的?(?:儿子|女儿|儿媳|女婿|老婆|妻子|丈夫|弟弟|哥哥|妹妹|姐姐|弟媳|侄|外甥|连襟|小?舅子|亲家|亲戚|兄弟|家属|亲属|家人)"
)
"""What his family has is held against him."""
_NO_OFFICE = re.compile(
    r"科(?:原?副|原)?主任|[毛习]主席|董事局?会?主席|[长记任]任(?:组|命|职)|主任何|警方|主任医"
)
"""Doctors, leaders of the state and of companies."""
_PRIVATE = re.compile(
    r"(?:公司|集团|企业|物业|医院|卫生院|酒店|宾馆|银行|慈善|医学中心|开发商|业委会|业主会|业主委员会|楼盘|项目|驾校|快递|揽投|小学|中学|学校|教导|教务|德育|学工|年级|幼儿园|口腔|[内外儿骨]科|妇产|急诊|门诊|病房|护理|学生会|救助站|[一二三四五六七八九十]院|俱乐部|国家队|球(?!协会|运动)|战队|乐队|国[足乒]|女排|证券|保险|超市|健身房|协会(?<!足球协会)|商会)"
    r"[^,。;!?、\n派]{0,12}$|(?:医生、?|(?<!值)班)$"
)
"""Whose heads hold no office."""
_ANYWHERE = frozenset({"书记", "主任", "部长", "主席", "队长", "科长", "处长"})
"""Titles that companies have as well."""
_COMPANY = re.compile("公司|集团|医院|银行|物业|酒店|工厂|厂里|驾校|幼儿园")
_PUBLIC = re.compile(
    "[局厅署]|政府|街道|社区|[村镇乡区县市]|人防|派出所|法院|检察|委|办|大队|支队|中队|[站所]|城管|交警|公安|机关|部门"
)
"""Bodies whose heads hold an office."""
_ABROAD = re.compile(
    r"(?:美国|英国|法国|德国|日本|韩国?|俄(?:罗斯)?|乌克兰|印度|泰国|越南|菲律宾|新加坡|以色列|伊朗|加拿大|澳大利亚|巴西|首尔|东京|纽约|外国|内政|柬埔寨|朝鲜|缅甸|老挝|马来西亚|印尼|巴基斯坦|孟加拉|斯里兰卡|尼泊尔|蒙古国|土耳其|意大利|西班牙|葡萄牙|荷兰|瑞士|瑞典|波兰|埃及|墨西哥|阿根廷|欧盟|参议院|众议院|劳动党)[^,。;!?\n]{0,18}$"
)
"""A mayor there is none of ours."""
_PLAYED = re.compile(r"[称叫是]“|原型|饰演?|扮演|主演|剧[中里]|小说|角色")
_WRONGED = re.compile(
    r"被[查抓捕免撤双立开带控诉判拘留逮举曝问]|查处|双开|落马|免职|撤职|停职|逮捕|贿|贪|腐|违纪|违法|违规|涉嫌|犯罪|获刑|判[了处刑\d]|一审|二审|开庭|死缓|公诉|起诉|审查|调查|投案|处分|开除|问责|举报|投诉|控告|曝光|质疑|辞职|道歉|事件"
    r"|[不乱懒慢]作为|推[诿脱给卸]|敷衍|拖[着延欠拉]|躲|(?<!了)不[接理管在见让给肯予办回同]|拒|态度|[打骂]人|打了|辱骂|威胁|恐吓|暴力|强[拆征行占]|包庇|勾结|袒护|偏袒|枉法|收[了钱受]|拿了|索[要取]|好处|回扣|红包|徇|滥用|弄虚作假|伪造|作假|虚假|谎|(?<!诈)骗|忽悠|欺|报复|纵容|失职|开脱|辩解|未采取|袖手|高高挂起|消极|无视|酒[后驾]|醉|出轨|殴打|推搡|套取|侵占|私自|擅自|利用职|指使|明知|强奸|自杀|认罪|严惩|违反|拖欠|[不未没]还(?!是|有|没)|克扣|私吞|侵吞|霸占|村霸|恶霸|超生|连襟|亲家|小舅子|侄子|外甥|儿媳|口袋|撕[了碎毁]|摔[了坏碎]|[拖赶轰]出|刁难|没来|没行动|毫?无进展|没露面|不[见露]面|联系不上|[找见]不到|石沉大海|不了了之|[不没]闻不问|置若罔闻|再没音讯|欠[款钱债]|借[款钱贷]|赌博|嫖|亲戚|名下|套房|别墅|低保|张口"
)
"""What somebody in office is charged with, by a citizen or by the law."""
_GRAFT = re.compile(
    r"[受行索贿]贿|贿赂|贪[污腐官]|腐败|回扣|好处费|吃拿卡要|保护伞|[围串陪]标|利益输送|官商勾结|以权谋私|徇私"
)
"""Where a text speaks of that, nobody whom it names in full is let pass: such a matter must not reach his own office."""
_DEALT = re.compile(
    r"[^,。;!?\n]{0,20}(?:答[复应]|回复|承诺|告[诉知]|说|称|口头|表态|要求|[让叫要]我|指派|签字|审批|同意|召见)|[^,。;!?\n]{0,12}[,?]?[他她](?:说|称|讲)|:"
)
"""What he said or did to a citizen; that somebody wrote to him or told him of a matter says nothing of him."""
_CITIZEN = re.compile(r"我|业主|村民|居民|俺|咱|群众|百姓|受害")
"""Who had dealings with him tells of them; in the news 说 and 接待 are work."""


def named(sheet: Sheet) -> list[Bearer]:
    """Where a text names somebody in office, or who enforces the law, as its matter."""
    if not sheet.may(TITLED):
        return []
    told = [one for passage in sheet.passages for one in bearers(passage)]
    if not told:
        return []
    asked = {one.called for one in told if _is_addressed(one)}
    elsewhere = {one.called for one in told if _is_private(one) or _is_private_elsewhere(one)}
    graft = any(_GRAFT.search(passage.text) for passage in sheet.passages)
    return list(_subjects(told, asked, elsewhere, graft))


def _subjects(told: list[Bearer], asked: set[str], elsewhere: set[str], graft: bool) -> Iterator[Bearer]:
    for one in told:
        if one.called in elsewhere or _is_addressed(one) or not _is_subject(one):
            continue
        if one.called in asked and not one.whole and not _is_accused(one):
            continue
        if (graft and one.whole) or _is_charged(one):
            yield one


def _is_addressed(one: Bearer) -> bool:
    text, begin, end = one.passage.text, one.start, one.end
    near = max(0, begin - 24)
    wish = _ASKED.search(text, near, begin)
    return bool(
        _GREETED.search(text, near, begin)
        or (wish and not _TO_BE_JUDGED.search(wish[0]))
        or _GREETING.match(text, end)
        or (begin == 0 and _OPENING.match(text, end))
        or (text.startswith(":", end) and _FROM_ABOVE.match(text, 0, begin))
        or (text[begin - 1 : begin] in _STOPS and text.startswith((":", "!"), end))
        or (_BEGINS.search(text, max(0, begin - 3), begin) and _VOCATIVE.match(text, end))
        or _GREETED_BEFORE.search(text, near, begin)
    )


def _is_private(one: Bearer) -> bool:
    return _PRIVATE.search(one.passage.text, max(0, one.start - 30), one.start) is not None


def _is_of_a_company(one: Bearer) -> bool:
    """Whether a name that is short stands where the last body that was named is a company or the like."""
    if one.whole or one.called[1:] not in _ANYWHERE:
        return False
    ahead = one.passage.text[max(0, one.start - 120) : one.start]
    last = _last(_COMPANY, ahead)
    return last >= 0 and last > _last(_PUBLIC, ahead)


def _last(what: re.Pattern[str], text: str) -> int:
    return max((found.start() for found in what.finditer(text)), default=-1)


def _is_private_elsewhere(one: Bearer) -> bool:
    """A name that is short for somebody at a hospital or a company, by what stands before it the first time."""
    first = -1 if one.whole else one.passage.text.find(one.called)
    return 0 <= first < one.start and _PRIVATE.search(one.passage.text, max(0, first - 30), first) is not None


def _is_subject(one: Bearer) -> bool:
    text, begin, end = one.passage.text, one.start, one.end
    return not (
        (_AT_WORK.match(text, end) and not _is_accused(one) and not _PROMISED.match(text, end))
        or _NAMES_A_PLACE.match(text, end)
        or (_ON_DUTY.match(text, end) and not _BEATS.match(text, end) and one.called[1:] in ENFORCING)
        or _is_heard(one)
        or _INFORMS.match(text, end)
        or (
            (_THE_FALLEN.search(text, max(0, begin - 24), begin) or _FELL.match(text, end))
            and not _is_accused(one)
        )
        or (_PRAISED.match(text, end) and not _is_accused(one))
        or (
            _TURNED_TO.search(text, max(0, begin - 1), begin)
            and _LETTER.match(text, end)
            and not _UNANSWERED.match(text, end)
        )
        or _NO_OFFICE.search(text, max(0, begin - 3), end + 1)
        or _is_of_a_company(one)
        or _TOOK_PART.search(text, max(0, begin - 100), begin)
        or _PLAYED.search(text, max(0, begin - 16), end + 16)
        or _ABROAD.search(text, max(0, begin - 24), begin)
        or text.endswith(("研究", "杀害", "袭击"), 0, begin)
    )


def _is_heard(one: Bearer) -> bool:
    """Whether he speaks in public, of others: what is said to those who tell of it is a dealing with them."""
    text, begin, end = one.passage.text, one.start, one.end
    if (
        one.whole
        and text.startswith(":", end)
        and not _CHARGED_BEFORE.search(text, max(0, begin - 32), begin)
    ):
        return True
    quoted = _QUOTED.search(text, max(0, begin - 44), begin) and _SAYS.match(text, end)
    if not quoted and not _SPEAKS.match(text, end):
        return False
    told = text[max(0, begin - 80) : begin].rpartition("”")[2]
    return _TELLER.search(told) is None


def _is_accused(one: Bearer) -> bool:
    text = one.passage.text
    return bool(
        _ACCUSED.search(text, one.end, one.end + 40)
        or _CHARGED_BEFORE.search(text, max(0, one.start - 32), one.start)
    )


def _is_charged(one: Bearer) -> bool:
    """Whether the text holds something against him, or tells of dealings with him; in the news most do their work."""
    if one.hidden:
        return True
    text, begin, end = one.passage.text, max(0, one.start - 60), one.end + 60
    around = text[begin : one.start] + "," + text[one.end : end]
    if _WRONGED.search(around) or _KIN.match(text, one.end) or _UNANSWERED.match(text, one.end):
        return True
    if _DEALT.match(text, one.end) is None:
        return False
    return _CITIZEN.search(text, max(0, one.start - 300), one.end + 300) is not None
