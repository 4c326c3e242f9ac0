"""Names of units and organisations, as written: who does something to them, when and how is no part of the name."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from huiying.contracts import Reading
from nlp import words
from nlp.amend import amended
from nlp.sheet import Sheet

LIMIT = 12
REACH = 14
"""Characters before 局, 公司 and the like that may belong to the name, and the beginning of the word where they begin."""
MATCHES = 200
_PUBLIC = (
    r"人防办(?:公室)?|人民防空办公室|国动办|国防动员(?:办公室|委员会)|民防局|民防办|人防局|人防质监站|人防指挥信息保障中心|住建局|住建委|住房和城乡建设[局委厅部]|城管局|城市管理局|综合执法局|规划局|自然资源(?:和规划)?局"
    r"|发改委|发展和改革委员会|市场监管局|市场监督管理局|房管局|不动产登记中心|信访局|公安局(?:[^\W\d_与和及]{1,4}?分局)?|派出所|交警[队支大]队?|消防(?:救援)?(?:支队|大队|站|队)|应急管理[局厅]|应急局|安监局|气象局|水利局|生态环境局|教育局|卫健委|环保局|民政局|人社局|交通运输局|财政局|审计局|税务局"
    r"|纪委监?委?|检察院|法院|政务(?:服务)?(?:中心|大厅)|行政审批局|街道办?事?处?|居委会|村委会|社区|管委会|人民政府|市政府|区政府|县政府|镇政府|乡政府|省政府|质监站|指挥信息保障中心|12345"
)
_PRIVATE = r"物业服务?有?限?公司|物业公司|物业(?!费)|有限责任公司|有限公司|集团公司?|置业公司?|地产公司?|房地产(?:开发)?(?:有限)?公司?|开发公司|工程公司|监理公司|防护设备厂|业主委员会|业委会|小学(?!生)|中学(?!生)|医院|大学(?!生)|学院|幼儿园"
_END = re.compile(f"{_PUBLIC}|{_PRIVATE}")
"""Every alternative begins with a character of its own kind: where none stands, nothing is tried."""
_NO_PART = frozenset(
    [
        *"为至于由过往将被并使以因即则也都就又再才还仍已曾均皆只不未无没或及与和跟对向从在到把给让请而但其该此每各送打拨告住的是去找问据说称叫有了得着后正应进系用靠且派令",
        *("原为", "日前", "近日", "今天", "昨天", "多次", "送往", "急送", "带回", "起诉", "附近", "对面", "旁边", "外面", "里面", "以来", "一名", "一所", "一家", "一个"),
        *("两家", "几家", "多家", "多名", "数家", "数起", "整个", "全体", "所有", "业主", "居民", "群众", "市民", "家长", "民警", "记者", "网友", "员工", "领导", "上级", "感谢", "关于", "落实"),
        *("咨询", "监督", "调查", "处理", "管理好", "回应", "反映", "建议", "要求", "投诉", "举报", "联系", "通过", "相关", "有关", "什么", "请问", "无法", "学报"),
    ]
)  # fmt: skip
"""Words behind which a name begins, where the text is cut into words."""
_HOW = frozenset({"c", "p", "r", "d", "ad", "vd", "t", "u", "y", "i", "l"})
_ACTS = _HOW | {"v"}
"""Kinds of words that are no part of a name; firms are called by what they do."""
_COMMON = 9.0
"""Words that are rarer than this may be names."""
_NAMES = frozenset(
    {"保定", "包头", "开封", "登封", "大连", "结合", "飞行", "联合", "开发", "希望", "振兴", "前进", "进步"}
)
"""What the dictionary takes for doing something."""
_FIRM = frozenset("司团业产厂")
"""The last letter of firms, which are called by words of any kind."""
_LEAD = re.compile(
    r".*(?:[^\u4e00-\u9fffa-z0-9]|[的是在到去给跟与找问让被把请据称叫了]|经(?![一二三四五六七八九十]+路|[开济贸信管])|(?<=\d)[年月日号点时分名个所家户起次]"
    r"|要求|希望|投诉|举报|反映|联系|咨询|建议|感谢|记者|通过|因为|关于|我们|你们|他们|这个|那个)",
    re.DOTALL,
)
"""Punctuation, a particle or a date, behind which a name begins at the earliest."""
_TOO_PLAIN = frozenset(
    {
        "物业", "社区", "街道", "小学", "中学", "医院", "大学", "学院", "集团", "置业", "地产", "房地产", "幼儿园", "12345", "有限公司", "开发公司",
    }
)  # fmt: skip
_NO_NAME = re.compile(
    r"(?:如今|现在|目前|后来|过|打了?|先|又|再|还|就|都|只|光|转[给到]?|推给?|各|该|本|我|你|他|她|咱们?|俺们?|小区|连|没|等|靠|换|老|新|原|前|隔壁|别的|其他|旁边|对面|有的|这家|那家)+"
)
"""What before 物业 or 街道 names nobody: 先转物业, 又转街道, 打12345."""


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    names: dict[str, None] = {}
    for passage in sheet.passages:
        text, done = passage.text, 0
        for found in islice(_END.finditer(text), MATCHES):
            ends = found.start()
            start = _begins(text, passage.bounds, max(done, ends - REACH), ends, firm=found[0][-1] in _FIRM)
            done = found.end()
            if text[ends - 1 : ends] == "某":
                continue
            if found[0] in _TOO_PLAIN and _NO_NAME.fullmatch(text, start, ends):
                continue
            if done - start > 1 and text[start:done] not in _TOO_PLAIN:
                names[passage.span(start, done).text] = None
    return amended(reading, units=tuple(names)[:LIMIT])


def _begins(text: str, bounds: Sequence[int], earliest: int, end: int, *, firm: bool) -> int:
    """Where the name begins: behind the last word before its end that is no part of one."""
    lead = _LEAD.match(text, earliest, end)
    start = lead.end() if lead else earliest
    if start == end:
        return start
    if not lead and end - start == REACH:
        start = max(earliest - REACH, bounds[bisect_right(bounds, start) - 1])
    at = bisect_right(bounds, end) - 1
    ends, kinds = bounds[at], _HOW if firm else _ACTS
    while ends > start:
        at -= 1
        begins = bounds[at]
        word = text[begins:ends]
        if word in _NO_PART or (ends - begins > 1 and _tells(word, kinds)):
            return ends
        ends = begins
    return start


@lru_cache(maxsize=8_192)
def _tells(word: str, kinds: frozenset[str]) -> bool:
    """Whether a word of several characters tells what somebody does, or how or when."""
    if word in _NAMES:
        return False
    return word[-1] in "于至" or (words.kind(word) in kinds and words.idf(word) < _COMMON)
