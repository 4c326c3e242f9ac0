"""What a text says of each point, sentence by sentence.

What is planned, forbidden, asked, feared or handed on is marked as such, and so is what is quoted to be called untrue.  Things
and parts (3号楼, 东区) that a clause does not name are those that the text named last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from nlp.normalise import quick
from nlp.numerals import NUMBER, numeral
from nlp.points import CAUSES, HARM, HARMS, KINDS, POINTS, PRICE, SIREN, Point

LONGEST = 2_000
"""Characters of a text that are read."""


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
class Assertion:
    point: Point
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


def assertions(side: Said) -> list[Assertion]:
    """What it says of each point, in order; a sentence may speak of several."""
    found: list[Assertion] = []
    before: dict[str, frozenset[str]] = {}
    for source in (side.title, side.text[:LONGEST]):
        for match in _SENTENCE.finditer(source):
            written = match[0].strip()
            sentence = quick(written)
            if sentence:
                found += _of_sentence(written, sentence, before)
    return found


def _of_sentence(written: str, sentence: str, before: dict[str, frozenset[str]]) -> Iterator[Assertion]:
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
        for kind, rows in KINDS.items():
            here = frozenset(name for name, words in rows if words.search(clause))
            if here:
                before[kind] = here
        made = [*_points(clause, before), *_harm(clause)]
        for one in made:
            yield Assertion(
                point=one.point,
                sentence=written,
                so=one.so != denied,
                planned=one.planned,
                open=(one.open or handed) and not denied,
                not_all=one.not_all,
                things=one.things,
                parts=before.get("parts", frozenset()),
                amount=0.0 if denied and one.point.name in HARMS and one.so else one.amount,
                vague=one.vague and not denied,
                period=one.period,
                days=days,
                general=general,
                once_upon=since,
                refuted=denied,
                other_subject=one.other_subject,
            )
    if SIREN.so.search(sentence) and (causes := _causes(sentence, refuted)):
        yield replace(
            _why_it_sounded(written, sentence), causes=causes, days=days, general=True, once_upon=since
        )


def _why_it_sounded(written: str, sentence: str) -> Assertion:
    return Assertion(
        point=SIREN,
        sentence=written,
        planned=bool(re.search(r"将|定于|拟|(?<!发布)(?:公告|通告|通知|预告)[。!]?$", sentence)),
        open=bool(re.search(r"是不是|是否|还是|有没有", sentence)),
    )


def _refuted(sentence: str) -> tuple[int, int] | None:
    """From where to where the sentence quotes what it then calls untrue."""
    for match in _DENIES.finditer(sentence):
        if quoted := _QUOTES.search(sentence, 0, match.start()):
            return quoted.start(), match.start()
    return None


def _points(clause: str, before: dict[str, frozenset[str]]) -> Iterator[Assertion]:
    for point in POINTS:
        if point.not_so is not None and (match := point.not_so.search(clause)):
            yield _plain(point, clause, match, so=False, before=before)
            continue
        match = point.so.search(clause)
        if match:
            yield _plain(point, clause, match, so=True, before=before)
    if match := PRICE.so.search(clause):
        amount, vague, period = _fee(clause)
        if amount is not None:
            yield Assertion(
                point=PRICE,
                sentence="",
                open=bool(_LEAVES_OPEN.search(clause[: match.start()])),
                things=_things(PRICE, clause, match) or before.get("fee", frozenset()),
                amount=amount,
                vague=vague,
                period=period,
            )


def _plain(
    point: Point, clause: str, match: re.Match[str], *, so: bool, before: dict[str, frozenset[str]]
) -> Assertion:
    ahead, behind = clause[max(0, match.start() - _REACH) : match.start()], clause[match.end() :]
    negated = bool(_NOT.search(ahead))
    loose = point.name == "涨价" and match[0] == "调整" and not negated and not re.match("[为到至]", behind)
    amount, vague, period = _fee(clause) if point.name == "涨价" else (None, False, "")
    named = _things(point, clause, match)
    things = named or before.get(point.things, frozenset())
    return Assertion(
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


def _leaves_open(point: Point, ahead: str, so: bool) -> bool:
    found = _LEAVES_OPEN.search(ahead)
    if found is None:
        return False
    return not (point.timeless and not so and found[0].startswith(("是否", "是不是")))


def _things(point: Point, clause: str, match: re.Match[str]) -> frozenset[str]:
    """What it is said of: what stands last before it, else what follows at once."""
    if not point.things:
        return frozenset()
    ahead, behind = clause[: match.start()], clause[match.end() : match.end() + 8]
    places = [
        (found.end(), name)
        for name, words in KINDS[point.things]
        for found in words.finditer(ahead)
    ]  # fmt: skip
    if places:
        return frozenset({max(places)[1]})
    after = [(found.start(), name) for name, words in KINDS[point.things] if (found := words.search(behind))]
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


def _harm(clause: str) -> Iterator[Assertion]:
    """How many people, of each kind: 0 where it says that there were none, None where it says no number."""
    counts = [
        (match, value) for match in _COUNT.finditer(clause) if (value := numeral(match["n"])) is not None
    ]
    for name, words in HARM:
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
            yield Assertion(point=HARMS[name], sentence="", amount=0.0)
            continue
        count = min(near, key=lambda one: one[0]) if near else None
        around = clause[max(0, count[1].start() - 2) : count[1].end() + 2] if count else ""
        yield Assertion(
            point=HARMS[name],
            sentence="",
            amount=count[2] if count else None,
            vague=bool(_VAGUE.search(around)),
            open=left_open,
        )


def _other_kind(clause: str, count: re.Match[str], name: str) -> bool:
    """Whether the words right behind the number, or right before it, count for another kind."""
    behind, ahead = clause[count.end() : count.end() + 3], clause[max(0, count.start() - 3) : count.start()]
    mine = next(words for kind, words in HARM if kind == name)
    if mine.search(behind) or mine.match(clause, count.end()):
        return False
    others = [words for kind, words in HARM if kind != name]
    if any(words.search(behind) for words in others):
        return True
    return not mine.search(ahead) and any(words.search(ahead) for words in others)


def _causes(sentence: str, refuted: tuple[int, int] | None) -> frozenset[str]:
    named = set()
    for name, words in CAUSES.items():
        for match in words.finditer(sentence):
            denied = bool(
                re.search(
                    r"(?:不是|并非|没有|与[^,。]{0,8}无关|不存在)[^,。]{0,6}$", sentence[: match.start()]
                )
            )
            if not denied and not (refuted and refuted[0] <= match.start() < refuted[1]):
                named.add(name)
    return frozenset(named)
