"""Names of units and organisations, as written."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from huiying.contracts import Reading
from nlp.amend import amended
from nlp.scanning import led
from nlp.sheet import Passage, Sheet
from nlp.words import is_word, parts_of_speech

LIMIT = 12
REACH = 14
"""Characters before 局, 公司 and the like that may belong to the name."""
MATCHES = 200
_PUBLIC = (
    r"人防办(?:公室)?|人民防空办公室|国动办|国防动员(?:办公室|委员会)|民防局|民防办|人防局|人防质监站|人防指挥信息保障中心|住建局|住建委|住房和城乡建设[局委厅部]|城管局|城市管理局|综合执法局|规划局|自然资源(?:和规划)?局"
    r"|发改委|发展和改革委员会|市场监管局|市场监督管理局|房管局|不动产登记中心|信访局|公安局(?:[\u4e00-\u9fff]{1,4}?分局)?|派出所|交警[队支大]队?|消防(?:救援)?(?:支队|大队|站|队)|应急管理[局厅]|应急局|安监局|气象局|水利局|生态环境局|教育局|卫健委|环保局|民政局|人社局|交通运输局|财政局|审计局|税务局"
    r"|纪委监?委?|检察院|法院|政务(?:服务)?(?:中心|大厅)|行政审批局|街道办?事?处?|居委会|村委会|社区|管委会|人民政府|市政府|区政府|县政府|镇政府|乡政府|省政府|质监站|指挥信息保障中心|12345"
)
_SCHOOL = led("小学(?<!中小学)|中学|大学|学院|幼儿园", "(?![生校位历期时里路街巷]|毕业|同学|本科|老师)")
_PRIVATE = rf"物业服务?有?限?公司|物业公司|物业(?!费)|有限责任公司|有限公司|集团公司?|置业公司?|地产公司?|房地产(?:开发)?(?:有限)?公司?|开发公司|工程公司|监理公司|防护设备厂|业主委员会|业委会|医院(?![途时后])|{_SCHOOL}"
_END = re.compile(f"{_PUBLIC}|{_PRIVATE}")
"""Every alternative begins with a character of its own kind: where none stands, nothing is tried."""
_ADMIN = frozenset("市区县省镇乡州村路旗")
"""Single characters that may be a word of a name."""
_NAMING = frozenset({"n", "nr", "nrt", "ns", "nt", "nz", "ng", "nrfg", "j", "eng", "s", "b", "z", "vn", ""})
"""Parts of speech of which names are made: nouns, names, places, abbreviations, letters, words of our own."""
_NUMERAL = re.compile(r"第[一二三四五六七八九十\d]+|[一二三四五六七八九十]+")
_COMPANY = ("有限", "公司", "集团", "置业", "房地产", "地产")
_TRADE = re.compile(
    "(?:置业|投资|科技|发展|股份|能源|器材|房地产|地产|开发|建材|建筑|建设|工程|贸易|实业|文化|传媒|管理|服务|物业|信息|网络|技术|集团|控股|商贸|食品|教育|咨询|医药|旅游|汽车)*"
)
"""What a company says of its trade; its name stands before that."""
_JOINS = frozenset("向到在于对由从去给跟和与及为是被把让将交帮找请望求经据过往的了说叫称")
_NTH_ROAD = re.compile(r"[一二三四五六七八九十]+[路街]")
_SPEAKS_OF = frozenset(
    {
        "结果", "时间", "问题", "情况", "记者", "领导", "业主", "群众", "居民", "村民", "家长", "项目", "老板", "电话", "事情", "原因", "家人", "父亲", "母亲", "孩子",
        "女子", "男子", "警方", "网友", "热度", "途中", "全部", "领导班子", "投诉", "举报", "举报人", "片区", "小伙", "学生", "老师", "患者", "职工", "员工", "车辆", "上午", "下午", "昨天", "今天", "名字", "内容",
        "请求", "咨询", "建议", "反映", "回复", "工作人员", "负责人", "近年来", "全体", "单位", "部门", "一家", "政府",
    }
)  # fmt: skip
"""Nouns that stand before a name and are no part of it."""
_TOO_PLAIN = frozenset(
    {
        "物业", "社区", "街道", "小学", "中学", "医院", "大学", "学院", "集团", "置业", "地产", "房地产", "幼儿园", "12345", "有限公司", "开发公司",
    }
)  # fmt: skip
_NO_NAME = re.compile(
    r"(?:如今|现在|目前|后来|过|打了?|先|又|再|还|就|都|只|光|转[给到]?|推给?|各|该|本|我|你|他|她|咱们?|俺们?|小区|连|没|等|靠|换|老|新|原|前|隔壁|别的|其他|旁边|对面|有的|这家|那家|公立|私立|民办|公办|重点|名牌|普通|当地|附近|本地|省级|县级|市级|国家级|示范|异地|前期|开发商|后期)+"
)
"""What before 物业 or 街道 names nobody: 先转物业, 又转街道, 打12345."""


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    names: dict[str, None] = {}
    for passage in sheet.passages:
        text, done = passage.text, 0
        for found in islice(_END.finditer(text), MATCHES):
            start = _begin(passage, max(done, found.start() - REACH), found.start())
            done = found.end()
            if found[0] in _TOO_PLAIN and _NO_NAME.fullmatch(text, start, found.start()):
                continue
            if found.end() - start > 1 and text[start : found.end()] not in _TOO_PLAIN:
                names[passage.span(start, found.end()).text] = None
    return amended(reading, units=tuple(names)[:LIMIT])


def _begin(passage: Passage, least: int, end: int) -> int:
    """Where the name begins whose last words start at ``end``: as far back as words stand of which names are made."""
    text, bounds = passage.text, passage.bounds
    at = bisect_left(bounds, end)
    start = end
    while at and bounds[at - 1] >= least:
        at -= 1
        word = text[bounds[at] : start]
        if not _names(word):
            if text.startswith(_COMPANY, end) and _TRADE.fullmatch(text, start, end):
                start = _brand(text, bounds, at, start, max(least, start - 4))
            break
        start = bounds[at] + _leads(word)
        if start > bounds[at]:
            break
    behind_road = start > least and text[start - 1] in "经纬" and _NTH_ROAD.match(text, start)
    return start - 1 if behind_road else start


def _brand(text: str, bounds: Sequence[int], at: int, start: int, least: int) -> int:
    """What a company calls itself may be cut into any words but those that join others."""
    while at >= 0 and bounds[at] >= least and _may_be_brand(text[bounds[at] : start]):
        start, at = bounds[at], at - 1
    return start


@lru_cache(maxsize=16_384)
def _may_be_brand(word: str) -> bool:
    plain = word in _SPEAKS_OF or word in _JOINS or not word.isalnum()
    return not plain and all(tag[:1] not in "pcdruyqftm" for _, tag in parts_of_speech(word) if tag)


@lru_cache(maxsize=16_384)
def _leads(word: str) -> int:
    """How many characters of a word that the dictionary lacks (向区, 交天君) are no part of a name."""
    return int(len(word) > 1 and word[0] in _JOINS and (word[1:] in _ADMIN or not is_word(word)))


@lru_cache(maxsize=16_384)
def _names(word: str) -> bool:
    """Whether a word may be part of a name."""
    if len(word) == 1:
        return word in _ADMIN or (word.isascii() and word.isalnum())
    if word in _SPEAKS_OF:
        return False
    if _NUMERAL.fullmatch(word) or _NTH_ROAD.fullmatch(word):
        return True
    tagged = [tag for part, tag in parts_of_speech(word) if part.strip()]
    return bool(tagged) and all(tag in _NAMING or (tag == "m" and len(tagged) > 1) for tag in tagged)
