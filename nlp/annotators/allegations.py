"""What a text claims or touches: sirens nobody planned, danger, corruption, hearsay, money, secrets, orders, names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from huiying.contracts import Reading, Signal, SignalKind
from nlp.amend import amended
from nlp.annotators import officials, senses
from nlp.normalise import quick
from nlp.scanning import Rule, led
from nlp.sheet import Passage, Sheet
from nlp.signalling import matches, matches_in, signal, signal_at

_SIRENS = r"防空警报|空袭警报|警报器?|警报声|大喇叭|喇叭|汽笛"
_SIREN = rf"(?:{_SIRENS})"
_SUDDEN = "刚才|刚刚|突然|半夜|深夜|凌晨|昨晚|今晚|今早|大半夜|莫名|无缘无故"
_SOUNDED = r"(?:响|鸣|叫|拉)"
_DEMANDED = r"[^,。;!?\n]{0,10}(?:要求|责令|责成|督促|限期)[^,。;!?\n]{0,10}(?:回应|说明|答复|核查)"
_FEE = r"收费(?![站亭口卡]|公路)|乱收|多收|收(?:了|我|取)[^,。;!?\n\d]{0,10}\d{1,9}[万千百]?[元块]|租金|月租|年租|管理费|停车费|使用费|易地建设费|结建费|押金|定金|订金|涨价"
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
            r"受贿|行贿|索贿|贪污|贪腐|贪官|腐败(?!变质|的?尸|菌|味|臭|食|水果|肉|发臭)|吃回扣|回扣|围标|串标|陪标|内定(?<![之天日月年周时内]内定)(?![会能要将高低价位])|利益输送|权钱交易|被查(?![处封出明获验扣到实阅])|被带走调查|接受审查调查|落马(?![洲湖镇])|双开(?<!双双开)(?![门红店卡游模式挂])|留置(?![针权观物送管导])"
            r"|违纪违法|黑幕|吃拿卡要|好处费|量身定[做制]|指定(?:供应商|厂家|品牌)|靠人防吃人防|保护伞|以权谋私|徇私|暗箱操作|黑箱操作|收了好处(?!费)|收好处(?!费)|拿了好处(?!费)|拿好处(?!费)|红包开路|官商勾结|官匪勾结|权力寻租|渎职|骗取中标|侵吞|挪用(?:公款|专款|资金|维修)|勾结|送红包|收红包|塞红包|索要红包|收受红包|贿赂"
        ),
    ),
    (
        SignalKind.SAFETY,
        "工程安全、积水一类的险情",
        Rule(
            r"坍塌|塌方|塌陷|倒塌|垮塌|要塌|开裂|裂开(?<!撕裂开)|裂了(?<![撕分]裂了)|裂缝|露筋|钢筋外露|钢筋裸露|钢筋都露|燃气味|煤气味|漏气|承重墙(?<!非承重墙)|漏水(?<!偷税漏水)|渗水|渗漏(?<!防渗漏)|漏雨|积水(?<![筑用房总]面积水)(?!潭|污|房屋(?!积)|住宅|化学)|被淹(?![死没])|进水(?!平(?!房)|[端帘口压管池阀量温果里])(?<![掉开跳落坠按摁]进水)|倒灌|水淹(?<!口水淹)(?!地|区|没地)|泡水(?![墨喝杯])|安全隐患|消防隐患|火灾隐患|消防设施[^,。;!?\n]{0,6}(?:瘫痪|损坏|失效|形同虚设|摆设)|逃生(?:门|通道|口)[^,。;!?\n]{0,6}(?:锁|堵|封|占)|成危房|成了危房|成为危房|沦为危房|消防通道(?!口|旁|的?(?:不锈钢|大门))|安全出口|坠落|掉下来|砸(?:到|中|住|伤)|缺氧|煤气罐|触电(?!子|影|般|似的)|漏电|私拉电线|锈死|脱落|擅自拆|私自拆|违规拆|打穿|开洞"
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
_DENIED_IN_TURN = frozenset({SignalKind.CORRUPTION, SignalKind.SAFETY})
"""Of which :mod:`nlp.annotators.senses` says what a denial means: what is not there may be the danger."""
_SOUNDING = Rule("警报|喇叭|汽笛")
"""What sounds: 误鸣 alone, in title and text, may be of anything."""
_PERIOD = Rule(_PERIODS)
_FEES = Rule(
    rf"{_FEE}|(?<!\d)\d{{1,9}}[万千百]?[元块]?(?:{_PERIODS})|{_PAID}",
    needs="|".join((*_UNPERIODIC.words, *_PERIOD.words)),
)
"""Fees where a sum may be named with its period, which few texts do: it has to be tried at every digit."""
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
        found = matches(sheet, rule, denied=kind in _DENIED_IN_TURN)
        if kind is SignalKind.FEES and sheet.may(_PERIOD):
            found = [
                pair
                for passage in sheet.passages
                for pair in matches_in(passage, _FEES if passage.may(_PERIOD) else rule)
            ]
        if kind is SignalKind.SIREN_UNPLANNED:
            found = _unplanned(sheet, found)
        if found:
            found = [pair for pair in found if senses.means(kind, sheet, *pair)]
        if found:
            signals.append(signal(sheet, kind, f"signal.{kind}", note, found))
    return signals


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
    found = [(one.passage, one.start, one.end) for one in officials.named(sheet)]
    kind = SignalKind.OFFICIAL_NAMED
    return [signal_at(sheet, kind, f"signal.{kind}", "点到具体的公职人员", found)] if found else []


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
