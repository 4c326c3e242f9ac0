"""Where a matter is: every place name votes, and the text outvotes the place that its source speaks from.

What stands around a name decides what it weighs: the place of an event, a unit (X市人防办) or a form weighs most, where
somebody comes from, goods go to or an account is called little, the name of a road, a dish or a phrase nothing.  A county
by its short name alone is one only where a word begins and ends with it.  Saying it again counts less each time.  A name
that several places share counts beside its own city or province only.  First the province is found, by all that speaks
for it, then the city in it, then the county.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from huiying.contracts import Certainty, Field, Place, Reading, Why
from nlp import making
from nlp.amend import amended
from nlp.annotators.bearers import SURNAMES
from nlp.gazetteer import Gazetteer, Mention, Spot
from nlp.scanning import Rule, led
from nlp.sheet import Passage, Sheet, first_spans

STATED, UNIT, EVENT, TITLE, OPENING, TEXT, REGION = 8.0, 5.0, 5.0, 4.0, 2.5, 0.8, 0.5
FIRST = 2.0
"""More for the first place that a text names, unless in passing: news begins with where."""
BARE, MARK, ASIDE = 0.6, 0.5, 0.25
"""What a county's name without 县 or 区, a landmark, and a mere mention in passing weigh of the full."""
DESK = 2.0
"""What the city of a dateline weighs beside other cities of its province."""
OPENING_LENGTH = 120
LIMIT = 5
SHARE = 0.25
"""Of the best vote: what a further place needs."""
LIST = 3
"""So many places in a row are an enumeration."""
FAINT = 0.65
"""What no place outweighs is too little to go by."""
MENTIONS = 400
"""Names that are looked at; what a longer text says beyond them changes nothing."""

_UNIT = re.compile(
    r"(?:市|县|区|省|特区|特别行政区)?(?:人防|国动办|国防动员|人民防空|民防局|民防办|住建局|城管局|人民政府|政府|应急管理|公安|消防|宣传部|(?:省|市|县|区)委)"
)
_NO_PLACE = re.compile(
    r"[东西南北中]?(?:[一二三四五六]?路|[老正牛羊肉土]{0,2}(?:拉面|凉皮|火锅|烤鸭|板面|热干面|小面|米线|米粉|炒饭|煎饼|麻花|扒鸡|烧鸡|螺蛳粉|大盘鸡|小吃)|大?街(?!道办|道)|大道|巷(?!子)|高速|高铁|铁路|烩面|胡辣汤|话(?!剧)|菜(?!市|农|篮|田)|籍|战役|会议|会战|之战|大捷|起义|条约|牌照)"
)
_NO_PLACE_BEGINS = frozenset(
    "东西南北中一二三四五六路老正牛羊肉土拉凉火烤板热小米炒煎麻扒烧螺大街巷高铁烩胡话菜籍战会之起条牌"
)
"""What that can begin with."""
_ASIDE_AFTER = re.compile(
    r"(?:省|市|县|区)?(?:[\u4e00-\u9fff]{0,5}(?:(?:大学(?![生城路街巷])|学院(?![路街巷]))(?!的?(?:宿舍|食堂|校[区园内]|教学楼|实验室|图书馆|操场|门口|附近|[东西南北]门|家属院|内))|银行|证券|集团|航空|日报|晚报|卫视|出版社|商会)|人(?![民大社防口力才行工])|游客|旅客|客商|商人|商贩|籍|队(?![伍员])|选手|老乡|的(?:朋友|客人|游客|同学|亲戚|客商)(?!们|你们)|来的|产的|[开驶飞发]往|(?:到|至)[^,。;!?\n]{1,4}的(?:高铁|动车|列车|火车|大巴|客车|航班)|的(?:高铁|动车|列车|火车|大巴|客车|航班)|[^。,;!?\n]{0,4}(?:运|赶|寄|飞|送)来|\)[^,。;!?\n]{0,8}(?:公司|集团|分行|中心))"
)
_ASIDE_BEFORE = re.compile(
    r"(?:来自|产自|运往|运到|运去|发往|销往|卖到|输往|远销|飞往|开往|送往|流向|送到|赴|前往|奔赴|去过|到过|(?<!来)到|去|生于|出生于|祖籍|原籍|籍贯|(?<![回在])老家|跟|和|与|比|像|不如|辗转|以及|毗邻|距|离|支援|模仿|学习|借鉴|(?:不是|并非)(?:发生)?在?|不在|不属于)$"
)
_WENT_BEFORE = re.compile(r"(?:到|去|前往|送往|送到)$")
_PREMISES_AFTER = re.compile(
    r"[省市县区]?(?:[\u4e00-\u9fff]{2,4}[区县市])?(?:某|一[家所个处座名]|[\u4e00-\u9fff]{0,8}?(?:医院|门店|酒店|饭店|宾馆|商场|小区|学校|小学|中学|幼儿园|超市|餐厅|景区|公园|一?小?店(?=[,。内里])))"
)
"""到郑州一家医院: one goes there and tells what happened there."""
_ASIDE_ENDS = frozenset("自往到去销向赴过于籍贯家跟和与比像如转及邻距离援仿习鉴是非在")
"""What that ends with."""
_SURNAME_BEFORE = re.compile(rf"(?:^|[^\u4e00-\u9fff]|[叫是给找和与跟由对向])[{SURNAMES}]$")
_PERSON_AFTER = re.compile(
    r"(?:说|称|表示|反映|认为|告诉|介绍|回忆|先生|女士|同志|某|是我|主任|局长|书记|科长)"
)
_SCENE_BEFORE = re.compile(r"(?:事发|案发|发生地|地点|位置|地址)[地点在为于是:]{0,2}$")
_SCENE_ENDS = frozenset("发点生地置址在为于是:")
_SENDER_BEFORE = re.compile(r"(?:我是|俺是|本人|我在|俺在|人在|家住|家在|属地[: ]{0,2}|发布于 ?|发自 ?)$")
_SENDER_ENDS, _SENDER_BEGINS = frozenset("是人在住地于自: "), frozenset("省市县区工打务上读")
_SENDER_AFTER = re.compile(r"[省市县区]?(?:工作|打工|务工|上班|上学|读书)(?=[,。的])")
_HOME_AFTER = re.compile(r"[\u4e00-\u9fff]{0,5}?的?(?:房|小区|地下|人防|车库|车位|村|老宅|院子)")
_ACCOUNT_BEFORE = re.compile(r"@\s?[^\s@,。;:!?、()\[\]【】《》#“”\"在于从到至被获曝称]{0,10}$")
_OFFICIAL_AFTER = re.compile(
    r"[省市县区]?(?:发布|警方|交警|检察|法院|城管|国动办|气象|教育|文旅|卫健|网信|地铁|铁路|供电|12345|在线)"
)
_BEFORE_A_WORD = frozenset("在到于从赴来去回往离自由位是的了和与及至距经过因向对给跟住称")
_NO_WORD_AFTER = frozenset(
    "镇乡村路街坡湾岛山河江湖海城寺庙桥港园楼阁塔店站坊苑堡里庄岭洲王侯公德春花湿仓馆厂大学院门人号"
)
"""What makes a short name a part of another one: 龙潭河, 海伦春天, 太平桥."""
_PART_OF_PLACE = frozenset("县市区旗州籍警法检政委纪消医卫机一某")
"""How a word that begins with a short name may go on."""
_ALONE = re.compile(r"(?:^|[^\u4e00-\u9fff]|[在到于赴])$")
_NO_COUNTY = frozenset("长城委级域里上志官")
_EVENT_BEFORE = re.compile(r"(?:在|于|位于|抵达|到|赴|来到|走进|从)$")
_EVENT_ENDS = frozenset("在于达到赴进从")
_EVENT_AFTER = re.compile(
    r"[^。;!?\n]{0,10}?(?:举行|举办|召开|开幕|闭幕|成立|揭牌|启动|开工|落成|发布|签署|开庭|宣判|逝世|去世|病逝|落幕|亮相|通车|投产|发生|考察|调研|督导|视察|启用|开业|开赛|首发|设立|落户|致辞|会见|竣工|坍塌|误鸣|开展|展出|播出|上演|首演|首映|开机|签约|颁奖|公布|进行|收官|结束|录制|试点|会商|座谈|授牌|挂牌|集结|出征|起飞|首飞|下水|交付)"
)
_HAPPENED_AFTER = re.compile(
    r"[^。,;!?\n]{0,8}?(?:发生|出现|遭遇|突发|拉响|响起|举行|召开|出台|印发|审议通过|宣布|发布|通报|披露|公布)"
)
_BOOK = re.compile(r"《[^《》\n]{0,60}》")
_DATELINE = Rule(led("本报|新华社|中新社|中新网|人民网", r"[^\s。,;!?\d]{1,12}\d{1,2}月\d{1,2}日[电讯]"))
LONGEST_JOINT = 4
"""Characters that may join two names of a row: 等地以及."""
_JOINT = re.compile(r"(?:省|市|等地)?(?:[、和及与]|以及)?")
ASIDE_NOTE = "顺带提到的地名"
DATELINE_NOTE = "电头里的地名"
PLAIN_NOTES = frozenset({"标题里的地名", "开头的地名", "正文里的地名"})
_SHORT = {
    "京": "北京", "沪": "上海", "渝": "重庆", "冀": "河北", "豫": "河南", "鲁": "山东", "晋": "山西", "陕": "陕西",
    "皖": "安徽", "浙": "浙江", "闽": "福建", "粤": "广东", "桂": "广西", "琼": "海南", "湘": "湖南", "鄂": "湖北",
    "赣": "江西", "黔": "贵州", "滇": "云南", "蓉": "成都", "穗": "广州",
}  # fmt: skip
_ABBREVIATED = Rule(
    rf"(?:{'|'.join(_SHORT)})(?<=[在赴来抵驻].)(?=[举召开成签发揭启落亮闭调考参投,。、;的])",
    needs="|".join(verb + short for verb in "在赴来抵驻" for short in _SHORT),
)


@dataclass(slots=True)
class _Tally:
    spot: Spot
    weight: float = 0.0
    grounds: list[tuple[Passage, int, int]] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    desk: float = 0.0
    """Of the weight, what speaks for the province alone: a correspondent's desk is in its capital."""


class _Heard(NamedTuple):
    """A mention with what it weighs."""

    passage: Passage
    mention: Mention
    weight: float
    note: str


def annotator(gazetteer: Gazetteer) -> Callable[[Sheet, Reading], Reading]:
    """The annotator for this gazetteer."""

    def annotate(sheet: Sheet, reading: Reading) -> Reading:
        return amended(reading, places=places(sheet, gazetteer))

    return annotate


def places(sheet: Sheet, gazetteer: Gazetteer) -> tuple[Place, ...]:
    heard = [one for passage in sheet.passages for one in _heard(passage, gazetteer)]
    stated = [_in_a_form(mention) for mention in _named(gazetteer, sheet.post.stated_place)]
    region = _named(gazetteer, sheet.post.region)
    tallies = _count([one for one in heard if one.mention.spots], stated, region)
    abroad = sum(one.weight for one in heard if one.mention.abroad)
    if tallies and not _weak(tallies, abroad):
        return _best(tallies)
    if abroad or sheet.found("foreign_war"):
        return ()
    return _from_region(region)


def _named(gazetteer: Gazetteer, words: str | None) -> list[Mention]:
    return [mention for mention in gazetteer.find(words) if mention.spots] if words else []


def _in_a_form(mention: Mention) -> Mention:
    """What stands in a field for places is one, whatever else it may mean in a sentence: 解放区, 新县."""
    return mention._replace(spots=tuple(spot._replace(vague=False) for spot in mention.spots))


# ------------------------------------------------------------------------------------------ what is heard


def _heard(passage: Passage, gazetteer: Gazetteer) -> list[_Heard]:
    text = passage.text
    found = gazetteer.find(text)[:MENTIONS]
    if passage.may(_ABBREVIATED):
        found += _short_names(text, gazetteer)
        found.sort(key=lambda mention: mention.start)
    if not found:
        return []
    found = [_sure(text, m) if m.name in gazetteer.vague else m for m in found]
    ends = {mention.end: mention for mention in found}
    found = [
        m
        for m in found
        if not _named_else(text, m)
        and (_follows(m, ends[m.start]) if m.start in ends else not _across(passage, m))
    ]
    found = [m if not m.bare or m.start in ends or _firm(passage, m) else _unsure(m) for m in found]
    books = [match.span() for match in _BOOK.finditer(text)] if "《" in text else ()
    datelines = _datelines(text) if passage.may(_DATELINE) else ()
    said: dict[str, int] = {}
    heard: list[_Heard] = []
    first = False
    for row in _rows(found, text):
        steps = [_weight(passage, mention, _dateline(mention, datelines)) for mention in row]
        aside = ASIDE_NOTE in [note for _, note in steps]
        share = _share(row)
        for name in _full_names(row):
            weight, note = max([steps[i] for i in name], key=itemgetter(0))
            mention = row[name[0]]
            if aside and note in PLAIN_NOTES:
                weight, note = weight * ASIDE, ASIDE_NOTE
            if books and any(start <= mention.start < end for start, end in books):
                weight *= ASIDE
            elif not first and not aside and mention.spots and not (mention.brand or _sender(text, mention)):
                first, weight = True, weight + FIRST * (MARK if mention.mark else 1.0)
            for i in name:
                times = said[row[i].name] = said.get(row[i].name, 0) + 1
                heard.append(_Heard(passage, row[i], weight * share / len(name) / times, note))
    return heard


def _short_names(text: str, gazetteer: Gazetteer) -> list[Mention]:
    """赴京参: cities and provinces by one character."""
    return [
        mention._replace(start=short.start(), end=short.end())
        for short in _ABBREVIATED.expression.finditer(text)
        for mention in gazetteer.find(_SHORT[short[0]])[:1]
    ]


def _datelines(text: str) -> list[tuple[int, int, bool]]:
    """Start, end, and whether the text begins with it."""
    return [
        (*match.span(), "。" not in text[: match.start()]) for match in _DATELINE.expression.finditer(text)
    ]


def _full_names(row: list[Mention]) -> list[list[int]]:
    """Which of a row are one name: 内蒙古|呼和浩特 is one place, and one mention of it."""
    if len(row) == 1:
        return [[0]]
    names: list[list[int]] = []
    for number, mention in enumerate(row):
        provinces = {spot.province for spot in mention.spots}
        before = row[number - 1] if number else None
        if before and before.end == mention.start and provinces & {spot.province for spot in before.spots}:
            names[-1].append(number)
        else:
            names.append([number])
    return names


def _sure(text: str, mention: Mention) -> Mention:
    """A name that says little is one beside its office (解放区国动办), or, of a county, where a clause begins with it (温县一小区)."""
    start, end = mention.start, mention.end
    alone = (
        end - start == 2
        and text[end - 1] == "县"
        and text[end : end + 1] not in _NO_COUNTY
        and _ALONE.search(text, max(0, start - 1), start)
    )
    if alone or _UNIT.match(text, end):
        return mention._replace(spots=(mention.spots[0]._replace(vague=False),))
    return mention


def _sender(text: str, mention: Mention) -> bool:
    """我是郑州的: where somebody is from, and where it is if nothing else is named."""
    start, end = mention.start, mention.end
    if text[start - 1 : start] in _SENDER_ENDS and _SENDER_BEFORE.search(text, max(0, start - 4), start):
        return True
    return text[end : end + 1] in _SENDER_BEGINS and _SENDER_AFTER.match(text, end) is not None


def _account(text: str, mention: Mention) -> bool:
    """The name of an account, unless an office calls itself so: @洛阳小李, @洛阳发布."""
    start = mention.start
    if not _ACCOUNT_BEFORE.search(text, max(0, start - 12), start):
        return False
    return not text.endswith("平安", 0, start) and not _OFFICIAL_AFTER.match(text, mention.end)


def _home(text: str, mention: Mention) -> bool:
    """老家南阳的房子: it is what stands there that is spoken of."""
    return text.endswith("老家", 0, mention.start) and bool(_HOME_AFTER.match(text, mention.end))


def _named_else(text: str, mention: Mention) -> bool:
    """A road, a dish, or a person: 郑州路, 开封菜, 张开封说."""
    if text[mention.end : mention.end + 1] in _NO_PLACE_BEGINS and _NO_PLACE.match(text, mention.end):
        return True
    before = text[max(0, mention.start - 2) : mention.start]
    return bool(_SURNAME_BEFORE.search(before) and _PERSON_AFTER.match(text, mention.end))


def _across(passage: Passage, mention: Mention) -> bool:
    """Whether a short name is made of pieces of other words: 扩大|连接, 新郑|州长. 大同一小区 is no 同一."""
    if mention.end - mention.start > 2:
        return False
    bounds = passage.bounds
    first = bisect_right(bounds, mention.start) - 1
    last = bisect_right(bounds, mention.end - 1) - 1
    begun_before, ends_after = bounds[first] < mention.start, bounds[last + 1] > mention.end
    if first == last:
        return begun_before
    return begun_before or (ends_after and passage.text[mention.end] not in "一某")


def _follows(mention: Mention, before: Mention) -> bool:
    """Whether a name right behind another one is a place: a county stands behind its own city or province alone."""
    if mention.mark or not before.spots or not mention.spots or not all(s.county for s in mention.spots):
        return True
    wide = before.spots[0]
    return any(
        spot.province == wide.province and (not wide.city or spot.city == wide.city) for spot in mention.spots
    )


def _firm(passage: Passage, mention: Mention) -> bool:
    """Whether the short name of a county is a word of its own, and not a piece of the name of a village, an estate or a person."""
    text, start, end = passage.text, mention.start, mention.end
    if _UNIT.match(text, end):
        return True
    if text[end : end + 1] in _NO_WORD_AFTER:
        return False
    bounds = passage.bounds
    if start and text[start - 1] not in _BEFORE_A_WORD and "\u4e00" <= text[start - 1] <= "\u9fff":
        at = bisect_right(bounds, start - 1)
        if bounds[at] != start or bounds[at] - bounds[at - 1] < 2:
            return False
    ends = bounds[bisect_right(bounds, end - 1)]
    return ends == end or text[end] in _PART_OF_PLACE


def _unsure(mention: Mention) -> Mention:
    """One that counts beside its city alone."""
    return mention._replace(spots=tuple(spot._replace(vague=True) for spot in mention.spots))


def _rows(found: Sequence[Mention], text: str) -> list[list[Mention]]:
    """Mentions that stand together: 安徽阜阳、亳州 is one row."""
    rows: list[list[Mention]] = []
    for mention in found:
        before = rows[-1][-1].end if rows else -1
        if (
            before >= 0
            and mention.start - before <= LONGEST_JOINT
            and _JOINT.fullmatch(text, before, mention.start)
        ):
            rows[-1].append(mention)
        else:
            rows.append([mention])
    return rows


def _share(row: list[Mention]) -> float:
    """What each place of an enumeration weighs of the full: together they are one mention, in passing where provinces differ."""
    if len(row) < LIST:
        return 1.0
    parts = 1 + sum(a.end < b.start for a, b in pairwise(row))
    if parts < LIST:
        return 1.0
    return (ASIDE if len({_province(mention) for mention in row}) >= LIST else 1.0) / parts


def _province(mention: Mention) -> str:
    return mention.spots[0].province if mention.spots else mention.name


def _dateline(mention: Mention, datelines: Sequence[tuple[int, int, bool]]) -> str:
    """``here`` in a dateline at the start, ``other`` after one further down: that is another report."""
    for start, end, leads in datelines:
        if leads and start <= mention.start < end:
            return "here"
        if not leads and mention.start >= start:
            return "other"
    return ""


def _weight(passage: Passage, mention: Mention, dateline: str) -> tuple[float, str]:
    text, before = passage.text, passage.text[max(0, mention.start - 6) : mention.start]
    last = before[-1:]
    if passage.field is Field.TITLE:
        weight, note = TITLE, "标题里的地名"
    elif mention.start < OPENING_LENGTH:
        weight, note = OPENING, "开头的地名"
    else:
        weight, note = TEXT, "正文里的地名"
    if mention.mark:
        listed = before.endswith("、") or text.startswith("、", mention.end)
        weight, note = weight * MARK * (ASIDE if listed or mention.brand else 1.0), "地标、院校、企业一类旁证"
    elif dateline == "here":
        weight, note = UNIT, DATELINE_NOTE
    elif _UNIT.match(text, mention.end):
        weight, note = UNIT, "单位名称里的地名"
    elif "@" in text and _account(text, mention):
        weight, note = weight * ASIDE, ASIDE_NOTE
    elif last in _SCENE_ENDS and _SCENE_BEFORE.search(before):
        weight, note = EVENT, "写明是事发地"
    elif last in _EVENT_ENDS and _EVENT_BEFORE.search(before) and _EVENT_AFTER.match(text, mention.end):
        weight, note = EVENT, "写明在此处发生、举行"
    elif (
        last in _ASIDE_ENDS
        and _ASIDE_BEFORE.search(before)
        and not _home(text, mention)
        and not (_WENT_BEFORE.search(before) and _PREMISES_AFTER.match(text, mention.end))
    ) or _ASIDE_AFTER.match(text, mention.end):
        weight, note = weight * ASIDE, ASIDE_NOTE
    elif _HAPPENED_AFTER.match(text, mention.end):
        weight, note = weight + TEXT, "写明在此处发生、举行"
    return weight * (BARE if mention.bare else 1.0) * (ASIDE if dateline == "other" else 1.0), note


# ------------------------------------------------------------------------------------------ what is meant


def _count(heard: list[_Heard], stated: list[Mention], region: list[Mention]) -> list[_Tally]:
    """Votes by place, as named."""
    sure = {spot for one in heard for spot in _certain(one.mention)} | {
        s for m in stated for s in _certain(m)
    }
    named = {(spot.province, spot.city) for spot in sure} | {(spot.province, "") for spot in sure}
    from_there = {(s.province, s.city) for m in region for s in _certain(m)}
    tallies: dict[Spot, _Tally] = {}
    for mention in stated:
        for spot in _meant(mention, named, from_there) or _ours(mention):
            _vote(tallies, spot, STATED, "表单写明的地点")
    for one in heard:
        for spot in _meant(one.mention, named, from_there):
            ground = (one.passage, one.mention.start, one.mention.end)
            _vote(tallies, spot, one.weight, one.note).grounds.append(ground)
    return list(tallies.values())


def _certain(mention: Mention) -> tuple[Spot, ...]:
    return mention.spots if len(mention.spots) == 1 and not mention.spots[0].vague else ()


def _meant(mention: Mention, named: set[tuple[str, str]], region: set[tuple[str, str]]) -> tuple[Spot, ...]:
    """The place that the name stands for here; nothing where that cannot be told."""
    if _certain(mention):
        return mention.spots
    beside = [spot for spot in mention.spots if (spot.province, spot.city) in named and _narrow(spot)]
    beside = beside or [s for s in mention.spots if not (s.vague and s.county) and (s.province, "") in named]
    beside = beside or [s for s in mention.spots if not s.county and not s.vague]
    beside = beside or [s for s in mention.spots if s.city and (s.province, s.city) in region]
    return tuple(beside) if len(beside) == 1 else ()


def _ours(mention: Mention) -> tuple[Spot, ...]:
    """Of several of one name the one that the office answers for: its forms are filled in by those who live there."""
    inside = [spot for spot in mention.spots if spot.inside]
    return tuple(inside) if len(inside) == 1 else ()


def _narrow(spot: Spot) -> bool:
    """Whether it is narrower than its province: a district of 北京市 has no city between, nor has 海南省文昌市."""
    return bool(spot.city or spot.county)


def _vote(tallies: dict[Spot, _Tally], spot: Spot, weight: float, note: str) -> _Tally:
    spot = spot._replace(vague=False) if spot.vague else spot
    tally = tallies.setdefault(spot, _Tally(spot))
    tally.weight += weight
    if note == DATELINE_NOTE:
        tally.desk += max(0.0, weight - DESK)
    tally.notes[note] = None
    return tally


# --------------------------------------------------------------------------------------------- what wins


def _best(tallies: list[_Tally]) -> tuple[Place, ...]:
    """The places, best province first, in it the best city, in that the best county."""
    if len(tallies) == 1:
        return (_place(tallies[0]),)
    provinces: dict[str, float] = {}
    cities: dict[tuple[str, str], float] = {}
    for tally in tallies:
        spot = tally.spot
        provinces[spot.province] = provinces.get(spot.province, 0.0) + tally.weight
        cities[spot.province, spot.city] = (
            cities.get((spot.province, spot.city), 0.0) + tally.weight - tally.desk
        )
    narrowest = _folded(tallies)
    if len(narrowest) == 1:
        return (_place(narrowest[0]),)
    best = max(tally.weight for tally in narrowest)
    ranked = sorted(
        narrowest,
        key=lambda t: (
            -_millionths(provinces[t.spot.province]),
            -_millionths(cities[t.spot.province, t.spot.city]),
            -_millionths(t.weight),
            t.spot.code,
            t.spot.county,
        ),
    )
    first = ranked[0]
    return tuple(_place(t) for t in ranked[:LIMIT] if t is first or t.weight >= SHARE * best)


def _millionths(weight: float) -> int:
    """Sums of the same parts in another order are the same."""
    return round(weight * 1_000_000)


def _weak(tallies: list[_Tally], abroad: float) -> bool:
    """Whether the text speaks of places of this country in passing alone, or of other countries far more."""
    most, total = max(tally.weight for tally in tallies), sum(tally.weight for tally in tallies)
    return most < FAINT or (most < TEXT and abroad > 2 * total)


def _folded(tallies: Iterable[_Tally]) -> list[_Tally]:
    """A county takes over the votes of its city, a city those of its province: the narrowest name tells most."""
    remaining = sorted(tallies, key=lambda tally: (bool(tally.spot.county), bool(tally.spot.city)))
    kept: list[_Tally] = []
    for number, tally in enumerate(remaining):
        if tally.spot.county:
            kept.append(tally)
            continue
        inner = [o for o in remaining[number + 1 :] if _inside(o.spot, tally.spot) and not _less(o, tally)]
        for other in inner:
            other.weight += tally.weight
            other.notes |= tally.notes
            other.grounds += tally.grounds
        if not inner:
            kept.append(tally)
    return kept


def _less(narrow: _Tally, wide: _Tally) -> bool:
    """Whether a county is spoken of in passing alone, and its city is not: a driver from a county."""
    return bool(wide.spot.city) and narrow.notes.keys() == {ASIDE_NOTE} and wide.notes.keys() != {ASIDE_NOTE}


def _inside(narrow: Spot, wide: Spot) -> bool:
    if narrow.province != wide.province:
        return False
    if not wide.city:
        return bool(narrow.city or narrow.county)
    return narrow.city == wide.city and bool(narrow.county)


def _place(tally: _Tally) -> Place:
    spans = first_spans(tally.grounds)
    why = making.why("place.vote", "、".join(tally.notes), round(tally.weight, 2), spans)
    return Place(
        province=tally.spot.province,
        city=tally.spot.city,
        county=tally.spot.county,
        code=tally.spot.code,
        certainty=Certainty.STATED,
        why=(why,),
    )


def _from_region(mentions: list[Mention]) -> tuple[Place, ...]:
    spots = [spot for mention in mentions for spot in _certain(mention)]
    if not spots:
        return ()
    spot = max(spots, key=lambda spot: (bool(spot.county), bool(spot.city)))
    why = Why(rule="place.region", note="文中没有地名，暂按来源所在地", weight=REGION)
    return (
        Place(
            province=spot.province,
            city=spot.city,
            county=spot.county,
            code=spot.code,
            certainty=Certainty.INFERRED,
            why=(why,),
        ),
    )
