"""Whether an official statement says the opposite of a claim about the same matter: point by point, and rather nothing than wrongly.

A point is something that either is so or is not (拆除, 涨价, 关闭), a number of people, or why a siren sounded.  What is planned, forbidden,
asked, feared or handed on says nothing of what is so; a statement from well before the claim, about another building, another day or
another fee cannot be compared with it.  That two texts are silent about each other's point is the usual answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from huiying.clock import SHANGHAI
from nlp.normalise import quick
from nlp.numerals import NUMBER, numeral

LONGEST = 2_000
"""Characters of a text that are read."""
STILL_HOLDS = timedelta(days=30)
"""A statement that much older than the claim may have been overtaken."""
OF_THE_DAY = timedelta(days=3)
"""The same for what happens once: sirens, casualties."""


class Standing(StrEnum):
    CONFLICT = "conflict"
    """It says the opposite."""
    RELATED = "related"
    """It speaks of the same point and agrees, or cannot be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One side: a claim with the post that makes it, or a statement."""

    text: str
    title: str = ""
    at: datetime | None = None
    """When it was public, with a zone."""
    names: frozenset[str] = frozenset()
    """Keys of the estates, schools and units that it names: two texts about one share a key."""
    places: frozenset[str] = frozenset()
    """Locality codes; a narrower one begins with what the wider one is without its zeros."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    standing: Standing
    point: str
    """In Chinese: what both speak of."""
    sentence: str
    """Of the statement, as written."""
    why: str = ""
    """In Chinese: wherein they differ; '' without a conflict."""


def compare(claim: Said, statement: Said, *, together: bool = False) -> Compared | None:
    """None where they do not speak of the same point of the same matter. ``together``: both belong to one matter already."""
    if _apart(claim, statement):
        return None
    said = [one for one in _assertions(claim) if not one.open]
    told = _assertions(statement)
    related = None
    for ours in said:
        theirs = [one for one in told if _same_point(ours, one) and _shared(claim, statement, one, together)]
        if theirs and related is None:
            related = Compared(
                standing=Standing.RELATED, point=theirs[0].point.name, sentence=theirs[0].sentence
            )
        comparable = [one for one in theirs if _comparable(ours, one, claim.at, statement.at)]
        against = [
            (one, why) for one in comparable if (why := _difference(ours, one, claim.at, statement.at))
        ]
        both_ways = any(_same_point(mine, one) and _agrees(mine, one) for mine in said for one in comparable)
        if against and not both_ways:
            other, why = against[0]
            return Compared(
                standing=Standing.CONFLICT, point=other.point.name, sentence=other.sentence, why=why
            )
    return related


# ------------------------------------------------------------------------------------------------ points


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    name: str
    so: re.Pattern[str]
    not_so: re.Pattern[str] | None = None
    """Says without a negation that it is not so."""
    things: str = ""
    """Which kinds of thing (``_THINGS``) it may be true of; '' where that does not matter."""
    timeless: bool = False
    """What is so now and what will be so are one."""
    general: bool = False
    """May be said of a whole city at once."""


_THINGS = {
    "built": (
        ("门", "人防门|防护门|密闭门|防爆门|樘门|\\d樘"),
        ("警报器", "警报器|警报设备"),
        ("墙", "隔墙|承重墙|剪力墙"),
        ("防空洞", "防空洞|纳凉点"),
        ("通道", "地下通道|隧道"),
        ("指挥所", "指挥所"),
        ("大厅", "大厅|窗口"),
        ("地下工程", "人防工程|民防工程|人防设施|地下室|车库|地库|地下商[场业]|地下街"),
    ),
    "parking": (("车位", "车位"), ("地下工程", "人防工程|地下室|车库|地库")),
    "fee": (
        ("易地建设费", "易地建设费|异地建设费|结建费"),
        ("租金", "租金|月租|年租|租[^,。]{0,5}车位"),
        ("管理费", "管理费|使用费|停车费"),
        ("物业费", "物业费"),
        ("电费", "电费"),
    ),
    "office": (
        ("主任", "主任"),
        ("书记", "书记"),
        ("经理", "经理"),
        *((f"{one}长", f"{one}长") for one in "局处科所站校院镇县区市厅"),
    ),
    "event": (
        ("试鸣", "试鸣|鸣放"),
        ("演练", "演练|演习"),
        ("纳凉", "纳凉|防空洞"),
        ("会议", "发布会|听证会"),
    ),
}
_KINDS = {kind: tuple((name, re.compile(words)) for name, words in rows) for kind, rows in _THINGS.items()}


def _point(
    name: str, so: str, not_so: str = "", things: str = "", *, timeless: bool = False, general: bool = False
) -> _Point:
    return _Point(
        name=name,
        so=re.compile(so),
        not_so=re.compile(not_so) if not_so else None,
        things=things,
        timeless=timeless,
        general=general,
    )


_POINTS = (
    _point("拆除", r"拆(?!迁办|分|装|封|散|解|台|穿)|扒掉|敲掉|砸掉|打穿|打通", r"完好|保存完整|保持原样|仍在原(?:处|位)|均在(?!建)|在位", "built"),
    _point("涨价", r"涨(?!知识|停|跌|水)|上调|提价|调高|提高(?!警惕|认识|能力|效率|意识|水平|质量|防范)|翻了?[一两三]?[倍番]|调整",
           r"仍(?:然|旧)?(?:为|是|按|执行)|(?:维持|保持)[^,。]{0,8}(?:不变|原)|按原标准|价格不变|标准不变", "fee", general=True),
    _point("关闭", r"关闭|关门|关了|不开了|停用|封闭|锁门|停止开放|暂停开放|不(?:再)?(?:对外)?开放|没有?开放|未开放",
           r"(?<![不未没停])(?:正常|照常|免费|全天|对外)(?:对外)?开放|已(?:经|于)?[^,。不未没停]{0,8}开放|(?<![不未没停])开放了|(?<![不未没停暂外])开放(?=[,。]|$)|正常使用", "built"),
    _point("坍塌", r"[坍垮倒]塌|塌[方陷]|塌(?!实)", r"结构(?:安全|完好|稳定)|主体完好", "built"),
    _point("进水", r"进水|积水|被?淹(?!死|没收)|倒灌|泡(?:在|水|了)|漫[到进]", r"没有?进过水|排水正常", "built"),
    _point("渗漏", r"漏水|渗水|渗漏|漏雨|漏成", "", "built"),
    _point("失火", r"起火|着火|失火|火灾|烧起来", "", "built"),
    _point("爆炸", r"爆炸|炸了", ""),
    _point("出售", r"卖(?!力|点|场|家)|出售(?!条件)|售出", r"(?:只|全部|均)(?:用于)?(?:出?租|租赁)", "parking"),
    _point("强制购买", r"(?:必须|强制|强迫|捆绑|搭售)[^,。]{0,6}(?:买|购|售|销售)|不买[^,。]{0,6}不给", r"自愿(?:购|选|租|买)|业主自愿|自主选择",
           "parking", timeless=True, general=True),
    _point("收回", r"收回|没收|收归", "", "parking", general=True),
    _point("不能租", r"不(?:准|让|许|得|能|可以?)(?:出?租|租赁)|只卖不租|只售不租|不[出]?租", r"(?<!不)可以(?:出租|租用|承租)|不得只售不租", "parking", timeless=True),
    _point("改变用途", r"改成|改为|改作|改造成|挪作|当(?:成|作)?(?:停车场|仓库|库房|宿舍|网吧|酒窖|冷库|商铺)|(?:被|给)占用?|改变用途", "", "built"),
    _point("停工", r"停工|烂尾|停建", r"(?:正常|有序|加快)施工|已(?:经)?复工|按计划施工", "built"),
    _point("未经验收", r"(?:没有?|未|还没有?|尚未)[^,。]{0,4}(?:验收)|验收[^,。]{0,3}(?:没过|没通过|不合格)|未通过[^,。]{0,4}验收",
           r"(?:已|均|全部)[^,。]{0,8}(?:通过|完成)[^,。]{0,6}验收|验收合格|(?<!未)(?<!没有)(?<!没)通过(?:了)?(?:竣工|专项)?验收", "built"),
    _point("没有缴费", r"(?:没有?|未|还没|不)[缴交]|[费款]没有?[缴交]|欠缴|少缴", r"(?:足额|全额|已)[^,。]{0,4}[缴交]纳?", "fee"),
    _point("免收", r"不用再?[缴交]|不必再?[缴交]|全免|免[缴交收征除]|减免", r"无权免征|不得(?:减)?免|政策[^,。]{0,4}(?:没有变化|未变|不变)|照常征收|依法征收",
           "fee", timeless=True, general=True),
    _point("退款", r"退(?:还|给|了|[费款](?!方案|政策|流程|标准|问题|申请))", "", "fee"),
    _point("人事调查", r"被抓|被查|被带走|带走调查|双开|留置|落马|免职|撤职|正?接受[^,。]{0,10}调查", r"正常(?:履职|工作|上班)|在岗", "office"),
    _point("取消或改期", r"取消|停办|改到|改期|推迟|延期|不搞了|不办了", r"如期|照常(?:举行|进行)|按(?:原)?计划(?:举行|进行|组织|开展)", "event", timeless=True),
    _point("疏散", r"疏散(?!通道|演练|演习|基地|指示|标志|路线)|撤离", ""),
    _point("未经批准", r"(?:没有?|未|未经)[^,。]{0,3}(?:审批|批准|许可|报批)(?!擅自|不得|,?不)", r"已[^,。未]{0,10}(?:批准|审批|许可)(?!后)|手续齐全"),
    _point("已经恢复", r"(?:已|已经)[^,。]{0,8}(?:装回|恢复)(?!通行|正常生活)", "", "built"),
)  # fmt: skip
_HARM = (
    ("死亡人数", re.compile(r"死(?!角|机|板|心|活|守|刑)|身亡|遇难|丧生|丧命|人命|伤亡")),
    (
        "受伤人数",
        re.compile(
            r"[受轻重擦烧砸踩炸摔]伤|伤了|伤者|伤员|伤亡|中毒|住院|就医|\d\s?人?伤|[一二两三四五六七八九十]伤"
        ),
    ),
    ("失联或被困人数", re.compile(r"失联|失踪|被困|被埋|埋了|没出来|下落不明")),
)
_HARMS = {name: _Point(name=name, so=so) for name, so in _HARM}
_PRICE = _Point(
    name="收费金额",
    so=re.compile("租金|管理费|使用费|停车费|物业费|收费|月租|年租|租[^,。]{0,5}车位"),
    things="fee",
)
_SIREN = _Point(name="警报的原因", so=re.compile("警报|试鸣|汽笛"), general=True)
_CAUSES = {
    "空袭或战事": re.compile(r"空袭|打仗|开战|战争|敌机|导弹|轰炸|敌袭|入侵|核泄漏|核事故"),
    "试鸣或演练": re.compile(r"试鸣|演练|演习|例行鸣放"),
    "误鸣或故障": re.compile(r"误鸣|误响|误拉|误触|误操作|故障|检修|短路"),
}
_ONCE = {*_HARMS, _SIREN.name, "疏散"}
"""Points about one event: a statement from days before is about another one."""


# -------------------------------------------------------------------------------------------- assertions


@dataclass(frozen=True, slots=True, kw_only=True)
class _Assertion:
    point: _Point
    sentence: str
    so: bool = True
    planned: bool = False
    open: bool = False
    """Forbidden, asked, feared, handed on: it speaks of the point and leaves it open."""
    not_all: bool = False
    """Denies no more than that it is so of everything."""
    things: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    amount: float | None = None
    vague: bool = False
    period: str = ""
    causes: frozenset[str] = frozenset()
    days: frozenset[tuple[int, int]] = frozenset()
    general: bool = False
    once_upon: bool = False
    """It is told of some time ago."""
    refuted: bool = False
    """It is quoted and called untrue: past and plan alike."""
    other_subject: str = ""
    """What it is said of, where that is no kind of thing that is known."""


_SENTENCE = re.compile(r"[^。!?！？;；\n]+[。!?！？;；\n]?")
_CLAUSE = re.compile(r"[^,]+")
_NOT = re.compile(
    r"(?:(?:并|从|尚|还|均|都|更|也|亦|暂)?未(?!经|来|必|知|免)|没有?(?!多久|几天|几个月|过多久|人管|办法|想到|看清|完没)|并?不(?:会|存在|是|再|属于|予|作)|并?非|并?无(?!人机|良|故|缘|视|奈|证|锡)|从不|不(?=[涨拆卖收退开]|强制|组织|疏散))"
    r"[^,。]{0,9}$"
)
_LEAVES_OPEN = re.compile(
    r"(?:严禁|禁止|不得|不准|不能|不允许|不许|应当?|要求|务必|切勿|不要|请勿|请(?!求)|如果?|若|一旦|假如|万一|凡|倘若|可能|疑似|怀疑|担心|害怕|生怕|防止|避免|以免|为防|差点|险些|是否|是不是|有没有|有无|会不会|能不能|不知道?|不清楚|未经(?:批准|许可|审批)|建议|希望|呼吁|反映|投诉|举报|据称|研究|核实|排查)[^,。]{0,16}$"
)
_HANDED_ON = re.compile(
    r"所谓|(?:群众|市民|业主|网友|居民|网民|有人|网上)[^,。]{0,8}(?:反映|投诉|举报|称|质疑|咨询)"
)
_ASKED = re.compile(r"^[^,。]{0,14}(?:吗|么|没有\?|与否)|^[^,。]{0,10}(?:是否|是不是)")
_STILL_ASKED = re.compile(r"^[^,。]{0,8}(?:正在|还在|有待)?(?:研究|核实|调查|排查|论证)")
_PLAN = re.compile(
    r"(?:(?<![不主只需重首])要(?!求|害|是)|将(?!近)|拟|准备|打算|计划|即将|马上|快|会(?!议)|明年|下个?月|下周|以后|今后|将来|近期|决定)[^,。]{0,9}$"
)
_PLAN_BEHIND = re.compile(r"^[^,。]{0,6}(?:的)?(?:计划|打算|方案|决定|安排|意向)")
_DENIES = re.compile(
    r"不实|不属实|谣言|造谣|虚假|假消息|(?<!真的)(?<!真)假的(?!还是)|子虚乌有|与事实不符|伪造|旧图|旧照|旧视频|没有(?:任何)?(?:事实)?依据|无中生有|误传|纯属(?:捏造|编造|虚构|误解)|不存在(?=[。!]|$)"
)
_QUOTES = re.compile(r"网传|所谓|关于|流传|传言|网上|有关|说法|听说|[\"“「]")
_ALL = re.compile(r"(?:全部|全都|所有|完全|整体)[^,。]{0,6}$")
_PART = re.compile(
    r"(?<!\d)(\d{1,3}|[一二三四五六七八九十]{1,3})(号楼|号院|号地块|栋|期|标段|单元)|([东西南北])(区|院|门|侧)(?!域|别)"
)
_ROAD = re.compile(r"([\u4e00-\u9fff]{2})(大道|大街|路|街|巷|桥|村|镇)(?!灯|面|边|况|口子|网|费|名)")
_NO_ROAD = re.compile(r"[条这那的在到走过马公道线一某该本全同铁新旧各每了从和与上下]")
_DAY = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]")
_WHOLE = re.compile(r"[全我本](?:市|省|区|县)|各小区|全部小区|从未|从来没")
_LONG_SINCE = re.compile(r"去年|前年|上个?月|上周|几年前|当年|往年|早年|[几\d]年前|以前|曾经|过去")
_AMOUNT = re.compile(
    rf"(?:涨|调|调整|提高|上调|仍|执行|租金)?[到至为成]?(?P<n>{NUMBER})\s?(?P<unit>元|块|(?=[,。!;\s]|$))"
)
_PERIOD = re.compile(r"每?(月|年|天|日|次|平方米|小时)|一个(月)|一(年)")
_PEOPLE = r"(?:余|多)?\s?(?:人|名|位|个)"
_COUNT = re.compile(rf"(?P<n>{NUMBER})(?P<who>{_PEOPLE}|(?=[死伤]))")
_NOBODY = re.compile(
    r"(?:[无没]|未(?!经|来|必|知)|没有|未造成|没造成|未出现|未发生|不存在)[^,。\d]{0,8}$|零$|^无(?:一)?人?[^,。]{0,4}$"
)
_VAGUE = re.compile(r"[余多几数近约好]|左右|以上|至少")


_REACH = 30
"""Characters before a predicate that may turn what it says."""
_SUBJECTS = {"built", "fee", "parking"}
"""Kinds of which an unknown one is another one: 办公室 is no 人防工程, 取暖费 no 租金."""
_NO_THING = re.compile(
    r"收费标准|标准|收费|价格|费用|目前|现场|(?:该|本|这个|那个|涉事)(?:工程|项目|楼|小区|单位|处|地)|经核实|经核查|经检查|经查|经检测|该处|此处|那里|这里|全部|全都|没有|发现|发生|出现|造成|存在|任何|我办|我局|一直|今年|以来|近期|今后|从未|作出|情况|网传|所谓|关于|听说|据说|小道消息|内部消息|物业|开发商|施工队|装修队|业主|居民|有人|他们|我们|你们|人家|大家|群里都?说|早就|居然|竟然|偷偷|工作人员|擅自|已经|部分|局部|正在|不会"
    r"|[其已均并未没无不仍被也都还会该此本次将由于在是有的了日月年上下午凌晨]"
)


def _assertions(side: Said) -> list[_Assertion]:
    """What it says of each point, in order; a sentence may speak of several."""
    found: list[_Assertion] = []
    before: dict[str, frozenset[str]] = {}
    for source in (side.title, side.text[:LONGEST]):
        for match in _SENTENCE.finditer(source):
            written = match[0].strip()
            sentence = quick(written)
            if sentence:
                found += _of_sentence(written, sentence, before)
    return found


def _of_sentence(written: str, sentence: str, before: dict[str, frozenset[str]]) -> Iterator[_Assertion]:
    refuted = _refuted(sentence)
    days = frozenset((int(day[1]), int(day[2])) for day in _DAY.finditer(sentence))
    general, since = bool(_WHOLE.search(sentence)), bool(_LONG_SINCE.search(sentence))
    for part in _CLAUSE.finditer(sentence):
        clause, start = part[0], part.start()
        parts = frozenset(f"{one[1] or one[3]}{one[2] or one[4]}" for one in _PART.finditer(clause))
        if parts:
            before["parts"] = parts
        denied = refuted is not None and refuted[0] < part.end() and start < refuted[1]
        handed = bool(_HANDED_ON.search(clause))
        for kind, rows in _KINDS.items():
            here = frozenset(name for name, words in rows if words.search(clause))
            if here:
                before[kind] = here
        made = [*_points(clause, before), *_harm(clause)]
        for one in made:
            yield _Assertion(
                point=one.point,
                sentence=written,
                so=one.so != denied,
                planned=one.planned,
                open=(one.open or handed) and not denied,
                not_all=one.not_all,
                things=one.things,
                parts=before.get("parts", frozenset()),
                amount=0.0 if denied and one.point.name in _HARMS and one.so else one.amount,
                vague=one.vague and not denied,
                period=one.period,
                days=days,
                general=general,
                once_upon=since,
                refuted=denied,
                other_subject=one.other_subject,
            )
    if _SIREN.so.search(sentence) and (causes := _causes(sentence, refuted)):
        yield _Assertion(
            point=_SIREN,
            sentence=written,
            causes=causes,
            planned=bool(re.search(r"将|定于|拟|(?<!发布)(?:公告|通告|通知|预告)[。!]?$", sentence)),
            open=bool(re.search(r"是不是|是否|还是|有没有", sentence)),
            days=days,
            general=True,
            once_upon=since,
        )


def _refuted(sentence: str) -> tuple[int, int] | None:
    """From where to where the sentence quotes what it then calls untrue."""
    for match in _DENIES.finditer(sentence):
        if quoted := _QUOTES.search(sentence, 0, match.start()):
            return quoted.start(), match.start()
    return None


def _points(clause: str, before: dict[str, frozenset[str]]) -> Iterator[_Assertion]:
    for point in _POINTS:
        if point.not_so is not None and (match := point.not_so.search(clause)):
            yield _plain(point, clause, match, so=False, before=before)
            continue
        match = point.so.search(clause)
        if match:
            yield _plain(point, clause, match, so=True, before=before)
    if match := _PRICE.so.search(clause):
        amount, vague, period = _fee(clause)
        if amount is not None:
            yield _Assertion(
                point=_PRICE,
                sentence="",
                open=bool(_LEAVES_OPEN.search(clause[: match.start()])),
                things=_things(_PRICE, clause, match) or before.get("fee", frozenset()),
                amount=amount,
                vague=vague,
                period=period,
            )


def _plain(
    point: _Point, clause: str, match: re.Match[str], *, so: bool, before: dict[str, frozenset[str]]
) -> _Assertion:
    ahead, behind = clause[max(0, match.start() - _REACH) : match.start()], clause[match.end() :]
    negated = bool(_NOT.search(ahead))
    loose = point.name == "涨价" and match[0] == "调整" and not negated and not re.match("[为到至]", behind)
    amount, vague, period = _fee(clause) if point.name == "涨价" else (None, False, "")
    named = _things(point, clause, match)
    things = named or before.get(point.things, frozenset())
    return _Assertion(
        point=point,
        sentence="",
        so=so != negated,
        planned=bool(_PLAN.search(ahead))
        or bool(negated and (_PLAN_BEHIND.search(behind) or "不会" in ahead)),
        open=loose
        or (not named and re.match("[除掉]?的是", behind) is not None)
        or bool(_leaves_open(point, ahead, so) or _ASKED.search(behind) or _STILL_ASKED.search(behind))
        or (not so and negated),
        not_all=negated and bool(_ALL.search(ahead)),
        things=things,
        other_subject="" if named or point.things not in _SUBJECTS else _subject(ahead),
        amount=amount,
        vague=vague,
        period=period,
    )


def _leaves_open(point: _Point, ahead: str, so: bool) -> bool:
    found = _LEAVES_OPEN.search(ahead)
    if found is None:
        return False
    return not (point.timeless and not so and found[0].startswith(("是否", "是不是")))


def _things(point: _Point, clause: str, match: re.Match[str]) -> frozenset[str]:
    """What it is said of: what stands last before it, else what follows at once."""
    if not point.things:
        return frozenset()
    ahead, behind = clause[: match.start()], clause[match.end() : match.end() + 8]
    places = [
        (found.end(), name)
        for name, words in _KINDS[point.things]
        for found in words.finditer(ahead)
    ]  # fmt: skip
    if places:
        return frozenset({max(places)[1]})
    after = [(found.start(), name) for name, words in _KINDS[point.things] if (found := words.search(behind))]
    return frozenset({min(after)[1]}) if after else frozenset()


def _subject(ahead: str) -> str:
    """What is left before a predicate without the words that carry no thing."""
    left = re.sub(r"[^\u4e00-\u9fff]", "", _NO_THING.sub("", ahead))
    return left if len(left) > 1 else ""


def _fee(clause: str) -> tuple[float | None, bool, str]:
    """The last amount of money, whether it is a range or vague, and what it is paid for."""
    amounts = [
        (value, match)
        for match in _AMOUNT.finditer(clause)
        if (value := numeral(match["n"])) is not None and (match["unit"] or value >= 10)
    ]
    if not amounts:
        return None, False, ""
    value, match = amounts[-1]
    period = _PERIOD.search(clause)
    vague = len(amounts) > 1 and "从" not in clause
    return (
        value,
        vague or bool(_VAGUE.search(match["n"])),
        next(filter(None, period.groups()), "") if period else "",
    )


def _harm(clause: str) -> Iterator[_Assertion]:
    """How many people, of each kind: 0 where it says that there were none, None where it says no number."""
    counts = [
        (match, value) for match in _COUNT.finditer(clause) if (value := numeral(match["n"])) is not None
    ]
    for name, words in _HARM:
        match = words.search(clause)
        if match is None:
            continue
        ahead = clause[max(0, match.start() - _REACH) : match.start()]
        near = [(min(abs(c.end() - match.start()), abs(match.end() - c.start())), c, n) for c, n in counts]
        near = [one for one in near if one[0] <= 8 and not _other_kind(clause, one[1], name)]
        left_open = bool(
            _LEAVES_OPEN.search(ahead)
            or _ASKED.search(clause[match.end() :])
            or re.search(r"核实|情况|信息|消息|清点|有没有|救出", clause)
        )
        if _NOBODY.search(ahead) and not near and not left_open:
            yield _Assertion(point=_HARMS[name], sentence="", amount=0.0)
            continue
        count = min(near, key=lambda one: one[0]) if near else None
        around = clause[max(0, count[1].start() - 2) : count[1].end() + 2] if count else ""
        yield _Assertion(
            point=_HARMS[name],
            sentence="",
            amount=count[2] if count else None,
            vague=bool(_VAGUE.search(around)),
            open=left_open,
        )


def _other_kind(clause: str, count: re.Match[str], name: str) -> bool:
    """Whether the words right behind the number, or right before it, count for another kind."""
    behind, ahead = clause[count.end() : count.end() + 3], clause[max(0, count.start() - 3) : count.start()]
    mine = next(words for kind, words in _HARM if kind == name)
    if mine.search(behind) or mine.match(clause, count.end()):
        return False
    others = [words for kind, words in _HARM if kind != name]
    if any(words.search(behind) for words in others):
        return True
    return not mine.search(ahead) and any(words.search(ahead) for words in others)


def _causes(sentence: str, refuted: tuple[int, int] | None) -> frozenset[str]:
    named = set()
    for name, words in _CAUSES.items():
        for match in words.finditer(sentence):
            denied = bool(
                re.search(
                    r"(?:不是|并非|没有|与[^,。]{0,8}无关|不存在)[^,。]{0,6}$", sentence[: match.start()]
                )
            )
            if not denied and not (refuted and refuted[0] <= match.start() < refuted[1]):
                named.add(name)
    return frozenset(named)


# --------------------------------------------------------------------------------------------- comparing


def _apart(claim: Said, statement: Said) -> bool:
    """Whether they name different places: then they speak of different matters, whatever else they share."""
    if claim.names & statement.names:
        return False
    if claim.names and statement.names:
        return True
    ours, theirs = _roads(claim), _roads(statement)
    if ours and theirs and not ours & theirs:
        return True
    if claim.places and statement.places:
        return not any(_within(one, other) for one in claim.places for other in statement.places)
    return False


def _within(one: str, other: str) -> bool:
    """Whether one of two codes lies in the other."""
    short, long = sorted((_trimmed(one), _trimmed(other)), key=len)
    return long.startswith(short)


def _trimmed(code: str) -> str:
    """410000 is 41, 410100 is 4101."""
    if len(code) == 6 and code.endswith("0000"):
        return code[:2]
    return code[:4] if len(code) == 6 and code.endswith("00") else code


def _roads(side: Said) -> frozenset[str]:
    found = _ROAD.finditer(f"{side.title}。{side.text[:LONGEST]}")
    return frozenset(one[0] for one in found if not _NO_ROAD.search(one[1]))


def _shared(claim: Said, statement: Said, told: _Assertion, together: bool) -> bool:
    """Whether something says that they speak of one matter: a name, a road, one case; or a word for the whole city they are both in."""
    if together or claim.names & statement.names or _roads(claim) & _roads(statement):
        return True
    return told.point.general and told.general and bool(claim.places and statement.places)


def _same_point(ours: _Assertion, theirs: _Assertion) -> bool:
    if ours.point.name != theirs.point.name:
        return False
    if ours.parts and theirs.parts and not ours.parts & theirs.parts:
        return False
    if ours.things and theirs.things:
        return bool(ours.things & theirs.things)
    return all(
        not one.other_subject or _speaks_of(one.other_subject, other.sentence)
        for one, other in ((ours, theirs), (theirs, ours))
    )


def _speaks_of(thing: str, sentence: str) -> bool:
    """Whether two characters in a row of what is no known kind of thing stand there too."""
    return any(thing[at : at + 2] in sentence for at in range(len(thing) - 1))


def _comparable(ours: _Assertion, theirs: _Assertion, said: datetime | None, told: datetime | None) -> bool:
    if theirs.open or _other_time(ours, theirs):
        return False
    if ours.planned != theirs.planned and not (ours.point.timeless or theirs.refuted or ours.point is _SIREN):
        return False
    if ours.days and theirs.days and not ours.days & theirs.days:
        return False
    once = ours.point.name in _ONCE
    if once and theirs.days and not ours.days:
        return _on_one_of(said, theirs.days) if said is not None else not theirs.planned
    if ours.point is _SIREN and theirs.planned:
        return bool(ours.days & theirs.days)
    if said is None or told is None:
        return True
    return said - told <= (OF_THE_DAY if once else STILL_HOLDS)


def _other_time(ours: _Assertion, theirs: _Assertion) -> bool:
    """What is told of some time ago is another event; a state that has held since is not."""
    return ours.once_upon != theirs.once_upon and (ours.once_upon or ours.point.name in _ONCE)


def _on_one_of(said: datetime, days: frozenset[tuple[int, int]]) -> bool:
    """Said on one of these days, or within two days after it."""
    last = [(said - timedelta(days=back)).astimezone(SHANGHAI) for back in range(3)]
    return any((day.month, day.day) in days for day in last)


def _difference(ours: _Assertion, theirs: _Assertion, said: datetime | None, told: datetime | None) -> str:
    """Wherein they cannot both be true, in Chinese, or ''."""
    name = ours.point.name
    if ours.point is _SIREN:
        if ours.causes and theirs.causes and not ours.causes & theirs.causes:
            return f"说法归于{_list(ours.causes)}，声明说是{_list(theirs.causes)}"
        return ""
    if name in _HARMS:
        return _of_numbers(ours, theirs, said, told)
    if ours.so != theirs.so:
        return "" if ours.not_all or theirs.not_all else _of_polarity(ours, theirs)
    both = ours.amount is not None and theirs.amount is not None and not ours.vague and not theirs.vague
    if ours.point is _PRICE and both and ours.amount != theirs.amount and ours.period == theirs.period != "":
        return f"说法是{ours.amount:g}元，声明是{theirs.amount:g}元"
    return ""


def _of_polarity(ours: _Assertion, theirs: _Assertion) -> str:
    name = ours.point.name
    return f"说法称“{name}”，声明说不是" if ours.so else f"说法称没有“{name}”，声明说是"


def _of_numbers(ours: _Assertion, theirs: _Assertion, said: datetime | None, told: datetime | None) -> str:
    """A toll rises: a lower number from before the statement is no contradiction, nor is a vague one."""
    name, mine, other = ours.point.name, ours.amount, theirs.amount
    if other is None or (mine is None and other > 0):
        return ""
    if mine is None:
        return f"{name}：说法称有，声明是 0"
    if mine == other or ((ours.vague or theirs.vague) and min(mine, other) > 0):
        return ""
    if mine < other and not (said is not None and told is not None and said > told):
        return ""
    return f"{name}：说法是 {_told(mine, ours.vague)}，声明是 {_told(other, theirs.vague)}"


def _told(amount: float, vague: bool) -> str:
    """十几 is read as the least that it means."""
    return f"{amount:g} 以上" if vague and amount else f"{amount:g}"


def _agrees(ours: _Assertion, theirs: _Assertion) -> bool:
    if ours.point is _SIREN:
        return bool(ours.causes & theirs.causes)
    if ours.point.name in _HARMS:
        return ours.amount == theirs.amount
    same = (
        ours.amount is None
        or theirs.amount is None
        or ours.amount == theirs.amount
        or ours.period != theirs.period
    )
    return ours.so == theirs.so and same


def _list(names: Sequence[str] | frozenset[str]) -> str:
    return "、".join(sorted(names))
