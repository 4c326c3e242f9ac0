"""What a text claims or touches: sirens nobody planned, danger, corruption, hearsay, money, secrets, orders, names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from huiying.contracts import Reading, Signal, SignalKind
from nlp.amend import amended
from nlp.normalise import quick
from nlp.scanning import Rule, led
from nlp.sheet import Passage, Sheet
from nlp.signalling import is_denied, matches, matches_in, signal, signal_at

_SIRENS = r"防空警报|空袭警报|警报器?|警报声|大喇叭|喇叭|汽笛"
_SIREN = rf"(?:{_SIRENS})"
_SUDDEN = "刚才|刚刚|突然|半夜|深夜|凌晨|昨晚|今晚|今早|大半夜|莫名|无缘无故"
_SOUNDED = r"(?:响|鸣|叫|拉)"
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_OFFICES = "局长|主任|处长|科长|股长|书记|站长|市长|县长|区长|镇长|乡长|队长|所长|部长|厅长|省长|主席|调研员|总工程师|科员"
_ENFORCERS = "执法队员|执法人员|城管队员|交警|民警|辅警|法官|协管员|质监员|审批人员|窗口人员"
_UNDER = "室局办处科站委府队厅省市县区镇乡村员组政安育管划建土房防保务通商利业林法生农计监障、"
"""What a title with a whole name stands behind."""
_OFFICE, _ENFORCER = f"(?:{_OFFICES})", f"(?:{_ENFORCERS})"

_DEMANDED = r"[^,。;!?\n]{0,10}(?:要求|责令|责成|督促|限期)[^,。;!?\n]{0,10}(?:回应|说明|答复|核查)"
_FEE = r"收费(?![站亭口卡])|乱收|多收|收(?:了|我|取)[^,。;!?\n\d]{0,10}\d{1,9}[万千百]?[元块]|租金|月租|年租|管理费|停车费|使用费|易地建设费|结建费|押金|定金|订金|涨价"
_PERIODS = "一个月|每月|一年|一个车位"
_PAID = "缴费|退费|退款"

_UNPERIODIC = Rule(f"{_FEE}|{_PAID}")
_RULES = (
    (
        SignalKind.SIREN_UNPLANNED,
        "没有安排而响的警报",
        Rule(
            "|".join(
                (
                    led(_SIRENS, r"[^,。;!?\n]{0,10}(?:误鸣|误响|误触发|误拉|自鸣|自己响|故障)"),
                    led("误鸣|误响|误拉|自鸣", rf"[^,。;!?\n]{{0,6}}{_SIREN}?"),
                    led(f"{_SUDDEN}|没通知", rf"[^。;!?\n]{{0,24}}{_SIREN}[^,。;!?\n]{{0,8}}{_SOUNDED}"),
                    led(_SUDDEN, rf"[^。;!?\n]{{0,24}}{_SOUNDED}[^,。;!?\n]{{0,6}}{_SIREN}"),
                    led(
                        _SIRENS,
                        rf"[^,。;!?\n]{{0,8}}(?:突然|莫名|无缘无故|自己|一直|怎么|咋)[^,。;!?\n]{{0,4}}{_SOUNDED}",
                    ),
                )
            ),
            needs="警报|喇叭|汽笛|误鸣|误响|误拉|自鸣",
        ),
    ),
    (
        SignalKind.CORRUPTION,
        "腐败、串标一类的指称",
        Rule(
            r"受贿|行贿|索贿|贪污|贪腐|贪官|腐败(?!变质|的?尸|菌|味|臭|食|水果|肉|发臭)|吃回扣|回扣|围标|串标|陪标|内定(?<![之天日月年周时内]内定)(?![会能要将])|利益输送|权钱交易|被查(?![处封出明获验扣到实阅])|被带走调查|接受审查调查|落马(?![洲湖镇])|双开(?<!双双开)(?![门红店卡游模式挂])|留置(?![针权观物送管导])"
            r"|违纪违法|黑幕|吃拿卡要|好处费|量身定[做制]|指定(?:供应商|厂家|品牌)|靠人防吃人防|保护伞|以权谋私|徇私|官商勾结|官匪勾结|权力寻租|渎职|骗取中标|侵吞|挪用(?:公款|专款|资金|维修)|勾结|送红包|收红包|塞红包|索要红包|收受红包|贿赂"
        ),
    ),
    (
        SignalKind.SAFETY,
        "工程安全、积水一类的险情",
        Rule(
            r"坍塌|塌方|塌陷|倒塌|垮塌|要塌|开裂|裂开|裂了|裂缝|露筋|钢筋外露|钢筋裸露|钢筋都露|燃气味|煤气味|漏气|承重墙|漏水|渗水|渗漏|漏雨|积水(?!潭)|被淹(?![死没])|进水(?![帘口压管池阀量温果里])(?<![掉开跳落坠]进水)|倒灌|水淹|泡水(?![墨喝杯])|安全隐患|消防通道|安全出口|坠落|掉下来|砸(?:到|中|住|伤)|缺氧|煤气罐|触电|漏电|私拉电线|锈死|脱落|擅自拆|私自拆|违规拆|打穿|开洞"
        ),
    ),
    (
        SignalKind.RUMOUR,
        "来路不明的传言",
        Rule(
            r"网传|听说|据说(?<![证依数根]据说)|知情[人者](?!权)|传闻|爆料|都在传|疯传|流传(?!至今|下来|后世|百世|千古|已久|了?[\d一二三四五六七八九十几百千上数]+[多余]?年)|来源不明|不信谣|传言|谣言|造谣|辟谣|内部消息|小道消息|可靠消息|别外传|不让报|不让讲|不让说|消息(?:都|被|全)?(?:封|压)|压着不(?:报|发|说|查|办|让)|速转(?<![快高低]速转)(?![长换动化弯圈向暖为移走])|速看|紧急扩散|赶紧转|转发三个|转发到(?:朋友圈|[\d各多]|群)|转发给(?=你|身边|朋友|家人|更多|大家|好友|关心|在乎|所有|亲|[\d三五十])|转给(?=你|身边|朋友|家人|更多|大家|好友|关心|在乎|所有|亲)|扩散周知|发给你在乎的人|"
            + led("表哥|亲戚|战友|同学", "在(?:部队|里面|单位)")
            + "|"
            + led("听人|听俺|听别人|听邻居|听亲戚|听朋友|听同事|听保安", r"[^,。;!?\n]{0,4}?[说讲]")
        ),
    ),
    (
        SignalKind.FEES,
        "收费、价款",
        _UNPERIODIC,
    ),
    (
        SignalKind.SECRET,
        "可能涉密",
        Rule(
            r"国家秘密|机密(?<![手款银]机密)(?!码)|绝密|涉密|泄密|失密|内部文件|指挥所[^,。;!?\n]{0,8}(?:位置|坐标|图纸|照片|地址)|图纸[^,。;!?\n]{0,8}(?:泄|流出|外传|上传|发到|传到|发在)|坐标[^,。;!?\n]{0,8}(?:指挥|战备)|密级"
        ),
    ),
    (
        SignalKind.SUPERIOR_ORDER,
        "上级要求或批示",
        Rule(
            "|".join(
                (
                    "批示(?!的?[表文件])",
                    led("督察组|督查组|督导组|巡视组|巡察组", r"[^,。;!?\n]{0,6}(?:交办|督办|转办|要求)"),
                    r"挂牌督办(?!制度|办法)",
                    rf"上级(?:部门|机关)?{_DEMANDED}",
                    led("省委|省政府|市委|市政府|国务院|国办|省办", _DEMANDED),
                )
            ),
            needs="批示|督办|交办|转办|要求|责令|责成|督促|限期",
        ),
    ),
)
_SOUNDING = Rule("警报|喇叭|汽笛")
"""What sounds: 误鸣 alone, in title and text, may be of anything."""
_PERIOD = Rule(_PERIODS)
_FEES = Rule(
    rf"{_FEE}|(?<!\d)\d{{1,9}}[万千百]?[元块]?(?:{_PERIODS})|{_PAID}",
    needs="|".join((*_UNPERIODIC.words, *_PERIOD.words)),
)
"""Fees where a sum may be named with its period, which few texts do: it has to be tried at every digit."""
_PRIVATE = r"(?<!物业)(?<!班)(?<!业委会)(?<!业主会)(?<!楼盘)(?<!项目)(?<!医院)(?<!公司)"
_NAMED = re.compile(
    "|".join(
        rf"{title}(?:(?<=[{_UNDER}心道区副原]{title}))\s?[{SURNAMES}](?:某{{1,2}}|[×x*]{{1,2}}|[\u3400-\u9fff]{{1,2}})(?=[,。;、!?\s的在收被说对是与和把让不受索拿贪涉因酒醉严任等及以于“”)(]|$)"
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
_PLEA = re.compile(r"请|求|希望|盼|建议|恳|望|能不能|应该|或者有|是否|是不是")
_LEADER = re.compile(
    r"(?:领导|书记|省长|市长|县长|区长|厅长|主任|总理|主席|部长|常委)[^,。;!?\n]{0,16}$|[作做]出?[^,。;!?\n]{0,6}$"
)
"""Who gives orders in writing."""
_GREETED = re.compile(r"(?:尊敬|敬爱|亲爱)的?[^,。;!?\n]{0,14}$|@[^\s,。:]{0,8}$")
_GREETED_BEFORE = re.compile(r"[您你]\s?好[,!。]?\s?$")
_ASKED = re.compile(
    r"(?:恳?请|恳求|请求|希望|盼望?|期待|望|呼吁|感谢|谢谢|特向|现向|麻烦|致)(?!教过)[^,。;!?\n]{0,6}$"
)
_GREETING = re.compile(r"\s?[您你]|\s?(?:[,:!]?\s?(?:您|你们?)\s?好|[:!]|好[,!。:]|钧鉴|台鉴)")
_VOCATIVE = re.compile(r"\s?[,!。]?\s?(?:我|您|你|请|真的|希望|求|能否|能不能|救)")
_OPENING = re.compile(r"\s?[,:]")
_BEGINS = re.compile(r"(?:^|[。!?;\n/,]\s?)$")
_AT_WORK = re.compile(
    r"[^,。;!?\n]{0,24}?(?:批示|指示|率队|带队|赶赴|赶到|赶往|亲临|强调|指出|介绍|致辞|出席|看望|慰问|高度重视|告诉记者|采访|调研|陪同|走好|因公|牺牲|殉职|遇害|逝世|主持召开|主持会议|为[^,。;!?\n]{0,4}做主|百忙)"
    r"|[^。;!?\n]{0,60}(?:批示|指示|赶赴|赶到现场|赶往|亲临|率队|带队)|\s?(?:说|称|表示|回应|证实|透露|否认)[,:“]"
)
"""Who is greeted or asked for help, and who gives orders at a disaster, is not what the text complains of."""
_NO_OFFICE = re.compile(r"科(?:原?副|原)?主任|[毛习]主席|董事局?会?主席|[长记任]任(?:组|命|职)|主任何|警方")
"""Doctors and leaders of the state."""
_AGAINST = re.compile(
    r"(?:反|高度|不|(?:杜绝|遏制|抵制|打击|惩治|预防|防止|防范|抨击|治理|根除|消除|拒绝|滋生|产生)[^,。;!?\n]{0,4})$"
)
_OFFICIALDOM = re.compile(
    r"纪委|监委|纪检|违纪|违法|书记|局长|厅长|部长|市长|县长|区长|镇长|处长|省委|市委|县委|官员|干部|政协|人大|常委|行长|受贿|贪"
)
_BY_OFFICE = ("被查", "留置", "双开", "落马")
"""Words that speak of officials only beside one."""
_PUBLIC_HAND = re.compile(r"政府|部门|领导|干部|官|局|村支|村委|书记|执法|考官|机关|警")
"""With whom, or for whom."""
_SHELTER = re.compile(r"(?:群体|法律|安全|制度|权益|健康|生态)[^,。;!?\n]{0,3}$")
_TENDER = re.compile(r"招标|投标|采购|标书|参数|中标|评标|资质|设备")
_FALLING = re.compile(r"掉|坠物|脱落|塌|瓷砖|外墙|玻璃|门|顶|板|树|广告牌|砖|高空|钢|石")
_NOT_BUILT = re.compile(
    r"眼泪|泪水|下巴|手机|悬崖|飞机|导弹|残骸|卫星|陨石|无人机|滑翔|跳伞|脑子|脑袋|鼻孔|大船|倒$|流产|皮肤|嘴唇|屏幕|墨水|手链|头发|牙齿|指甲|心理|世界|信仰|房价|精神|汇率|笑$|食品|鞋|药品|网络|信息|账户|@\S{0,8}$"
)
_NO_REPORT = re.compile(r"[未没](?:有)?(?:接到|收到)[^。;!?\n]{0,24}$")
_BUILT = re.compile(
    r"墙|砖|瓦|顶|外立面|层|漆|玻璃|板|门|灯|广告|天花|水泥|混凝土|砼|防水|保温|构件|装饰|梁|柱|管|楼|房|桥|路|面|地下|车库"
)
_MUST_BE = ("消防通道", "安全出口")
"""What is missing where it is denied."""
_SEEKING = re.compile(
    r"(?:任何|寻找|征集|呼吁|悬赏|请|望|欢迎|提供|杀|联系)[^,。;!?\n]{0,6}$|(?:代|民间|自古|世)$"
)
_CALLED_FOR = re.compile(r"士?[,]?(?:请|速|联系|告知)")
_ACCOUNT = re.compile(r"@[^\s,。:]{0,8}$")
_OF_STATE = re.compile(
    r"国家|(?<!雷)军|部队|国防|战备|涉密|人防|指挥|图纸|间谍|情报|国安|公安|机关|档案|保密|地图|坐标|安全部|政府|潜艇|文件|工程"
)
_OF_TRADE = re.compile(
    r"商业|公司|企业|店|客户|答案|考题|试题|考试|招标|投标|配方|小说|游戏|综艺|电视剧|三国|手机|开发商"
)
_ON_THE_ROAD = re.compile(r"车|驾|司机|鸣笛|按喇叭|广场舞|店|促销|叫卖|收破烂|音响")
_UNTOLD = re.compile(r"(?:没说|没有说|没通知|没听说|不是)[^,。;!?\n]{0,5}$")
_PLANNED = re.compile(r"试鸣|鸣放|演练|演习|公祭|默哀|纪念")
_PUBLIC_BODY = re.compile(
    r"(?:人防|国动|民防|住建|城管|规划|发改|市场监管|信访|公安|政府|街道|社区|委员会|管理局|管委会)"
)


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    signals = (*_plain(sheet), *_official(sheet), *_unit(sheet, reading))
    return amended(reading, signals=reading.signals + signals) if signals else reading


def _plain(sheet: Sheet) -> list[Signal]:
    signals = []
    for kind, note, rule in _RULES:
        found = matches(sheet, rule, denied=kind is SignalKind.SAFETY)
        if kind is SignalKind.FEES and sheet.may(_PERIOD):
            found = [
                pair
                for passage in sheet.passages
                for pair in matches_in(passage, _FEES if passage.may(_PERIOD) else rule)
            ]
        if kind is SignalKind.SIREN_UNPLANNED:
            found = _unplanned(sheet, found)
        found = [(passage, match) for passage, match in found if _is_claim(kind, sheet, passage, match)]
        if found:
            signals.append(signal(sheet, kind, f"signal.{kind}", note, found))
    return signals


def _is_claim(kind: SignalKind, sheet: Sheet, passage: Passage, match: re.Match[str]) -> bool:
    """Whether the words mean what their kind says, where they have other meanings as well."""
    text, begin, end, word = passage.text, match.start(), match.end(), match[0]
    near = max(0, begin - 12)
    if kind is SignalKind.CORRUPTION:
        if word in _BY_OFFICE:
            return any(_OFFICIALDOM.search(one.text) for one in sheet.passages)
        if word.endswith(("勾结", "红包")):
            return _PUBLIC_HAND.search(text, max(0, begin - 40), end + 14) is not None
        if word == "保护伞":
            return _SHELTER.search(text, near, begin) is None
        if word.startswith("量身"):
            return _TENDER.search(text, max(0, begin - 30), end + 30) is not None
        return not _AGAINST.search(text, near, begin)
    if kind is SignalKind.SAFETY:
        if word not in _MUST_BE and is_denied(passage, begin):
            return False
        if _NO_REPORT.search(text, max(0, begin - 30), begin):
            return False
        if word in ("脱落", "裂开", "打穿", "开洞"):
            return _BUILT.search(text, max(0, begin - 20), end + 10) is not None
        if word[0] == "砸" or word == "坠落":
            return _FALLING.search(text, max(0, begin - 24), end + 12) is not None
        return not (
            _NOT_BUILT.search(text, near, begin) or text.startswith(("都没见", "都没有", "也没有"), end)
        )
    if kind is SignalKind.RUMOUR:
        if _ACCOUNT.search(text, near, begin):
            return False
        sought = _SEEKING.search(text, near, begin) or (word[:2] == "知情" and _CALLED_FOR.match(text, end))
        return word[:2] not in ("知情", "流传") or not sought
    if kind is SignalKind.SECRET and word in ("机密", "绝密", "泄密", "失密"):
        around = text[max(0, begin - 30) : end + 30]
        if text.endswith("非", 0, begin):
            return False
        return bool(_OF_STATE.search(around)) and not _OF_TRADE.search(around)
    if kind is SignalKind.SIREN_UNPLANNED:
        aloud = "警报" in word or "汽笛" in word
        return aloud or not _ON_THE_ROAD.search(text, max(0, begin - 30), end + 10)
    if word == "批示" and not _LEADER.search(text, max(0, begin - 28), begin):
        return False
    return kind is not SignalKind.SUPERIOR_ORDER or not _PLEA.search(text, max(0, begin - 20), begin)


def _unplanned(
    sheet: Sheet, found: list[tuple[Passage, re.Match[str]]]
) -> list[tuple[Passage, re.Match[str]]]:
    """Sirens of foreign wars and of films are not ours; one that was announced is no surprise, unless the text says it was wrong."""
    if not sheet.may(_SOUNDING) or sheet.found("foreign_war", "fiction"):
        return []
    wrong = [(passage, match) for passage, match in found if re.search("误|自鸣|故障", match[0])]
    return wrong if any(_announced(passage.text) for passage in sheet.passages) else found


def _announced(text: str) -> bool:
    """没说今天试鸣 announces nothing."""
    return any(
        not _UNTOLD.search(text, max(0, word.start() - 8), word.start()) for word in _PLANNED.finditer(text)
    )


def _official(sheet: Sheet) -> list[Signal]:
    if not matches(sheet, _TITLED, denied=True):
        return []
    found = [
        (passage, match)
        for passage in sheet.passages
        for match in _NAMED.finditer(passage.text)
        if _is_subject(passage, match)
    ]
    kind = SignalKind.OFFICIAL_NAMED
    return [signal(sheet, kind, f"signal.{kind}", "点到具体的公职人员", found)] if found else []


def _is_subject(passage: Passage, match: re.Match[str]) -> bool:
    text, begin, end = passage.text, match.start(), match.end()
    near = max(0, begin - 20)
    return not (
        _GREETED.search(text, near, begin)
        or _ASKED.search(text, near, begin)
        or _GREETING.match(text, end)
        or (begin == 0 and _OPENING.match(text, end))
        or (_BEGINS.search(text, max(0, begin - 3), begin) and _VOCATIVE.match(text, end))
        or _GREETED_BEFORE.search(text, near, begin)
        or _AT_WORK.match(text, end)
        or _NO_OFFICE.search(text, max(0, begin - 3), end + 1)
        or text.endswith("研究", 0, begin)
    )


def _unit(sheet: Sheet, reading: Reading) -> list[Signal]:
    names = [name for name in reading.units if _is_public(name)]
    if not names:
        return []
    written = [_normalised(name) for name in names]
    found = [(p, start, end) for p in sheet.passages for start, end in _mentions(p.text, written)]
    kind = SignalKind.UNIT_NAMED
    detail = "、".join(names[:3])
    note = f"点到单位：{detail}"
    return [signal_at(sheet, kind, f"signal.{kind}", note, found, detail=detail)] if found else []


@lru_cache(maxsize=4_096)
def _is_public(name: str) -> bool:
    return _PUBLIC_BODY.search(name) is not None


@lru_cache(maxsize=4_096)
def _normalised(name: str) -> str:
    """The few names of a place come again and again."""
    return quick(name)


def _mentions(text: str, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where one of the names stands, in order; of those that begin together the one that is named first."""
    next_of = {name: text.find(name) for name in names}
    while left := [name for name in names if next_of[name] >= 0]:
        name = min(left, key=lambda one: next_of[one])
        start, end = next_of[name], next_of[name] + len(name)
        yield start, end
        for one in left:
            if next_of[one] < end:
                next_of[one] = text.find(one, end)
